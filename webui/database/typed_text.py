"""Text that a person typed, as it may be stored."""

from __future__ import annotations

import re

from webui.words.texts import text as text_of

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
"""Letters without width, and marks that turn the direction in which the others are read."""


def cleaned(text: str, longest: int) -> str:
    """Typed text without control characters. Raises ValueError when it is too long."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(plain) > longest:
        raise ValueError(text_of("typed_too_long", number=f"{longest:,}"))
    return plain


def seen(text: str) -> str:
    """A label or a code without what hides in it or turns the rest of the line around."""
    return _UNSEEN.sub("", text).strip()


def one_line(text: str, longest: int) -> str:
    """A label as `cleaned` gives it, on one line, and nothing in it turns or hides the rest."""
    return " ".join(seen(cleaned(text, longest)).split())


def checked(text: str, longest: int, field: str, problems: dict[str, str]) -> str:
    """Typed text, cleaned; a problem is put under its field."""
    try:
        return cleaned(text, longest)
    except ValueError as error:
        problems[field] = str(error)
        return text
