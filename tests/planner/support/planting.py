"""Plants the violation of a property in a rulebook: what the prover then has to find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.contract.fields import FIELDS
from planner.rulebook.conditions import Among, AnyOf, Condition, ListAny
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rule, Rulebook, Variant

ALWAYS = (Condition("ruptures.count", Among(0, 5)),)
DEFAULT = "C1"


def planted(rulebook: Rulebook, prop: Property) -> Rulebook:
    """The rulebook with what the property forbids put in, or what it asks for taken out."""
    if prop.claim is None:
        return _opened(rulebook, prop)
    plants = _NEVER if prop.verb == "never" else _ALWAYS
    return plants[prop.claim.kind](rulebook, prop, prop.claim.names[0])


def rule(verb: str, when: tuple[Condition, ...] = ALWAYS, **said: Any) -> Rule:
    """A rule that nobody wrote."""
    words = {"id": f"planted.{verb}", "title": "Planted", "because": "Planted.", "text": "Planted."}
    return Rule(when=when, verb=verb, sources=("derived",), **{**words, **said})


def with_rules(rulebook: Rulebook, *rules: Rule, but: Any = lambda _: False) -> Rulebook:
    """The rulebook with more rules, and without some."""
    return replace(rulebook, rules=(*(one for one in rulebook.rules if not but(one)), *rules))


def _case(prop: Property) -> tuple[Condition, ...]:
    return prop.when[0] if prop.when else ALWAYS


def _stepped(rulebook: Rulebook, prop: Property, item: str) -> Rulebook:
    """The item always a step, at the time that is forbidden, and after nothing."""
    claim = prop.claim
    at = claim.at[0] if claim and claim.at else "now"
    others = claim.before if claim else ()
    against = {"hold", "bar", "delay", "after", "stop"}
    calls = [rule("call", items=(one,), at="now", id=f"planted.{one}") for one in others]
    calls.append(rule("call", items=(item,), at=at))
    acted = {item, *others}
    freed = with_rules(
        rulebook,
        *calls,
        but=lambda one: one.verb in against and (not one.items or acted & {*one.items}),
    )
    return with_rules(
        freed,
        but=lambda one: (
            at != "now" and one.id != "planted.call" and (one.verb == "call" and item in one.items)
        ),
    )


def _said(rulebook: Rulebook, prop: Property, text: str) -> Rulebook:
    """The text always said, at the head of the check-in."""
    words = rulebook.wording[DEFAULT]
    variant = Variant("planted.words", DEFAULT, words.parts[0].name, (), f"{text}.", "Planted.")
    part = replace(words.parts[0], variants=(variant, *words.parts[0].variants))
    changed = {**rulebook.wording, DEFAULT: replace(words, parts=(part, *words.parts[1:]))}
    return _stepped(replace(rulebook, wording=changed), replace(prop, claim=None), DEFAULT)


def _disposed(rulebook: Rulebook, _: Property, name: str) -> Rulebook:
    """The disposition that is forbidden."""
    lead = next(iter(rulebook.leads))
    if name == "proceed":
        return with_rules(rulebook, but=lambda one: one.verb in ("stop", "review"))
    return with_rules(rulebook, rule("stop" if name == "stop" else "review", object=lead))


def _found(rulebook: Rulebook, prop: Property, name: str) -> Rulebook:
    return with_rules(rulebook, rule("find", _case(prop), object=name))


def _opened(rulebook: Rulebook, prop: Property) -> Rulebook:
    """What not knowing, or one more flag, may not do."""
    field, item = FIELDS[prop.field], prop.items[-1]
    word = frozenset((field.unknown or field.values[-1],))
    case = (Condition(prop.field, AnyOf(word) if field.unknown else ListAny(word)),)
    calls = {"call", "hold", "bar"}
    return with_rules(
        rulebook,
        rule("call", case, items=(item,), at="now"),
        but=lambda one: one.verb in calls and item in one.items,
    )


def _without(verb: str, of: str) -> Any:
    """Take out every rule of a verb that is about one thing."""

    def plant(rulebook: Rulebook, _: Property, name: str) -> Rulebook:
        def about(one: Rule) -> bool:
            told = getattr(one, of) if of else name
            return one.verb == verb and (name == told or name in told)

        return with_rules(rulebook, but=about)

    return plant


def _with(verb: str) -> Any:
    """Put in a rule of a verb about an item."""
    return lambda rulebook, prop, name: with_rules(
        rulebook,
        rule(verb, _case(prop), items=(name,), until="planted"),
        but=lambda one: verb == "hold" and one.verb == "bar" and name in one.items,
    )


Plant = Callable[[Rulebook, Property, str], Rulebook]
_NEVER: dict[str, Plant] = {
    "step": _stepped,
    "words": _said,
    "disposition": _disposed,
    "finding": _found,
    "held": _with("hold"),
    "barred": _with("bar"),
    "avoid": lambda rulebook, prop, name: with_rules(
        rulebook, rule("avoid", _case(prop), codes=(name,))
    ),
}
_ALWAYS: dict[str, Plant] = {
    "step": _with("bar"),
    "barred": _without("bar", "items"),
    "held": _without("hold", "items"),
    "disposition": lambda rulebook, _, name: with_rules(rulebook, but=lambda one: one.verb == name),
    "avoid": _without("avoid", "codes"),
    "finding": _without("find", "object"),
}
