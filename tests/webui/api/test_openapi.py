"""The description says everything: each property, each example, each refusal, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner import Planner
from planner.contract.values import FLAGS, KINDS
from tests.webui.support.describing import COMPONENTS, nodes, schemas, schemas_ref, valid

PLANS = "/api/v1/plans"


@pytest.fixture
def kind() -> str:
    """The description is the same on each database."""
    return "sqlite"


@pytest.fixture(scope="module")
def alone(app: Flask) -> dict[str, Any]:
    """The description without accounts."""
    return dict(app.test_client().get("/api/v1/openapi.json").get_json())


@pytest.fixture
def document(site: Flask) -> dict[str, Any]:
    """The description with accounts, which has everything that the other has."""
    return dict(site.test_client().get("/api/v1/openapi.json").get_json())


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method != "parameters"
    ]


def undescribed(document: dict[str, Any]) -> list[str]:
    """Properties, shapes, parameters and answers without a description or a title."""
    found = []
    for name, shape in schemas(document).items():
        found += [name] if not shape.get("description") or shape["title"] != name else []
        for key, told in shape.get("properties", {}).items():
            titled = "$ref" in told or told.get("title")
            found += [] if titled and told.get("description") else [f"{name}.{key}"]
    for path, node in nodes(document["paths"]):
        answered = re.search(r"/responses/\d+$|/parameters/\d+$|(?:post)/requestBody$", path)
        found += [path] if answered and not node.get("description") else []
    return found


def test_nothing_is_without_its_words(document: dict[str, Any]) -> None:
    assert undescribed(document) == []
    properties = [key for one in schemas(document).values() for key in one.get("properties", ())]
    assert len(properties) > 150


def test_each_part_of_a_condition_says_that_it_is_one(document: dict[str, Any]) -> None:
    for path, node in nodes(schemas(document)):
        for key, told in node.get("properties", {}).items() if "/not" in path else ():
            assert told["description"], (path, key)


def test_what_is_without_its_words_is_found(document: dict[str, Any]) -> None:
    del schemas(document)["Lateness"]["properties"]["cause"]["description"]
    del schemas(document)["Step"]["properties"]["words"]["title"]
    document["paths"][PLANS]["post"]["responses"]["200"]["description"] = ""
    found = undescribed(document)
    assert found[:2] == ["Lateness.cause", "Step.words"]
    assert found[2].endswith("post/responses/200")


def test_each_field_has_the_vocabularys_words(alone: dict[str, Any], planner: Planner) -> None:
    fields: Any = planner.rulebook.vocabulary["fields"]
    names = {"Lateness": "lateness", "BoundaryRequest": "boundary_request", "Context": "context",
             "Deflection": "deflection", "AuthorityFrustration": "authority_frustration",
             "Disconnection": "disconnection"}  # fmt: skip
    for shape, part in names.items():
        for key, told in schemas(alone)[shape]["properties"].items():
            if key == "kind":
                assert fields["kind"]["options"][part]["label"] in told["description"]
                continue
            words = fields[f"{part}.{key}"]
            assert words["question"] in told["description"]
            assert words["why"] in told["description"]
            for value, option in words["options"].items():
                assert f"`{value}`: {option['label']}" in told["description"], key
    flags = schemas(alone)["SafetyFlags"]["properties"]
    assert list(flags) == list(FLAGS)
    for flag, told in flags.items():
        assert fields["safety.flags"]["options"][flag]["label"] in told["description"]


def test_no_text_is_named_instead_of_said(document: dict[str, Any]) -> None:
    """The name of a text that no file has would stand there as it is."""
    told = [node.get(key) for _path, node in nodes(document) for key in ("summary", "description")]
    assert [one for one in told if isinstance(one, str) and one.startswith("interface_")] == []


def test_typed_clients_lose_nothing(document: dict[str, Any]) -> None:
    for path, node in nodes(document):
        assert not {"allOf", "contains", "prefixItems", "$defs"} & node.keys(), path
        if "array" in str(node.get("type")):
            assert node.get("items"), path
        if "default" in node:
            assert "/properties" in path
            assert path.endswith("/properties"), "a default makes generators ask for the key"
    for name in schemas(document):
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
    rupture = schemas(document)["Rupture"]
    assert document["components"]["schemas"]["Observation"]["properties"]["ruptures"]["items"] == (
        schemas_ref("Rupture")
    )
    mapping = rupture["discriminator"]["mapping"]
    assert rupture["discriminator"]["propertyName"] == "kind"
    assert list(mapping) == list(KINDS)
    assert [one["$ref"] for one in rupture["oneOf"]] == list(mapping.values())
    for kind, ref in mapping.items():
        shape = schemas(document)[ref.removeprefix(COMPONENTS)]
        assert shape["properties"]["kind"]["const"] == kind
        assert "kind" in shape["required"]


def test_each_route_says_who_may_ask_it_and_where_it_belongs(document: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert all(tags.values())
    used = set()
    for where, told in operations(document):
        keyed = "kept-plans" in where
        assert told["security"] == ([{"key": []}] if keyed else []), where
        assert set(told["tags"]) <= tags.keys(), where
        used |= set(told["tags"])
    assert used == tags.keys()
    names = [told["operationId"] for _where, told in operations(document)]
    assert len(names) == len(set(names))


def test_the_document_names_itself(document: dict[str, Any]) -> None:
    info = document["info"]
    assert info["contact"]["name"]
    assert info["license"]["identifier"]
    assert document["openapi"] == "3.1.0"


def test_each_refusal_is_a_problem_with_an_example(document: dict[str, Any]) -> None:
    problem = valid(document, "Problem")
    for where, told in operations(document):
        for status, answer in told["responses"].items():
            if int(status) < 400:
                continue
            [(media, one)] = answer["content"].items()
            assert (media, one["schema"]) == ("application/problem+json", schemas_ref("Problem"))
            problem.validate(one["example"])
            assert str(one["example"]["status"]) == status, where
            assert len(answer["description"]) > 10


def test_each_example_fits_its_schema(document: dict[str, Any]) -> None:
    """Of each route that takes or gives JSON there is one."""
    seen = 0
    for where, told in operations(document):
        bodies = [told.get("requestBody", {}), *told["responses"].values()]
        for media, one in (pair for body in bodies for pair in body.get("content", {}).items()):
            shown = [one[key] for key in ("example",) if key in one]
            shown += [example["value"] for example in one.get("examples", {}).values()]
            assert shown or "OpenApi" in str(one["schema"]), (where, media)
            for example in shown:
                validator = jsonschema.Draft202012Validator({**document, **one["schema"]})
                assert [error.message for error in validator.iter_errors(example)] == [], where
                seen += 1
    assert seen > 40


def test_the_examples_are_what_the_server_answers(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").get_json()["paths"][PLANS]["post"]
    sent = told["requestBody"]["content"]["application/json"]["examples"]
    answers = told["responses"]["200"]["content"]
    for media, shown in answers.items():
        given = client.post(PLANS, json=sent["late"]["value"], headers={"Accept": media})
        assert (given.get_json() if media == "application/json" else given.text) == shown["example"]
    assert client.post(PLANS, json=sent["stop"]["value"]).get_json()["disposition"] == "stop"
    assert len(sent) == 2
