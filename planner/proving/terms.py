"""Formulas as Z3's own terms; what was made once is kept with its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import z3

from planner.proving.logic import NO, YES, Formula, from_below

Term = Any
"""A Z3 term; Z3 ships no types."""

_TRUE: Term = z3.BoolVal(val=True)
_CONTEXT = _TRUE.ctx
_REF = _TRUE.ctx_ref()
YES.term = _TRUE
NO.term = z3.BoolVal(val=False)


def term_of(formula: Formula) -> Term:
    """A formula as a term of Z3."""
    for one in from_below(formula, "term"):
        made = _JOINED.get(one.kind)
        one.term = made([part.term for part in one.parts]) if made else _MADE[one.kind](one)
    return formula.term


def constant(name: str, bits: int) -> Term:
    """The number of a code."""
    return z3.BitVec(name, bits)


def _many(make: Callable[..., Any], parts: list[Term]) -> Term:
    """Joined by Z3's C function: its Python one looks at every argument several times."""
    return z3.BoolRef(
        make(_REF, len(parts), (z3.Ast * len(parts))(*[one.ast for one in parts])), _CONTEXT
    )


_JOINED: Mapping[str, Callable[[list[Term]], Term]] = {
    "and": lambda parts: _many(z3.Z3_mk_and, parts),
    "or": lambda parts: _many(z3.Z3_mk_or, parts),
    "not": lambda parts: z3.BoolRef(z3.Z3_mk_not(_REF, parts[0].ast), _CONTEXT),
    "unlike": lambda parts: z3.BoolRef(z3.Z3_mk_xor(_REF, parts[0].ast, parts[1].ast), _CONTEXT),
}


def _alike(one: Formula) -> Term:
    name, bits, other, fewer = one.said
    return constant(str(name), int(bits)) == z3.ZeroExt(
        int(bits) - int(fewer), constant(str(other), int(fewer))
    )


def _code(one: Formula) -> Term:
    return constant(str(one.said[0]), int(one.said[1]))


_MADE: Mapping[str, Callable[[Formula], Term]] = {
    "truth": lambda one: z3.Bool(str(one.said[0])),
    "equals": lambda one: _code(one) == one.said[2],
    "at_least": lambda one: z3.UGE(_code(one), one.said[2]),
    "at_most": lambda one: z3.ULE(_code(one), one.said[2]),
    "no_more": lambda one: z3.ULE(_code(one), constant(str(one.said[2]), int(one.said[1]))),
    "alike": _alike,
    "bit_clear": lambda one: z3.Extract(one.said[2], one.said[2], _code(one)) == 0,
    "many": lambda one: z3.AtLeast(*(part.term for part in one.parts), one.said[0]),
}
