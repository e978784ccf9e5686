"""What the page tests send, as a browser would, and how they read what comes back."""

import html
import re
from collections.abc import Callable

from werkzeug.test import TestResponse

Pairs = tuple[tuple[str, str], ...]
Post = Callable[..., TestResponse]

LATE: Pairs = (
    ("safety.flags", "none"),
    ("kind", "lateness"),
    ("lateness.who", "therapist"),
    ("lateness.minutes", "20"),
    ("lateness.occurrences", "1"),
    ("context.signs", "denial"),
    ("context.signs", "minimal_response"),
)


def read(page: str) -> str:
    """A page's text as a person reads it."""
    body = re.sub(r"<(ins|del|/ins|/del|mark|/mark)>", "", page)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))
