"""A rulebook of five rules with properties that it keeps, and edits that break one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.reading.rulebook import read_rulebook
from planner.rulebook.conditions import AnyOf, Condition
from planner.rulebook.properties import Claim, Property
from planner.rulebook.rulebook import Rulebook
from tests.planner.support.second_opinions import shipped
from tests.planner.support.small_rules import small_rules

Proved = tuple[Rulebook, tuple[Property, ...]]
"""A rulebook with the properties to be proved of it."""


def small(directory: Path) -> Proved:
    """The five rules, with the summary that ships, so that they make plans."""
    rulebook = read_rulebook(small_rules(directory))
    return replace(rulebook, summary=shipped().summary), PROPERTIES


def who(*words: str) -> tuple[Condition, ...]:
    return (Condition("lateness.who", AnyOf(frozenset(words))),)


def prop(name: str, verb: Any, claim: Claim, *when: Any, unless: Any = ()) -> Property:
    sentence = f"What {name} says holds."
    source = ("derived",)
    return Property(name, sentence, verb, "Tried.", source, claim, when, unless, path="p", line=7)


NOT_LATE = who("client", "neither", "absent")
PROPERTIES = (
    prop("own.no-apology-of-the-one-who-waited", "never", Claim("step", ("C2",)), who("client")),
    prop("own.heard-now", "never", Claim("step", ("C1",), ("later_this_session",))),
    prop("own.listens", "always", Claim("step", ("C1",)), who("client")),
    prop("own.part", "always", Claim("finding", ("therapist_has_a_part",)), unless=(NOT_LATE,)),
    prop("own.no-blame", "never", Claim("words", ("your fault",))),
    prop("own.no-blank-is-blame", "never", Claim("words", ("for being late on purpose",))),
)


def with_rule(proved: Proved, name: str, **changed: Any) -> Proved:
    rulebook, properties = proved
    rules = [replace(one, **changed) if one.id == name else one for one in rulebook.rules]
    return replace(rulebook, rules=tuple(rules)), properties


def with_property(proved: Proved, name: str, **changed: Any) -> Proved:
    rulebook, properties = proved
    told = [replace(one, **changed) if one.id == name else one for one in properties]
    return rulebook, tuple(told)


def with_words(proved: Proved, say: str) -> Proved:
    rulebook, properties = proved
    words = rulebook.wording["C1"]
    [part] = words.parts
    [variant] = part.variants
    changed = replace(words, parts=(replace(part, variants=(replace(variant, say=say),)),))
    return replace(rulebook, wording={**rulebook.wording, "C1": changed}), properties


def with_slot(proved: Proved, otherwise: str) -> Proved:
    rulebook, properties = proved
    slots = {name: replace(one, otherwise=otherwise) for name, one in rulebook.slots.items()}
    return replace(rulebook, slots=slots), properties


def with_bar(proved: Proved) -> Proved:
    rulebook, properties = proved
    listens = rulebook.rule("lateness.listen")
    bar = replace(listens, id="own.bar", verb="bar", at=None, when=who("client", "both"))
    return replace(rulebook, rules=(*rulebook.rules, bar)), properties


EDITS: Mapping[str, tuple[Callable[[Proved], Proved], str]] = {
    "condition": (
        lambda proved: with_rule(proved, "assess.late-therapist", when=who("client", "therapist")),
        "own.no-apology-of-the-one-who-waited",
    ),
    "verb": (
        lambda proved: with_rule(proved, "lateness.listen", verb="bar", at=None),
        "own.listens",
    ),
    "finding": (
        lambda proved: with_rule(proved, "assess.late-therapist", when=who("both")),
        "own.part",
    ),
    "text of a property": (
        lambda proved: with_property(proved, "own.listens", when=(who("client", "both"),)),
        "own.listens",
    ),
    "rank": (
        lambda proved: with_rule(proved, "lateness.listen", at="later_this_session"),
        "own.heard-now",
    ),
    "words": (lambda proved: with_words(proved, "It is your fault."), "own.no-blame"),
    "blank": (lambda proved: with_slot(proved, "on purpose"), "own.no-blank-is-blame"),
    "one more rule": (with_bar, "own.listens"),
}
"""Edits by their kind, each with the property that it breaks."""
