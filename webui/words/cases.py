"""The scenarios of each rule: those that it fits, and its nearest misses."""

from __future__ import annotations

from dataclasses import dataclass

from planner import RulebookError
from planner.reading.shipped import SHIPPED
from planner.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Case:
    """One case in a sentence, with the rules it shows."""

    sentence: str
    fits: tuple[str, ...]
    misses: tuple[str, ...]


def cases(rulebook: Rulebook) -> tuple[Case, ...]:
    """Every shipped scenario; none where a pack makes them unreadable."""
    from planner.checking.scenarios import read_scenarios

    try:
        found = read_scenarios(SHIPPED, rulebook)
    except RulebookError:
        return ()
    return tuple(Case(one.name, one.fits, one.misses) for one in found)
