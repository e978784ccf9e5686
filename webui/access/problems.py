"""What is answered when something is wrong: a page for people, RFC 9457 for programs.

No answer repeats what was sent, so that nothing personal stands on an error page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from planner.errors import FieldProblem
from webui.words.texts import texts

PROBLEM = "application/problem+json"
TOLD = ("Allow", "Retry-After", "WWW-Authenticate", "Accept-Post", "Accept-Encoding")
"""The headers of an error that say what would be taken instead, or when."""
LIVES = "/livez"
"""Where a program asks whether this one answers at all."""
PROBES = frozenset((LIVES, "/readyz", "/healthz"))
"""The addresses at which a program asks whether this one lives, and can be used."""
METRICS = "/metrics"
"""Where a program asks for counts, if they are switched on."""
FOR_PROGRAMS = PROBES | {METRICS}
"""What a program asks that often knows a process by its address only."""
PROGRAMS = "PROGRAMS"
"""The setting that names the addresses for programs; what stands below them is theirs too."""

ON_ITS_WAY = 64 * 1024
"""Bytes of a body that two machines hold between them; the rest waits with whoever sends it."""
MOST_TAKEN = 4 * 1024 * 1024
"""Bytes of a refused body that are read after all: more than a proxy in front lets through."""


def init_app(app: Flask) -> None:
    """Answer every HTTP error, expected or not, in our own way."""
    app.config.setdefault(PROGRAMS, ("/api", *FOR_PROGRAMS))
    app.register_error_handler(HTTPException, answered)
    app.after_request(_take_the_rest)


def _take_the_rest(response: Response) -> Response:
    """Read the rest of a body that is refused, and throw it away.

    A server that closes while a proxy is still sending resets the connection, and the proxy says
    502 in place of our answer.
    """
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    left = MOST_TAKEN if (request.content_length or 0) > ON_ITS_WAY else 0
    stream = request.environ["wsgi.input"]
    try:
        while left > 0 and (piece := stream.read(min(left, ON_ITS_WAY))):
            left -= len(piece)
    except (OSError, ValueError, HTTPException):
        pass  # whoever sent it has gone, and hears no answer
    return response


def problem(status: int, detail: str, problems: Sequence[FieldProblem] = ()) -> Response:
    """A problem document; `problems` names each field as the contract does."""
    body = refusal(status, detail, problems)
    return Response(json.dumps(body), status=status, content_type=PROBLEM)


def refusal(
    status: int, detail: str = "", problems: Sequence[FieldProblem] = ()
) -> dict[str, object]:
    """What a problem document says; without a `detail`, what this status says of itself."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail or _either(f"detail_{status}", "detail_other"),
    }
    if problems:
        body["problems"] = [one.as_dict() for one in problems]
    return body


def for_program() -> bool:
    """Whether a program asks: the interface, the probes and the counts answer in JSON."""
    theirs: tuple[str, ...] = current_app.config[PROGRAMS]
    return any(f"{request.path}/".startswith(f"{one}/") for one in theirs)


def _title(status: int) -> str:
    """The status in words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Problem"


def answered(error: HTTPException) -> Response:
    """Turn an HTTP error into a problem document or a page; redirects pass as they are."""
    plain = error.get_response()
    status = error.code or InternalServerError.code
    if status < HTTPStatus.BAD_REQUEST:
        return Response(plain.get_data(), status, plain.headers)
    detail = _either(f"detail_{status}", "detail_other")
    if for_program():
        response = problem(status, detail)
    elif request.url_rule is None and status == HTTPStatus.BAD_REQUEST:
        response = Response(detail, status, content_type="text/plain; charset=utf-8")
    else:
        page = render_template(
            "error.html", title=_either(f"status_{status}", "status_other"), detail=detail
        )
        response = Response(page, status)
    for name in TOLD:
        if name in plain.headers:
            response.headers[name] = plain.headers[name]
    return response


def _either(name: str, other: str) -> str:
    """The text of this name, or the one that serves for all that have none."""
    known = texts()
    return known.get(name) or known[other]
