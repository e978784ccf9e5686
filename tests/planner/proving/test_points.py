"""What is worked out for many observations at once is what Z3's own terms say of each."""

import random

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.contract.facts import facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.proving.examples import Search
from planner.proving.logic import NO, YES, all_of, any_of, few, many, no, unlike
from planner.proving.points import _Batch
from planner.proving.prover import Prover
from planner.proving.world import World, code_of
from planner.reading.properties import read_properties
from planner.reading.shipped import SHIPPED
from tests.planner.support.cased import staged
from tests.planner.support.formula_masks import Masks
from tests.support.strategies import random_observation

SOME = 400


def point_of(facts, world):
    """The numbers that stand for an observation's facts, in the world's order."""
    numbers = {code.name: code_of(FIELDS[name], facts[name]) for name, code in world.codes.items()}
    for name, members in world.members.items():
        numbers |= {f"{name}:{word}": int(word in facts[name]) for word in members}
    return tuple(numbers[name] for name in world.most())


def test_points_and_terms_agree_on_every_formula_of_a_rulebook():
    rng = random.Random(11)
    observed = [facts_of(Observation.read(random_observation(rng))) for _ in range(SOME)]
    prover = Prover(staged())
    model, world = prover.model, prover.world
    points = [point_of(facts, world) for facts in observed]
    half = SOME // 2
    batch = _Batch(points[half:], world.most(), _Batch(points[:half], world.most()))
    masks = Masks(observed)
    broken = [prover.violation(one) for one in read_properties(SHIPPED)]
    asked = [formula for search, formula in broken if search is prover.search]
    asked += [*model.placed.values(), *model.said.values(), *model.advised.values()]
    asked += [*model.avoided.values(), *model.leads.values(), *world.bounds()]
    asked += [formula for _, formula in prover.demands.values()]
    found = [batch.holding(one) for one in asked]
    assert found == [masks.of(one) for one in asked]
    assert len({*found}) > 100


def test_formulas_are_made_once_and_what_is_plain_is_left_out():
    world = World()
    one, other = world.is_("lateness.who", "both"), world.is_("context.phase", "early")
    assert all_of([one, other]) is all_of([other, one, YES, one])
    assert any_of([one, NO]) is one
    assert (all_of([one, NO]), any_of([one, YES]), all_of([]), any_of([])) == (NO, YES, YES, NO)
    assert no(no(one)) is one
    assert (unlike(one, one), unlike(one, NO), unlike(YES, one)) == (NO, one, no(one))
    assert (many([one], 0), many([one], 2), few([one], 1)) == (YES, NO, YES)


def test_a_point_near_what_was_found_is_kept_only_within_bounds():
    search = Search(World())
    assert search.possible(search.world.is_("lateness.who", "both"))
    assert search.points
    search.points.gather()
    bound = all_of(search.world.bounds())
    batch = search.points._batch
    assert batch.many > 1
    assert batch.holding(bound) == (1 << batch.many) - 1
