"""Mechanical mistakes in a rulebook, one at a time: what a slip of the hand could do to a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Case,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    Test,
)
from planner.rulebook.plan_fields import ASKED_FIELDS
from planner.rulebook.rulebook import STEP_ITEMS, WHENS, Rule, Rulebook, Variant

REMOVED = ("bar", "hold", "review", "stop", "call", "delay", "after", "avoid", "find")
MOVED = ("bar", "hold", "call", "delay", "caution")
YES_NO = {"yes": "no", "no": "yes"}
Told = TypeVar("Told", bound=Rule | Variant)


@dataclass(frozen=True)
class Mutant:
    """A rulebook with one mistake: of which kind, in what, and what was changed."""

    kind: str
    name: str
    change: str
    rulebook: Rulebook


def mutants(rulebook: Rulebook) -> Iterator[Mutant]:
    """Every mutant of every rule and of every wording variant, in the rulebook's order."""
    for place, rule in enumerate(rulebook.rules):
        for kind, change, changed in _of_rule(rule):
            rules = (*rulebook.rules[:place], *changed, *rulebook.rules[place + 1 :])
            yield Mutant(kind, rule.id, change, replace(rulebook, rules=rules))
    for variant in rulebook.variants:
        for kind, change, said in _of_conditions(variant):
            yield Mutant(kind, variant.id, change, _reworded(rulebook, variant, said))


def _reworded(rulebook: Rulebook, old: Variant, new: Variant) -> Rulebook:
    """The rulebook with one variant in place of another."""
    words = rulebook.wording[old.item]
    parts = tuple(
        replace(part, variants=tuple(new if one.id == old.id else one for one in part.variants))
        for part in words.parts
    )
    return replace(rulebook, wording={**rulebook.wording, old.item: replace(words, parts=parts)})


def _of_rule(rule: Rule) -> Iterator[tuple[str, str, tuple[Rule, ...]]]:
    """Each mistake in one rule: how it is called, what it was, and what stands there now."""
    for kind, change, changed in _of_conditions(rule):
        yield kind, change, (changed,)
    if rule.verb in REMOVED:
        yield f"{rule.verb} removed", "the rule", ()
    yield from _of_what(rule)


def _of_what(rule: Rule) -> Iterator[tuple[str, str, tuple[Rule, ...]]]:
    """Each mistake in what a rule says: its time, its item, what it comes after."""
    if rule.at:
        for at in WHENS:
            if at != rule.at:
                yield "time moved", f"{rule.at} to {at}", (replace(rule, at=at),)
    if rule.verb in MOVED:
        for item in rule.items:
            place = STEP_ITEMS.index(item)
            other = STEP_ITEMS[(place + 1) % (len(STEP_ITEMS) - 1)]
            items = tuple(other if one == item else one for one in rule.items)
            yield "item moved", f"{item} to {other}", (replace(rule, items=items),)


def _of_conditions(told: Told) -> Iterator[tuple[str, str, Told]]:
    """Each mistake in what a rule or variant asks, of which something must be left."""
    for kind, change, when in _of_when(told.when):
        if when or told.cases:
            yield kind, change, replace(told, when=when)
    for kind, change, cases in _of_cases(told.cases):
        yield kind, change, replace(told, cases=cases)


def _of_cases(cases: tuple[Case, ...]) -> Iterator[tuple[str, str, tuple[Case, ...]]]:
    """Each case left out, and each mistake in what one asks, of which something must be left."""
    for number, case in enumerate(cases):
        before, after = cases[:number], cases[number + 1 :]
        yield "case dropped", f"case {number + 1}", (*before, *after)
        for kind, change, when in _of_when(case.when):
            if when:
                yield kind, change, (*before, Case(when, case.line), *after)


def _of_when(when: tuple[Condition, ...]) -> Iterator[tuple[str, str, tuple[Condition, ...]]]:
    """Each mistake in the conditions of a rule or variant."""
    for place, condition in enumerate(when):
        before, after = when[:place], when[place + 1 :]
        yield "condition dropped", str(condition), (*before, *after)
        for kind, test in _of_test(condition):
            changed = Condition(condition.field, test)
            yield kind, f"{condition} to {changed}", (*before, changed, *after)


def _of_test(condition: Condition) -> Iterator[tuple[str, Test]]:
    """Each mistake in what is asked of one field."""
    test = condition.test
    field = ASKED_FIELDS.get(condition.field)
    if field is None:
        (word,) = test.values  # type: ignore[union-attr]  # a finding is asked with yes or no
        yield "condition negated", AnyOf(frozenset((YES_NO[word],)))
        return
    every = frozenset(field.values)
    match test:
        case Among():
            yield from _of_range(test, field.low or 0, field.high or 0)
        case AnyOf(values):
            yield "condition negated", AnyOf(every - values)
        case ListAny(values):
            yield "condition negated", ListNone(values)
        case ListNone(values):
            yield "condition negated", ListAny(values)
        case ListEmpty():
            yield "condition negated", ListAny(every)
    if not isinstance(test, Among | ListEmpty):
        yield from _of_values(type(test), test.values, field.values)


def _of_range(test: Among, lowest: int, highest: int) -> Iterator[tuple[str, Test]]:
    """A bound off by one; one at the end of the field's range has nowhere to go."""
    low, high = test.low, test.high
    if low > lowest:
        yield "bound moved", Among(low - 1, high)
    if lowest <= low < high:
        yield "bound moved", Among(low + 1, high)
    if lowest <= high < highest:
        yield "bound moved", Among(low, high + 1)


def _of_values(
    test: Any, values: frozenset[str], every: tuple[str, ...]
) -> Iterator[tuple[str, Test]]:
    """A value too many, or one too few."""
    for value in every:
        if value not in values and (len(values) + 1 < len(every) or test is not AnyOf):
            yield "value added", test(values | {value})
        elif value in values and len(values) > 1:
            yield "value removed", test(values - {value})
