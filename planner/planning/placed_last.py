"""What the rules on C1 come to that ask where the other items stand, for another answer.

The engine says it for what was told. A question of a plan asks it of each possible answer, so it is
said here a second time, from the same placing. Without such rules nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.planning.branching import Branch
from planner.planning.placing import Placing
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import PLAN_FIELDS, known_before


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

    def settled(self, mask: int) -> int:
        """The rules that hold, given those that do and the branches of which all else holds."""
        if not mask & self._every:
            return mask
        rules = mask & ~self._every
        known = known_before(self._placing.before_last(rules).where())
        for bit, own, asked in self._waiting:
            if mask & bit and hold(asked, known):
                rules |= own
        return rules
