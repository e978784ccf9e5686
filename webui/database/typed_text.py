"""Text that a person typed, as it may be stored."""

from __future__ import annotations

import re

from webui.words.texts import text as text_of

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def cleaned(text: str, longest: int) -> str:
    """Typed text without control characters. Raises ValueError when it is too long."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(plain) > longest:
        raise ValueError(text_of("typed_too_long", number=f"{longest:,}"))
    return plain


def checked(text: str, longest: int, field: str, problems: dict[str, str]) -> str:
    """Typed text, cleaned; a problem is put under its field."""
    try:
        return cleaned(text, longest)
    except ValueError as error:
        problems[field] = str(error)
        return text
