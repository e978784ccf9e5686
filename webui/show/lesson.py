"""A lesson's three cases as the item's page shows them: the case, and what its plan says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.plan.parts import Barred, Held, Step
from planner.plan.plan import Plan
from planner.rulebook.learning import Lesson, LessonCase
from webui.knowledge import Knowledge
from webui.words.cases import Case


@dataclass(frozen=True, slots=True)
class ShownCase:
    """One case of a lesson; `part` is what its plan says of the item."""

    told: LessonCase
    case: Case
    part: Step | Held | Barred


def shown_cases(lesson: Lesson, book: Knowledge) -> Iterator[ShownCase]:
    """The cases whose plan has the item where the lesson says; a pack may place it elsewhere."""
    known = {case.sentence: case for case in book.cases}
    for told in lesson.cases:
        case = known.get(told.scenario)
        plan = book.planner.plan(case.observation) if case else None
        part = _part(plan, lesson.item, told.placed) if plan else None
        if case and part:
            yield ShownCase(told, case, part)


def _part(plan: Plan, item: str, placed: str) -> Step | Held | Barred | None:
    """What a plan has of an item at a place."""
    places: dict[str, tuple[Step | Held | Barred, ...]] = {
        "step": tuple(plan.steps),
        "held": tuple(plan.held),
        "barred": tuple(plan.barred),
    }
    return next((one for one in places[placed] if one.item == item), None)
