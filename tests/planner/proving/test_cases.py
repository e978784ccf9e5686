"""Of a rule or variant with cases each case has to be of use, or the proof names it at its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.proving.examples import Search
from planner.proving.liveness import demands
from planner.proving.model import Model
from planner.proving.world import World
from planner.rulebook.conditions import AnyOf, Case, Condition
from planner.rulebook.rulebook import Rulebook
from tests.planner.support.second_opinions import shipped

LAST_SHIPPED = 90_000
"""No rule file has so many lines: what stands below them is this test's own."""
CLIENT = (Condition("lateness.who", AnyOf(frozenset(("client",)))),)
EARLY = (Condition("context.phase", AnyOf(frozenset(("early",)))),)
EARLY_CLIENT = (*CLIENT, *EARLY)
NEVER = (*CLIENT, Condition("lateness.who", AnyOf(frozenset(("therapist",)))))
CASES = (Case(CLIENT, 90_071), Case(EARLY_CLIENT, 90_072), Case(NEVER, 90_073))


def kept(rulebook: Rulebook) -> dict[str, bool]:
    """Each demand on a case by its line and its last words, with whether it is kept."""
    model = Model(rulebook, World())
    search = Search(model.world)
    return {
        f"{one.line} {one.what.rpartition('can ')[2]}": any(map(search.possible, one.happens()))
        for one in demands(model)
        if one.what.startswith("case ") and one.line > LAST_SHIPPED
    }


def test_each_case_of_a_rule_can_hold_and_without_it_some_plan_is_another() -> None:
    rulebook = shipped()
    rule = next(one for one in rulebook.rules if one.verb == "call" and "C1" in one.items)
    changed = replace(rule, id="own.rule", when=(), cases=CASES, items=("C3",))
    told = kept(replace(rulebook, rules=(*rulebook.rules, changed)))
    matters = "matter, so that without it some plan is another"
    assert told == {
        "90071 hold": True,
        f"90071 {matters}": True,
        "90072 hold": True,
        f"90072 {matters}": False,
        "90073 hold": False,
        f"90073 {matters}": False,
    }


def test_each_case_of_a_variant_can_be_the_one_for_which_it_is_said() -> None:
    rulebook = shipped()
    words = rulebook.wording["C1"]
    part = words.parts[0]
    changed = replace(part.variants[0], when=(), cases=CASES)
    parts = (replace(part, variants=(changed, *part.variants[1:])), *words.parts[1:])
    wording = {**rulebook.wording, "C1": replace(words, parts=parts)}
    told = kept(replace(rulebook, wording=wording))
    assert {name.partition(" ")[0]: held for name, held in told.items()} == {
        "90071": True,
        "90072": False,
        "90073": False,
    }
