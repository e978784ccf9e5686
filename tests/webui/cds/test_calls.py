"""What a call has to look like, asked over HTTP: every refusal is a problem, and none is a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import Planner
from tests.webui.access.test_headers import assert_protected
from tests.webui.support.records import FORM, ISSUER, LATE, Record
from webui import create_app

BODIES: dict[str, tuple[Any, int, str]] = {
    "no JSON": (b"{", 400, ""),
    "nothing": (b"", 400, ""),
    "no UTF-8": (b'{"hook": "\xff"}', 400, ""),
    "nested": (b"[" * 5000, 400, ""),
    "a list": ([], 422, ""),
    "null": (b"null", 422, ""),
    "a standard hook": ({"hook": "patient-view"}, 400, ""),
    "no hook": ({"hook": None}, 422, "hook"),
    "a hook that is no text": ({"hook": 5}, 422, "hook"),
    "no instance": ({"hookInstance": None}, 422, "hookInstance"),
    "an instance that is no UUID": ({"hookInstance": "call-1"}, 422, "hookInstance"),
    "no context": ({"context": None}, 422, "context"),
    "a context that is a list": ({"context": []}, 422, "context"),
    "no observationId": ({"context": {}}, 422, "context.observationId"),
    "an observationId that is no id": (
        {"context": {"observationId": "a/b"}},
        422,
        "context.observationId",
    ),
    "a patientId that is no id": (
        {"context": {"observationId": FORM, "patientId": 5}},
        422,
        "context.patientId",
    ),
    "another form's id": ({"context": {"observationId": "form-8"}}, 422, "prefetch.response.id"),
    "another patient": (
        {"context": {"observationId": FORM, "patientId": "client-1"}},
        422,
        "prefetch.response.subject",
    ),
    "a patient whose id only ends alike": (
        {"context": {"observationId": FORM, "patientId": "12"}},
        422,
        "prefetch.response.subject",
    ),
    "a prefetch that is a list": ({"prefetch": [1]}, 422, "prefetch"),
    "another resource": (
        {"prefetch": {"response": {"resourceType": "Patient"}}},
        422,
        "prefetch.response",
    ),
    "a text": ({"prefetch": {"response": "Patient/1"}}, 422, "prefetch.response"),
    "no prefetch": ({"prefetch": None}, 412, ""),
    "an empty prefetch": ({"prefetch": {}}, 412, ""),
    "another prefetch": ({"prefetch": {"patient": {}}}, 412, ""),
    "null prefetched": ({"prefetch": {"response": None}}, 412, ""),
    "a prefetch that failed": (
        {"prefetch": {"response": {"resourceType": "OperationOutcome"}}},
        412,
        "",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_refused_by_its_place(record: Record, name: str) -> None:
    sent, status, field = BODIES[name]
    body = {**record.body(), **sent} if isinstance(sent, dict) else sent
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if value is not None}
    answer = record.ask(body)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status
    if field:
        assert [one["field"] for one in answer.json["problems"]] == [field]


def test_another_hook_is_told_which_one_is_answered(record: Record) -> None:
    answer = record.ask(record.body(hook="patient-view"))
    assert "example.repair-planner.form-answered" in answer.json["detail"]


def test_what_is_missing_is_told_by_its_prefetch_key(record: Record) -> None:
    assert "prefetch.response" in record.ask(record.body(prefetch={})).json["detail"]


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/1",
        5,
        {},
        {"reference": 5},
        {"reference": "a b"},
        {"display": "Ann"},
        {"reference": "RelatedPatient/client-12"},
    ],
)
def test_a_subject_that_refers_to_nobody_is_refused(record: Record, subject: object) -> None:
    answer = record.ask(record.body({**record.form(), "subject": subject}))
    assert answer.status == 422
    assert [one["field"] for one in answer.json["problems"]] == ["prefetch.response.subject"]
    assert "Ann" not in answer.text


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "https://ehr.clinic.example/fhir/Patient/client-12"},
        {"reference": "Patient/client-12/_history/3"},
        {"identifier": {"system": "urn:example:files", "value": "12"}},
    ],
)
def test_a_subject_may_be_written_in_every_way_of_fhir(record: Record, subject: object) -> None:
    assert record.ask(record.body({**record.form(), "subject": subject})).card["suggestions"]


@pytest.mark.parametrize("identifier", ["12", 12, [], {"value": "12"}])
@pytest.mark.parametrize("reference", [None, "Patient/client-12"])
def test_a_subject_that_is_half_well_made_never_breaks_a_call(
    record: Record, reference: object, identifier: object
) -> None:
    body = record.body()
    del body["context"]["patientId"]
    subject = {"reference": reference, "identifier": identifier, "type": 5}
    body["prefetch"]["response"]["subject"] = subject
    answer = record.ask(body)
    told = isinstance(identifier, dict) or reference is not None
    assert answer.status == (200 if told else 422)
    if told:
        [card] = answer.json["cards"]
        [action] = card["suggestions"][0]["actions"]
        whole = {"reference": reference, "identifier": identifier}
        kept = {k: v for k, v in whole.items() if isinstance(v, dict) or (k == "reference" and v)}
        assert action["resource"]["subject"] == kept


def test_what_a_client_adds_is_passed_over(record: Record) -> None:
    more = {
        "fhirServer": "https://ehr.clinic.example/fhir",
        "fhirAuthorization": {"access_token": "a", "token_type": "Bearer", "expires_in": 300},
        "extension": {"org.example": [1]},
    }
    context = {"observationId": FORM, "patientId": "client-12", "userId": "Practitioner/1"}
    card = record.ask(record.body(**more, context=context)).card
    assert card["indicator"] == "info"


def test_the_first_of_two_answers_never_wins_unseen(record: Record) -> None:
    """A key that is given twice could be a safety question."""
    sent = json.dumps(record.body()).replace('"hook":', '"hook": "x", "hook":', 1)
    assert record.ask(sent.encode()).status == 400


def test_a_form_of_another_questionnaire_gives_no_plan(record: Record) -> None:
    form = {**record.form(), "questionnaire": "https://other.example/Questionnaire/mood"}
    answer = record.ask(record.body(form))
    assert answer.status == 422
    assert [one["field"] for one in answer.json["problems"]] == ["questionnaire"]


def test_a_body_that_is_too_long_or_no_json_is_refused(record: Record) -> None:
    long = json.dumps(record.body(extension="x" * 1_100_000)).encode()
    assert record.ask(long).status == 413
    long = json.dumps(record.body(extension="x" * 1_010_000)).encode()
    assert record.ask(long).status == 413
    record.headers["Content-Type"] = "text/plain"
    assert record.ask(record.body()).status == 415


def test_an_unknown_service_is_not_found_and_a_wrong_method_not_taken(record: Record) -> None:
    sent = {"Authorization": f"Bearer {record.token()}", "Content-Type": "application/json"}
    for path in ("/cds-services/other", "/cds-services/other/feedback", "/cds-services/a/b/c"):
        answer = record.send("POST", path, b"{}", sent)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    answer = record.send("GET", "/cds-services/repair-plan")
    assert (answer.status, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert record.send("POST", "/cds-services", b"{}", sent).status == 405


def test_without_being_set_up_it_is_like_any_unknown_address(app: Flask, planner: Planner) -> None:
    client = app.test_client()
    unknown = client.get("/nothing")
    for method, path in (
        ("GET", "/cds-services"),
        ("POST", "/cds-services/repair-plan"),
        ("POST", "/cds-services/repair-plan/feedback"),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (404, unknown.content_type)
        assert answer.text == unknown.text
    assert not [rule for rule in app.url_map.iter_rules() if "cds" in rule.rule]
    off = create_app({"PLANNER": planner, "CDS_CLIENTS": "", "CDS_BASE_URL": None})
    assert off.test_client().get("/cds-services").status_code == 404


def test_every_route_is_protected(cds: Flask) -> None:
    """As `tests/webui/access/test_headers.py` has it for the routes that are always there."""
    found = {
        (method, rule.rule)
        for rule in cds.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("cds.")
    }
    assert found == {
        ("GET", "/cds-services"),
        ("POST", "/cds-services/<service>"),
        ("POST", "/cds-services/<service>/feedback"),
    }
    for method, route in found:
        answer = cds.test_client().open(route.replace("<service>", "repair-plan"), method=method)
        assert answer.status_code == (200 if method == "GET" else 401)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert_protected(answer)


def test_a_page_of_the_record_may_ask_and_no_other(record: Record) -> None:
    """By the Fetch standard's protocol for sharing answers with pages from elsewhere."""
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for origin, allowed in ((ISSUER, ISSUER), ("https://evil.example", None), ("null", None)):
        for path in ("/cds-services", "/cds-services/repair-plan"):
            first = record.send("OPTIONS", path, headers={"Origin": origin, **asked})
            assert first.status == 200
            assert first.headers["Access-Control-Allow-Origin"] == allowed
            assert (first.headers["Access-Control-Allow-Headers"] is not None) == bool(allowed)
            assert "Origin" in first.headers["Vary"]
            assert first.headers["Access-Control-Allow-Credentials"] is None
        answer = record.send("GET", "/cds-services", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == allowed
        record.headers["Origin"] = origin
        answer = record.ask(record.body())
        assert answer.headers["Access-Control-Allow-Origin"] == allowed
        assert record.ask(record.body(), "").headers["Access-Control-Allow-Origin"] == allowed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=10)
            | st.sampled_from(["item", "linkId", "answer", "valueCoding", "reference", "response"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.sampled_from(["hook", "hookInstance", "context", "prefetch", "form", "subject", "id"]),
    value=JSON,
)
def test_nothing_that_is_sent_breaks_anything(record: Record, key: str, value: Any) -> None:
    body = record.body()
    if key == "form":
        body["prefetch"] = {"response": {"resourceType": "QuestionnaireResponse", "item": value}}
    elif key in {"subject", "id"}:
        body["prefetch"]["response"] = {**record.form(LATE), key: value}
    else:
        body[key] = value
    assert record.ask(body).status in {200, 400, 412, 422}
