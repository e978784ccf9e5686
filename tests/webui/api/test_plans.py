"""The interface for programs: plans, problems in RFC 9457, an honest description."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from planner.plan.formats import Page, by_media
from webui import create_app
from webui.access.problems import PROBES
from webui.api.describing import BAD, TEXT, answer, described, operation, ref, whole

GOOD: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist"}],
    "safety": {"flags": {}},
}
PLANS = "/api/v1/plans"


def assert_problem(response: TestResponse, status: int) -> None:
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json(force=True)
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()


def test_an_observation_in_a_plan_out(app: Flask, client: FlaskClient) -> None:
    response = client.post(PLANS, json=GOOD)
    assert response.status_code == 200
    assert response.text == app.extensions["knowledge"].planner.plan(GOOD).to_json()


@pytest.mark.parametrize("media", by_media())
def test_a_plan_comes_in_the_format_that_is_asked_for(
    app: Flask, client: FlaskClient, media: str
) -> None:
    response = client.post(PLANS, json=GOOD, headers={"Accept": f"text/csv, {media};q=0.5"})
    plan = app.extensions["knowledge"].planner.plan(GOOD)
    assert response.mimetype == media
    assert response.text == by_media()[media].write(plan, Page())
    assert response.vary.as_set() == {"accept", "accept-encoding"}
    described = client.get("/api/v1/openapi.json").get_json()["paths"][PLANS]["post"]
    assert media in described["responses"]["200"]["content"]


@pytest.mark.parametrize("accept", ["", "*/*", "image/png", "nonsense", "application/*", "*"])
def test_json_comes_where_no_format_is_asked_for(client: FlaskClient, accept: str) -> None:
    response = client.post(PLANS, json=GOOD, headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (200, "application/json")


def test_every_problem_is_named_with_field_value_and_nearest(client: FlaskClient) -> None:
    bad = {"ruptures": [{"kind": "lateness", "who": "therapis"}], "context": {"phase": 3}}
    response = client.post(PLANS, json=bad)
    assert_problem(response, 422)
    problems = {one["field"]: one for one in response.get_json(force=True)["problems"]}
    assert problems["ruptures[0].who"]["nearest"] == "therapist"
    assert {"ruptures[0].who", "context.phase", "safety"} <= problems.keys()


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe",
    b"{" * 5000,
    b"[" * 5000,
    b'{"a":NaN}',
    b'{"notes":"\\ud800"}',
    b'{"case":"a","case":"b"}',
    b"1e999",
    b"9" * 5000,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_is_no_observation_is_refused(client: FlaskClient, body: bytes) -> None:
    assert_problem(client.post(PLANS, data=body, content_type="application/json"), 422)


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_anything_but_json_is_refused(client: FlaskClient, media: str) -> None:
    """So a form on another site cannot reach it without the browser asking first."""
    assert_problem(client.post(PLANS, data=json.dumps(GOOD), content_type=media), 415)


def test_more_than_a_megabyte_is_refused(client: FlaskClient) -> None:
    body = json.dumps({**GOOD, "notes": "x" * 1_100_000})
    assert_problem(client.post(PLANS, data=body, content_type="application/json"), 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PLANS, 405),
        ("DELETE", "/api/v1/rulebook", 405),
        ("GET", "/api/v2", 404),
        ("POST", "/healthz", 405),
    ],
)
def test_every_other_error_is_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)
    if path == "/api/v2":
        assert response.status_code == 404
    else:
        assert_problem(response, status)
    if status == 405:
        assert response.headers["Allow"]


def test_every_condition_of_a_rule_is_told(app: Flask, client: FlaskClient) -> None:
    """Two conditions on one field stand there both."""
    told = {one["id"]: one["when"] for one in client.get("/api/v1/rulebook").get_json()["rules"]}
    for rule in app.extensions["knowledge"].rulebook.rules:
        for condition in rule.when:
            assert str(condition.test) in told[rule.id][condition.field].split(", and ")


def test_the_rulebook_is_tagged_by_its_edition(app: Flask, client: FlaskClient) -> None:
    first = client.get("/api/v1/rulebook")
    book = app.extensions["knowledge"].rulebook
    assert first.headers["ETag"] == f'"{book.edition}"'
    assert len(first.get_json()["rules"]) == len(book.rules)
    again = client.get("/api/v1/rulebook", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_description_is_valid_and_names_every_route(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    validate(document)
    routes = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.rule in PROBES
    }
    assert set(document["paths"]) == routes


def test_a_route_is_described_where_it_is_written() -> None:
    """A view with its description is all that a new route needs."""
    app = create_app()
    shape = {"Greeting": whole({"name": TEXT})}

    @app.get("/api/v1/greetings/<name>")
    @described(operation("greet", "Greet", {"200": answer("Hi", ref("Greeting"))}, BAD), shape)
    def greet(name: str) -> dict[str, str]:
        return {"name": name}

    document = app.test_client().get("/api/v1/openapi.json").get_json()
    validate(document)
    route = document["paths"]["/api/v1/greetings/{name}"]
    assert (route["get"]["operationId"], route["parameters"][0]["name"]) == ("greet", "name")
    assert set(route["get"]["responses"]) == {"200", "400"}
    assert "Greeting" in document["components"]["schemas"]


def test_what_was_typed_is_in_its_own_plan_and_in_no_other(app: Flask, client: FlaskClient) -> None:
    """The planner keeps its last plans; whatever a person typed freely is not kept with them."""
    typed = {**GOOD, "case": "K-7", "session": 3, "notes": "she said nothing"}
    first = client.post(PLANS, json=typed)
    assert first.text == app.extensions["knowledge"].planner.plan(typed).to_json()
    assert client.post(PLANS, json=GOOD).get_json()["observation"]["notes"] == ""
    assert first.text == client.post(PLANS, json=typed).text


def test_markdown_tells_nothing_of_what_the_therapist_felt(client: FlaskClient) -> None:
    """It is pasted into a note: no caution, reason or question is there because of a feeling."""
    told = {
        "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20}],
        "safety": {"flags": {}},
    }
    felt = {**told, "context": {"therapist_feelings": ["guilty", "helpless"]}}
    wanted = {"Accept": "text/markdown"}
    plain, open_to_view = (
        client.post("/api/v1/plans", json=one, headers=wanted).text for one in (told, felt)
    )
    answered = client.post("/api/v1/plans", json=felt).json
    assert answered is not None
    own = {line for step in answered["steps"] for line in step["cautions"]} | set(
        answered["supervision"]
    )
    assert any(line not in plain for line in own)  # a feeling does add lines
    assert not [line for line in own if line in open_to_view and line not in plain]
