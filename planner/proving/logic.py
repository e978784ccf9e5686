"""And, or and not, made quickly: a rulebook is some ten thousand of them, built again and again.

Z3's own Python functions look at every argument several times; here the arguments are known to be
truths already. What is plainly true or false is left out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import z3

Formula = Any
"""A Z3 term; Z3 ships no types."""

YES: Formula = z3.BoolVal(val=True)
NO: Formula = z3.BoolVal(val=False)
_CONTEXT = YES.ctx
_REF = YES.ctx_ref()
_YES, _NO = YES.get_id(), NO.get_id()


def any_of(formulas: Iterable[Formula]) -> Formula:
    """At least one of these; false of none."""
    return _joined(formulas, _YES, _NO, z3.Z3_mk_or)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Each of these; true of none."""
    return _joined(formulas, _NO, _YES, z3.Z3_mk_and)


def _joined(
    formulas: Iterable[Formula], decides: int, says_nothing: int, make: Callable[..., Any]
) -> Formula:
    """Join formulas, where one value decides and the other says nothing."""
    kept: dict[int, Formula] = {}
    for one in formulas:
        name = one.get_id()
        if name == decides:
            return one
        if name != says_nothing:
            kept[name] = one
    if len(kept) < 2:
        return next(iter(kept.values()), YES if says_nothing == _YES else NO)
    refs = (z3.Ast * len(kept))(*[one.ast for one in kept.values()])
    return z3.BoolRef(make(_REF, len(kept), refs), _CONTEXT)


def no(formula: Formula) -> Formula:
    """Not this."""
    name = formula.get_id()
    if name in (_YES, _NO):
        return NO if name == _YES else YES
    return z3.BoolRef(z3.Z3_mk_not(_REF, formula.ast), _CONTEXT)


def same(one: Formula, other: Formula) -> bool:
    """Whether two formulas are one and the same, as they were built."""
    return bool(one.get_id() == other.get_id())


def unlike(one: Formula, other: Formula) -> Formula:
    """One of the two, and not both."""
    return z3.BoolRef(z3.Z3_mk_xor(_REF, one.ast, other.ast), _CONTEXT)
