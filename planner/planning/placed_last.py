"""What the rules on C1 come to that ask where the other items stand, for another answer.

The engine says it for what was told. A question of a plan asks it of each possible answer, so it is
said here a second time, from the same placing. Without such rules nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from planner.planning.branching import Branch
from planner.planning.placing import PLACES, Placing, named
from planner.rulebook.conditions import Condition
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import LAST, PLAN_FIELDS, before_last
from planner.rulebook.rulebook import ORDER

_KEPT = 512
"""Answers kept, most of which the other answers of a question ask for again."""

_NUMBER = {before_last(item): number for number, item in enumerate(ORDER) if item != LAST}
"""The place in ORDER of the item that a field asks about."""

Asked = tuple[tuple[int, frozenset[int]], ...]
"""The items that a branch asks about, each with the places where it may stand."""


class PlacedLast:
    """The branches that wait until the other items are placed."""

    def __init__(self, waiting: Iterable[tuple[Branch, int]], placing: Placing) -> None:
        """Take each branch with its rule's bit."""
        self._placing = placing
        self._waiting = tuple(
            (branch.bit, own, tuple(_asked(one) for one in branch.when if one.field in PLAN_FIELDS))
            for branch, own in waiting
        )
        self._every = sum(bit for bit, _, _ in self._waiting)
        self._needed = self._every | placing.decides_before_last
        self._owners = lru_cache(maxsize=_KEPT)(self._settling)

    def settled(self, mask: int) -> int:
        """The rules that hold, given those that do and the branches of which all else holds."""
        if not mask & self._every:
            return mask
        return mask & ~self._every | self._owners(mask & self._needed)

    def _settling(self, mask: int) -> int:
        """The rules that wait and hold, given only what decides where the other items stand."""
        places = self._placing.before_last(mask & ~self._every).places
        owners = 0
        for bit, own, asked in self._waiting:
            if mask & bit and _stand(asked, places):
                owners |= own
        return owners


def _asked(condition: Condition) -> tuple[int, frozenset[int]]:
    """A condition on where an item stands, as its number and the places that it allows."""
    allowed = (
        place
        for place in range(PLACES)
        if hold((condition,), {condition.field: named(place) or "none"})
    )
    return _NUMBER[condition.field], frozenset(allowed)


def _stand(asked: Asked, places: tuple[int, ...]) -> bool:
    """Whether all items stand where they are asked to; held is held, whatever it waits for."""
    return all(min(places[number], PLACES - 1) in allowed for number, allowed in asked)
