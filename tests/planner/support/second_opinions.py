"""Other opinions on which rules of a rulebook hold: a naive interpreter, and a second engine.

Neither shares anything with the way a plan is made: no parting into rulesets, no closed questions,
no coarse numbers, no memory.
"""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import datalogic_py

from planner.contract.facts import Fact, facts_of
from planner.contract.observation import Observation
from planner.planning.placing import PLACING
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
)
from planner.rulebook.plan_fields import known_after, known_before
from planner.rulebook.rulebook import Rule, Rulebook, Variant
from tests.planner.support.naive_places import places
from tests.support.strategies import random_observation

Told = Rule | Variant
Known = dict[str, Fact]


@cache
def shipped() -> Rulebook:
    """The rulebook that ships, read once for all tests."""
    return read_rulebook(SHIPPED)


def some_observations(seed: int, count: int) -> list[dict[str, Any]]:
    """Valid observations, the same ones for the same seed."""
    chance = random.Random(seed)
    return [random_observation(chance) for _ in range(count)]


def known_of(rulebook: Rulebook, facts: Mapping[str, Fact], found: Sequence[Told]) -> Known:
    """Facts and findings together, as the second stage asks about them."""
    names = {rule.object for rule in found if isinstance(rule, Rule)}
    said = {f"finding.{name}": "yes" if name in names else "no" for name in rulebook.findings}
    return {**facts, **said}


class Naive:
    """Asks each rule each of its conditions: what the words say, and nothing cleverer."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def holding(self, observation: Mapping[str, Any]) -> tuple[tuple[Rule, ...], Known]:
        """The rules of both stages that hold, in rule order, and what is known by then."""
        facts = facts_of(Observation.read(observation))
        found = [rule for rule in self.rulebook.assessment if fits(rule, facts)]
        known = known_of(self.rulebook, facts, found)
        placing = [rule for rule in self.rulebook.planning if rule.verb in PLACING]
        before = places((rule for rule in placing if fits(rule, known)), but="C1")
        known |= known_before(before)
        where = places(rule for rule in placing if fits(rule, known))
        known |= known_after(where, self.rulebook.vocabulary["ends_with_question"])  # type: ignore[arg-type]  # a list of items
        planned = [rule for rule in self.rulebook.planning if fits(rule, known)]
        return _in_rule_order(self.rulebook, (*found, *planned)), known


def fits(one: Told, known: Mapping[str, Fact]) -> bool:
    """Whether all conditions of a rule or variant hold, and with them a case if it has any.

    What is not known yet at a stage does not hold there.
    """

    def all_of(when: Sequence[Condition]) -> bool:
        return all(one.field in known and one.holds(known[one.field]) for one in when)

    cases = [case.when for case in one.cases] or [()]
    return all_of(one.when) and any(all_of(case) for case in cases)


class SecondEngine:
    """The same rules, matched by datalogic-py."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._found = _compiled(rulebook.assessment)
        self._planned = _compiled(rulebook.planning)

    def holding(self, observation: Mapping[str, Any]) -> tuple[Rule, ...]:
        """The rules of both stages that hold, in rule order."""
        facts = facts_of(Observation.read(observation))
        found = _voted(self._found, self.rulebook.assessment, facts)
        known = known_of(self.rulebook, facts, found)
        placed = _voted(self._planned, self.rulebook.planning, known)
        known |= known_before(places((rule for rule in placed if rule.verb in PLACING), but="C1"))
        placed = _voted(self._planned, self.rulebook.planning, known)
        where = places(rule for rule in placed if rule.verb in PLACING)
        known |= known_after(where, self.rulebook.vocabulary["ends_with_question"])  # type: ignore[arg-type]  # a list of items
        planned = _voted(self._planned, self.rulebook.planning, known)
        return _in_rule_order(self.rulebook, (*found, *planned))


def _in_rule_order(rulebook: Rulebook, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules in the order in which the rulebook has them, both stages among each other."""
    ids = {rule.id for rule in rules}
    return tuple(rule for rule in rulebook.rules if rule.id in ids)


def _compiled(rules: Sequence[Rule]) -> Any:
    """All rules as one list of verdicts."""
    verdicts = []
    for rule in rules:
        common = [True, *map(json_logic, rule.when)]
        cases = [{"and": [True, *map(json_logic, case.when)]} for case in rule.cases]
        verdicts.append({"and": [*common, {"or": cases}] if cases else common})
    return datalogic_py.Engine().compile(verdicts)


def _voted(verdicts: Any, rules: Sequence[Rule], known: Mapping[str, Fact]) -> tuple[Rule, ...]:
    """The rules for which the second engine votes."""
    plain = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in known.items()}
    votes = verdicts.evaluate(plain)
    return tuple(rule for rule, vote in zip(rules, votes, strict=True) if vote)


def json_logic(condition: Condition) -> dict[str, Any]:
    """A condition as JsonLogic."""
    given = {"val": condition.field}
    test = condition.test
    if isinstance(test, Among):
        return {"and": [{">=": [given, test.low]}, {"<=": [given, test.high]}]}
    if isinstance(test, ListEmpty):
        return {"!": [given]}
    asked = sorted(test.values)
    if isinstance(test, AnyOf):
        return {"in": [given, asked]}
    among = {"in": [{"var": ""}, asked]}
    if isinstance(test, ListAny):
        return {"some": [given, among]}
    if isinstance(test, ListNone):
        return {"none": [given, among]}
    assert isinstance(test, ListOnly)
    return {"and": [{"!!": [given]}, {"all": [given, among]}]}
