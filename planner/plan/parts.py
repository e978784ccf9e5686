"""The contract's other end: the parts of a repair plan as types, and how they become JSON.

Every attribute is named as the contract names its key, so that ``plan.steps[0].item`` in Python,
``steps[0].item`` in JSON and the words on the page are one vocabulary.
All of it is read-only: a plan is a pure function of an observation and a rulebook, and plans share
parts. Mappings are `ReadOnly`, lists are tuples, in plans made by hand as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

import orjson

from planner.contract.read_only import read_only

Disposition = Literal["proceed", "review_first", "stop"]
Item = Literal["C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5"]
When = Literal["now", "later_this_session", "future_session"]
SafetyLevel = Literal["none", "review_first", "stop"]


class _Written:
    """A slot for a part's JSON, so that a part that many plans share is written once."""

    __slots__ = ("_json",)
    _json: orjson.Fragment


@dataclass(frozen=True, slots=True)
class Because(_Written):
    """One reason for one line of a plan: the rule that fired, and what made it fire.

    ``facts`` maps each contract field (or ``finding.NAME``) that the rule asked about to the
    value it met.
    ``source`` is a list of keys of ``rules/sources.yaml`` or handout items, joined by ``; ``.
    """

    rule: str
    text: str
    facts: Mapping[str, Any]
    source: str

    def __post_init__(self) -> None:
        """Keep the facts read-only: equal reasons of many plans are one object."""
        object.__setattr__(self, "facts", read_only(self.facts))


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, with words ready to be spoken.

    ``handout`` is exact to the character; ``words`` is what fits this case;
    ``changes`` lists each replaced run as ``(handout's words, this plan's words)``.
    ``after`` names the items of this plan that must come before: a partial order.
    """

    item: Item
    when: When
    after: tuple[str, ...]
    title: str
    purpose: str
    words: str
    handout: str
    changes: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Held(_Written):
    """An item that would fit once ``until`` holds."""

    item: Item
    until: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Barred(_Written):
    """An item that must not be used here."""

    item: Item
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Avoid(_Written):
    """A mistake that this case invites, by its code in ``rules/avoid.yaml``."""

    code: str
    text: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class PlanSafety(_Written):
    """The safety notice. ``level`` "none" says that no flag was given, not that all is safe."""

    level: SafetyLevel
    reasons: tuple[str, ...]
    first_actions: tuple[str, ...]
    contacts: tuple[str, ...]
    record: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Question(_Written):
    """An unknown whose answer would change this plan, and the change in one sentence."""

    field: str
    text: str
    would_change: str


@dataclass(frozen=True, slots=True)
class FollowUp(_Written):
    """How to tell that it helped, what to do if it lands badly, and when to look again."""

    signs_it_helped: tuple[str, ...]
    if_it_lands_badly: tuple[str, ...]
    check_back: str


@dataclass(frozen=True, slots=True)
class RulebookMark(_Written):
    """Which rules made the plan: their version and the ``sha256`` of their files."""

    version: str
    edition: str


@dataclass(frozen=True, slots=True)
class PlanParts:
    """Everything that a plan says, in the contract's order."""

    disposition: Disposition
    summary: str
    steps: tuple[Step, ...]
    held: tuple[Held, ...]
    barred: tuple[Barred, ...]
    avoid: tuple[Avoid, ...]
    safety: PlanSafety
    questions: tuple[Question, ...]
    follow_up: FollowUp
    supervision: tuple[str, ...]
    observation: Mapping[str, Any]
    rulebook: RulebookMark
    roots: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep the observation read-only: a plan is handed to everyone who asks the same."""
        object.__setattr__(self, "observation", read_only(self.observation))


_NAMES = {
    part: tuple(one.name for one in fields(part))
    for part in (Because, Step, Held, Barred, Avoid, PlanSafety, Question, FollowUp, RulebookMark)
}


def dumped(shape: Mapping[str, Any]) -> bytes:
    """The JSON of a part's fields, copied: what orjson returns takes 4 KB however short it is."""
    try:
        written = orjson.dumps(shape, _write, orjson.OPT_PASSTHROUGH_DATACLASS)
        return bytes(memoryview(written))
    except orjson.JSONEncodeError as error:  # an interruption of `_write`, disguised
        raise error.__cause__ or error from None


def _write(part: Any) -> Any:
    """A part of a plan for the JSON writer: as it was written before, for plans share most parts.

    A step is written by name each time: hardly two plans share one.
    """
    if type(part) is Step:
        return {name: getattr(part, name) for name in _NAMES[Step]}
    try:
        return part._json  # noqa: SLF001  # the slot is for this writer alone
    except AttributeError:
        names = _NAMES[type(part)]
        written = orjson.Fragment(dumped({name: getattr(part, name) for name in names}))
        object.__setattr__(part, "_json", written)
        return written
