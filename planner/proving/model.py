"""A rulebook as formulas over a world: findings, rules, where items stand, what is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import z3

from planner.conditions import AnyOf, Condition
from planner.proving.standing import Standings
from planner.proving.world import Formula, World, all_of, any_of
from planner.rulebook import Rule, Rulebook, Variant

_FINDING = "finding."


class Model:
    """What a rulebook says of every observation of a world.

    `off` names rules that are taken as never holding: how it is asked whether they matter.
    """

    def __init__(self, rulebook: Rulebook, world: World, off: Iterable[str] = ()) -> None:
        self.rulebook = rulebook
        self.world = world
        self._off = frozenset(off)
        self.rules: dict[str, Formula] = {}
        self.findings: dict[str, Formula] = {}
        for rule in rulebook.assessment:
            self.rules[rule.id] = self._rule(rule)
        for name in rulebook.findings:
            by = [self.rules[rule.id] for rule in rulebook.assessment if rule.object == name]
            self.findings[name] = any_of(by)
        for rule in rulebook.planning:
            self.rules[rule.id] = self._rule(rule)

    def _rule(self, rule: Rule) -> Formula:
        """A rule holds."""
        return z3.BoolVal(val=False) if rule.id in self._off else self.all(rule.when)

    def all(self, when: Iterable[Condition]) -> Formula:
        """Every one of these conditions holds."""
        return all_of([self.meets(condition) for condition in when])

    def meets(self, condition: Condition) -> Formula:
        """A condition holds, on a field or on a finding."""
        if not condition.field.startswith(_FINDING):
            return self.world.meets(condition)
        finding = self.findings[condition.field.removeprefix(_FINDING)]
        yes = isinstance(condition.test, AnyOf) and "yes" in condition.test.values
        return finding if yes else z3.Not(finding)

    @cached_property
    def standing(self) -> Standings:
        """Where each item stands."""
        return Standings(self.rulebook.planning, self.rules)

    @cached_property
    def chosen(self) -> Mapping[str, Formula]:
        """For each wording variant that it is said."""
        return {
            variant.id: all_of([self.standing.step[variant.item], first])
            for variant, first in self.first.items()
        }

    @cached_property
    def first(self) -> Mapping[Variant, Formula]:
        """For each wording variant that it holds and none before it in its part does."""
        said: dict[Variant, Formula] = {}
        for words in self.rulebook.wording.values():
            for part in words.parts:
                earlier: list[Formula] = []
                for variant in part.variants:
                    holds = self.all(variant.when)
                    said[variant] = all_of([holds, *map(z3.Not, earlier)])
                    earlier.append(holds)
        return said

    def told(self, verb: str) -> list[tuple[Rule, Formula]]:
        """The rules of a verb with the formulas for their holding."""
        rules = self.rulebook.rules
        return [(rule, self.rules[rule.id]) for rule in rules if rule.verb == verb]
