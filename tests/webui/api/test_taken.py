"""What the description allows is taken, what it forbids is refused: null, whole numbers, safety."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given

from planner import Observation, ObservationError, Planner
from planner.contract.schema import observation_schema
from tests.support.strategies import observations
from tests.webui.support.describing import COMPONENTS, schemas, valid
from webui.api.stored_plans import _of_today

ASKED: dict[str, Any] = {"flags": {}}
LATE = {"kind": "lateness", "who": "therapist"}
JOKE = {"kind": "deflection", "response": "joke"}
GOOD: dict[str, Any] = {"ruptures": [LATE, JOKE], "safety": ASKED}
PLANS = "/api/v1/plans"


@pytest.fixture(scope="module")
def alone(app: Flask) -> dict[str, Any]:
    """The description without accounts."""
    return dict(app.test_client().get("/api/v1/openapi.json").get_json())


@given(data=observations())
def test_the_description_takes_every_observation(alone: dict[str, Any], data: Any) -> None:
    valid(alone, "Observation").validate(data)


REFUSED: tuple[Any, ...] = (
    {"ruptures": [LATE]},
    {"ruptures": [], "safety": ASKED},
    {"ruptures": [], "safety": {"flags": {"formal_complaint": "yes"}}},
    {"ruptures": [LATE], "safety": None},
    {"ruptures": [LATE], "safety": {"flags": None}},
    {"ruptures": [LATE], "safety": {"flags": {"self_harm": None}}},
    {"ruptures": [LATE], "safety": {"flags": {"self_harm": "no"}}},
    {"ruptures": [LATE], "safety": {"flags": {"selfharm": "yes"}}},
    {"ruptures": None, "safety": ASKED},
    {"ruptures": [LATE | {"who": None}], "safety": ASKED},
    {"ruptures": [LATE | {"kind": None}], "safety": ASKED},
    {"ruptures": [LATE | {"own_occurrences": 1}], "safety": ASKED},
    {"ruptures": [LATE | {"response": "joke"}], "safety": ASKED},
    {"ruptures": [LATE | {"minutes": 5.5}], "safety": ASKED},
    {"ruptures": [LATE | {"minutes": "5"}], "safety": ASKED},
    {"ruptures": [LATE | {"minutes": True}], "safety": ASKED},
    {"ruptures": [LATE], "safety": ASKED, "extra": 1},
)


@pytest.mark.parametrize("bad", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_does_not_fit_the_description(
    alone: dict[str, Any], client: FlaskClient, bad: Any
) -> None:
    assert not valid(alone, "Observation").is_valid(bad)
    assert not jsonschema.Draft202012Validator(observation_schema()).is_valid(bad)
    assert client.post(PLANS, json=bad).status_code == 422


def test_two_of_a_kind_are_refused_by_the_server_alone(
    alone: dict[str, Any], client: FlaskClient
) -> None:
    """The description says it in words; the JSON Schema that is published keeps it."""
    twice = {"ruptures": [LATE, LATE | {"who": "both"}], "safety": ASKED}
    assert valid(alone, "Observation").is_valid(twice)
    told = schemas(alone)["Observation"]["properties"]["ruptures"]["description"]
    assert "at most one of each kind" in told
    assert "server" in told
    assert not jsonschema.Draft202012Validator(observation_schema()).is_valid(twice)
    assert client.post(PLANS, json=twice).status_code == 422


def optional(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every key that may be left out, with its shape."""
    for name in ("Observation", "Context", *(
        one["$ref"].removeprefix(COMPONENTS) for one in schemas(document)["Rupture"]["oneOf"]
    )):  # fmt: skip
        shape = schemas(document)[name]
        yield from (
            (name, key) for key in shape["properties"] if key not in shape.get("required", ())
        )


def put(shape: str, key: str, value: Any) -> dict[str, Any]:
    """A good observation with this under a key of a shape."""
    made = copy.deepcopy(GOOD)
    required: dict[str, dict[str, Any]] = {
        "Lateness": dict(LATE), "Deflection": dict(JOKE),
        "BoundaryRequest": {"kind": "boundary_request", "nature": "gift"},
        "AuthorityFrustration": {"kind": "authority_frustration", "toward": "therapist"},
        "Disconnection": {"kind": "disconnection", "act": "inattentive"},
    }  # fmt: skip
    if shape == "Observation":
        return made | {key: value}
    if shape == "Context":
        return made | {"context": {key: value}}
    return made | {"ruptures": [required[shape] | {key: value}]}


def without(node: Any) -> Any:
    """The same without every key that is null."""
    if isinstance(node, dict):
        return {key: without(value) for key, value in node.items() if value is not None}
    return [without(one) for one in node] if isinstance(node, list) else node


def test_null_is_left_out_wherever_a_field_is_optional(
    alone: dict[str, Any], client: FlaskClient, planner: Planner
) -> None:
    """Told by the description, taken over HTTP, and the plan is the one without the key."""
    found = list(optional(alone))
    assert len(found) > 50
    for shape, key in found:
        sent = put(shape, key, None)
        valid(alone, "Observation").validate(sent)
        answer = client.post(PLANS, json=sent)
        assert answer.status_code == 200, (shape, key, answer.text)
        assert answer.text == planner.plan(without(sent)).to_json(), (shape, key)


@pytest.mark.parametrize(
    ("shape", "key"),
    [("Observation", "session"), ("Lateness", "minutes"), ("Deflection", "occurrences")],
)
def test_a_whole_number_may_be_written_with_a_point(
    alone: dict[str, Any], client: FlaskClient, shape: str, key: str
) -> None:
    valid(alone, "Observation").validate(put(shape, key, 52.0))
    pointed, plain = (put(shape, key, number) for number in (52.0, 52))
    answer = client.post(PLANS, json=pointed)
    assert answer.text == client.post(PLANS, json=plain).text
    assert "52.0" not in answer.text
    assert client.post(PLANS, json=put(shape, key, 52.5)).status_code == 422


def test_a_plan_of_each_kind_fits_its_shape(alone: dict[str, Any], client: FlaskClient) -> None:
    """And has no key that the description does not name, however deep."""
    plan = valid(alone, "Plan")
    flags: tuple[dict[str, str], ...] = ({}, {"self_harm": "yes"}, {"formal_complaint": "unsure"})
    for told in (GOOD | {"safety": {"flags": one}} for one in flags):
        answer = client.post(PLANS, json=told).get_json()
        plan.validate(answer)
        assert answer.keys() == schemas(alone)["Plan"]["properties"].keys()
        for step in answer["steps"]:
            assert step.keys() == schemas(alone)["Step"]["properties"].keys()
        Observation.read(answer["observation"])


def test_the_published_schema_is_described_and_no_less_strict(planner: Planner) -> None:
    fields: Any = planner.rulebook.vocabulary["fields"]
    described, plain = observation_schema(fields), observation_schema()
    for shape in (described, *described["$defs"].values()):
        assert [key for key, one in shape["properties"].items() if "description" not in one] == []
    assert bare(described) == bare(plain)
    assert plain["properties"]["ruptures"]["allOf"]
    assert plain["anyOf"]


def bare(node: Any) -> Any:
    """A schema without its descriptions."""
    if isinstance(node, dict):
        return {key: bare(value) for key, value in node.items() if key != "description"}
    return [bare(one) for one in node] if isinstance(node, list) else node


def test_an_error_names_what_the_description_names(client: FlaskClient) -> None:
    with pytest.raises(ObservationError) as told:
        Observation.read({"ruptures": [LATE | {"who": "therapis"}]})
    answer = client.post(PLANS, json={"ruptures": [LATE | {"who": "therapis"}]})
    problems = [one.as_dict() for one in told.value.problems]
    assert answer.get_json(force=True)["problems"] == problems


def test_a_stored_plan_of_contract_1_0_has_every_key_of_today(
    alone: dict[str, Any], planner: Planner
) -> None:
    old = planner.plan(GOOD).to_dict()
    del old["contract"], old["brief"]
    for step in old["steps"]:
        del step["short"], step["line"], step["blanks"]
    for held in old["held"]:
        del held["waits_for"], held["ready"]
    plan = valid(alone, "Plan")
    assert not plan.is_valid(old)
    plan.validate(_of_today(old))
    new = planner.plan(GOOD).to_dict()
    assert _of_today(new) is new
