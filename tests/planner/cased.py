"""The rulebook that ships with cases put into it by chance: rules that nobody would write.

What any of them says is not asked here. The planner, the proof's formulas, the questions and the
naive interpreter each read them, and have to come to the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from planner.contract.fields import FIELDS
from planner.rulebook.conditions import AnyOf, Case, Condition, ListAny
from planner.rulebook.rulebook import Rule, Rulebook, Variant
from tests.planner.second_opinions import shipped

Told = TypeVar("Told", Rule, Variant)
OFTEN = 0.4


@cache
def cased() -> Rulebook:
    """Many rules and variants with a second and a third case from somewhere else."""
    chance = random.Random(9)
    rulebook = shipped()
    finding = [one for rule in rulebook.assessment for one in rule.when]
    planning = [one for rule in rulebook.planning for one in rule.when]
    rules = [
        _with_cases(rule, finding if rule.verb == "find" else planning, chance)
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


def _with_cases(one: Told, others: Sequence[Condition], chance: random.Random) -> Told:
    """A rule or variant of which a condition became a case, beside what others ask."""
    if chance.random() > OFTEN:
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
        if isinstance(test, AnyOf | ListAny) and len(test.values) > 1 and one.field in FIELDS:
            tests = [type(test)(frozenset((value,))) for value in sorted(test.values)]
            cases = tuple(Case((Condition(one.field, each),)) for each in tests)
            common = (*rule.when[:place], *rule.when[place + 1 :])
            return replace(rule, when=common, cases=cases, cases_at=place)
    return rule
