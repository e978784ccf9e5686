"""The plan beside a learner's answers: every point, its reasons, and what nearly made it so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planner import Planner
from planner.practice.answering import Answer, read_answer
from planner.practice.laying_beside import Point, lay_beside
from planner.practice.practice import Practice
from planner.practice.saying import Saying
from planner.practice.turning import stands
from planner.reading.shipped import SHIPPED

LATE = {
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20, "notice_given": "no"}],
    "context": {"phase": "early", "alliance": "good", "apology": "none",
                "feelings": ["frightened"]},
    "safety": {"flags": {}},
}  # fmt: skip
DANGER = {**LATE, "safety": {"flags": {"self_harm": "unsure"}}}
ITEMS = ("C1", "C2", "C3", "D1", "D2", "D3", "D4")


def beside(
    planner: Planner,
    observation: Mapping[str, Any],
    goes_on: str,
    first: str,
    waits: frozenset[str],
) -> dict[str, Point]:
    """The points by what they are about."""
    points = lay_beside(observation, Answer(goes_on, first, waits), planner)
    return {one.item or one.about: one for one in points}


@pytest.fixture
def said(planner: Planner) -> Saying:
    return Saying(planner.rulebook)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (("proceed", "C2", ["D2", "Z9"]), Answer("proceed", "C2", frozenset(["D2"]))),
        (("stop", "", []), Answer("stop", "none", frozenset())),
        (("proceed", "none", []), Answer("proceed", "none", frozenset())),
        (("", "C2", []), ("practice_missing_disposition",)),
        (("proceed", "", []), ("practice_missing_first",)),
        (("perhaps", "Z9", []), ("practice_missing_disposition", "practice_missing_first")),
        (("proceed", "C2", ["C2"]), ("practice_first_waits",)),
    ],
)
def test_an_answer_is_whole_or_says_what_is_missing(
    sent: tuple[str, str, list[str]], expected: object
) -> None:
    assert read_answer(*sent, items=ITEMS) == expected


def test_where_both_have_the_same_it_says_so_with_the_reasons(
    planner: Planner, said: Saying
) -> None:
    points = beside(planner, LATE, "proceed", "C2", frozenset(["D4"]))
    assert points["goes_on"].same
    assert points["begins"].same
    assert points["begins"].because[0].source
    assert points["D4"].same
    assert points["D4"].plan == "held"
    assert points["D4"].until
    assert list(said.point(points["begins"])) == [
        "You begin with C2 (Apologize, process, repair), and so does the plan."
    ]


def test_another_first_step_is_told_where_the_plan_has_it(planner: Planner, said: Saying) -> None:
    point = beside(planner, LATE, "proceed", "C1", frozenset())["begins"]
    assert (point.same, point.plan, point.stands) == (False, "C2", "now")
    assert point.because
    assert "The plan begins with C2" in list(said.point(point))[-1]


def test_a_first_step_that_the_plan_does_not_know_says_what_would_call_for_it(
    planner: Planner,
) -> None:
    point = beside(planner, LATE, "proceed", "C3", frozenset())["begins"]
    assert point.stands == "none"
    fields = {one.missing.field for one in point.near}
    assert fields
    assert not any(one.startswith(("deflection.", "boundary_request.")) for one in fields)
    assert all(one.rule.verb == "call" for one in point.near)


def test_what_the_learner_holds_and_the_plan_does_not_says_what_is_missing(
    planner: Planner, said: Saying
) -> None:
    point = beside(planner, LATE, "proceed", "C2", frozenset(["C1"]))["C1"]
    assert not point.same
    assert point.plan == stands(planner.plan(LATE))["C1"]
    assert point.because
    assert {one.rule.verb for one in point.near} <= {"hold", "bar"}
    assert "would wait, if" in said.near(point)


def test_what_the_plan_holds_and_the_learner_did_not_name_is_told(
    planner: Planner, said: Saying
) -> None:
    points = beside(planner, LATE, "proceed", "C2", frozenset())
    waiting = {item for item, at in stands(planner.plan(LATE)).items() if at in ("held", "barred")}
    assert waiting == {item for item in points if item in ITEMS}
    assert not points["D4"].same
    assert "which you did not name" in next(iter(said.point(points["D4"])))


def test_what_waits_for_the_client_says_what_the_client_shows_then(
    planner: Planner, said: Saying
) -> None:
    late = {**LATE, "context": {**LATE["context"], "phase": "middle"}}  # type: ignore[dict-item]  # a mapping
    point = beside(planner, late, "proceed", "C2", frozenset())["D4"]
    [held] = [one for one in planner.plan(late).held if one.item == "D4"]
    assert held.ready is not None
    assert point.cue == held.ready.cue
    assert f"If {held.ready.cue}, it can be said." in list(said.point(point))


def test_a_stop_is_one_point_with_its_reason_whatever_was_answered(
    planner: Planner, said: Saying
) -> None:
    points = beside(planner, DANGER, "proceed", "C2", frozenset(["D4"]))
    assert list(points) == ["goes_on"]
    assert points["goes_on"].because
    assert list(said.point(points["goes_on"])) == ["You go on.", "The plan stops here, because:"]
    assert beside(planner, DANGER, "stop", "none", frozenset())["goes_on"].same


def test_every_point_of_every_case_can_be_said(planner: Planner, said: Saying) -> None:
    """Whatever is answered, and the questions that a learner asks themselves."""
    practice = Practice.of(planner, [SHIPPED])
    answers = (Answer("stop", "none", frozenset(ITEMS)), Answer("proceed", "D3", frozenset(["C1"])))
    for number, case in enumerate(practice.cases):
        exercise = practice.exercise(case.key)
        assert exercise is not None
        for point in practice.beside(exercise, answers[number % 2]):
            assert all(said.point(point))
            assert not point.near or said.near(point)
            assert said.tag(point.tag)
        assert all(said.asks(planner.plan(case.observation)))
