"""One line for each request and for each fault, in JSON or for a terminal, without personal text.

A line names the rule of an address (`/plans/<ref>`) and never the address, the person by number,
and of an exception its kind and place: what it says may hold what somebody typed.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
from time import perf_counter
from types import TracebackType
from typing import TextIO

from flask import Flask, Response, current_app, g, has_request_context, request

from planner.errors import PlannerError
from webui.access.log_lines import JsonLine, TextLine
from webui.access.problems import PROBES

JSON, TEXT = "json", "text"
FORMATS = {JSON: (JsonLine, logging.INFO), TEXT: (TextLine, logging.WARNING)}
"""How lines are written, and from which level on the program's own are."""
OURS = "repair_planner"
REQUESTS = logging.getLogger(f"{OURS}.request")
REFUSED = logging.getLogger(f"{OURS}.refused")
FAULTS = logging.getLogger(f"{OURS}.fault")
logging.getLogger(OURS).addHandler(logging.NullHandler())  # else Python prints bare messages
REQUEST_ID = "X-Request-ID"
KINDS = {400: "bad_request", 413: "too_large", 415: "not_json", 422: "unfit", 429: "too_many"}
"""What is written down as refused, unless the place that refuses said it better."""
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{7,63}")
_Raised = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Application(Flask):
    """Flask, but that it writes down the rule of a request that failed, and never its path."""

    def log_exception(self, exc_info: _Raised) -> None:
        """Write a line with the exception's kind and place."""
        FAULTS.error("Nobody foresaw this", exc_info=exc_info)


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        """Nothing is opened: the stream is looked up for each line."""
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # a stream that may be another each time
        """Standard error."""
        return sys.stderr


def wanted(usual: str) -> str:
    """How `LOG_FORMAT` wants lines written. Raises PlannerError where it names no format."""
    told = os.environ.get("LOG_FORMAT", "").strip().lower() or usual
    if told not in FORMATS:
        raise PlannerError(f"LOG_FORMAT is {told}. Write {' or '.join(FORMATS)}.")
    return told


def begin(how: str) -> None:
    """Write every line of this process to standard error: `json` or `text`.

    Lines of other libraries and of gunicorn are written in the same way.
    """
    line, level = FORMATS[how]
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one, StandardError)]:
        root.removeHandler(earlier)
    handler = StandardError()
    handler.setFormatter(line())
    root.addHandler(handler)
    logging.getLogger(OURS).setLevel(level)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # else a line for each who waits
    for other in logging.getLogger("gunicorn.error").handlers:
        other.setFormatter(line())


def init_app(app: Flask) -> None:
    """Give every request an id, and write a line when it was answered."""
    app.before_request(_identify)
    app.after_request(_noted)
    REFUSED.addFilter(_said_already)


def request_id() -> str:
    """The id of this request: the proxy's, where one is believed and it is well-formed."""
    if "request_id" not in g:
        told = request.headers.get(REQUEST_ID, "")
        believed = current_app.config.get("BEHIND_PROXY") and _WELL_FORMED.fullmatch(told)
        g.request_id = told if believed else secrets.token_hex(8)
    return str(g.request_id)


def _identify() -> None:
    g.log_begun = perf_counter()
    request_id()


def _noted(response: Response) -> Response:
    """Write down how a request was answered, and once more where it was refused, with from where.

    The interface's own 422 is the answer to a program's mistake; a page's is one more look at a
    form, and no refusal.
    """
    response.headers[REQUEST_ID] = request_id()
    status = response.status_code
    took = round((perf_counter() - g.get("log_begun", perf_counter())) * 1000)
    if request.path not in PROBES:
        REQUESTS.info("Answered", extra={"status": status, "milliseconds": took})
    for_page = response.mimetype == "text/html" and status == 422
    if status in KINDS and not for_page and not g.get("refusal_said"):
        told = {"status": status, "kind": KINDS[status], "remote": request.remote_addr or ""}
        REFUSED.warning("Refused", extra=told)
    return response


def _said_already(_record: logging.LogRecord) -> bool:
    """Remember that this request's refusal has its line."""
    if has_request_context():
        g.refusal_said = True
    return True
