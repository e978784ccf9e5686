"""The contract's other end: the parts of a repair plan as types, and how they become JSON.

Every attribute is named as the contract names its key, so that ``plan.steps[0].item`` in Python,
``steps[0].item`` in JSON and the words on the page are one vocabulary.
All of it is read-only: a plan is a pure function of an observation and a rulebook, and plans share
parts. Mappings are `ReadOnly`, lists are tuples, in plans made by hand as well.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from planner.contract.read_only import read_only
from planner.plan.brief import Brief
from planner.plan.written import Written

Disposition = Literal["proceed", "review_first", "stop"]
Item = Literal["C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5"]
When = Literal["now", "later_this_session", "future_session"]
SafetyLevel = Literal["none", "review_first", "stop"]
WaitsFor = Literal["client", "answer", "time"]
NO_BRIEF = Brief()
"""What a plan of contract 1.0 has in its place."""
CONTRACT = "1.1"
"""The version of the contract that a plan keeps to."""


@dataclass(frozen=True, slots=True)
class Because(Written):
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
class Step(Written):
    """Something to do, with words ready to be spoken.

    ``short`` is the same step in at most 45 words, ``line`` what is done in at most ten;
    ``blanks`` are what only the therapist can fill in, as it stands in square brackets.

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
    short: str = field(default="", kw_only=True)
    line: str = field(default="", kw_only=True)
    blanks: tuple[str, ...] = field(default=(), kw_only=True)
    handout: str
    changes: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Ready(Written):
    """How a held item goes on: what the client shows, and the words to go on with then."""

    cue: str
    short: str


@dataclass(frozen=True, slots=True)
class Held(Written):
    """An item that would fit once ``until`` holds.

    ``waits_for`` is the slowest of its conditions; ``ready`` stands where the client alone can
    lift them all. ``waits_for`` is None in plans of contract 1.0.
    """

    item: Item
    until: str
    waits_for: WaitsFor | None = field(default=None, kw_only=True)
    ready: Ready | None = field(default=None, kw_only=True)
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Barred(Written):
    """An item that must not be used here."""

    item: Item
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Avoid(Written):
    """A mistake that this case invites, by its code in ``rules/avoid.yaml``."""

    code: str
    text: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class PlanSafety(Written):
    """The safety notice. ``level`` "none" says that no flag was given, not that all is safe."""

    level: SafetyLevel
    reasons: tuple[str, ...]
    first_actions: tuple[str, ...]
    contacts: tuple[str, ...]
    record: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Question(Written):
    """An unknown whose answer would change this plan, and the change in one sentence.

    ``fields`` are all that have to be answered together; ``field`` is the first of them.
    """

    field: str
    fields: tuple[str, ...] = dataclasses.field(default=(), kw_only=True)
    text: str
    would_change: str

    def __post_init__(self) -> None:
        """One field alone stands in ``fields`` as well."""
        if not self.fields:
            object.__setattr__(self, "fields", (self.field,))


@dataclass(frozen=True, slots=True)
class FollowUp(Written):
    """How to tell that it helped, what to do if it lands badly, and when to look again."""

    signs_it_helped: tuple[str, ...]
    if_it_lands_badly: tuple[str, ...]
    check_back: str


@dataclass(frozen=True, slots=True)
class RulebookMark(Written):
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
    brief: Brief = NO_BRIEF
    contract: str = CONTRACT

    def __post_init__(self) -> None:
        """Keep the observation read-only: a plan is handed to everyone who asks the same."""
        object.__setattr__(self, "observation", read_only(self.observation))
