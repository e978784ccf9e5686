"""And, or and not, and what they are made of: a rulebook is some ten thousand of them.

Formulas are built again and again, for every rule that is left out in turn, so they are plain
objects here and become Z3's own only where the solver is asked (`terms`). Equal ones are one and
the same object, whatever the order of their parts; what is plainly true or false is left out at
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakValueDictionary


class Formula:
    """A truth about an observation: of one kind, said of names and numbers, or made of parts.

    `number` tells formulas apart as long as the program runs. `term`, `digest` and `met` are kept
    for `terms`, `digests` and `points`, which work each of them out when it is asked for.
    """

    __slots__ = ("__weakref__", "digest", "kind", "met", "number", "parts", "said", "term")

    def __init__(self, kind: str, said: tuple[str | int, ...], parts: tuple[Formula, ...]) -> None:
        self.kind = kind
        self.said = said
        self.parts = parts
        self.number = next(_NUMBERS)
        self.term: Any = None
        self.digest: bytes | None = None
        self.met: tuple[object, int] | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A number that stands for the answer to a field: what it is called, and how many bits."""

    name: str
    bits: int


_NUMBERS = count()
_MADE: WeakValueDictionary[tuple[object, ...], Formula] = WeakValueDictionary()
"""Every formula that is in use, by what it says: equal ones are made once."""

YES = Formula("yes", (), ())
NO = Formula("no", (), ())


def any_of(formulas: Iterable[Formula]) -> Formula:
    """At least one of these; false of none."""
    return _joined("or", formulas, YES, NO)


def all_of(formulas: Iterable[Formula]) -> Formula:
    """Each of these; true of none."""
    return _joined("and", formulas, NO, YES)


def _joined(
    kind: str, formulas: Iterable[Formula], decides: Formula, says_nothing: Formula
) -> Formula:
    """Join formulas, where one value decides and the other says nothing."""
    kept: dict[int, Formula] = {}
    for one in formulas:
        if one is decides:
            return one
        if one is not says_nothing:
            kept[one.number] = one
    if len(kept) < 2:
        return next(iter(kept.values()), says_nothing)
    return _made((kind, frozenset(kept)), kind, (), tuple(kept.values()))


def _made(
    key: tuple[object, ...], kind: str, said: tuple[str | int, ...], parts: tuple[Formula, ...] = ()
) -> Formula:
    """The formula of this key, made where it is not in use yet."""
    known = _MADE.get(key)
    if known is None:
        known = _MADE[key] = Formula(kind, said, parts)
    return known


def no(formula: Formula) -> Formula:
    """Not this."""
    if formula is YES or formula is NO:
        return NO if formula is YES else YES
    if formula.kind == "not":
        return formula.parts[0]
    return _made(("not", formula.number), "not", (), (formula,))


def same(one: Formula, other: Formula) -> bool:
    """Whether two formulas are one and the same, as they were built."""
    return one is other


def unlike(one: Formula, other: Formula) -> Formula:
    """One of the two, and not both."""
    if one is other:
        return NO
    for decided, left in ((one, other), (other, one)):
        if decided is YES or decided is NO:
            return no(left) if decided is YES else left
    return _made(("unlike", frozenset((one.number, other.number))), "unlike", (), (one, other))


def truth(name: str) -> Formula:
    """What is given or is not, by a name of its own."""
    return _said("truth", name)


def equals(code: Code, number: int) -> Formula:
    """A code is this number."""
    return _said("equals", code.name, code.bits, number)


def at_least(code: Code, number: int) -> Formula:
    """A code is this number or a greater one."""
    return _said("at_least", code.name, code.bits, number)


def at_most(code: Code, number: int) -> Formula:
    """A code is this number or a smaller one."""
    return _said("at_most", code.name, code.bits, number)


def no_more(code: Code, other: Code) -> Formula:
    """A code is no greater than another one of as many bits."""
    return _said("no_more", code.name, code.bits, other.name)


def alike(code: Code, other: Code) -> Formula:
    """Two codes are the same number; the second has no more bits."""
    return _said("alike", code.name, code.bits, other.name, other.bits)


def bit_clear(code: Code, bit: int) -> Formula:
    """A bit of a code is 0; bit 0 is the last one."""
    return _said("bit_clear", code.name, code.bits, bit)


def _said(kind: str, *said: str | int) -> Formula:
    return _made((kind, *said), kind, said)


def many(formulas: Iterable[Formula], least: int) -> Formula:
    """At least so many of these hold."""
    parts = tuple(formulas)
    if least <= 0 or least > len(parts):
        return YES if least <= 0 else NO
    return _made(("many", least, *(one.number for one in parts)), "many", (least,), parts)


def few(formulas: Iterable[Formula], most: int) -> Formula:
    """At most so many of these hold."""
    return no(many(formulas, most + 1))


def from_below(formula: Formula, kept: str) -> Iterator[Formula]:
    """A formula with all that it is made of, parts first, but for what has its `kept` already.

    Without recursion, because a rulebook's formulas are nested deeper than Python calls may be.
    """
    ahead = [formula]
    while ahead:
        one = ahead[-1]
        if getattr(one, kept) is not None:
            ahead.pop()
            continue
        left = [part for part in one.parts if getattr(part, kept) is None]
        if left:
            ahead.extend(left)
        else:
            ahead.pop()
            yield one
