"""What programs send: JSON that says it is JSON, and the format that they like best in return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import UnsupportedMediaType

from webui.api.describing import JSON

UNCOMPRESSED = "identity"


class NotJson(UnsupportedMediaType):
    """415 for a body of another type, or a compressed one; the headers say what is taken."""

    def get_headers(self, *of_request: Any) -> list[tuple[str, str]]:
        """What the error has by itself, and what RFC 9110 (12.5.3) and the W3C name for it."""
        told = super().get_headers(*of_request)
        return [*told, ("Accept-Post", JSON), ("Accept-Encoding", UNCOMPRESSED)]


def sent_json(sent: Request) -> bytes:
    """The body, which has to say that it is JSON: a form on another site cannot say so.

    Raises NotJson for any other, and for a compressed one, which is never unpacked here.
    """
    coding = sent.headers.get("Content-Encoding", "").strip().lower()
    if sent.mimetype != JSON or coding not in {"", UNCOMPRESSED}:
        raise NotJson
    return sent.get_data(cache=False)


def preferred(accept: MIMEAccept, offered: Mapping[str, object]) -> str:
    """The media type that a client likes best, without its parameters; else the first.

    RFC 9110 (12.5.1) lets a server pass over an `Accept` that it cannot serve, and a plan in JSON
    is of more use than a refusal.
    """
    bare = MIMEAccept([(named.partition(";")[0].strip(), quality) for named, quality in accept])
    return bare.best_match(offered, default=next(iter(offered)))
