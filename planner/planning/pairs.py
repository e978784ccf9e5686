"""Two unknown answers that only together make a step of a held item.

Where one answer alone moves nothing, the smallest set that does is asked about. Three or more are
no question: the hold names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from planner.planning.unknown import ANSWERS, HAPPENED, UNKNOWN
from planner.planning.whatif import Answered, Then, WhatIf

_TRIED = 24
"""Pairs that are asked exactly, the plainest first: what the masks say of two is nearly right."""
_PLACES = {name: place for place, name in enumerate(UNKNOWN)}


class Pair(NamedTuple):
    """Two answers, and the branches that would hold by both."""

    answers: tuple[Then, Then]
    branches: int

    @property
    def fields(self) -> tuple[str, str]:
        """The two fields."""
        return self.answers[0].field, self.answers[1].field


class Pairs:
    """Finds them, by the masks of what each single answer would do."""

    def __init__(self, whatif: WhatIf) -> None:
        self._whatif = whatif

    def of(self, item: str, answered: Answered) -> Iterator[Pair]:
        """The pairs by which all holds of an item fall, the plainest first; at most a few.

        When it happened is no half of a pair: its answer dates the ruptures as well.
        """
        now, against = answered.thens[0].branches, self._whatif.holds[item]
        holding, against = now & against, against | self._whatif.bars[item]
        lifting: dict[int, list[Then]] = {}
        for one in answered.thens[1:]:
            lifted = holding & ~one.branches
            if lifted and lifted != holding and not one.branches & against & ~now:
                lifting.setdefault(lifted, []).append(one)
        fitting = [
            tuple(sorted((a, b), key=_place))
            for one, other in combinations(lifting, 2)
            if one | other == holding
            for a, b in product(lifting[one], lifting[other])
            if a.field != b.field and HAPPENED not in (a.field, b.field)
        ]
        for one, other in sorted(fitting, key=_plainness)[:_TRIED]:
            yield Pair((one, other), self._whatif.both(answered, one, other))


def _place(then: Then) -> int:
    """The place of a field among those that may be unknown, in the contract's order."""
    return _PLACES[then.field]


def _plainness(two: tuple[Then, ...]) -> tuple[int, ...]:
    """Choices before lists, then the contract's order of fields and of answers.

    How finely the rules tell answers apart is no reason to ask about others.
    """
    lists = sum(isinstance(one.value, frozenset) for one in two)
    return (lists, *map(_place, two), *(ANSWERS[one.field].index(one.value) for one in two))
