"""Rules on C1 that ask where the other items stand, once those are placed.

A branch that asks so is here a bit of its own, which says that all else it asks holds; its rule
holds if the other items also stand where it asks for them to stand. So one mask says all that the
questions of a plan need to weigh another answer: the other items, and then C1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from planner.planning.branching import Branching
from planner.planning.placing import PLACES, Placing, Standing, named
from planner.rulebook.conditions import Condition
from planner.rulebook.holding import hold
from planner.rulebook.plan_fields import LAST, PLAN_FIELDS, before_last
from planner.rulebook.rulebook import ORDER

_KEPT = 1024
"""Answers kept, most of which the other answers of a question ask for again."""

_NUMBER = {before_last(item): number for number, item in enumerate(ORDER) if item != LAST}
"""The place in ORDER of the item that a field asks about."""

Asked = tuple[tuple[int, frozenset[int]], ...]
"""The items that a branch asks about, each with the places where it may stand."""


class PlacedLast:
    """The branches that wait until the other items are placed."""

    def __init__(self, branching: Branching, placing: Placing) -> None:
        """Take each branch that waits with its rule's bit."""
        self.placing = placing
        self.whole: Callable[[int], int] = branching.whole
        """The rules of some branches; what waits as it is."""
        self.cases = branching.cases
        """The branches of which several are one rule."""
        self.owners_of = branching.owners
        """The rules of some of them, each with all of its branches."""
        self._waiting = tuple(
            (branch.bit, own, tuple(_asked(one) for one in branch.when if one.field in PLAN_FIELDS))
            for branch, own in branching.waiting
        )
        self.every = sum(bit for bit, _, _ in self._waiting)
        """All branches that wait."""
        self.owners = lru_cache(maxsize=_KEPT)(self._settling)
        """The rules of what waits and holds, given where the other items stand."""

    def weighed(self, whole: int) -> tuple[int, Standing]:
        """The rules that hold, and where everything stands; what waits has a bit of its own."""
        waiting = whole & self.every
        rules = whole ^ waiting
        others = self.placing.before_last(rules)
        if waiting:
            rules |= self.owners(others.places, waiting)
        return rules, self.placing.with_last(others, rules)

    def settled(self, branches: int) -> int:
        """The rules that hold, given the branches that do, or of which all else holds."""
        return Weighed(self, branches).rules

    def _settling(self, places: tuple[int, ...], waiting: int) -> int:
        owners = 0
        for bit, own, asked in self._waiting:
            if waiting & bit and _stand(asked, places):
                owners |= own
        return owners


class Weighed:
    """Where everything stands now, and where it would stand if other branches held."""

    __slots__ = ("_branches", "_known", "_last", "_whole", "rules", "standing")

    def __init__(self, last: PlacedLast, branches: int) -> None:
        """Weigh the branches that hold now."""
        self._last = last
        self._branches = branches
        self._whole = last.whole(branches)
        self.rules, self.standing = last.weighed(self._whole)
        self._known: dict[int, Standing] = {branches: self.standing}

    def then(self, branches: int) -> Standing:
        """Where each item would stand if these branches held."""
        known = self._known.get(branches)
        if known is None:
            differ = branches ^ self._branches
            cases = differ & self._last.cases
            whole = self._whole ^ differ ^ cases
            if cases:
                for own, each in self._last.owners_of(cases):
                    whole = whole | own if branches & each else whole & ~own
            _, known = self._last.weighed(whole)
            self._known[branches] = known
        return known


def _asked(condition: Condition) -> tuple[int, frozenset[int]]:
    """A condition on where an item stands, as its number and the places that it allows."""
    allowed = (
        place
        for place in range(PLACES)
        if hold((condition,), {condition.field: named(place) or "none"})
    )
    return _NUMBER[condition.field], frozenset(allowed)


def _stand(asked: Asked, places: tuple[int, ...]) -> bool:
    """Whether all items stand where they are asked to."""
    return all(places[number] in allowed for number, allowed in asked)
