"""The formulas say what the planner does: where all stands, what is said, what is advised."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner import Observation, Planner
from planner.contract.facts import facts_of
from planner.planning.known_facts import KnownFacts
from planner.planning.wording import Wordings
from planner.proving.fillings import slot_fillings
from planner.proving.logic import NO, any_of
from planner.proving.model import Model
from planner.proving.world import World
from planner.rulebook.holding import chosen_variants
from tests.benchmarks.mutants import sample
from tests.planner.support.cased import staged
from tests.planner.support.formula_masks import Masks
from tests.planner.support.second_opinions import shipped
from tests.support.long import LONG
from tests.support.strategies import random_observation

MANY = 100_000 if LONG else 500
SOME = 10_000 if LONG else 300
AT_ONCE = 10_000
SAMPLE = 200 if LONG else 14


@pytest.fixture(scope="module", params=[shipped, staged], ids=["as it ships", "with cases"])
def planner(request: pytest.FixtureRequest) -> Planner:
    return Planner(request.param())


@pytest.fixture(scope="module")
def model(planner: Planner) -> Model:
    return Model(planner.rulebook, World())


def told(rng: random.Random, many: int) -> list[Observation]:
    return [Observation.read(random_observation(rng)) for _ in range(many)]


def seen(plan: dict[str, Any]) -> Iterator[str]:
    """The parts of a plan by the names that the model gives them."""
    if plan["disposition"] != "proceed":
        yield {"stop": "stop", "review_first": "review"}[plan["disposition"]]
    for step in plan["steps"]:
        yield f"{step['item']} {step['when']}"
        yield from (f"{step['item']} after {other}" for other in step["after"])
        yield from (f"caution {text}" for text in step["cautions"])
    yield from (f"held {one['item']}" for one in plan["held"])
    yield from (f"barred {one['item']}" for one in plan["barred"])
    yield from (f"avoid {one['code']}" for one in plan["avoid"])
    follow_up = plan["follow_up"]
    yield from (f"sign {text}" for text in follow_up["signs_it_helped"])
    yield from (f"plan_b {text}" for text in follow_up["if_it_lands_badly"])
    yield f"check_back {follow_up['check_back']}"
    yield from (f"supervise {text}" for text in plan["supervision"])
    yield from (f"root {text}" for text in plan["roots"])


def told_once(name: str) -> str:
    """A caution by its text alone: a plan has it at the first step that it is for."""
    verb, _, rest = name.partition(" ")
    return f"{verb} {rest.partition(' ')[2]}" if verb == "caution" else name


def test_the_model_and_the_planner_agree_on_every_part_of_a_plan(planner, model):
    rng = random.Random(5)
    named: dict[str, Any] = {}
    for name, one in {**model.placed, **model.avoided, **model.advised}.items():
        if not name.startswith(("ask ", "before ")):  # the brief has what fits of what comes before
            named[told_once(name)] = any_of([named.get(told_once(name), NO), one])
    for _ in range(0, MANY, AT_ONCE):
        observations = told(rng, min(AT_ONCE, MANY))
        expected = dict.fromkeys(named, 0)
        for number, observation in enumerate(observations):
            for name in set(seen(planner.plan(observation).to_dict())):
                if name in expected:
                    expected[name] |= 1 << number
        masks = Masks([facts_of(one) for one in observations])
        wrong = [name for name, one in named.items() if masks.of(one) != expected[name]]
        assert wrong == []


def test_the_model_says_what_the_scenarios_choose(planner, model):
    observations = told(random.Random(6), SOME)
    masks = Masks([facts_of(one) for one in observations])
    rulebook, knowing = planner.rulebook, KnownFacts(planner.rulebook)
    expected = dict.fromkeys(model.chosen, 0)
    for number, observation in enumerate(observations):
        known = knowing.known(facts_of(observation))
        for step in planner.plan(observation).steps:
            for variant in chosen_variants(rulebook, step.item, known):
                expected[variant.id] |= 1 << number
    assert {name: masks.of(one) for name, one in model.chosen.items()} == expected


@pytest.mark.parametrize("joined", ["", " and for "], ids=["the first", "the first two"])
def test_the_model_and_the_planner_agree_on_what_fills_a_blank(planner, model, joined):
    slot = replace(planner.rulebook.slots["act"], joined=joined)
    observed = [facts_of(one) for one in told(random.Random(8), SOME)]
    masks, wordings = Masks(observed), Wordings({}, {"act": slot}, planner.rulebook.handout)
    filled: dict[str, int] = {}
    for number, facts in enumerate(observed):
        text = wordings._fill("act", facts)
        filled[text] = filled.get(text, 0) | 1 << number
    fillings = {text: masks.of(holds) for text, holds in slot_fillings(model.world, slot)}
    assert {text: mask for text, mask in fillings.items() if mask} == filled
    assert any(joined in text for text in filled)


def test_every_observation_is_one_of_the_world(model):
    masks = Masks([facts_of(one) for one in told(random.Random(7), SOME)])
    assert [bound for bound in model.world.bounds() if masks.of(bound) != masks.every] == []


def test_a_model_made_from_another_one_says_what_one_made_anew_says():
    """Whatever was changed: what is taken over from the other one is what would be made here."""
    shipped_model = Model(shipped(), World())
    changed = sample(shipped(), SAMPLE, seed=3, words=True)
    assert len({mutant.kind for mutant in changed}) > 10
    for mutant in changed:
        like = Model(mutant.rulebook, shipped_model.world, like=shipped_model)
        anew = Model(mutant.rulebook, shipped_model.world)
        assert parts_of(like) == parts_of(anew), mutant


def test_a_model_without_a_rule_says_what_one_made_anew_says():
    model = Model(shipped(), World())
    for rule in random.Random(4).sample(shipped().rules, SAMPLE):
        without = model.but(rule, None)
        assert rule.id not in without.rules
        assert parts_of(without) == parts_of(Model(without.rulebook, model.world)), rule.id


def parts_of(model: Model) -> list[Any]:
    """Everything that a model says; equal formulas are one object."""
    told = [model.rules, model.placed, model.leads, model.avoided, model.advised, model.after]
    return [*told, model.findings, model.chosen, model.said]
