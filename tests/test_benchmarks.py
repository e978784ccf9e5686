"""The benchmarks still run: each on a few observations, for nothing is timed here."""

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from planner import Planner
from tests.benchmarks import __main__ as bench
from tests.benchmarks import against, identical, peer_code, peer_durable, peer_engines, peers
from tests.benchmarks.cases import realistic
from tests.benchmarks.peer_base import Base, base_of
from tests.benchmarks.sampling import PARTS, looking

ROOT = Path(__file__).parents[1]
HERE = Path(bench.__file__).parent
MODULES = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "load_people")
ALWAYS_THERE = (
    peer_code.if_chain,
    peer_durable.by_calls,
    peer_engines.datalogic,
    peer_engines.naive,
)


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(Planner(), realistic(12, seed=9))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_can_be_loaded(name):
    importlib.import_module(f"tests.benchmarks.{name}")


def test_make_bench_runs_modules_that_are_there():
    assert [name for name in bench.PARTS if not find_spec(f"tests.benchmarks.{name}")] == []


@pytest.mark.parametrize("engine", ALWAYS_THERE, ids=lambda engine: engine.__name__)
def test_an_engine_gives_the_rules_that_hold(base, engine):
    """Both stages, every rule: what the clock is held to."""
    first, second = engine(base.findings), engine(base.planning)
    for case in base.cases:
        assert base.rules_of(base.both(first, second, case)) == case.holds


def test_every_rule_is_given_to_the_engines(base):
    assert set(base.rule.values()) == {rule.id for rule in Planner().rulebook.rules}


@pytest.mark.parametrize("name", [peers.MATCHING, peers.VALIDATING, peers.ALWAYS])
def test_this_project_is_asked_for_the_same(base, name):
    ask = peers.asking(name, base)
    for case in base.cases[:3]:
        assert peers.answer_of(name, base, ask(case)) == case.holds


def test_the_worker_measures_what_the_tables_show():
    cases = realistic(2)
    given = {"realistic": cases, "recombined": cases, "chance": cases}
    found = against.ran(ROOT, "plans", given)
    assert {name: len(times) for name, times in found.items()} == {
        "first": 2,
        "recombined": 2,
        "other case": 2,
        "again": 2,
    }


def test_what_is_recombined_was_never_met_as_a_whole():
    cases = realistic(40)
    mixed = list(against.recombined(cases))
    assert len(mixed) > 30
    assert [one for one in mixed if one in cases] == []


def test_a_difference_between_two_plans_is_shown_where_it_stands():
    old = {"steps": [{"item": "C1", "words": "one"}], "held": []}
    new = {"steps": [{"item": "C1", "words": "two"}], "held": [], "roots": []}
    places = list(identical.differing(old, new))
    assert places == [
        'steps[0].words\n  then: "one"\n  here: "two"',
        "roots\n  then: null\n  here: []",
    ]
    assert list(identical.differing(old, old)) == []


def test_plans_are_compared_in_rounds_that_leave_none_out():
    assert list(identical.rounds(50_000)) == [(0, 2_000), (2_000, 20_000), (20_000, 50_000)]
    assert list(identical.rounds(300)) == [(0, 300)]


def test_looks_at_the_stack_see_the_planner():
    planner, cases = Planner(), realistic(60)
    with looking() as looks:
        while len(looks.stacks) < 5:
            for case in cases:
                planner.plan(case).to_json()
    assert all(0 <= looks.share_of(part) <= 1 for part in PARTS.values())
    assert sum(looks.innermost().values()) == len(looks.stacks)
