"""One changed answer that turns a plan: it does, it is the same each time, and it is told."""

from __future__ import annotations

from collections import Counter

import pytest

from planner import Planner
from planner.practice.practice import Practice
from planner.practice.saying import Saying
from planner.practice.turning import FLAGS, stands, turn_of
from planner.reading.shipped import SHIPPED


@pytest.fixture(scope="module")
def practice(planner: Planner) -> Practice:
    return Practice.of(planner, [SHIPPED])


def differ(one: object, other: object) -> list[str]:
    """The fields in which two observations differ, as their paths."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            f"{key}.{path}".rstrip(".")
            for key in {*one, *other}
            for path in differ(one.get(key), other.get(key))
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [path for pair in zip(one, other, strict=True) for path in differ(*pair)]
    return [] if one == other else [""]


def test_a_turn_changes_one_answer_and_the_plan(practice: Practice) -> None:
    planner, said = practice.planner, Saying(practice.planner.rulebook)
    fields: Counter[str] = Counter()
    for case in practice.cases[::9]:
        turn = turn_of(case.observation, planner)
        if turn is None:
            continue
        fields[turn.field] += 1
        assert len(differ(case.observation, turn.observation)) == 1, case.story
        was, now = planner.plan(case.observation), planner.plan(turn.observation)
        steps = [{step.item for step in plan.steps} for plan in (was, now)]
        first = [plan.steps[0].item if plan.steps else "" for plan in (was, now)]
        assert was.disposition != now.disposition or steps[0] != steps[1] or first[0] != first[1]
        for item, before, after in turn.changes:
            if item:
                assert (before, after) == (stands(was).get(item, ""), stands(now).get(item, "gone"))
        assert said.what_if(turn).startswith("What if")
        assert said.then(turn).startswith("Then ")
    assert len(fields) > 8, "most cases turn by the same field"


def test_the_same_observation_turns_by_the_same_answer(practice: Practice) -> None:
    for case in practice.cases[::80]:
        assert turn_of(case.observation, practice.planner) == turn_of(
            case.observation, Planner(practice.planner.rulebook)
        )


def test_a_third_time_is_told_as_one(practice: Practice) -> None:
    exercise = practice.exercise("545a03ab")
    assert exercise is not None
    turn = practice.turn(exercise)
    assert turn is not None
    said = Saying(practice.planner.rulebook)
    assert said.what_if(turn) == "What if it had been the third time?"
    assert said.then(turn) == "Then the plan waits for consultation."


def test_a_flag_is_taken_away_where_nothing_else_turns_a_stop(planner: Planner) -> None:
    late = {"kind": "lateness", "who": "client"}
    told = planner.plan({"ruptures": [late], "safety": {"flags": {"self_harm": "yes"}}}).to_dict()
    turn = turn_of(told["observation"], planner)
    assert turn is not None
    assert (turn.field, turn.was, turn.now) == (FLAGS, "self_harm", None)
    assert "Suicide or self-harm" in Saying(planner.rulebook).what_if(turn)


def test_danger_alone_has_no_other_answer(planner: Planner) -> None:
    told = planner.plan({"ruptures": [], "safety": {"flags": {"self_harm": "yes"}}}).to_dict()
    assert turn_of(told["observation"], planner) is None


def test_the_changed_case_is_an_exercise_of_its_own(practice: Practice) -> None:
    changed = practice.exercise("545a03ab-changed")
    assert changed is not None
    assert changed.turn is not None
    assert changed.case == "545a03ab"
    assert changed.observation["ruptures"][0]["occurrences"] == 3
    alone = next(one for one in practice.cases if not one.kinds)
    assert practice.exercise(f"{alone.key}-changed") is None
