"""How a plan shows itself in a notebook, in a terminal and in a log."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from planner import Observation, Plan, Planner
from planner.plan.rendering import text

TOLD: dict[str, Any] = {
    "case": "K-114",
    "ruptures": [{"kind": "lateness", "who": "therapist", "occurrences": 2}],
    "context": {"therapist_feelings": ["helpless", "drawn_in"], "feelings": ["hurt"]},
    "safety": {"flags": {}},
    "notes": "She said: fine.",
}
STOP: dict[str, Any] = {"ruptures": [], "safety": {"flags": {"self_harm": "unsure"}}}


@pytest.fixture(scope="module", params=[TOLD, STOP], ids=["proceed", "stop"])
def plan(request: pytest.FixtureRequest, planner: Planner) -> Plan:
    return planner.plan(request.param)


def shown(plan: Plan, **how: Any) -> str:
    """What a console of rich prints of a plan."""
    page = StringIO()
    Console(file=page, legacy_windows=False, _environ={}, **how).print(plan)
    return page.getvalue()


def test_a_notebook_shows_the_markdown_that_python_gives(plan: Plan):
    assert plan._repr_markdown_() == plan.to_markdown()
    assert plan._repr_markdown_().startswith("# Repair plan: ")


@pytest.mark.parametrize("width", [40, 72, 100])
def test_rich_prints_the_whole_plan_as_wide_as_its_console(plan: Plan, width: int):
    assert shown(plan, width=width) == text(plan, width)


def test_rich_prints_it_in_color_where_there_is_color(plan: Plan):
    colored = shown(plan, width=72, force_terminal=True, color_system="standard")
    assert "\x1b[1mRepair plan" in colored
    plain = shown(plan, width=72, force_terminal=True, color_system=None)
    assert "\x1b[3" not in plain


def test_rich_wraps_for_a_console_that_is_narrower_than_any_page(plan: Plan):
    assert max(map(len, shown(plan, width=20).splitlines())) <= 20


def test_no_display_tells_what_the_therapist_felt(plan: Plan):
    for told in (plan._repr_markdown_(), shown(plan, width=72), repr(plan), pretty_repr(plan)):
        for word in ("therapist feelings", "therapist_feelings", "helpless", "drawn in"):
            assert word not in told


def test_a_log_keeps_no_answer(planner: Planner):
    plan = planner.plan(TOLD)
    line = repr(plan)
    assert line == str(plan) == pretty_repr(plan)
    assert line.startswith(f"<Plan {plan.disposition}: C2 now")
    assert plan.rulebook.version in line
    for answer in ("K-114", "fine", "hurt", "helpless", "drawn_in"):
        assert answer not in line
    assert repr(planner.plan(STOP)).startswith("<Plan stop: no step; ")


def test_the_repr_of_an_observation_leaves_out_what_nobody_else_may_read():
    told = Observation.read(TOLD)
    assert told.notes
    assert told.context.therapist_feelings
    for line in (repr(told), str(told), pretty_repr(told)):
        for hidden in ("fine", "helpless", "drawn_in"):
            assert hidden not in line


def test_equal_plans_have_equal_hashes_and_stand_once_in_a_set(planner: Planner):
    again = Planner().plan({key: TOLD[key] for key in reversed(TOLD)})
    assert len({planner.plan(TOLD), again, Plan.from_dict(again.to_dict())}) == 1
    other = planner.plan(TOLD | {"case": "K-115"})
    assert len({again, other}) == 2
    assert len({hash(planner.plan(TOLD | {"session": number})) for number in range(1, 50)}) > 40
    shape = other.to_dict()
    turned = dict(reversed(shape["observation"].items()))
    read = Plan.from_dict({**shape, "observation": turned})
    assert list(read.observation) == list(turned)
    assert (read, hash(read)) == (other, hash(other))
