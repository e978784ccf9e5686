"""Rules and variants as the conjunctions that are matched: one each, or one for each of its cases.

The engine knows conjunctions alone, and so do the questions of a plan. A rule without cases is one
branch and keeps the rule's own bit. Each case of the others is a branch with a bit above all rules'
bits, because a memory of what one branch answered must not take in what another one did; `whole`
then turns the bits of branches into those of their rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from planner.planning.numbering import places
from planner.rulebook.conditions import Conjunction
from planner.rulebook.rulebook import Rule, Variant

_KEPT = 512


class Branch(NamedTuple):
    """One conjunction of a rule or variant; its id is the engine's, and shown to nobody."""

    id: str
    when: Conjunction
    bit: int


class Branching:
    """The branches of some rules or variants, with the bit of each."""

    def __init__(
        self,
        told: Sequence[Rule | Variant],
        bit: Mapping[str, int],
        waits: Callable[[Conjunction], bool] = lambda _: False,
    ) -> None:
        """Know each rule or variant by its bit in `bit`, which are the lowest `len(bit)`.

        A branch that `waits` has a bit of its own too, and `whole` leaves it as it is: whether it
        holds is found out later.
        """
        self._waits = waits
        self.waiting: list[tuple[Branch, int]] = []
        """The branches that wait, each with its rule's bit."""
        self._above = len(bit)
        self._own = (1 << self._above) - 1
        self._bit = bit
        self._owners: list[int] = []
        self._branches = {one.id: tuple(self._parted(one)) for one in told}
        self._owned = lru_cache(maxsize=_KEPT)(self._owned_by)

    def _parted(self, one: Rule | Variant) -> Iterator[Branch]:
        """The branches of one rule or variant."""
        own = self._bit[one.id]
        for number, when in enumerate(one.branches, start=1):
            waits = self._waits(when)
            if not one.cases and not waits:
                yield Branch(one.id, when, own)
                return
            branch = Branch(f"{one.id}#{number}", when, 1 << self._above + len(self._owners))
            self._owners.append(branch.bit if waits else own)
            if waits:
                self.waiting.append((branch, own))
            yield branch

    def of(self, told: Iterable[Rule | Variant]) -> tuple[Branch, ...]:
        """The branches of some of them, in order."""
        return tuple(branch for one in told for branch in self._branches[one.id])

    def whole(self, held: int) -> int:
        """The rules that hold, given the branches that do."""
        above = held >> self._above
        return held & self._own | self._owned(above) if above else held

    def _owned_by(self, above: int) -> int:
        """The rules of some branches that have a bit of their own."""
        owners = 0
        for place in places(above):
            owners |= self._owners[place]
        return owners
