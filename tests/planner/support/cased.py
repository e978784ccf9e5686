"""The rulebook that ships with cases and questions about the plan put into it by chance.

Nobody would write such rules.

What any of them says is not asked here. The planner, the proof's formulas, the questions and the
naive interpreter each read them, and have to come to the same.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from planner.contract.fields import FIELDS
from planner.planning.placing import PLACING
from planner.rulebook.conditions import AnyOf, Case, Condition, ListAny, ListEmpty, ListNone
from planner.rulebook.plan_fields import LAST, PLAN_FIELDS, QUESTION, STEP, after_all, before_last
from planner.rulebook.rulebook import STEP_ITEMS, Rule, Rulebook, Variant
from tests.planner.support.second_opinions import shipped

Told = TypeVar("Told", bound=Rule | Variant)
OFTEN = 0.4
AFTER = ("caution", "avoid", "sign", "plan_b", "check_back", "supervise", "root")


@cache
def cased() -> Rulebook:
    """Many rules and variants with a second and a third case from somewhere else."""
    chance = random.Random(9)
    rulebook = shipped()
    finding = [one for rule in rulebook.assessment for one in rule.when if not _met_by_nothing(one)]
    planning = [
        one
        for rule in rulebook.planning
        for one in rule.when
        if one.field not in PLAN_FIELDS  # which what places an item may not ask
        and not _met_by_nothing(one)
    ]
    rules = [
        rule  # a stop that mostly holds would leave no plan to compare
        if rule.verb == "stop"
        else _with_cases(rule, finding if rule.verb == "find" else planning, chance)
        for rule in rulebook.rules
    ]
    return replace(_reworded(rulebook, planning, chance), rules=tuple(rules))


def _reworded(rulebook: Rulebook, others: Sequence[Condition], chance: random.Random) -> Rulebook:
    """The rulebook with cases in its wording."""
    wording = {}
    for item, words in rulebook.wording.items():
        parts = [
            replace(
                part,
                variants=tuple(
                    _with_cases(one, others, chance) if one.when else one for one in part.variants
                ),
            )
            for part in words.parts
        ]
        wording[item] = replace(words, parts=tuple(parts))
    return replace(rulebook, wording=wording)


def _met_by_nothing(one: Condition) -> bool:
    """Whether it asks that a rupture's list lacks something, which needs its kind beside it."""
    field = FIELDS.get(one.field)
    return field is not None and bool(field.rupture) and isinstance(one.test, ListNone | ListEmpty)


def _with_cases(one: Told, others: Sequence[Condition], chance: random.Random) -> Told:
    """A rule or variant of which a condition became a case, beside what others ask."""
    if chance.random() > OFTEN or one.cases or not one.when or any(map(_met_by_nothing, one.when)):
        return one
    place: int = chance.randrange(len(one.when))
    common = (*one.when[:place], *one.when[place + 1 :])
    cases = [Case((one.when[place],))]
    cases += [Case(tuple(chance.sample(others, chance.randint(1, 2)))) for _ in range(2)]
    return replace(one, when=common, cases=tuple(cases), cases_at=place)


def split(rulebook: Rulebook) -> Rulebook:
    """The same rules, but where one asks for any of several values each is a case of its own."""
    return replace(rulebook, rules=tuple(_split(rule) for rule in rulebook.rules))


def _split(rule: Rule) -> Rule:
    for place, one in enumerate(rule.when):
        test = one.test
        if rule.cases or one.field not in FIELDS or not isinstance(test, AnyOf | ListAny):
            continue
        if len(test.values) > 1:
            tests = [type(test)(frozenset((value,))) for value in sorted(test.values)]
            cases = tuple(Case((Condition(one.field, each),)) for each in tests)
            common = (*rule.when[:place], *rule.when[place + 1 :])
            return replace(rule, when=common, cases=cases, cases_at=place)
    return rule


@cache
def staged() -> Rulebook:
    """The same with conditions on the plan: in words and lines, and in rules on C1."""
    chance = random.Random(10)
    rulebook = cased()
    rules = [
        _asking(rule, after_all, chance)
        if rule.verb in AFTER
        else _asking(rule, before_last, chance)
        if rule.verb in PLACING and rule.items == (LAST,)
        else rule
        for rule in rulebook.rules
    ]
    wording = {
        item: replace(
            words,
            parts=tuple(
                replace(
                    part,
                    variants=tuple(
                        one if one.always else _asking(one, after_all, chance)
                        for one in part.variants
                    ),
                )
                for part in words.parts
            ),
        )
        for item, words in rulebook.wording.items()
    }
    return replace(rulebook, rules=(*rules, *_on_last()), wording=wording)


def _asking(one: Told, field: Callable[[str], str], chance: random.Random) -> Told:
    """A rule or variant that asks where an item stands: beside all else, or in its last case."""
    if chance.random() > OFTEN:
        return one
    item = chance.choice([item for item in STEP_ITEMS if item not in (LAST, "D5")])
    words = chance.choice((STEP, ("held", "barred"), ("none",), ("now", "none"), ("barred",)))
    asked = Condition(field(item), AnyOf(frozenset(words)))
    if field is after_all and chance.random() < 0.3:
        asks = frozenset(chance.sample(("C1", "C2", "C3", "D1"), 2))
        asked = Condition(QUESTION, chance.choice((ListAny, ListNone))(asks))
    if one.cases and chance.random() < 0.5:
        *others, last = one.cases
        return replace(one, cases=(*others, replace(last, when=(*last.when, asked))))
    return replace(one, when=(*one.when, asked))


def _on_last() -> Iterator[Rule]:
    """Rules on C1 that ask where others stand, one for each thing that may be done to an item.

    One delays C1 and asks nothing of the plan: what waits for C1 then stands elsewhere in the end.
    """
    severity = (Condition("context.severity", AnyOf(frozenset(("low", "unknown")))),)
    moderate = (Condition("context.severity", AnyOf(frozenset(("moderate",)))),)
    for number, (verb, item, places, when) in enumerate(
        (
            ("bar", "C2", ("future_session",), severity),
            ("hold", "C3", ("held",), severity),
            ("delay", "D1", ("later_this_session",), severity),
            ("call", "D4", STEP, severity),
            ("call", "C2", ("none", "barred"), severity),
            ("after", "D1", ("now",), severity),
            ("delay", "", (), moderate),
            ("call", "D1", ("now",), moderate),
            ("call", "D4", ("now",), moderate),
        )
    ):
        asked = (Condition(before_last(item), AnyOf(frozenset(places))),) if item else ()
        yield Rule(
            id=f"own.on-c1-{number}",
            title=f"On C1, {number}",
            when=(*asked, *when),
            verb=verb,
            because="A rule of the tests.",
            sources=("derived",),
            items=(LAST,),
            at="now" if verb == "call" else "later_this_session" if verb == "delay" else None,
            until="later" if verb == "hold" else None,
            follows=(item,) if verb == "after" else (),
        )
