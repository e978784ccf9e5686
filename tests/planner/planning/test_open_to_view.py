"""A plan for a record or a copy has no line that is there because of the therapist's feelings."""

from __future__ import annotations

import pytest

from planner import Planner
from planner.plan.plan import Plan
from planner.planning.open_to_view import open_plan

GIFT = {"kind": "boundary_request", "nature": "gift"}
FELT = ["drawn_in", "guilty"]


def made(planner: Planner, *felt: str, **flags: str) -> Plan:
    context = {"therapist_feelings": list(felt)}
    return planner.plan({"ruptures": [GIFT], "context": context, "safety": {"flags": flags}})


@pytest.mark.parametrize("flag", ["formal_complaint", "discrimination_claim", "acute_state"])
def test_beside_another_reason_nothing_tells_of_the_feeling(planner: Planner, flag: str) -> None:
    """The other reason is told as it would be alone, in every way to write a plan."""
    bare = made(planner, **{flag: "yes"})
    plan = open_plan(made(planner, *FELT, **{flag: "yes"}), planner)
    assert plan.safety == bare.safety
    assert plan.to_brief() == bare.to_brief()
    assert plan.to_markdown() == bare.to_markdown()


def test_a_feeling_that_asks_for_review_leaves_the_review_and_not_itself(planner: Planner) -> None:
    whole = made(planner, *FELT)
    [reason] = whole.safety.reasons
    assert reason in whole.summary
    plan = open_plan(whole, planner)
    assert (plan.disposition, plan.safety.level) == ("review_first", "review_first")
    for text in (plan.to_markdown(), plan.to_brief()):
        assert "drawn in" not in text
        assert reason not in text
    assert plan.steps[0].words == whole.steps[0].words


def test_without_a_feeling_the_plan_is_the_same(planner: Planner) -> None:
    plan = made(planner)
    assert open_plan(plan, planner) is plan
