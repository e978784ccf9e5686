"""For a clinic's server: `gunicorn "webui.wsgi:application()"`, several workers, TLS in front.

Everything is told by the environment: `DATABASE_URL`; `HOST_NAMES`, the names under which people
reach it, separated by commas; `BEHIND_PROXY=1` where a proxy in front speaks TLS and says so;
`FHIR_BASE`, with which the canonical addresses of the FHIR form begin.
"""

from __future__ import annotations

import os

from flask import Flask

from webui import create_app
from webui.database.connection import usual_address


def application() -> Flask:
    """The application as the environment describes it."""
    hosts = [name.strip() for name in os.environ.get("HOST_NAMES", "").split(",") if name.strip()]
    proxied = os.environ.get("BEHIND_PROXY", "") not in {"", "0", "no"}
    return create_app(
        {
            "DATABASE": usual_address(),
            "TRUSTED_HOSTS": [*hosts, "127.0.0.1", "localhost"],
            "BEHIND_PROXY": proxied,
            "SESSION_COOKIE_SECURE": proxied,
            "FHIR_BASE": os.environ.get("FHIR_BASE"),
        }
    )
