"""Whether the program lives and can be used, for whoever watches over it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app

from webui.access.problems import FOR_PROGRAMS
from webui.api.describing import JSON, answer, described, mark_of_rules, operation, ref, whole
from webui.knowledge import knowledge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

blueprint = Blueprint("probes", __name__)
ALIVE = "Whether the process answers"
READY = "Whether plans can be made, and kept where there is a database"
OK = {"const": "ok"}
HEALTH = {
    "type": "object",
    "required": ["status", "rulebook"],
    "properties": {"status": OK, "rulebook": {"type": "object", "properties": mark_of_rules()}},
}
UNUSABLE = {"503": "The database cannot be used"}


def _asks(name: str, summary: str) -> dict[str, Any]:
    """Describe a probe that asks the database too."""
    return operation(name, summary, {"200": answer(summary, ref("Health"))}, UNUSABLE)


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
    operation("lives", ALIVE, {"200": answer(ALIVE, ref("Alive"))}, {}),
    {"Alive": whole({"status": OK})},
)
def lives() -> Response:
    """Tell that the process answers; nothing else is asked."""
    return _ok()


@blueprint.get("/readyz")
@described(_asks("ready", READY), {"Health": HEALTH})
def ready() -> Response:
    """Tell that a plan can be made, and kept where there is a database; 503 where it cannot."""
    if current_app.config.get("DATABASE"):
        current_app.extensions["store"].database.ask()
    book = knowledge().rulebook
    return _ok(rulebook={"version": book.version, "edition": book.edition})


@blueprint.get("/healthz")
@described(_asks("health", f"{READY}, by an older name"))
def health() -> Response:
    """Answer as `/readyz` does, whose older name this is."""
    return ready()


def _ok(**more: Any) -> Response:
    return Response(json.dumps({"status": "ok", **more}), content_type=JSON)
