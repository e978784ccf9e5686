"""What became different when a plan was made again with another answer."""

from __future__ import annotations

from dataclasses import dataclass

from planner.plan.plan import Plan

HELD = "held"
BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Difference:
    """One item that stands elsewhere, or is said in other words, than in the earlier plan.

    `was` and `now` are a step's time, "held", "barred" or "" for not in the plan.
    """

    item: str
    was: str
    now: str


def differences(before: Plan, after: Plan) -> list[Difference]:
    """Every item whose place or words changed, in the handout's order."""
    was, now = _places(before), _places(after)
    said, says = _words(before), _words(after)
    return [
        Difference(item, was.get(item, ""), now.get(item, ""))
        for item in sorted(was.keys() | now.keys())
        if was.get(item) != now.get(item) or said.get(item) != says.get(item)
    ]


def _places(plan: Plan) -> dict[str, str]:
    places: dict[str, str] = {step.item: step.when for step in plan.steps}
    places.update({one.item: HELD for one in plan.held})
    places.update({one.item: BARRED for one in plan.barred})
    return places


def _words(plan: Plan) -> dict[str, str]:
    return {step.item: step.words for step in plan.steps}
