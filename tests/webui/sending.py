"""What the page tests send: the pairs of a form, as a browser would."""

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
