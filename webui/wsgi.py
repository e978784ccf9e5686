"""For a clinic's server: `gunicorn "webui.wsgi:application()"`, several workers, TLS in front.

Everything is told by the environment; docs/operating.md has all of its names.
"""

from __future__ import annotations

import os

from flask import Flask

from planner.chosen_rules import chosen_planner
from webui import create_app
from webui.cds.settings import from_environment
from webui.database.connection import usual_address


def application() -> Flask:
    """The application as the environment describes it.

    Raises `PlannerError` where a pack that is named cannot be used, so that the server stops.
    """
    hosts = [name.strip() for name in os.environ.get("HOST_NAMES", "").split(",") if name.strip()]
    proxied = os.environ.get("BEHIND_PROXY", "") not in {"", "0", "no"}
    return create_app(
        {
            "PLANNER": chosen_planner(),
            "DATABASE": usual_address(),
            "TRUSTED_HOSTS": [*hosts, "127.0.0.1", "localhost"],
            "BEHIND_PROXY": proxied,
            "SESSION_COOKIE_SECURE": proxied,
            "METRICS_TOKEN": os.environ.get("METRICS_TOKEN"),
            "FHIR_BASE": os.environ.get("FHIR_BASE"),
            **from_environment(os.environ),
        }
    )
