"""How a program asks: the format it likes best, the body that it sends, the methods there are."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner.plan.formats import Page, by_media
from tests.webui.api.test_plans import assert_problem

GOOD: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist"}],
    "safety": {"flags": {}},
}
PLANS = "/api/v1/plans"
JSON, TEXT, MARKDOWN = "application/json", "text/plain", "text/markdown"
PREFERRED = {
    MARKDOWN: MARKDOWN,
    TEXT: TEXT,
    JSON: JSON,
    "TEXT/Markdown": MARKDOWN,
    "text/markdown; charset=utf-8": MARKDOWN,
    "text/markdown;variant=GFM;q=0.9, text/plain;q=0.8": MARKDOWN,
    "text/plain;q=0.4, text/markdown;q=0.5": MARKDOWN,
    "text/markdown;q=0.4, application/json;q=0.5": JSON,
    "text/*": TEXT,
    "text/*;q=0.5, text/plain;q=0.1": MARKDOWN,
    "*/*;q=0.1, text/markdown;q=0.2": MARKDOWN,
    "*/*": JSON,
    "application/json;q=0, */*": TEXT,
    "text/html, application/xhtml+xml, */*;q=0.8": JSON,
    "application/problem+json": JSON,
    "application/pdf": JSON,
}
"""What is asked for, and what comes: JSON where none of it is there (RFC 9110, 12.5.1)."""


@pytest.mark.parametrize("accept", PREFERRED)
def test_the_format_that_is_liked_best_comes(app: Flask, client: FlaskClient, accept: str) -> None:
    answer = client.post(PLANS, json=GOOD, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, PREFERRED[accept])
    plan = app.extensions["knowledge"].planner.plan(GOOD)
    assert answer.text == by_media()[PREFERRED[accept]].write(plan, Page())
    assert "accept" in answer.vary


def test_without_a_wish_json_comes(client: FlaskClient) -> None:
    assert client.post(PLANS, json=GOOD).content_type == JSON


def test_a_refusal_is_a_problem_whatever_is_liked(client: FlaskClient) -> None:
    for accept in (MARKDOWN, TEXT, "image/png"):
        assert_problem(client.post(PLANS, json={}, headers={"Accept": accept}), 422)


@pytest.mark.parametrize(
    "media",
    ["application/yaml", "application/x-ndjson", "text/json", "multipart/form-data", "nonsense"],
)
def test_another_type_is_told_what_is_taken(client: FlaskClient, media: str) -> None:
    answer = client.post(PLANS, data=json.dumps(GOOD), content_type=media)
    assert_problem(answer, 415)
    assert answer.headers["Accept-Post"] == JSON


@pytest.mark.parametrize("media", [JSON, "application/json; charset=utf-8", "Application/JSON"])
def test_json_says_that_it_is_json(client: FlaskClient, media: str) -> None:
    assert client.post(PLANS, data=json.dumps(GOOD), content_type=media).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "identity, gzip"])
def test_a_compressed_body_is_told_to_come_as_it_is(client: FlaskClient, coding: str) -> None:
    """It is never unpacked: a few bytes could become a gigabyte."""
    body = gzip.compress(json.dumps(GOOD).encode())
    answer = client.post(PLANS, data=body, content_type=JSON, headers={"Content-Encoding": coding})
    assert_problem(answer, 415)
    assert answer.headers["Accept-Encoding"] == "identity"
    assert "compressed" in answer.get_json(force=True)["detail"]


def test_a_body_that_is_not_compressed_may_say_so(client: FlaskClient) -> None:
    same = {"Content-Encoding": "identity"}
    assert client.post(PLANS, json=GOOD, headers=same).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_told_those_that_there_are(client: FlaskClient, method: str) -> None:
    answer = client.open(PLANS, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert answer.content_type == "application/problem+json"


def test_what_is_read_is_read_by_head_too(client: FlaskClient) -> None:
    for path in ("/api/v1/rulebook", "/api/v1/vocabulary", "/api/v1/openapi.json", "/docs"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (200, b"")
        assert head.content_type == whole.content_type
        refused = client.post(path)
        assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_options_names_the_methods_and_opens_to_no_other_site(client: FlaskClient) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.options(PLANS, headers=asked)
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert not [name for name, _told in answer.headers if name.startswith("Access-Control")]


def test_a_key_is_asked_for_as_http_asks(site: Flask) -> None:
    answer = site.test_client().get("/api/v1/kept-plans")
    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].lower() == "bearer"
