"""A plan as data: the contract's shape, always fresh, never changed, and as its schema says."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import jsonschema
import pytest

from planner.plan.brief import Brief
from planner.plan.parts import Because
from planner.plan.plan import PLAN_KEYS, Plan, plan_schema
from planner.planning.planner import Planner
from tests.planner.support.sample_plan import PLAN, review_first
from tests.planner.support.second_opinions import shipped, some_observations
from tests.support.long import LONG

COUNT = 3_000 if LONG else 300
CONTRACT = [
    *("disposition", "summary", "steps", "held", "barred", "avoid", "safety", "questions"),
    *("follow_up", "supervision", "observation", "rulebook"),
]
STEP = [
    *("item", "when", "after", "title", "purpose", "words", "short", "line", "blanks", "handout"),
    *("changes", "cautions"),
    "because",
]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return plan_schema()


@pytest.fixture(scope="module")
def made() -> list[Plan]:
    """Plans of all kinds."""
    return list(Planner(shipped()).plan_many(some_observations(15, COUNT)))


def test_a_plan_has_the_contracts_keys_in_its_order() -> None:
    assert list(PLAN.to_dict())[: len(CONTRACT)] == CONTRACT
    assert list(PLAN.to_dict()) == list(PLAN_KEYS)
    assert list(PLAN.to_dict()["steps"][0]) == STEP


def test_the_shape_is_plain_and_every_part_of_it_is_fresh() -> None:
    """Whoever changes what they were given changes it for nobody else."""
    first = PLAN.to_dict()
    kept = copy.deepcopy(first)
    first["steps"][0]["because"][0]["facts"]["lateness.who"] = "nobody"
    first["observation"]["case"] = "other"
    first["held"].clear()
    assert PLAN.to_dict() == kept
    assert json.loads(PLAN.to_json()) == kept


def test_json_is_the_shape_with_every_sign_kept() -> None:
    odd = replace(PLAN, summary='"\\ \u2028 é 🙂 <script>')
    assert json.loads(odd.to_json())["summary"] == odd.summary
    assert json.loads(odd.to_json()) == odd.to_dict()


def test_a_changed_copy_of_a_plan_is_written_anew() -> None:
    PLAN.to_json()
    changed = replace(PLAN, summary="Another.")
    assert json.loads(changed.to_json())["summary"] == "Another."


def test_no_part_of_a_plan_can_be_set() -> None:
    for part in (PLAN, PLAN.steps[0], PLAN.steps[0].because[0], PLAN.safety, PLAN.follow_up):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, "other")


def test_plans_are_equal_by_what_they_say() -> None:
    """Whether one has been written already makes no difference."""
    written, other = replace(PLAN), replace(PLAN)
    written.to_json()
    assert written == other
    assert written != replace(PLAN, summary="Another.")


def test_a_plan_can_be_sent_to_another_process() -> None:
    for plan in (replace(PLAN), PLAN):
        PLAN.to_json()
        again = pickle.loads(pickle.dumps(plan))  # noqa: S301  # what was written the line before
        assert again == plan
        assert again.to_json() == plan.to_json()


def test_a_reason_is_written_the_same_the_second_time() -> None:
    """What many plans share is written once; what is shared reads like what is not."""
    why = Because("a.b", "So “it” is.", {"lateness.minutes": None, "context.signs": ["joke"]}, "x")
    step = replace(PLAN.steps[0], because=(why, why))
    first = replace(PLAN, steps=(step,)).to_dict()
    second = replace(PLAN, steps=(step,)).to_dict()
    assert first == second
    assert first["steps"][0]["because"][1] == {
        "rule": "a.b",
        "text": why.text,
        "facts": {"lateness.minutes": None, "context.signs": ["joke"]},
        "source": "x",
    }


def test_an_interruption_in_the_writing_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer of JSON would make a type error of whatever comes between."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    plan = replace(PLAN)
    monkeypatch.setattr("planner.plan.written._write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plan.to_json()
    monkeypatch.undo()
    assert plan.to_json() == PLAN.to_json()


def test_the_schema_is_one_and_takes_plans_made_by_hand(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for plan in (PLAN, review_first(), review_first(steps=())):
        validator.validate(plan.to_dict())
    assert schema["required"] == list(PLAN_KEYS)
    assert list(schema["properties"]) == list(PLAN_KEYS)


def test_the_schema_takes_every_plan(schema: dict[str, Any], made: list[Plan]) -> None:
    validator = jsonschema.Draft202012Validator(schema)
    for plan in made:
        validator.validate(plan.to_dict())
    assert {plan.disposition for plan in made} == {"proceed", "review_first", "stop"}


def test_each_item_stands_once_and_the_list_agrees_with_the_partial_order(
    made: list[Plan],
) -> None:
    for plan in made:
        steps = [step.item for step in plan.steps]
        items = [*steps, *(one.item for one in plan.held), *(one.item for one in plan.barred)]
        assert len(set(items)) == len(items)
        for place, step in enumerate(plan.steps):
            assert set(step.after) <= set(steps[:place]), plan.observation


def test_a_stopped_plan_has_no_word_of_the_handout(made: list[Plan]) -> None:
    scripts = [script for item in shipped().handout.items.values() for script in item.scripts]
    for plan in made:
        if plan.disposition == "stop":
            assert plan.steps == ()
            assert not [script for script in scripts if script in plan.to_json()]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("disposition",), "perhaps"),
        (("steps", 0, "item"), "C9"),
        (("steps", 0, "when"), "tomorrow"),
        (("steps", 0, "changes", 0), ["only one"]),
        (("safety", "level"), "high"),
        (("summary",), None),
    ],
)
def test_the_schema_refuses_what_is_no_plan(
    schema: dict[str, Any], path: tuple[Any, ...], value: object
) -> None:
    data = PLAN.to_dict()
    part = data
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


# --- read back -------------------------------------------------------------------------------
def test_a_plan_is_read_back_from_its_shape(made: list[Plan]) -> None:
    for plan in made:
        again = Plan.from_dict(plan.to_dict())
        assert again.to_json() == plan.to_json()
        assert (again, hash(again)) == (plan, hash(plan))


def first_contract(plan: Plan) -> dict[str, Any]:
    """A plan as contract 1.0 wrote it."""
    told = plan.to_dict()
    for key in ("brief", "contract"):
        del told[key]
    for part, keys in (
        ("steps", ("short", "line", "blanks")),
        ("held", ("waits_for", "ready")),
        ("questions", ("fields",)),
    ):
        for one in told[part]:
            for key in keys:
                del one[key]
    return told


def test_a_plan_of_the_first_contract_is_read_and_unknown_keys_are_passed_over(
    made: list[Plan],
) -> None:
    for plan in made:
        read = Plan.from_dict({**first_contract(plan), "later": [1]})
        assert (read.contract, read.brief) == ("1.0", Brief())
        assert [one.words for one in read.steps] == [one.words for one in plan.steps]
        assert {one.waits_for for one in read.held} <= {None}
        assert [one.fields for one in read.questions] == [(one.field,) for one in plan.questions]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ([], "a plan is a mapping"),
        ({}, "plan has no disposition"),
        ({"steps": 3}, "plan.steps is no list"),
        ({"steps": [3]}, r"plan.steps\[0\] is no mapping"),
        ({"disposition": ["stop"]}, "plan.disposition is no text"),
        ({"observation": "K-114"}, "plan.observation is no mapping"),
        ({"disposition": "maybe"}, "plan.disposition is none of proceed, review_first, stop"),
        ({"supervision": [{"a": 1}]}, r"plan.supervision\[0\] is no text"),
    ],
)
def test_what_is_no_plan_is_refused(told: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Plan.from_dict(told)


@pytest.mark.parametrize("change", [[], ["x"], ["x", "y", "z"]])
def test_a_change_that_is_no_pair_is_refused(made: list[Plan], change: list[str]) -> None:
    told = next(plan for plan in made if plan.steps).to_dict()
    told["steps"][0]["changes"] = [change]
    with pytest.raises(ValueError, match=rf"changes\[0\] has {len(change)} parts, not 2"):
        Plan.from_dict(told)
