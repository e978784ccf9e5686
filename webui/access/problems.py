"""What is answered when something is wrong: a page for people, RFC 9457 for programs.

No answer repeats what was sent, so that nothing personal stands on an error page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from planner.errors import FieldProblem

PROBLEM = "application/problem+json"
PROBES = frozenset(("/livez", "/readyz", "/healthz"))
"""The addresses at which a program asks whether this one lives, and can be used."""


def init_app(app: Flask) -> None:
    """Answer every HTTP error, expected or not, in our own way."""
    app.register_error_handler(HTTPException, _answer)


def problem(status: int, detail: str, problems: Sequence[FieldProblem] = ()) -> Response:
    """A problem document; `problems` names each field as the contract does."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
    }
    if problems:
        body["problems"] = [one.as_dict() for one in problems]
    return Response(json.dumps(body), status=status, content_type=PROBLEM)


def for_program() -> bool:
    """Whether a program asks: the interface and the probes answer in JSON."""
    return request.path.startswith("/api/") or request.path in PROBES


def _title(status: int) -> str:
    """The status in words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Problem"


def _answer(error: HTTPException) -> Response:
    """Turn an HTTP error into a problem document or a page; redirects pass as they are."""
    plain = error.get_response()
    status = error.code or InternalServerError.code
    if status < HTTPStatus.BAD_REQUEST:
        return Response(plain.get_data(), status, plain.headers)
    detail = DETAILS.get(status, "The request could not be answered.")
    if for_program():
        response = problem(status, detail)
    elif request.url_rule is None and status == HTTPStatus.BAD_REQUEST:
        response = Response(detail, status, content_type="text/plain; charset=utf-8")
    else:
        page = render_template("error.html", title=_title(status), detail=detail)
        response = Response(page, status)
    for name in ("Allow", "Retry-After"):
        if name in plain.headers:
            response.headers[name] = plain.headers[name]
    return response


DETAILS = {
    400: "The request could not be understood.",
    401: "Send a key that fits: Authorization: Bearer KEY.",
    403: "This key may not do this.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: "That is more than one megabyte, which is more than is taken.",
    415: "Send JSON, with the content type application/json.",
    500: "Something went wrong on our side. Nothing was stored.",
}
