"""An observation as programs mostly write it, read in one pass.

Whatever is anything but plain (a type of its own, a wrong or unknown answer, a number written with
a point, a letter outside ASCII) is left to the types of the contract, which alone say what is
wrong with it. What is read here they would read to the same facts and the same shape; tests hold
that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from planner.contract.facts import NOT_KNOWN, NOTHING_SEEN, Fact, count_from_next_session
from planner.contract.fields import FIELDS, Field
from planner.contract.limits import (
    LONGEST_CASE,
    LONGEST_LIST,
    LONGEST_NOTES,
    MOST_SESSIONS,
    ONE_LINE,
    SEVERAL_LINES,
)
from planner.contract.read_only import ReadOnly
from planner.contract.values import FLAGS, KINDS, STOP_FLAGS

_OWN = "lateness.own_occurrences"
_RAISED = ("yes", "unsure")
_TOP = frozenset(("case", "session", "ruptures", "context", "safety", "notes"))
_TEXTS = (
    ("case", LONGEST_CASE, re.compile(ONE_LINE)),
    ("notes", LONGEST_NOTES, re.compile(SEVERAL_LINES)),
)


class Plain(NamedTuple):
    """What was read: the facts, and the contract's shape with every default and order settled."""

    facts: dict[str, Fact]
    shape: Mapping[str, Any]


class _NotPlainError(Exception):
    """Something is not as it mostly is; it never leaves this module."""


class _Read(NamedTuple):
    """A field as it is read: its key, what it is called, and every plain answer."""

    key: str
    name: str
    answers: Mapping[object, Any]
    field: Field


def _reads(fields: Iterable[Field]) -> tuple[_Read, ...]:
    """The fields of one part, in the contract's order."""
    return tuple(
        _Read(
            one.name.partition(".")[2],
            one.name,
            dict(zip(one.values, one.values, strict=True)),
            one,
        )
        for one in fields
    )


_RUPTURES = {kind: _reads(one for one in FIELDS.values() if one.rupture == kind) for kind in KINDS}
_CONTEXT = _reads(one for one in FIELDS.values() if one.name.startswith("context."))


def plainly(data: dict[Any, Any]) -> Plain | None:
    """What was observed, or None where the contract's types have to look at it."""
    try:
        return _plain(data) if data.keys() <= _TOP else None
    except Exception:  # noqa: BLE001  # whatever the data does, the types say what is wrong with it
        return None


def _plain(data: dict[Any, Any]) -> Plain:
    facts = NOTHING_SEEN.copy()
    context = _part(_given(data.get("context")), _CONTEXT, facts)
    flags = _flags(data["safety"])
    ruptures: dict[str, ReadOnly] = {}
    for rupture in _listed(data["ruptures"]):
        _demand(type(rupture) is dict)
        kind = rupture["kind"]
        _demand(type(kind) is str and kind not in ruptures)
        ruptures[kind] = _part(rupture, _RUPTURES[kind], facts, context["happened"])
    _demand(bool(ruptures) or not flags.keys().isdisjoint(STOP_FLAGS))
    facts["safety.flags"] = frozenset(flags)
    facts["ruptures.kinds"] = frozenset(ruptures)
    facts["ruptures.count"] = len(ruptures)
    count_from_next_session(facts)
    own = facts[_OWN]
    if own != NOT_KNOWN:
        _demand(facts["lateness.who"] == "both" and own <= facts["lateness.occurrences"])  # type: ignore[operator]  # numbers
    session = data.get("session")
    _demand(session is None or (type(session) is int and 1 <= session <= MOST_SESSIONS))
    case, notes = (_text(data.get(name), most, allowed) for name, most, allowed in _TEXTS)
    shape = {
        "case": case,
        "session": session,
        "ruptures": tuple([ruptures[kind] for kind in KINDS if kind in ruptures]),
        "context": context,
        "safety": ReadOnly({"flags": ReadOnly(flags)}),
        "notes": notes or "",
    }
    return Plain(facts, ReadOnly(shape))


def _demand(met: bool) -> None:
    """Leave to the contract's types what is otherwise."""
    if not met:
        raise _NotPlainError


def _given(context: object) -> object:
    """The context; one that was left out is empty."""
    return {} if context is None else context


def _part(
    answers: Any, reads: tuple[_Read, ...], facts: dict[str, Fact], happened: str = ""
) -> ReadOnly:
    """The answers of one part with their defaults; a rupture has the time that is given here."""
    _demand(type(answers) is dict)
    shape: dict[str, Any] = {"kind": answers["kind"]} if happened else {}
    found = len(shape)
    for key, name, plain, field in reads:
        given = answers.get(key)
        if given is None:
            _demand(not field.required)
            found += key in answers
            value: Any = happened if happened and key == "happened" else field.default
            value = () if field.kind == "list" else value
        else:
            found += 1
            value = _answer(given, plain, field)
        shape[key] = value
        if field.kind == "list":
            facts[name] = frozenset(value)
        else:
            facts[name] = NOT_KNOWN if value is None else value
    _demand(found == len(answers))
    return ReadOnly(shape)


def _answer(given: Any, plain: Mapping[object, Any], field: Field) -> Any:
    """One answer that was given, as the contract has it."""
    if field.kind == "choice":
        _demand(type(given) is str)
        return plain[given]
    if field.kind == "number":
        low, high = field.low or 0, field.high or 0
        _demand(type(given) is int and low <= given <= high)
        return given
    listed = _listed(given)
    _demand(_words(listed))
    if len(listed) < 2:
        return tuple([plain[one] for one in listed])
    members = set(listed)
    _demand(members <= plain.keys())
    return tuple([one for one in plain if one in members])


def _listed(given: Any) -> list[Any] | tuple[Any, ...]:
    """A list that is no type of its own, and not too long."""
    _demand(type(given) in (list, tuple) and len(given) <= LONGEST_LIST)
    return given  # type: ignore[no-any-return]  # one of the two


def _flags(safety: Any) -> dict[str, str]:
    """The flags that were raised, in the contract's order."""
    _demand(type(safety) is dict and len(safety) == 1)
    raised = safety["flags"]
    _demand(type(raised) is dict and _words(raised) and raised.keys() <= frozenset(FLAGS))
    _demand(_words(raised.values()) and frozenset(_RAISED).issuperset(raised.values()))
    return {flag: raised[flag] for flag in FLAGS if flag in raised}


def _words(given: Iterable[object]) -> bool:
    """Whether these are words, and none of a type of its own, which may be equal and otherwise."""
    return all(type(one) is str for one in given)


def _text(given: Any, most: int, allowed: re.Pattern[str]) -> str | None:
    """What a person typed, where it is of plain letters; None where it was left out."""
    if given is not None:
        _demand(type(given) is str and len(given) <= most and given.isascii())
        _demand(allowed.fullmatch(given) is not None)
    return given  # type: ignore[no-any-return]  # a word or None
