"""How a line of the log is written: as JSON for a clinic's collector, or to be read in a terminal.

Of an exception its kind and place are written, never its words. A secret in an address, should
another program's line quote one, is taken out.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context, request

_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime",
                                                                            "taskName"}  # fmt: skip
"""What every record has; all else was given along by whoever wrote the line."""
_SECRET = re.compile(r"/(join|start|reset|recover)/[^\s?#\"'<]+")
_MOST_FRAMES = 8


class JsonLine(logging.Formatter):
    """One JSON object a line (https://jsonlines.org)."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message first, then the request, then what was given along."""
        return json.dumps(told(record), default=str, ensure_ascii=True)


class TextLine(logging.Formatter):
    """Time, level and message, with the rest as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """The same as in JSON, shorter."""
        known = told(record)
        start = " ".join(str(known.pop(name)) for name in ("time", "level", "message"))
        rest = (f"{name}={value}" for name, value in known.items() if value not in ("", None))
        return " ".join([start, *rest])


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says, by name."""
    given = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    message = without_secrets(record.getMessage().replace("\n", " "))
    start = {"time": at, "level": record.levelname, "logger": record.name, "message": message}
    return {**start, **given, **of_request(), **_raised(record)}


def of_request() -> dict[str, Any]:
    """What is known of the request that is answered now; nothing outside of one."""
    if not has_request_context():
        return {}
    return {
        "request_id": g.get("request_id"),
        "endpoint": request.url_rule.rule if request.url_rule else "none",
        "method": request.method,
        "person": getattr(g.get("person"), "id", None),
    }


def without_secrets(text: str) -> str:
    """A line without the secret of an invitation, a start or a reset that it may quote."""
    return _SECRET.sub(r"/\1/<secret>", text)


def _raised(record: logging.LogRecord) -> dict[str, Any]:
    """The kinds of an exception and of its causes, and the places that it came through."""
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    chain = list(_causes(record.exc_info[1]))
    return {
        "exception": " from ".join(type(one).__qualname__ for one in chain),
        "places": [place for one in chain for place in _places(one)],
    }


def _causes(raised: BaseException | None) -> Iterator[BaseException]:
    """An exception, what it was raised from, and so on; a circle ends."""
    seen: set[int] = set()
    while raised is not None and id(raised) not in seen:
        seen.add(id(raised))
        yield raised
        raised = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)


def _places(raised: BaseException) -> list[str]:
    frames = traceback.extract_tb(raised.__traceback__)[-_MOST_FRAMES:]
    return [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
