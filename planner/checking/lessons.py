"""Whether the lessons agree with the rules: each case is a scenario, and its plan shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.checking.scenarios import Plans
from planner.errors import RuleProblem
from planner.reading.files import LEARNING
from planner.reading.problems import Place, Problems
from planner.reading.scenarios import Scenario
from planner.rulebook.learning import Lesson, LessonCase


def prove_lessons(
    lessons: Iterable[Lesson], scenarios: Iterable[Scenario], planner: Plans, directory: str
) -> tuple[RuleProblem, ...]:
    """Every case of a lesson that is no scenario, or whose plan has the item somewhere else."""
    problems = Problems()
    known = {one.name: one for one in scenarios}
    for lesson in lessons:
        place = Place(problems, f"{directory}/{LEARNING}", f"item {lesson.item}")
        for case in lesson.cases:
            _prove(lesson.item, case, known, planner, place)
    return problems.in_order()


def _prove(
    item: str, case: LessonCase, known: Mapping[str, Scenario], planner: Plans, place: Place
) -> None:
    """Tell of one case what does not hold."""
    scenario = known.get(case.scenario)
    if scenario is None:
        place.unknown(1, "scenario", case.scenario, known)
        return
    plan = planner.plan(scenario.observation).to_dict()
    if item not in _items(plan, case.placed):
        what = f'the plan of "{case.scenario}" does not have {item} {case.placed}.'
        place.say(1, what, "Choose another scenario, or mend the rules that make the plan.")


def _items(plan: Mapping[str, object], placed: str) -> Sequence[str]:
    """The items that a plan has at a place."""
    found = plan["steps" if placed == "step" else placed]
    return [str(one["item"]) for one in found] if isinstance(found, list | tuple) else []
