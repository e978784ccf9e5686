"""Why a rule held: its fields with what they met, as a reader knows them."""

from typing import Any

import pytest

from planner.facts import Fact, facts_of
from planner.observation import Observation
from planner.planning import Planner
from planner.reasoning import Reasons
from tests.planner.hand_made import rule, rulebook, when
from tests.planner.second_opinions import Naive, shipped, some_observations

KNOWN: dict[str, Fact] = {
    "context.phase": "late",
    "context.feelings": frozenset(("sad", "angry")),
    "lateness.minutes": -1,
    "finding.flooded": "yes",
}


def reasons(**asked: Any) -> tuple[Reasons, Any]:
    """The reasons of a rulebook of one rule, and that rule."""
    one = rule("call", "C1", when=when(**asked), because="So.", sources=("handout C1", "book"))
    return Reasons(rulebook([one])), one


def test_a_reason_names_its_rule_its_text_and_its_sources() -> None:
    made, one = reasons(context__phase="late")
    why = made.of(one, KNOWN)
    assert (why.rule, why.text, why.source) == (one.id, "So.", "handout C1; book")


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ({"context__phase": "late"}, {"context.phase": "late"}),
        ({"context__feelings": {"sad"}}, {"context.feelings": ["angry", "sad"]}),
        ({"lateness__minutes": (-1, -1)}, {"lateness.minutes": None}),
        (
            {"finding__flooded": "yes", "context__phase": "late"},
            {"finding.flooded": "yes", "context.phase": "late"},
        ),
    ],
)
def test_facts_are_told_as_a_reader_knows_them(
    asked: dict[str, Any], facts: dict[str, Any]
) -> None:
    """A list in the contract's order, a number that is not known as nothing."""
    made, one = reasons(**asked)
    assert list(made.of(one, KNOWN).facts.items()) == list(facts.items())


def test_a_field_that_is_asked_about_twice_is_told_once() -> None:
    twice = (*when(context__phase="late"), *when(context__phase="late early"))
    one = rule("call", "C1", when=twice)
    assert Reasons(rulebook([one])).of(one, KNOWN).facts == {"context.phase": "late"}


def test_equal_reasons_are_one_and_other_facts_are_another() -> None:
    made, one = reasons(context__phase="late early")
    late = made.of(one, KNOWN)
    assert made.of(one, dict(KNOWN)) is late
    assert made.of(one, {"context.phase": "early"}).facts == {"context.phase": "early"}


def test_the_reasons_of_a_plan_are_those_of_rules_that_hold() -> None:
    """Every reason in a plan: a rule that holds, and exactly the facts that it asked about."""
    planner, naive = Planner(shipped()), Naive(shipped())
    for observation in some_observations(9, 100):
        rules, known = naive.holding(observation)
        holding = {one.id: one for one in rules}
        plan = planner.plan(observation)
        lines = (plan.steps, plan.held, plan.barred, plan.avoid, (plan.safety,))
        for why in [why for parts in lines for line in parts for why in line.because]:
            one = holding[why.rule]
            assert list(why.facts) == list(dict.fromkeys(c.field for c in one.when))
            assert (why.text, why.source) == (one.because, one.source)
            for field, value in why.facts.items():
                plain = frozenset(value) if isinstance(value, list) else value
                assert known[field] == (-1 if plain is None else plain)


def test_what_a_plan_says_of_its_observation_is_all_of_it() -> None:
    planner = Planner(shipped())
    for observation in some_observations(10, 20):
        told = dict(planner.plan(observation).observation)
        assert facts_of(Observation.read(told)) == facts_of(Observation.read(observation))
