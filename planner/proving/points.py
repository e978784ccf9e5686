"""Observations that are known already, and what holds of them without asking the solver.

That something is possible takes one observation to show. Most questions of whether a rule can
matter are answered by an observation that answered another one, or by one close to it. So those
that the solver found are kept with some that differ from them in a few answers, and a formula is
worked out for all of them at once: one bit of a whole number for each.
Nothing is believed of a point but what its formula comes to: each is held to the world's bounds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from planner.proving.logic import Formula, all_of

Point = Mapping[str, int]
"""A number for each code and each truth of a world, by its name; a truth is 0 or 1."""
Row = tuple[int, ...]
"""The numbers of a point alone, in the order of the world's names: a twentieth of the memory."""

NEAR = 12
"""How many points are tried beside each that the solver found."""
CHANGES = 4
"""In how many answers such a one differs at most."""
_FIRST = 48
"""So many new ones wait at least until all are put together: that works everything out again."""
_MOST = 8_000
"""No more are put together: beyond, one more finds nothing that is worth its time."""


class Points:
    """Observations within the bounds of a world, and which formulas hold of any."""

    def __init__(self, most: Mapping[str, int], bounds: Iterable[Formula]) -> None:
        """`most` has every code and truth of the world with its greatest number."""
        self._most = most
        self._names = tuple(most)
        self._bound = all_of(bounds)
        self._chance = random.Random(1)  # noqa: S311  # any points will do, and always the same
        self._rows: list[Row] = []
        self._waiting: list[Row] = []
        self._batch = _Batch((), self._names)
        self._telling: dict[Row, None] = {}

    def found(self, point: Point) -> None:
        """Note a point of the world, and some that may be of it as well."""
        row = tuple(point[name] for name in self._names)
        self._telling[row] = None
        self._waiting += [row, *(self._near(row) for _ in range(NEAR))]
        if len(self._waiting) > max(_FIRST, len(self._rows) // 4):
            self.gather()

    def add(self, points: Iterable[Point]) -> None:
        """Note points that may be of the world; whatever else they are is left out."""
        fitting = (one for one in points if self._fits(one))
        self._waiting += [tuple(one[name] for name in self._names) for one in fitting]
        self.gather()

    @property
    def telling(self) -> list[Point]:
        """Those that showed something, and are worth keeping."""
        return [dict(zip(self._names, row, strict=True)) for row in self._telling]

    def _fits(self, point: Point) -> bool:
        """Whether a point has a number for each name, and nothing else."""
        return len(point) == len(self._most) and all(
            type(number := point.get(name)) is int and 0 <= number <= most
            for name, most in self._most.items()
        )

    def _near(self, row: Row) -> Row:
        """A point that differs in a few answers."""
        numbers = [*row]
        for place in self._chance.sample(range(len(row)), self._chance.randint(1, CHANGES)):
            numbers[place] = self._chance.randint(0, self._most[self._names[place]])
        return tuple(numbers)

    def gather(self) -> None:
        """Put what waits among the others, but for what is out of bounds."""
        within = _Batch(self._waiting, self._names).holding(self._bound)
        kept = [one for number, one in enumerate(self._waiting) if within >> number & 1]
        kept = kept[: _MOST - len(self._rows)]
        self._waiting = []
        if kept:
            self._rows += kept
            self._batch = _Batch(kept, self._names, self._batch)

    def shows(self, formula: Formula) -> bool:
        """Whether a formula holds of any of them; that one is then worth keeping."""
        held = self._batch.holding(formula)
        if not held:
            return False
        self._telling[self._rows[(held & -held).bit_length() - 1]] = None
        return True


class _Batch:
    """Points that formulas are worked out for together; what came out is kept with each formula."""

    def __init__(
        self, rows: Sequence[Row], names: Iterable[str], before: _Batch | None = None
    ) -> None:
        """These points, after those of another batch."""
        first: int = before.many if before else 0
        earlier = before.numbers if before else {}
        self.numbers: dict[str, dict[int, int]] = {
            name: _masks([row[place] for row in rows], earlier.get(name, {}), first)
            for place, name in enumerate(names)
        }
        self.many: int = first + len(rows)
        self._every = (1 << self.many) - 1

    def holding(self, formula: Formula) -> int:
        """The points of which a formula holds, one bit each."""
        for one in self._unmet(formula):
            parts = [part.met[1] for part in one.parts if part.met]
            joined = _JOINED.get(one.kind)
            mask = joined(self._every, one, parts) if joined else self._asked(one)
            one.met = (self, mask)
        return formula.met[1] if formula.met else 0

    def _unmet(self, formula: Formula) -> Iterator[Formula]:
        """All that is not worked out yet for these points, parts first."""
        ahead = [formula]
        while ahead:
            one = ahead[-1]
            if one.met is not None and one.met[0] is self:
                ahead.pop()
                continue
            left = [part for part in one.parts if part.met is None or part.met[0] is not self]
            if left:
                ahead.extend(left)
            else:
                ahead.pop()
                yield one

    def _asked(self, one: Formula) -> int:
        """Where a question about a code or a truth holds."""
        numbers = self.numbers[str(one.said[0])]
        if one.kind == "truth":
            return numbers.get(1, 0)
        if one.kind in ("no_more", "alike"):
            others = self.numbers[str(one.said[2])]
            return self._compared(numbers, others, least=0 if one.kind == "no_more" else None)
        limit, told = int(one.said[2]), _TOLD[one.kind]
        return reduce(or_, (mask for number, mask in numbers.items() if told(number, limit)), 0)

    @staticmethod
    def _compared(numbers: Mapping[int, int], others: Mapping[int, int], least: int | None) -> int:
        """Where a code is the same as another one; or no greater, if `least` is 0."""
        pairs = ((one, other) for one in numbers for other in others)
        fitting = (
            numbers[one] & others[other]
            for one, other in pairs
            if one == other or (least is not None and one < other)
        )
        return reduce(or_, fitting, 0)


def _masks(numbers: Sequence[int], before: Mapping[int, int], first: int) -> dict[int, int]:
    """For each number the points that have it; those of `before` come first."""
    masks = dict.fromkeys(numbers, 0)
    for place, number in enumerate(numbers):
        masks[number] |= 1 << place
    joined = dict(before)
    for number, mask in masks.items():
        joined[number] = joined.get(number, 0) | mask << first
    return joined


def _many(every: int, one: Formula, parts: list[int]) -> int:
    """Where at least so many parts hold, carried from one part to the next."""
    limit = int(one.said[0])
    reached = [every, *[0] * limit]
    for part in parts:
        for count in range(limit, 0, -1):
            reached[count] |= reached[count - 1] & part
    return reached[limit]


_JOINED: Mapping[str, Callable[[int, Formula, list[int]], int]] = {
    "yes": lambda every, _, __: every,
    "no": lambda _, __, ___: 0,
    "and": lambda _, __, parts: reduce(and_, parts),
    "or": lambda _, __, parts: reduce(or_, parts),
    "not": lambda every, _, parts: every & ~parts[0],
    "unlike": lambda _, __, parts: parts[0] ^ parts[1],
    "many": _many,
}
_TOLD: Mapping[str, Callable[[int, int], bool]] = {
    "equals": lambda number, limit: number == limit,
    "at_least": lambda number, limit: number >= limit,
    "at_most": lambda number, limit: number <= limit,
    "bit_clear": lambda number, bit: not number >> bit & 1,
}
