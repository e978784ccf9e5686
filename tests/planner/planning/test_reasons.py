"""Why a rule held: its fields with what they met, as a reader knows them."""

from collections.abc import Mapping
from typing import Any

import pytest

from planner.contract.facts import Fact, facts_of
from planner.contract.observation import Observation
from planner.plan.parts import Because
from planner.planning.numbering import Numbering
from planner.planning.planner import Planner
from planner.planning.reasons import Reasons
from planner.rulebook.rulebook import Rule
from tests.planner.support.hand_made import holding, rule, when
from tests.planner.support.second_opinions import Naive, shipped, some_observations

KNOWN: dict[str, Fact] = {
    "context.phase": "late",
    "context.feelings": frozenset(("sad", "angry")),
    "lateness.minutes": -1,
    "finding.flooded": "yes",
}


class Asked:
    """The reasons of a rulebook of one rule."""

    def __init__(self, one: Rule) -> None:
        self.rule = one
        self.numbering = Numbering([one])
        self.reasons = Reasons(self.numbering)

    def of(self, known: Mapping[str, Fact]) -> Because:
        """Why the rule held, given these facts and findings."""
        (why,) = self.reasons.of(1, holding([self.rule], known, self.numbering))
        return why


def asked(**conditions: Any) -> Asked:
    """The reasons of a rulebook of one rule with these conditions."""
    when_asked = when(**conditions)
    return Asked(rule("call", "C1", when=when_asked, because="So.", sources=("handout C1", "book")))


def test_a_reason_names_its_rule_its_text_and_its_sources() -> None:
    made = asked(context__phase="late")
    why = made.of(KNOWN)
    assert (why.rule, why.text, why.source) == (made.rule.id, "So.", "handout C1; book")


@pytest.mark.parametrize(
    ("conditions", "facts"),
    [
        ({"context__phase": "late"}, {"context.phase": "late"}),
        ({"context__feelings": {"sad"}}, {"context.feelings": ("angry", "sad")}),
        ({"lateness__minutes": (-1, -1)}, {"lateness.minutes": None}),
        (
            {"finding__flooded": "yes", "context__phase": "late"},
            {"finding.flooded": "yes", "context.phase": "late"},
        ),
    ],
)
def test_facts_are_told_as_a_reader_knows_them(
    conditions: dict[str, Any], facts: dict[str, Any]
) -> None:
    """A list in the contract's order, a number that is not known as nothing."""
    assert list(asked(**conditions).of(KNOWN).facts.items()) == list(facts.items())


def test_a_field_that_is_asked_about_twice_is_told_once() -> None:
    twice = (*when(context__phase="late"), *when(context__phase="late early"))
    one = rule("call", "C1", when=twice)
    assert Asked(one).of(KNOWN).facts == {"context.phase": "late"}


def test_equal_reasons_are_one_and_other_facts_are_another() -> None:
    made = asked(context__phase="late early")
    late = made.of(KNOWN)
    assert made.of({**KNOWN, "context.feelings": frozenset()}) is late
    assert made.of({"context.phase": "early"}).facts == {"context.phase": "early"}


def test_values_that_meet_the_same_condition_are_still_told_as_they_are() -> None:
    """A condition takes these for one; the reason shows what was answered."""
    made = asked(lateness__minutes=(5, 14), context__feelings={"sad"})
    for minutes in (5, 9, 5):
        for feelings in (("sad",), ("sad", "hurt")):
            known = {"lateness.minutes": minutes, "context.feelings": frozenset(feelings)}
            facts = made.of(known).facts
            assert (facts["lateness.minutes"], set(facts["context.feelings"])) == (
                minutes,
                set(feelings),
            )


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
            asked = next(
                when for when in one.branches if all(c.holds(known[c.field]) for c in when)
            )
            assert list(why.facts) == list(dict.fromkeys(c.field for c in asked))
            assert (why.text, why.source) == (one.because, one.source)
            for field, value in why.facts.items():
                plain = frozenset(value) if isinstance(value, tuple) else value
                assert known[field] == (-1 if plain is None else plain)


def test_what_a_plan_says_of_its_observation_is_all_of_it() -> None:
    planner = Planner(shipped())
    for observation in some_observations(10, 20):
        told = dict(planner.plan(observation).observation)
        assert facts_of(Observation.read(told)) == facts_of(Observation.read(observation))
