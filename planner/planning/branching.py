"""Rules and variants as the conjunctions that are matched: one each, or one for each of its cases.

The engine knows conjunctions alone, and so do the questions of a plan. A rule without cases is one
branch and keeps its own bit, which is its place among the rules. Each case of the others is a
branch with a bit above those, because what one branch answered must not take in what another one
did; `whole` then turns the bits of branches into those of their rules. The same of variants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from planner.errors import EngineError
from planner.planning.numbering import places
from planner.rulebook.conditions import Conjunction
from planner.rulebook.plan_fields import reads_before
from planner.rulebook.rulebook import Rule, Variant

_KEPT = 512


class Branch(NamedTuple):
    """One conjunction of a rule or variant; its id is the engine's, and shown to nobody."""

    id: str
    when: Conjunction
    bit: int


class Branching:
    """The branches of all rules of a rulebook, or of all its variants, with the bit of each.

    A branch that asks where other items stand before C1 is placed waits: it has a bit of its own
    too, and `whole` leaves it as it is, for whether it holds is found out later.
    """

    def __init__(self, told: Sequence[Rule | Variant]) -> None:
        """Give each of them, and each case, its bit; EngineError where two have one id."""
        self.waiting: list[tuple[Branch, int]] = []
        """The branches that wait, each with its rule's bit."""
        self._above = len(told)
        self._own = (1 << self._above) - 1
        self._owners: list[int] = []
        self._branches = {
            one.id: tuple(self._parted(one, 1 << place)) for place, one in enumerate(told)
        }
        if len(self._branches) < len(told):
            twice, _ = Counter(one.id for one in told).most_common(1)[0]
            raise EngineError(f'"{twice}" is there more than once; give each its own id.')
        self.every = tuple(branch for each in self._branches.values() for branch in each)
        """Every branch, in file order."""
        self.cases = ((1 << len(self._owners)) - 1) << self._above
        """The branches with a bit of their own, but for those that wait."""
        self.cases &= ~sum(branch.bit for branch, _ in self.waiting)
        self._owned = lru_cache(maxsize=_KEPT)(self._owned_by)
        self.owners = lru_cache(maxsize=_KEPT)(self._owning)
        """The rules of some cases, each with the bits of all of its cases."""

    def _parted(self, one: Rule | Variant, own: int) -> Iterator[Branch]:
        """The branches of one rule or variant."""
        for number, when in enumerate(one.branches, start=1):
            waits = isinstance(one, Rule) and reads_before(when)
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

    def mask(self, told: Iterable[Rule | Variant]) -> int:
        """The bits of the branches of some of them."""
        return sum(branch.bit for branch in self.of(told))

    def whole(self, held: int) -> int:
        """The rules or variants that hold, given the branches that do; what waits as it is."""
        above = held >> self._above
        return held & self._own | self._owned(above) if above else held

    def owned(self, waiting: int) -> int:
        """The rules of branches that waited and hold."""
        owned = 0
        for branch, own in self.waiting:
            if branch.bit & waiting:
                owned |= own
        return owned

    def _owning(self, cases: int) -> tuple[tuple[int, int], ...]:
        owners: dict[int, int] = {}
        for place, own in enumerate(self._owners):
            owners[own] = owners.get(own, 0) | 1 << self._above + place
        return tuple((own, bits) for own, bits in owners.items() if bits & cases)

    def _owned_by(self, above: int) -> int:
        """The rules of some branches that have a bit of their own."""
        owners = 0
        for place in places(above):
            owners |= self._owners[place]
        return owners
