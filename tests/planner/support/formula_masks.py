"""Z3 formulas evaluated for many observations at once: one bit of a whole number for each of them.

Z3 itself takes milliseconds to look at one observation. This reads the formulas as they were built
and needs no solver, so a hundred thousand observations are a few operations on large numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import and_, or_, xor

import z3

from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.proving.logic import Formula
from planner.proving.terms import Term, term_of
from planner.proving.world import code_of

_JOINS: dict[int, Callable[[int, int], int]] = {
    z3.Z3_OP_AND: and_,
    z3.Z3_OP_OR: or_,
    z3.Z3_OP_XOR: xor,
}


class Masks:
    """What holds for which of some observations."""

    def __init__(self, facts: Sequence[Mapping[str, Fact]]) -> None:
        self.every = (1 << len(facts)) - 1
        self._codes: dict[str, dict[int, int]] = {}
        self._members: dict[str, int] = {}
        for number, known in enumerate(facts):
            for name, value in known.items():
                self._note(name, value, 1 << number)
        self._met: dict[int, int] = {}
        self._kept: list[Term] = []

    def _note(self, name: str, value: Fact, bit: int) -> None:
        if isinstance(value, frozenset):
            for word in value:
                key = f"{name}:{word}"
                self._members[key] = self._members.get(key, 0) | bit
        else:
            codes = self._codes.setdefault(name, {})
            code = code_of(FIELDS[name], value)
            codes[code] = codes.get(code, 0) | bit

    def of(self, asked: Formula) -> int:
        """The observations for which a formula holds; what it is made of is asked once."""
        formula: Term = term_of(asked)
        ahead = [formula]
        while ahead:
            one = ahead[-1]
            if one.get_id() in self._met:
                ahead.pop()
                continue
            left = [] if self._asks_a_number(one) else self._unmet(one)
            if left:
                ahead.extend(left)
            else:
                self._met[one.get_id()] = self._value(one)
                self._kept.append(one)
                ahead.pop()
        return self._met[formula.get_id()]

    def _unmet(self, one: Term) -> list[Term]:
        return [part for part in one.children() if part.get_id() not in self._met]

    def _asks_a_number(self, one: Term) -> bool:
        return bool(one.num_args() == 2 and z3.is_bv(one.arg(0)))

    def _value(self, one: Term) -> int:
        kind = one.decl().kind()
        if kind in _JOINS:
            return reduce(_JOINS[kind], [self._met[part.get_id()] for part in one.children()])
        if self._asks_a_number(one) and not z3.is_bv_value(one.arg(1)):
            return self._no_more(one.arg(0).decl().name(), one.arg(1).decl().name())
        if self._asks_a_number(one):
            return self._number(kind, one.arg(0).decl().name(), one.arg(1).as_long())
        if kind == z3.Z3_OP_NOT:
            return self.every & ~self._met[one.arg(0).get_id()]
        if kind in (z3.Z3_OP_PB_AT_LEAST, z3.Z3_OP_PB_AT_MOST):
            return self._counted(one, least=kind == z3.Z3_OP_PB_AT_LEAST)
        if kind == z3.Z3_OP_UNINTERPRETED:
            return self._members.get(one.decl().name(), 0)
        assert kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE), one
        return self.every if kind == z3.Z3_OP_TRUE else 0

    def _number(self, kind: int, name: str, limit: int) -> int:
        met: dict[int, Callable[[int], bool]] = {
            z3.Z3_OP_EQ: lambda code: code == limit,
            z3.Z3_OP_ULEQ: lambda code: code <= limit,
            z3.Z3_OP_UGEQ: lambda code: code >= limit,
        }
        codes = self._codes[name].items()
        return reduce(or_, [mask for code, mask in codes if met[kind](code)], 0)

    def _no_more(self, name: str, other: str) -> int:
        """Where one number is no more than another."""
        pairs = product(self._codes[name].items(), self._codes[other].items())
        return reduce(or_, [mask & most for (code, mask), (limit, most) in pairs if code <= limit])

    def _counted(self, one: Term, *, least: bool) -> int:
        """How many hold: the observations with at least so many, carried from one to the next."""
        limit: int = one.params()[0]
        reached = [self.every] + [0] * one.num_args()
        for part in one.children():
            mask = self._met[part.get_id()]
            for count in range(one.num_args(), 0, -1):
                reached[count] |= reached[count - 1] & mask
        return reached[limit] if least else self.every & ~([*reached, 0])[limit + 1]
