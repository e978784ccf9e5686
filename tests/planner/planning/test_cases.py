"""Rules and variants with cases, and such as ask where items stand: every part reads them alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import pytest

from planner.contract.facts import facts_of
from planner.contract.observation import Observation
from planner.plan.parts import Because
from planner.planning.branching import Branching
from planner.planning.known_facts import KnownFacts
from planner.planning.placing import PLACING
from planner.planning.planner import Planner
from planner.planning.unknown import ANSWERS, UNKNOWN
from planner.planning.wording import Wordings
from planner.rulebook.rulebook import Rule, Rulebook, Variant
from tests.planner.support.cased import cased, split, staged
from tests.planner.support.clinical_cases import observations, with_answer
from tests.planner.support.second_opinions import (
    Naive,
    SecondEngine,
    fits,
    shipped,
    some_observations,
)
from tests.support.long import LONG

COUNT = 20_000 if LONG else 160
FEW = 200 if LONG else 8


@pytest.fixture(
    scope="module",
    params=[(cased, "always"), (staged, "always"), (staged, "sampled")],
    ids=["cases, asked each time", "staged, asked each time", "staged, as it ships"],
)
def planner(request: pytest.FixtureRequest) -> Planner:
    """Asks the engine of each plan; and as it ships."""
    rulebook, ask = request.param
    return Planner(rulebook(), ask=ask)


def ids(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.id for rule in rules]


def test_the_planner_agrees_with_a_naive_opinion(planner: Planner) -> None:
    naive = Naive(planner.rulebook)
    for observation in observations(31, COUNT):
        rules, known = naive.holding(observation)
        assert ids(planner.rules_that_hold(observation)) == ids(rules), observation
        assert dict(planner.known(observation)).items() <= known.items(), observation


def test_a_second_engine_knows_what_cases_mean() -> None:
    naive, second = Naive(cased()), SecondEngine(cased())
    for observation in some_observations(30, COUNT):
        assert ids(second.holding(observation)) == ids(naive.holding(observation)[0]), observation


def test_the_words_are_the_first_variants_of_which_a_case_holds(planner: Planner) -> None:
    rulebook, naive = planner.rulebook, Naive(planner.rulebook)
    wordings = Wordings(rulebook.wording, rulebook.slots, rulebook.handout)
    for observation in some_observations(32, COUNT // 2):
        _, known = naive.holding(observation)
        fitting = frozenset(one.id for one in rulebook.variants if fits(one, known))
        for step in planner.plan(observation).steps:
            expected = wordings.of(step.item, fitting, facts_of(Observation.read(observation)))
            assert step.words == expected.words, observation


def test_a_value_of_a_list_may_as_well_be_a_case_of_its_own() -> None:
    """The same plans to the byte, reasons and their order too."""
    one, other = Planner(shipped()), Planner(split(shipped()))
    assert any(rule.cases for rule in other.rulebook.rules)
    for observation in observations(33, COUNT):
        assert one.plan(observation).to_json() == other.plan(observation).to_json(), observation


def test_a_reason_names_what_the_first_case_that_holds_asked(planner: Planner) -> None:
    naive = Naive(planner.rulebook)
    seen = 0
    for observation in some_observations(34, COUNT // 2):
        _, known = naive.holding(observation)
        plan = planner.plan(observation)
        reasons: list[tuple[Because, ...]] = [one.because for one in plan.steps]
        reasons += [one.because for one in plan.held]
        reasons += [one.because for one in plan.barred]
        reasons += [one.because for one in plan.avoid]
        for why in chain(*reasons):
            rule = planner.rulebook.rule(why.rule)
            first = next(
                branch
                for branch in rule.branches
                if all(one.holds(known[one.field]) for one in branch)
            )
            assert list(why.facts) == list(dict.fromkeys(one.field for one in first))
            seen += len(rule.cases) > 1
    assert seen > 10


def placed(planner: Planner, told: dict[str, Any]) -> frozenset[str]:
    """The placing rules that hold, by the engine."""
    rules = planner.rules_that_hold(told)
    return frozenset(rule.id for rule in rules if rule.verb in PLACING)


@pytest.mark.parametrize("rulebook", [cased, staged])
def test_every_answer_does_what_the_questions_say(rulebook: Callable[[], Rulebook]) -> None:
    """Also where another answer moves an item that the rules on C1 ask about."""
    planner = Planner(rulebook())
    asked, settled = planner._questions._whatif, planner._questions._last.settled
    waited = 0

    def rules(mask: int) -> frozenset[str]:
        held = settled(mask)
        return frozenset(one.id for n, one in enumerate(rulebook().rules) if held >> n & 1)

    for told in observations(35, FEW):
        facts = facts_of(Observation.read(told))
        matched = planner._matching.holding(facts)
        first, *moves = asked.answered(matched, all_rules=True).thens
        now = first.branches
        assert rules(now) == placed(planner, told), told
        changed: dict[str, set[frozenset[str]]] = {}
        for field, _, _, mask in moves:
            changed.setdefault(field, set()).add(rules(mask))
            waited += any(one.startswith("own.on-c1") for one in rules(mask) ^ rules(now))
        unknown = [name for name, value in UNKNOWN.items() if facts[name] == value]
        for field in unknown:
            found = {placed(planner, with_answer(told, field, one)) for one in ANSWERS[field]}
            assert changed.get(field, set()) - {rules(now)} == found - {rules(now)}, (field, told)
    assert waited or rulebook is cased


def test_the_scenarios_opinion_is_the_planners(planner: Planner) -> None:
    knowing = KnownFacts(planner.rulebook)
    for observation in some_observations(36, COUNT // 8):
        holding = knowing.holding(knowing.known(facts_of(Observation.read(observation))))
        assert list(holding) == ids(planner.rules_that_hold(observation))


def test_each_case_is_a_branch_and_all_are_one_rule() -> None:
    book = cased()
    parts: list[Sequence[Rule | Variant]] = [book.rules, book.variants]
    for told in parts:
        branching = Branching(told)
        for place, one in enumerate(told):
            for branch in branching.of([one]) if one.cases else ():
                assert branch.bit >= 1 << len(told)
                assert 1 << place in (branching.whole(branch.bit), branching.owned(branch.bit))
        waiting = sum(branch.bit for branch, _ in branching.waiting)
        every = sum(branch.bit for branch in branching.every)
        held = (1 << len(told)) - 1
        assert branching.whole(every & ~waiting) | branching.owned(waiting) == held
