"""The lessons agree with the rules: a case that does not show what it is told to show is found."""

from dataclasses import replace

import pytest

from planner import Planner
from planner.checking.lessons import prove_lessons
from planner.reading.learning import read_lessons
from planner.reading.scenarios import Scenario, read_scenarios
from planner.reading.shipped import SHIPPED
from planner.rulebook.learning import Lesson


@pytest.fixture(scope="module")
def scenarios(planner: Planner) -> tuple[Scenario, ...]:
    return read_scenarios(SHIPPED, planner.rulebook)


@pytest.fixture(scope="module")
def lesson(planner: Planner) -> Lesson:
    return read_lessons(SHIPPED, planner.rulebook)["D2"]


def problems(lesson: Lesson, scenarios: tuple[Scenario, ...], planner: Planner) -> list[str]:
    return [one.message for one in prove_lessons([lesson], scenarios, planner, "rules")]


def test_the_lessons_that_ship_hold(planner, scenarios):
    lessons = read_lessons(SHIPPED, planner.rulebook).values()
    assert prove_lessons(lessons, scenarios, planner, "rules") == ()


def test_a_case_of_another_place_is_told(planner, scenarios, lesson):
    step, held, barred = lesson.cases
    wrong = replace(lesson, cases=(step, replace(held, scenario=step.scenario), barred))
    [message] = problems(wrong, scenarios, planner)
    assert "does not have D2 held" in message
    assert step.scenario in message
    assert "Choose another scenario, or mend the rules that make the plan" in message


def test_a_case_that_is_no_scenario_is_told(planner, scenarios, lesson):
    gone = replace(lesson.cases[0], scenario=lesson.cases[0].scenario + " once")
    [message] = problems(replace(lesson, cases=(gone,)), scenarios, planner)
    assert f'Did you mean "{lesson.cases[0].scenario}"?' in message
