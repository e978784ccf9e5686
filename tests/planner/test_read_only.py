"""A plan and everything in it is read-only, and what one caller has is no part of another's."""

import copy
import json
import pickle
from collections.abc import Callable, Iterator, Mapping, MutableSequence, MutableSet
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import orjson
import pytest

from planner import Observation, Plan, Planner
from planner.contract.read_only import ReadOnly, read_only
from planner.plan.parts import Because, Step
from tests.planner.sample_plan import PLAN
from tests.planner.second_opinions import shipped

LATE: dict[str, Any] = {
    "case": "K-114",
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20, "occurrences": 2}],
    "context": {"feelings": ["hurt", "angry"], "signs": ["denial"], "apology": "token"},
    "safety": {"flags": {}},
}
REVIEW: dict[str, Any] = {
    "ruptures": [
        {"kind": "boundary_request", "nature": "gift", "answer": "granted", "pressed": "yes"},
        {"kind": "deflection", "response": "joke", "trigger": "feelings"},
    ],
    "context": {"feelings": ["ashamed"], "culture_power": ["mandated"]},
    "safety": {"flags": {"formal_complaint": "yes"}},
}
STOP: dict[str, Any] = {
    "ruptures": [{"kind": "authority_frustration", "toward": "therapist"}],
    "safety": {"flags": {"self_harm": "unsure", "acute_state": "yes"}},
}
PLAIN: dict[str, Any] = {
    "ruptures": [{"kind": "deflection", "response": "joke", "happened": "this_session"}],
    "context": {"alliance": "good", "phase": "middle", "feelings": ["sad"]},
    "safety": {"flags": {}},
}
TOLD = {"plain": PLAIN, "late": LATE, "review": REVIEW, "stop": STOP}


@pytest.fixture
def planner() -> Planner:
    return Planner(shipped())


def parts_of(value: object, place: str = "plan") -> Iterator[tuple[str, Any]]:
    """A value and everything that can be reached from it, each with its place."""
    yield place, value
    if is_dataclass(value):
        for one in fields(value):
            yield from parts_of(getattr(value, one.name), f"{place}.{one.name}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from parts_of(inner, f"{place}[{key!r}]")
    elif isinstance(value, list | tuple | set | frozenset):
        for number, inner in enumerate(value):
            yield from parts_of(inner, f"{place}[{number}]")


def writes_into(part: Any) -> Iterator[Callable[[], object]]:
    """Every way to write into a part that its kind of thing has."""
    if is_dataclass(part):
        for one in fields(part):
            yield partial(setattr, part, one.name, "other")
            yield partial(delattr, part, one.name)
    elif isinstance(part, Mapping):
        held: Any = part
        key = next(iter(part), "key")
        yield lambda: held.__setitem__(key, "other")
        yield lambda: held.__delitem__(key)
        yield lambda: held.__ior__({"other": 1})
        yield lambda: held.update(other=1)
        yield lambda: held.setdefault("other", 1)
        yield lambda: held.pop(key)
        yield held.popitem
        yield held.clear
        yield lambda: held.__init__(other=1)
        yield lambda: setattr(held, "other", 1)
    else:
        assert not isinstance(part, MutableSequence | MutableSet | bytearray)


def refused(write: Callable[[], object]) -> bool:
    """Whether writing is refused."""
    try:
        write()
    except (AttributeError, TypeError):
        return True
    return False


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_nothing_in_a_plan_can_be_written(planner: Planner, told: dict[str, Any]) -> None:
    expected = {name: Planner(shipped()).plan(one).to_json() for name, one in TOLD.items()}
    plan = planner.plan(told)
    tried = 0
    for place, part in parts_of(plan):
        for write in writes_into(part):
            assert refused(write), f"{place} can be written"
            tried += 1
    assert tried > 100
    assert plan.to_json() == planner.plan(told).to_json()
    assert {name: planner.plan(one).to_json() for name, one in TOLD.items()} == expected


def test_the_walk_meets_every_kind_of_plan(planner: Planner) -> None:
    """A walk that met no reason, no change and no list in a fact would prove little."""
    plans = {name: planner.plan(one) for name, one in TOLD.items()}
    assert {plan.disposition for plan in plans.values()} == {"proceed", "review_first", "stop"}
    met = [part for plan in plans.values() for _, part in parts_of(plan)]
    assert {type(part) for part in met} >= {Plan, Step, Because, ReadOnly, tuple, str}
    assert any(one for part in met if isinstance(part, Because) for one in lists_in(part))


def lists_in(why: Because) -> list[object]:
    """The values of a reason that are lists."""
    return [value for value in why.facts.values() if isinstance(value, tuple)]


def test_a_reason_that_plans_share_cannot_be_changed_in_one_of_them(planner: Planner) -> None:
    facts: Any = planner.plan(LATE).steps[0].because[0].facts
    with pytest.raises(TypeError, match="to_dict"):
        facts["lateness.who"] = "X"
    other = planner.plan(LATE | {"session": 2})
    assert "X" not in other.to_json()


def test_the_observation_of_a_plan_is_not_the_callers(planner: Planner) -> None:
    """What was passed in may be changed afterwards, in every part."""
    for told in TOLD.values():
        given = copy.deepcopy(told)
        built = Observation.read(copy.deepcopy(told))
        plans = planner.plan(given), planner.plan(built)
        before = [plan.to_dict()["observation"] for plan in plans]
        given["case"] = "other"
        given["safety"]["flags"]["partner_violence"] = "yes"
        given["ruptures"][0].clear()
        given.setdefault("context", {})["feelings"] = ["warm"]
        built.safety.flags["partner_violence"] = "yes"
        built.ruptures[0].__dict__["happened"] = "longer_ago"
        assert [orjson.loads(orjson.dumps(plan.observation)) for plan in plans] == before
        assert [plan.to_dict()["observation"] for plan in plans] == before


def test_what_a_plan_is_made_of_by_hand_is_not_its_makers() -> None:
    facts, observation = {"context.signs": ["denial"]}, {"ruptures": [{"kind": "lateness"}]}
    why = Because("a.b", "So.", facts, "x")
    plan = Plan(**{**shallow(PLAN), "observation": observation})
    facts["context.signs"].append("engaged")
    observation["ruptures"].clear()
    assert why.facts == {"context.signs": ("denial",)}
    assert plan.to_dict()["observation"] == {"ruptures": [{"kind": "lateness"}]}


def shallow(plan: Plan) -> dict[str, Any]:
    """What a plan was built with."""
    return {one.name: getattr(plan, one.name) for one in fields(plan) if one.init}


def test_the_shape_is_plain_and_can_be_changed_copied_and_sent(planner: Planner) -> None:
    for told in TOLD.values():
        plan = planner.plan(told)
        shape = plan.to_dict()
        kinds = {type(part) for _, part in parts_of(shape)}
        assert kinds <= {dict, list, str, int, type(None)}
        assert copy.deepcopy(shape) == pickle.loads(pickle.dumps(shape)) == shape  # noqa: S301  # written just now
        assert json.loads(json.dumps(shape)) == orjson.loads(orjson.dumps(shape)) == shape
        shape["observation"]["ruptures"].clear()
        shape["safety"]["reasons"].append("other")
        assert plan.to_dict() == orjson.loads(plan.to_json()) != shape


def test_a_plan_that_was_sent_or_copied_is_read_only_too(planner: Planner) -> None:
    plan = planner.plan(LATE)
    for again in (pickle.loads(pickle.dumps(plan)), copy.deepcopy(plan), copy.copy(plan)):  # noqa: S301  # as above
        assert again == plan
        assert again.to_json() == plan.to_json()
        for _, part in parts_of(again):
            for write in writes_into(part):
                assert refused(write)


def test_a_read_only_mapping_is_a_dict_to_those_who_read() -> None:
    """Writers of JSON, and an observation that is planned again, look for a dict."""
    made = read_only({"a": [1, {"b": ()}], "c": None})
    assert made == {"a": (1, {"b": ()}), "c": None}
    assert orjson.dumps(made) == b'{"a":[1,{"b":[]}],"c":null}'
    assert json.dumps(made) == '{"a": [1, {"b": []}], "c": null}'
    assert type(made | {"d": 1}) is type(made.copy()) is dict
    assert read_only(made) is made
