"""What the rules on C1 come to that ask where the other items stand, for another answer.

The engine says it for what was told. A question of a plan asks it of each possible answer, so it is
said here a second time, from the same placing. Without such rules nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from planner.planning.branching import Branch
from planner.planning.placing import Placing, Standing
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import PLAN_FIELDS, known_before


_KEPT = 512
"""Answers kept, most of which the other answers of a question ask for again."""


class PlacedLast:
    """The branches that wait until the other items are placed."""

    def __init__(self, waiting: Iterable[tuple[Branch, int]], placing: Placing) -> None:
        """Take each branch with its rule's bit."""
        self._placing = placing
        self._waiting = tuple(
            (branch.bit, own, tuple(one for one in branch.when if one.field in PLAN_FIELDS))
            for branch, own in waiting
        )
        self._every = sum(bit for bit, _, _ in self._waiting)
        self._asked = self._every | placing.decides_before_last
        self._owners = lru_cache(maxsize=_KEPT)(self._settling)
        self._owned = lru_cache(maxsize=_KEPT)(self._owned_by)

    def settled(self, mask: int) -> int:
        """The rules that hold, given those that do and the branches of which all else holds."""
        if not mask & self._every:
            return mask
        return mask & ~self._every | self._owners(mask & self._asked)

    def _settling(self, mask: int) -> int:
        """The rules that wait and hold, given only what decides where the other items stand."""
        standing = self._placing.before_last(mask & ~self._every)
        return self._owned(mask & self._every, standing)

    def _owned_by(self, waiting: int, standing: Standing) -> int:
        """The rules of some branches that wait, where the other items stand so."""
        known = known_before(standing.where())
        owners = 0
        for bit, own, asked in self._waiting:
            if waiting & bit and hold(asked, known):
                owners |= own
        return owners
