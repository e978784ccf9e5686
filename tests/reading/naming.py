"""Which rules and variants a line of a plan comes from, found by their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from planner.rulebook.rulebook import Rulebook
from tests.reading.seen import sentences

_SLOT = re.compile(r"\\\{([a-z_]+)\\\}")
_SAID = ("say", "short", "text", "until", "because")
_SHORTEST = 12
"""A text of fewer characters would be found in too many lines."""


def named(rulebook: Rulebook, text: str) -> tuple[str, ...]:
    """The ids of all whose text is in the line, or that have the line in their text."""
    plain = _plain(text)
    return tuple(
        dict.fromkeys(
            name
            for name, own, pattern in _texts(rulebook.edition, _Kept(rulebook))
            if len(plain) >= _SHORTEST and (plain in own or pattern.search(plain))
        )
    )


class _Kept:
    """Lets a rulebook be passed to a cache that goes by its edition alone."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.rulebook is self.rulebook


@lru_cache(maxsize=4)
def _texts(_edition: str, kept: _Kept) -> list[tuple[str, str, re.Pattern[str]]]:
    slots = {
        name: "|".join(map(re.escape, sorted({*slot.values.values(), slot.otherwise})))
        for name, slot in kept.rulebook.slots.items()
    }

    def pattern(plain: str) -> re.Pattern[str]:
        escaped = re.escape(plain).replace(r"\ ", " ")
        fills = _SLOT.sub(lambda slot: f"(?:{slots.get(slot[1], '.+?')})", escaped)
        return re.compile(fills, re.IGNORECASE)

    return [
        (name, plain, pattern(plain))
        for name, text in _all(kept.rulebook)
        for one in {text, *sentences(text)}
        if len(plain := _plain(one)) >= _SHORTEST
    ]


def _all(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    for one in rulebook.rules_and_variants:
        for field in _SAID:
            text = getattr(one, field, None)
            if isinstance(text, str):
                yield one.id, text
    for code in rulebook.avoid_codes.values():
        yield f"avoid.{code.code}", code.text
    for item, words in rulebook.wording.items():
        yield f"{item}.purpose", words.purpose
    for name, text in rulebook.summary.items():
        yield f"summary.{name}", text


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".,;")
