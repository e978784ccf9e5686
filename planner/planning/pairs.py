"""Two unknown answers that only together make a step of a held item.

Where one answer alone moves nothing, the smallest set that does is asked about. Three or more are
no question: the hold names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from planner.planning.whatif import Answered, Then, WhatIf

_TRIED = 12
"""Pairs that are asked exactly, the likeliest first: what the masks say of two is nearly right."""


class Pair(NamedTuple):
    """Two answers, how likely they are among all, and the rules that would hold by both."""

    answers: tuple[Then, Then]
    share: float
    rules: int

    @property
    def fields(self) -> tuple[str, str]:
        """The two fields."""
        return self.answers[0].field, self.answers[1].field


class Pairs:
    """Finds them, by the masks of what each single answer would do."""

    def __init__(self, whatif: WhatIf) -> None:
        self._whatif = whatif

    def of(self, item: str, answered: Answered) -> Iterator[Pair]:
        """The pairs by which all holds of an item fall, the likeliest first; at most a few."""
        now, against = answered.thens[0].branches, self._whatif.holds[item]
        holding, against = now & against, against | self._whatif.bars[item]
        lifting: dict[int, list[Then]] = {}
        for one in answered.thens[1:]:
            lifted = holding & ~one.branches
            if lifted and lifted != holding and not one.branches & against & ~now:
                lifting.setdefault(lifted, []).append(one)
        fitting = [
            (a, b)
            for one, other in combinations(lifting, 2)
            if one | other == holding
            for a, b in product(lifting[one], lifting[other])
            if a.field != b.field
        ]
        fitting.sort(key=lambda two: -two[0].share * two[1].share)
        for two in fitting[:_TRIED]:
            rules = self._whatif.both(answered, *two)
            yield Pair(two, two[0].share * two[1].share, rules)
