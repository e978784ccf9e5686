"""The plan for the five minutes before the session, as types.

Each list is in the order of need, and every text in it was written short: nothing is cut here.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan.written import Written


@dataclass(frozen=True, slots=True)
class Say(Written):
    """The first step's short words, with the blanks that only the therapist can fill."""

    item: str
    words: str
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Then(Written):
    """A step after the first: when, and what in one line; `short` is for who opens it."""

    item: str
    when: str
    line: str
    short: str


@dataclass(frozen=True, slots=True)
class NotNow(Written):
    """An item that is held or barred, and why in three words; `cue` is what the client can lift."""

    item: str
    text: str
    cue: str | None = None


@dataclass(frozen=True, slots=True)
class Check(Written):
    """The one question, or the smallest pair, whose answer moves a step, and what it moves."""

    fields: tuple[str, ...]
    text: str
    effect: str


@dataclass(frozen=True, slots=True)
class Brief(Written):
    """What to say, mind and leave, in at most 220 words; `consult` is not counted.

    ``say``, ``check`` and ``if_not`` are None where there is none. On a stop ``consult`` alone is
    filled.
    """

    consult: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    say: Say | None = None
    then: tuple[Then, ...] = ()
    mind: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    not_now: tuple[NotNow, ...] = ()
    check: Check | None = None
    if_not: str | None = None
