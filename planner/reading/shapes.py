"""The shapes of the rule files as types: what each thing must have, and what it may have.

A shape says which words stand where and of what type they are. Whether a name means
anything is asked elsewhere, once all files are read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError


def _one_or_more(value: object) -> object:
    """A single word as a tuple of one, so that no later code asks which it was."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return tuple(value)
    raise PydanticCustomError("one_or_more", "a word or a list of words")


def _listed(value: object) -> object:
    """A list as a tuple; everything else is left for the type to refuse."""
    return tuple(value) if isinstance(value, list) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, max_length=600)]
Words = Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_one_or_more)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Trees = Annotated[tuple[Any, ...], Field(min_length=1), BeforeValidator(_listed)]
Asked = Annotated[dict[str, Any], Field(min_length=1)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9-]*)+$")]
VariantId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(\.[a-z0-9][a-z0-9_-]*)+$")]
Finding = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
YesNo = Literal["yes", "no", "true", "false"]


class Shape(BaseModel):
    """Strict, closed and frozen: a key that nobody knows is a mistake, not an extra."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class RuleShape(Shape):
    """One rule. Which companions a verb needs is told by `rules.VERBS`."""

    id: RuleId
    formerly: Annotated[tuple[RuleId, ...], Field(min_length=1), BeforeValidator(_one_or_more)] = ()
    title: Text
    when: Asked
    because: Reason
    source: Words
    reasoning: Text = ""
    find: Finding = ""
    call: Text = ""
    delay: Words = ()
    at: Literal["now", "later_this_session", "future_session", ""] = ""
    hold: Words = ()
    until: Text = ""
    waits_for: Literal["answer", "client", "time", ""] = ""
    cue: Text = ""
    brief: Text = ""
    supplies: YesNo = "no"
    belongs_to: Words = Field(default=(), alias="for")
    bar: Words = ()
    avoid: Words = ()
    review: Text = ""
    stop: Text = ""
    after: Text = ""
    follows: Words = ()
    caution: Words = ()
    ask: Text = ""
    text: Text = ""
    sign: Text = ""
    plan_b: Text = ""
    check_back: Text = ""
    supervise: Text = ""
    root: Text = ""
    before: Text = ""


class SetShape(Shape):
    """Some answers of a field under one name; every answer stands in it or out of it."""

    meaning: Text
    of: Words
    inside: Words = Field(alias="in")
    outside: Words = Field(alias="out")


class PremiseShape(Shape):
    """Conditions under one name, told in a sentence."""

    sentence: Text
    when: Asked


class VariantShape(Shape):
    """One way to say a part; without `when` it fits every case."""

    id: VariantId
    formerly: Annotated[
        tuple[VariantId, ...], Field(min_length=1), BeforeValidator(_one_or_more)
    ] = ()
    when: Asked = {}
    say: Annotated[str, StringConstraints(strip_whitespace=True)]
    """Empty where this part is left unsaid in the variant's cases."""
    because: Text
    handout: Text = ""


class GroupShape(Shape):
    """Variants of a part that share conditions: written once, and why they belong together."""

    group: Text
    when: Asked
    because: Reason
    variants: Trees


class PartShape(Shape):
    """A part of an item's words; among its variants may stand groups of them."""

    part: Text
    optional: YesNo = "no"
    handout: Text = ""
    variants: Trees


class ItemWordsShape(Shape):
    """The words of one item."""

    title: Text
    purpose: Text
    parts: Trees
    short: Trees = ()
    line: Trees = ()


class PackWordsShape(Shape):
    """What a clinic's own pack adds to the words of an item that ships: one of these, or more."""

    parts: Trees = ()
    short: Trees = ()
    line: Trees = ()


class IdeaShape(ItemWordsShape):
    """The words of a clinic's own idea, which is never the handout's: `source` says whose it is."""

    source: Text


class SlotShape(Shape):
    """What fills a blank in the words; `otherwise` keeps it from ever being empty."""

    field: Text
    values: dict[str, Text]
    otherwise: Text
    joined: Text = ""


class LeadShape(Shape):
    """What comes before any repair."""

    reason: Text
    first_actions: Annotated[Texts, Field(min_length=1)]
    contacts: Texts
    record: Texts
    source: Words
    reasoning: Text = ""
    line: Text = ""


class ContactsShape(Shape):
    """A clinic's own contacts for a lead: beside those that it has, or in their place."""

    add: Texts = ()
    replace: Texts = ()


class CodeShape(Shape):
    """A thing not to do."""

    text: Text
    source: Words
    brief: Text = ""
    family: Literal["risk", "explaining", "caretaking", "interpreting", "pressing", "limit", ""] = (
        ""
    )
    brief_when: Any = None


class SourceShape(Shape):
    """An entry of the bibliography."""

    status: Literal["verified", "unverified"]
    reference: Text
    where: Text
    supports: Text
    strength: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    locators: dict[str, Text] = {}


class ItemShape(Shape):
    """An item of the handout."""

    section: Literal["A", "B", "C", "D"]
    title: Text
    scripts: Texts
    words: Text


class ExpectShape(Shape):
    """What a scenario expects of the plan; only what is given is checked."""

    disposition: Literal["proceed", "review_first", "stop", ""] = ""
    steps: Texts = ()
    held: Texts = ()
    barred: Texts = ()
    avoid: Texts = ()
    words: dict[str, Any] = {}
    asks: Texts = ()
    leads: Texts = ()


class HasShape(Shape):
    """Texts that a step's words must have, and those that they must not."""

    has: Words = ()
    lacks: Words = ()


class ScenarioShape(Shape):
    """A case told in a sentence, with the rules that fit it and those that do not."""

    scenario: Text
    practice: YesNo = "no"
    """Whether it is told to learners, who look for its plan themselves."""
    observation: dict[str, Any]
    fits: Texts = ()
    misses: Texts = ()
    expect: Asked


class RulebookShape(Shape):
    """What the rulebook as a whole is called."""

    version: Text


class PackShape(Shape):
    """What a pack is called in every plan that is made with it."""

    name: Annotated[str, StringConstraints(pattern=r"^\w[\w .'-]{0,59}$")]
    version: Annotated[str, StringConstraints(pattern=r"^\w[\w.-]{0,19}$")]


class SafetyFile(Shape):
    """safety.yaml."""

    leads: dict[str, Any]
    rules: Trees = ()


class PackSafetyFile(Shape):
    """safety.yaml of a pack."""

    leads: dict[str, Any] = {}
    contacts: dict[str, Any] = {}
    rules: Trees = ()


class AvoidFile(Shape):
    """avoid.yaml."""

    codes: dict[str, Any]
    families: dict[str, Words] = {}
    rules: Trees = ()


class PackAvoidFile(Shape):
    """avoid.yaml of a pack."""

    codes: dict[str, Any] = {}
    rules: Trees = ()


class WordingFile(Shape):
    """wording.yaml, or a file of the folder wording/."""

    items: dict[str, Any] = {}
    slots: dict[str, Any] = {}
    summary: dict[str, Text] = {}


class HandoutFile(Shape):
    """handout.yaml."""

    sections: dict[Literal["A", "B", "C", "D"], Text]
    items: dict[str, Any]
