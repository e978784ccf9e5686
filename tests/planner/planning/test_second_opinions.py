"""What the planner says holds, held to a naive interpreter and to a second engine."""

from typing import Any

import datalogic_py
import pytest

from planner.checking.scenarios import read_scenarios
from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.planning.planner import Planner
from planner.planning.wording import Wordings
from planner.reading.shipped import SHIPPED
from planner.rulebook.conditions import Condition, ListAny, ListEmpty, ListNone, ListOnly, Test
from planner.rulebook.rulebook import Rule
from tests.planner.support.second_opinions import (
    Naive,
    SecondEngine,
    fits,
    json_logic,
    shipped,
    some_observations,
)
from tests.support.long import LONG

COUNT = 100_000 if LONG else 600
FEW = 5_000 if LONG else 200


@pytest.fixture(scope="module", params=["always", "sampled"])
def planner(request: pytest.FixtureRequest) -> Planner:
    """Asks the engine of each plan; and as it ships."""
    return Planner(shipped(), ask=request.param)


@pytest.fixture(scope="module")
def told() -> list[tuple[dict[str, Any], list[str]]]:
    """Observations with the rules that hold, by both other opinions, which must agree."""
    naive, second = Naive(shipped()), SecondEngine(shipped())
    answers = []
    for observation in (*some_observations(2, COUNT), *told_in_scenarios()):
        rules = ids(naive.holding(observation)[0])
        assert ids(second.holding(observation)) == rules, observation
        answers.append((observation, rules))
    return answers


def told_in_scenarios() -> list[dict[str, Any]]:
    """The cases that the scenarios tell."""
    return [dict(one.observation) for one in read_scenarios(SHIPPED, shipped())]


def ids(rules: tuple[Rule, ...]) -> list[str]:
    """What the rules are called, which a failure shows better than the rules."""
    return [rule.id for rule in rules]


def test_the_planner_agrees_with_two_other_opinions(
    planner: Planner, told: list[tuple[dict[str, Any], list[str]]]
) -> None:
    """Also in the order: findings first, and both stages as the files tell them."""
    for observation, rules in told:
        assert ids(planner.rules_that_hold(observation)) == rules, observation


def test_the_planner_agrees_when_it_has_seen_it_all_before(planner: Planner) -> None:
    """The second time most answers come from memory, in an order that mixes them up."""
    naive = Naive(shipped())
    seen = some_observations(3, FEW)
    for observation in [*seen, *reversed(seen), *seen[::3]]:
        expected = ids(naive.holding(observation)[0])
        assert ids(planner.rules_that_hold(observation)) == expected, observation


def test_every_rule_is_met_on_the_way(told: list[tuple[dict[str, Any], list[str]]]) -> None:
    """Agreement on rules that never hold would say little; chance alone misses the rarest."""
    met = {rule for _, rules in told for rule in rules}
    assert sorted({rule.id for rule in shipped().rules} - met) == []


def test_the_words_are_the_first_variants_whose_premises_hold(planner: Planner) -> None:
    rulebook = shipped()
    naive = Naive(rulebook)
    wordings = Wordings(rulebook.wording, rulebook.slots, rulebook.handout)
    for observation in some_observations(4, FEW):
        _, known = naive.holding(observation)
        fitting = frozenset(one.id for one in rulebook.variants if fits(one, known))
        for step in planner.plan(observation).steps:
            expected = wordings.of(step.item, fitting, facts_of(Observation.read(observation)))
            firsts = [
                next((v.id for v in part.variants if fits(v, known)), None)
                for part in rulebook.wording[step.item].every
            ]
            assert list(expected.variants) == [one for one in firsts if one], observation
            assert (step.words, step.changes) == (expected.words, expected.changes), observation


VALUES: list[tuple[Test, str, bool]] = [
    (ListAny(frozenset("ab")), "bc", True),
    (ListAny(frozenset("ab")), "c", False),
    (ListAny(frozenset("ab")), "", False),
    (ListNone(frozenset("ab")), "c", True),
    (ListNone(frozenset("ab")), "", True),
    (ListNone(frozenset("ab")), "ac", False),
    (ListOnly(frozenset("ab")), "a", True),
    (ListOnly(frozenset("ab")), "ac", False),
    (ListOnly(frozenset("ab")), "", False),
    (ListEmpty(), "", True),
    (ListEmpty(), "a", False),
]


@pytest.mark.parametrize(("test", "given", "holds"), VALUES, ids=str)
def test_both_other_opinions_know_what_a_list_condition_means(
    test: Test, given: str, holds: bool
) -> None:
    """What lists mean is said here by hand, so that no opinion is right by definition."""
    condition = Condition("context.feelings", test)
    second = datalogic_py.Engine().compile(json_logic(condition))
    assert condition.holds(frozenset(given)) is holds
    assert bool(second.evaluate({"context.feelings": sorted(given)})) is holds
