"""Which case is told next, and what is told of it."""

from __future__ import annotations

import pytest

from planner import Planner
from planner.practice.practice import SAFETY, Practice, Wanted, known_kind
from planner.practice.turning import stands
from planner.reading.shipped import SHIPPED


@pytest.fixture(scope="module")
def practice(planner: Planner) -> Practice:
    return Practice.of(planner, [SHIPPED])


def test_by_kind_by_item_and_by_both(practice: Practice) -> None:
    plan = practice.planner.plan
    late = practice.fitting(Wanted("lateness"))
    assert late
    assert all("lateness" in one.kinds for one in late)
    held = practice.fitting(Wanted("", "D2"))
    assert held
    assert all("D2" in stands(plan(one.observation)) for one in held)
    both = [one for one in late if one in held]
    assert practice.fitting(Wanted("lateness", "D2")) == tuple(both)
    flagged = practice.fitting(Wanted(SAFETY))
    assert all(one.observation["safety"]["flags"] for one in flagged)
    assert any(not one.kinds for one in flagged)


def test_by_what_differed(practice: Practice) -> None:
    found = practice.fitting(Wanted(points=frozenset(["waits:D2", "goes_on:stop"])))
    for one in found:
        plan = practice.planner.plan(one.observation)
        assert plan.disposition == "stop" or stands(plan).get("D2") in ("held", "barred")
    assert {practice.planner.plan(one.observation).disposition for one in found} >= {"stop"}


def test_the_same_seed_tells_the_same_and_none_comes_twice_in_a_row(practice: Practice) -> None:
    wanted = Wanted("disconnection", "D4")
    assert len(practice.fitting(wanted)) > 3
    seen: list[str] = []
    for number in range(3 * len(practice.fitting(wanted))):
        case = practice.choose(wanted, seen, number)
        again = practice.choose(wanted, seen, number)
        assert case is not None
        assert case == again
        assert [case.key] != seen[-1:]
        if number < len(practice.fitting(wanted)):
            assert case.key not in seen
        seen.append(case.key)


def test_the_only_case_is_told_again_and_no_case_is_none(practice: Practice) -> None:
    alone = Practice(practice.planner, practice.cases[:1])
    only = alone.cases[0]
    assert alone.choose(Wanted(), [only.key], 1) == only
    assert alone.choose(Wanted("lateness"), [], 1) is None
    assert known_kind("lateness", ["lateness"]) == "lateness"
    assert known_kind("lateness; x", ["lateness"]) == ""


def test_what_is_known_has_every_answer_and_unknown_is_no_answer(practice: Practice) -> None:
    case = next(one for one in practice.cases if one.key == "545a03ab")
    known = {one.field: one.answer for one in practice.telling.known(case.observation)}
    assert known["safety.flags"] == "None of these"
    assert known["disconnection.act"] == "I was not attending"
    assert "context.apology" not in known
    assert "Apology so far" in practice.telling.open(case.observation)
    assert not any("unknown" in answer.lower() for answer in known.values())


def test_what_is_unsure_is_said_so_and_own_feelings_are_left_out_where_asked(
    practice: Practice,
) -> None:
    told = {
        "ruptures": [{"kind": "lateness", "who": "therapist"}],
        "context": {"therapist_feelings": ["guilty"]},
        "safety": {"flags": {"self_harm": "unsure"}},
    }
    shape = practice.planner.plan(told).to_dict()["observation"]
    every = {one.field: one.answer for one in practice.telling.known(shape)}
    assert every["safety.flags"] == "Suicide or self-harm (not sure)"
    assert "context.therapist_feelings" in every
    spoken = practice.telling.known(shape, unspoken=False)
    assert "context.therapist_feelings" not in {one.field for one in spoken}
