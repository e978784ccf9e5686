"""For a clinic's server: `gunicorn "webui.wsgi:application()"`, several workers, TLS in front.

Everything is told by the environment; docs/operating.md has all of its names.
"""

from __future__ import annotations

import os
import re

from flask import Flask

from planner.chosen_rules import chosen_planner
from planner.errors import PlannerError
from webui import create_app
from webui.access import logs
from webui.access.gate import REQUIRED
from webui.cds.settings import from_environment
from webui.database.address import usual_address
from webui.pages import security_contact

_HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")
"""A name or an IPv4 address, with a port or without; a dot before it takes what is below it too."""
_YES = frozenset(("1", "yes", "true", "on"))
_NO = frozenset(("", "0", "no", "false", "off"))


def application() -> Flask:
    """The application as the environment describes it.

    Raises `PlannerError` where a pack that is named cannot be used, or a setting does not work, so
    that the server stops.
    """
    hosts, proxied = _hosts(), _proxied()
    logs.begin(logs.wanted(logs.JSON))
    return create_app(
        {
            "PLANNER": chosen_planner(),
            "DATABASE": usual_address(),
            "TRUSTED_HOSTS": [*hosts, "127.0.0.1", "localhost"],
            "BEHIND_PROXY": proxied,
            "SESSION_COOKIE_SECURE": proxied,
            "METRICS_TOKEN": os.environ.get("METRICS_TOKEN"),
            "SECOND_FACTOR": _second_factor(),
            "FHIR_BASE": os.environ.get("FHIR_BASE"),
            security_contact.SETTING: security_contact.from_environment(),
            **from_environment(os.environ),
        }
    )


def _hosts() -> list[str]:
    """The names of `HOST_NAMES`. Raises PlannerError: a name that is none fits no request ever."""
    told = (name.strip().lower() for name in os.environ.get("HOST_NAMES", "").split(","))
    hosts = [name for name in told if name]
    for host in hosts:
        if not _HOST.fullmatch(host):
            message = (
                f"HOST_NAMES has {host}, which is no name of a host. Write names alone, with "
                "commas between: planner.example,planner.clinic.example."
            )
            raise PlannerError(message)
    return hosts


def _second_factor() -> str:
    """Whom a second factor is wanted of. Raises PlannerError for a word that says nothing."""
    told = os.environ.get("SECOND_FACTOR", "").strip().lower()
    if told not in {"", REQUIRED}:
        message = (
            f"SECOND_FACTOR is {told}. Write {REQUIRED} where supervisors and administrators "
            "must have a second factor; else leave it out."
        )
        raise PlannerError(message)
    return told


def _proxied() -> bool:
    """Whether a proxy is believed. Raises PlannerError where that is neither said nor denied."""
    told = os.environ.get("BEHIND_PROXY", "").strip().lower()
    if told not in _YES | _NO:
        message = f"BEHIND_PROXY is {told}. Write 1 where a proxy of yours stands in front, else 0."
        raise PlannerError(message)
    return told in _YES
