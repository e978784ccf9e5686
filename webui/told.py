"""The cases that tell the rules: which fit each rule, and which come near and do not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Case:
    """One case in a sentence, with the rules it shows."""

    sentence: str
    fits: tuple[str, ...]
    misses: tuple[str, ...]


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """Every case that ships; read once, when the first page asks for it."""
    return ()


def cases_of(rule_id: str) -> tuple[list[Case], list[Case]]:
    """The cases that a rule fits, and its near misses."""
    fits = [case for case in cases() if rule_id in case.fits]
    misses = [case for case in cases() if rule_id in case.misses]
    return fits, misses
