"""The rulebook as the planner uses it: rules, wording, leads and sources, frozen.

Everything here was validated by `reading`; nothing asks again. The types hold knowledge
and no behavior beyond looking it up, and they pickle, so that work can be spread over
processes. The mappings are plain dicts typed as `Mapping`: treat them as read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from planner.rulebook.conditions import Case, Condition, Conjunction, branches
from planner.rulebook.handout import Handout

STEP_ITEMS = ("C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5")
"""The items that may be steps of a plan; D5 only where a clinic's own pack fills it."""

When = Literal["now", "later_this_session", "future_session"]
Status = Literal["verified", "unverified"]

WHENS: tuple[When, ...] = ("now", "later_this_session", "future_session")
WaitsFor = Literal["client", "answer", "time"]
WAITS: tuple[WaitsFor, ...] = ("client", "answer", "time")
"""What a hold may wait for, the slowest last."""
FAMILIES = ("risk", "explaining", "caretaking", "interpreting", "pressing", "limit")
"""What belongs together of what not to do; in this order where the rules leave it open."""
ORDER = ("C2", "C3", "C1", "D1", "D4", "D2", "D3", "D5")
"""Own part, open request, hearing, presence, feeling, our pattern, outside link: where rules leave
the order open, a plan lists its items like this."""


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the bibliography: what it supports, and how strongly."""

    key: str
    status: Status
    reference: str
    where: str
    supports: str
    strength: str
    locators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValueSet:
    """Some answers of a field, or of several with the same answers, under one name.

    `values` are those that stand in it, in the contract's order; all others were put out of it.
    """

    name: str
    meaning: str
    fields: tuple[str, ...]
    values: tuple[str, ...]
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Premise:
    """Conditions that belong together, under one name and told in one sentence."""

    name: str
    sentence: str
    when: tuple[Condition, ...]
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One thought: when these conditions hold, this follows, because of that.

    `verb` tells which of the other fields speak: `items` for call, delay, hold, bar,
    after and caution; `codes` for avoid; `object` for find (the finding), review and stop
    (the lead) and ask (the field); `text` for what a person reads. Unused ones are empty.
    `when` has every condition spelled out; `premises` names those that it was written with.
    `waits_for` and `cue` belong to hold: what it waits for, and what the client shows then.
    `brief` is the rule in few words, and `supplies` tells of a caution that it asks for something
    to be decided, named, found out or made ready. `items` of plan_b are the first steps that it
    belongs to; none: any.
    Where there are `cases`, one of them must hold beside `when`; they stand before its condition
    number `cases_at`. `formerly` has the ids of the rules that were merged into this one.
    """

    id: str
    title: str
    when: tuple[Condition, ...]
    verb: str
    because: str
    sources: tuple[str, ...]
    items: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    object: str = ""
    at: When | None = None
    until: str | None = None
    text: str | None = None
    follows: tuple[str, ...] = ()
    reasoning: str | None = None
    premises: tuple[str, ...] = field(default=(), compare=False)
    path: str = ""
    line: int = 0
    cases: tuple[Case, ...] = ()
    cases_at: int = 0
    formerly: tuple[str, ...] = ()
    waits_for: WaitsFor = "time"
    cue: str = ""
    brief: str = ""
    supplies: bool = False

    @property
    def branches(self) -> tuple[Conjunction, ...]:
        """The conjunctions of which any one is enough for the rule to hold, in order."""
        return branches(self.when, self.cases, self.cases_at)

    @property
    def source(self) -> str:
        """The sources as one line, in the order in which the rule names them."""
        return "; ".join(self.sources)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a part of an item's words, for the cases in which `when` holds.

    `handout` is the run of the handout's script that it stands for; empty where it adds to it.
    `when`, `cases`, `cases_at`, `premises` and `formerly` are as in a rule. `added` tells that a
    clinic's own pack brought it.
    """

    id: str
    item: str
    part: str
    when: tuple[Condition, ...]
    say: str
    because: str
    handout: str = ""
    premises: tuple[str, ...] = field(default=(), compare=False)
    path: str = ""
    line: int = 0
    cases: tuple[Case, ...] = ()
    cases_at: int = 0
    formerly: tuple[str, ...] = ()
    added: bool = False

    @property
    def branches(self) -> tuple[Conjunction, ...]:
        """The conjunctions of which any one is enough for the variant to hold, in order."""
        return branches(self.when, self.cases, self.cases_at)

    @property
    def always(self) -> bool:
        """Whether it asks nothing, and so holds in every case."""
        return not self.when and not self.cases


@dataclass(frozen=True, slots=True)
class Group:
    """Variants of a part, named by their ids, that share the conditions `when`.

    Each of them has these conditions among its own.
    """

    name: str
    when: tuple[Condition, ...]
    because: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an item's words; the first variant that holds is said, in file order."""

    name: str
    optional: bool
    variants: tuple[Variant, ...]
    groups: tuple[Group, ...] = ()

    def group_of(self, variant: Variant) -> Group | None:
        """The group of a variant; None where it is in none."""
        return next((one for one in self.groups if variant.id in one.variants), None)


@dataclass(frozen=True, slots=True)
class ItemWords:
    """How an item is titled, what it is for, and the parts of which its words are made.

    `source` says whose idea it is where it is not the handout's; `purpose` begins with it then.
    `short` is the same step in few words, and `line` what is done, written and not spoken; each is
    a part of its own, and None where nobody has written it.
    """

    item: str
    title: str
    purpose: str
    parts: tuple[Part, ...]
    source: str = ""
    short: Part | None = None
    line: Part | None = None

    @property
    def spoken(self) -> tuple[Part, ...]:
        """Every part that may be said aloud: those of the whole words, and the short form."""
        return (*self.parts, self.short) if self.short else self.parts

    @property
    def every(self) -> tuple[Part, ...]:
        """Every part, spoken or written."""
        return (*self.spoken, self.line) if self.line else self.spoken


@dataclass(frozen=True, slots=True)
class Slot:
    """A blank in the words: which field fills it, and with what for each of its values.

    Of a list field the first value in the order of `values` that was given wins, or the first two
    with `joined` between them, where that is written.
    """

    name: str
    field: str
    values: Mapping[str, str]
    otherwise: str
    joined: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """What comes before any repair when safety asks for it; `short` is the flag in few words."""

    key: str
    reason: str
    first_actions: tuple[str, ...]
    contacts: tuple[str, ...]
    record: tuple[str, ...]
    sources: tuple[str, ...]
    path: str = ""
    line: int = 0
    short: str = ""


@dataclass(frozen=True, slots=True)
class AvoidCode:
    """A thing not to do, as a code for programs and a sentence for people.

    `brief` is the sentence in few words, and `family` what it belongs to. `brief_when` are the
    conjunctions of which one must hold for the brief to say it; None: it always may.
    """

    code: str
    text: str
    sources: tuple[str, ...]
    path: str = ""
    line: int = 0
    brief: str = ""
    family: str = ""
    brief_when: tuple[Conjunction, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule and text, in file order, with the edition that names these exact bytes."""

    rules: tuple[Rule, ...]
    findings: tuple[str, ...]
    wording: Mapping[str, ItemWords]
    slots: Mapping[str, Slot]
    summary: Mapping[str, str]
    leads: Mapping[str, Lead]
    avoid_codes: Mapping[str, AvoidCode]
    handout: Handout
    sources: Mapping[str, Source]
    vocabulary: Mapping[str, object]
    version: str
    edition: str
    sets: Mapping[str, ValueSet] = field(default_factory=dict)
    premises: Mapping[str, Premise] = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assessment: tuple[Rule, ...] = field(init=False)
    planning: tuple[Rule, ...] = field(init=False)
    _by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    _formerly: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Part the rules into the two stages once, so that no caller does it again."""
        put = object.__setattr__
        put(self, "assessment", tuple(rule for rule in self.rules if rule.verb == "find"))
        put(self, "planning", tuple(rule for rule in self.rules if rule.verb != "find"))
        put(self, "_by_id", {rule.id: rule for rule in self.rules})
        formerly = {old: rule.id for rule in self.rules for old in rule.formerly}
        put(self, "_formerly", formerly)

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id; KeyError when there is none."""
        return self._by_id[rule_id]

    def now_called(self, rule_id: str) -> str:
        """The id of the rule that this id stands for, also where it was merged into another.

        Stored plans cite rules by the ids of their time. KeyError when nothing bears the id.
        """
        return rule_id if rule_id in self._by_id else self._formerly[rule_id]

    def rules_using(self, item: str) -> tuple[Rule, ...]:
        """Every rule that acts on a handout item or orders it after another."""
        return tuple(rule for rule in self.rules if item in rule.items or item in rule.follows)

    def rules_citing(self, source: str) -> tuple[Rule, ...]:
        """Every rule that cites this source, with or without a locator."""
        return tuple(
            rule
            for rule in self.rules
            if any(cited == source or cited.startswith(f"{source} ") for cited in rule.sources)
        )

    @property
    def rules_and_variants(self) -> tuple[Rule | Variant, ...]:
        """All that asks conditions, in file order."""
        return (*self.rules, *self.variants)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every wording variant, in file order."""
        return tuple(
            variant
            for words in self.wording.values()
            for part in words.every
            for variant in part.variants
        )
