"""docs/python.md does what it says, as it is written there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import planner
from planner import Plan
from tests.support.command import called
from tests.support.examples import blocks_of

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What all of its blocks leave behind, run one after the other beside a clinic's pack."""
    names: dict[str, Any] = {}
    desk = tmp_path_factory.mktemp("desk")
    assert called(["new-pack", str(desk / "clinic-rules")]).returncode == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk)
        for block in blocks_of(PAGE, "python"):
            exec(compile(block, "docs/python.md", "exec"), names)  # noqa: S102 - our own examples
    return names


def test_the_examples_run_and_make_a_plan(ran: dict[str, Any]):
    plan = ran["plan"]
    assert isinstance(plan, Plan)
    assert (plan.disposition, plan.steps[0].item) == ("proceed", "C2")
    assert ran["brief"] == plan.to_brief()
    assert "+" in ran["with_pack"].rulebook.version


def test_every_public_name_of_its_list_is_there(ran: dict[str, Any]):
    [line] = [one for one in PAGE.splitlines() if "`BoundaryRequest`" in one]
    named = {one for one in line.split("`") if one[:1].isupper()}
    assert named <= set(planner.__all__)
    assert len(named) == 8
    assert ran["Observation"] is planner.Observation


@pytest.mark.slow
def test_its_pool_plans(ran: dict[str, Any]):
    told = [ran["observation"], ran["told"]["observation"]]
    assert ran["planned_in_processes"](told) == [ran["plan"], ran["plan"]]
