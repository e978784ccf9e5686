"""Rules and variants with cases: any one of them is enough, and a plan names the rule once."""

from __future__ import annotations

import random

import pytest

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.planning.branching import Branching
from planner.planning.matching import REMEMBERED
from planner.planning.placing import PLACING
from planner.planning.planner import Planner
from planner.planning.whatif import ANSWERS, UNKNOWN, WhatIf
from planner.rulebook.holding import holding_rules
from planner.rulebook.rulebook import Rule
from tests.long import LONG
from tests.planner.cased import cased, split
from tests.planner.clinical_cases import observations, with_answer
from tests.planner.second_opinions import Naive, SecondEngine, fits, shipped, some_observations

COUNT = 20_000 if LONG else 400
FEW = 200 if LONG else 8


@pytest.fixture(scope="module", params=[0, 2, REMEMBERED], ids="remember={}".format)
def planner(request: pytest.FixtureRequest) -> Planner:
    """Asks the engine every time; forgets most of what it heard; remembers as it ships."""
    return Planner(cased(), remember=request.param)


def ids(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.id for rule in rules]


def test_the_planner_agrees_with_two_other_opinions(planner: Planner) -> None:
    naive, second = Naive(cased()), SecondEngine(cased())
    for observation in some_observations(31, COUNT):
        rules = ids(naive.holding(observation)[0])
        assert ids(second.holding(observation)) == rules, observation
        assert ids(planner.rules_that_hold(observation)) == rules, observation


def test_the_words_are_the_first_variants_of_which_a_case_holds(planner: Planner) -> None:
    naive = Naive(cased())
    for observation in some_observations(32, COUNT // 4):
        _, known = naive.holding(observation)
        matched = planner._matching.holding(facts_of(Observation.read(observation)))
        for item in cased().wording:
            fitting = planner._matching.variants(planner._matching.fitting(item, matched))
            expected = {one.id for one in cased().variants if one.item == item and fits(one, known)}
            assert {one for one in expected if one not in fitting} <= {
                one.id for one in cased().variants if one.always
            }
            assert fitting <= expected


def test_a_value_of_a_list_may_as_well_be_a_case_of_its_own() -> None:
    """The same plans to the byte, reasons and their order too."""
    one, other = Planner(shipped()), Planner(split(shipped()))
    assert any(rule.cases for rule in other.rulebook.rules)
    for observation in observations(33, COUNT):
        assert one.plan(observation).to_json() == other.plan(observation).to_json(), observation


def test_a_reason_names_what_the_first_case_that_holds_asked(planner: Planner) -> None:
    naive = Naive(cased())
    seen = 0
    for observation in some_observations(34, COUNT // 4):
        _, known = naive.holding(observation)
        for why in (why for step in planner.plan(observation).steps for why in step.because):
            rule = cased().rule(why.rule)
            first = next(
                branch
                for branch in rule.branches
                if all(one.holds(known[one.field]) for one in branch)
            )
            assert list(why.facts) == list(dict.fromkeys(one.field for one in first))
            seen += bool(rule.cases)
    assert seen > 10


def test_every_answer_does_what_the_questions_say() -> None:
    asked, planner = WhatIf(cased()), Planner(cased())

    def placed(told: dict[str, object]) -> frozenset[str]:
        rules = planner.rules_that_hold(told)
        return frozenset(rule.id for rule in rules if rule.verb in PLACING)

    for told in observations(35, FEW):
        facts = facts_of(Observation.read(told))
        moves = asked.changed(facts)
        now = next(moves)[-1]
        changed: dict[str, set[frozenset[str]]] = {}
        for field, _, _, mask in moves:
            held = {one.id for place, one in enumerate(cased().rules) if mask >> place & 1}
            changed.setdefault(field, set()).add(frozenset(held))
        unknown = [name for name, value in UNKNOWN.items() if facts[name] == value]
        assert {one.id for place, one in enumerate(cased().rules) if now >> place & 1} == placed(
            told
        )
        for field in random.Random(1).sample(unknown, min(3, len(unknown))):
            found = {placed(with_answer(told, field, value)) for value in ANSWERS[field]}
            assert changed.get(field, set()) == found - {placed(told)}, (field, told)


def test_the_scenarios_opinion_is_the_planners() -> None:
    planner = Planner(cased())
    for observation in some_observations(36, COUNT // 4):
        holding = holding_rules(cased(), facts_of(Observation.read(observation)))
        assert list(holding) == ids(planner.rules_that_hold(observation))


def test_each_case_is_a_branch_and_all_are_one_rule() -> None:
    rules = [rule for rule in cased().rules if rule.cases][:3]
    bit = {rule.id: 1 << place for place, rule in enumerate(rules)}
    branching = Branching(rules, bit)
    for rule in rules:
        for branch in branching.of([rule]):
            assert branch.bit > max(bit.values())
            assert branching.whole(branch.bit) == bit[rule.id]
    every = sum(branch.bit for branch in branching.of(rules))
    assert branching.whole(every | bit[rules[0].id]) == sum(bit.values())
