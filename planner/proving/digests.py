"""What a question is, as a hash: a formula by everything that it is made of, and any knowledge.

Two formulas of one hash are the same question to the solver, whatever rules, findings, properties
or code they came from. So an answer that is kept by it stays true whatever else was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from planner.proving.logic import Formula, from_below

_IN_ANY_ORDER = frozenset(("and", "or", "unlike", "many"))


def digest_of(formula: Formula) -> bytes:
    """The hash of a formula; parts whose order says nothing are taken in that of their hashes."""
    for one in from_below(formula, "digest"):
        parts = [part.digest or b"" for part in one.parts]
        if one.kind in _IN_ANY_ORDER:
            parts.sort()
        one.digest = hashlib.sha256(repr((one.kind, one.said, parts)).encode()).digest()
    return formula.digest or b""


def question(bounds: Iterable[Formula], asked: Formula) -> str:
    """The hash of whether something is possible within these bounds."""
    told = [*sorted(digest_of(one) for one in bounds), b"asked", digest_of(asked)]
    return hashlib.sha256(b"".join(told)).hexdigest()


def content(*values: object) -> str:
    """The hash of all that values hold; TypeError of what is neither data nor a dataclass."""
    told = hashlib.sha256()
    for value in values:
        for piece in _pieces(value):
            told.update(piece)
    return told.hexdigest()


def _pieces(value: object) -> Iterator[bytes]:
    """A value as bytes that no other value has: each with its kind and its length.

    Of a dataclass only what it is made with: the rest follows from that.
    """
    if value is None or isinstance(value, str | int | float):
        text = repr(value).encode("utf-8", "surrogatepass")
        yield b"%s %d:" % (type(value).__name__.encode(), len(text)) + text
        return
    if is_dataclass(value):
        told: Sequence[object] = [getattr(value, one.name) for one in fields(value) if one.init]
    elif isinstance(value, Mapping):
        told = [part for pair in value.items() for part in pair]
    elif isinstance(value, tuple | list):
        told = [*value]
    elif isinstance(value, frozenset):
        told = sorted(b"".join(_pieces(one)).hex() for one in value)
    else:
        raise TypeError(type(value))
    yield b"%s %d:" % (type(value).__name__.encode(), len(told))
    for one in told:
        yield from _pieces(one)
