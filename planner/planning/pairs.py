"""Two unknown answers that only together make a step of a held item.

Where one answer alone moves nothing, the smallest set that does is asked about. Three or more are
no question: the hold names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from planner.contract.facts import Fact
from planner.planning.whatif import Then, WhatIf

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

    def of(self, item: str, facts: Mapping[str, Fact], thens: Sequence[Then]) -> Iterator[Pair]:
        """The pairs by which all holds of an item fall, the likeliest first; at most a few."""
        now, against = thens[0].branches, self._whatif.holds[item]
        holding, against = now & against, against | self._whatif.bars[item]
        lifting = [
            (lifted, one)
            for one in thens[1:]
            if (lifted := holding & ~one.branches) and not one.branches & against & ~now
        ]
        if holding & ~_all(lifted for lifted, _ in lifting):
            return
        fitting = [
            (a, b)
            for (lifts, a), (also, b) in combinations(lifting, 2)
            if lifts | also == holding and a.field != b.field
        ]
        fitting.sort(key=lambda two: -two[0].share * two[1].share)
        for two in fitting[:_TRIED]:
            rules = self._whatif.holding({**facts, **{one.field: one.value for one in two}})
            yield Pair(two, two[0].share * two[1].share, rules)


def _all(masks: Iterable[int]) -> int:
    """The bits of all of them."""
    every = 0
    for mask in masks:
        every |= mask
    return every
