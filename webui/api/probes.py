"""Whether the program lives and can be used, for whoever watches over it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app

from webui.access.problems import FOR_PROGRAMS
from webui.api.describing import JSON, OPERATING, answer, described, operation, ref, whole
from webui.knowledge import knowledge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

blueprint = Blueprint("probes", __name__)
OK = {"type": "string", "const": "ok"}
HEALTH = whole({"status": OK, "rulebook": ref("RulebookMark")})
OTHER_METHOD = {"405": "interface_405"}
"""All that a probe refuses: it is answered under any name of the machine."""


def _health() -> dict[str, Any]:
    book = knowledge().rulebook
    return {"status": "ok", "rulebook": {"version": book.version, "edition": book.edition}}


def _asks(name: str, said: str, answered: str) -> dict[str, Any]:
    """Describe a probe that asks the database too."""
    found = {"200": answer(answered, ref("Health"), JSON, _health)}
    refused = {**OTHER_METHOD, "503": "interface_503_probe"}
    return operation(name, said, found, refused, tags=[OPERATING])


def init_app(app: Flask) -> None:
    """Add the probes, and let them be asked under any name of the machine.

    Whoever watches a process often knows only its address. Every other address keeps refusing
    names that are not trusted.
    """
    app.register_blueprint(blueprint)
    inner = app.wsgi_app
    known = next((host.lstrip(".") for host in app.config["TRUSTED_HOSTS"] or ()), "localhost")

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in FOR_PROGRAMS:
            environ["HTTP_HOST"] = known
        return inner(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]  # how Flask says it is done


@blueprint.get("/livez")
@described(
    operation(
        "lives",
        "interface_lives",
        {"200": answer("interface_lives_answer", ref("Alive"), JSON, lambda: {"status": "ok"})},
        OTHER_METHOD,
        tags=[OPERATING],
    ),
    {"Alive": whole({"status": OK})},
)
def lives() -> Response:
    """Tell that the process answers; nothing else is asked."""
    return _ok({"status": "ok"})


@blueprint.get("/readyz")
@described(_asks("ready", "interface_ready", "interface_ready_answer"), {"Health": HEALTH})
def ready() -> Response:
    """Tell that a plan can be made, and kept where there is a database; 503 where it cannot."""
    if current_app.config.get("DATABASE"):
        current_app.extensions["store"].database.ask()
    return _ok(_health())


@blueprint.get("/healthz")
@described(_asks("health", "interface_health", "interface_ready_answer"))
def health() -> Response:
    """Answer as `/readyz` does, whose older name this is."""
    return ready()


def _ok(told: dict[str, Any]) -> Response:
    return Response(json.dumps(told), content_type=JSON)
