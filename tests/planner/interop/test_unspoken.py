"""A plan for another tool has nothing of what the therapist felt, and all else."""

import json
from typing import Any

import pytest

from planner import Planner
from planner.contract.values import FLAGS
from planner.interop.unspoken import shape_for_others

FIELD = "context.therapist_feelings"
FELT: dict[str, Any] = {
    "ruptures": [
        {"kind": "lateness", "who": "therapist"},
        {"kind": "boundary_request", "nature": "social"},
    ],
    "context": {"therapist_feelings": ["drawn_in", "guilty", "wish_to_end"]},
    "safety": {"flags": {}},
}


def test_without_feelings_it_is_the_plan():
    plan = Planner().plan({**FELT, "context": {}})
    assert shape_for_others(plan) == plan.to_dict()


def test_feelings_and_the_reasons_that_rest_on_them_are_left_out():
    plan = Planner().plan(FELT)
    whole = plan.to_dict()
    assert FIELD in json.dumps(whole["safety"]), "a review that rests on it is what is tried here"
    shape = shape_for_others(plan)
    assert "therapist_feelings" not in json.dumps(shape)
    assert plan.to_dict() == whole, "the plan itself is as it was"


def test_all_that_follows_from_them_stays():
    plan = Planner().plan(FELT)
    whole, shape = plan.to_dict(), shape_for_others(plan)
    assert shape["disposition"] == whole["disposition"] == "review_first"
    assert shape["supervision"] == whole["supervision"]
    assert shape["safety"]["first_actions"] == whole["safety"]["first_actions"]
    for name in ("steps", "held", "barred", "avoid"):
        without = [{k: v for k, v in one.items() if k != "because"} for one in shape[name]]
        assert without == [{k: v for k, v in one.items() if k != "because"} for one in whole[name]]


@pytest.mark.parametrize("flag", FLAGS)
def test_no_plan_with_feelings_names_them_whatever_the_flag(flag):
    plan = Planner().plan({**FELT, "safety": {"flags": {flag: "yes"}}})
    assert "therapist_feelings" not in json.dumps(shape_for_others(plan))
