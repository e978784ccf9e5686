"""The words of every field, for a program that asks a person."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner import Planner
from planner.contract.fields import FIELDS
from planner.contract.values import FLAGS, KINDS
from tests.webui.support.describing import valid

ADDRESS = "/api/v1/vocabulary"


@pytest.fixture
def told(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(ADDRESS)
    assert answer.content_type == "application/json"
    return dict(answer.get_json())


def test_every_field_has_its_question_and_the_words_of_its_values(
    told: dict[str, Any], planner: Planner
) -> None:
    words: Any = planner.rulebook.vocabulary["fields"]
    fields = {one["name"]: one for one in told["fields"]}
    asked = [name for name in FIELDS if not name.startswith("ruptures.")]
    assert list(fields) == ["kind", *asked, "case", "session", "notes"]
    for name, one in fields.items():
        assert one["question"] == words[name]["question"]
        assert one["why"] == words[name]["why"]
        known = FIELDS[name].values if name in FIELDS else KINDS if name == "kind" else ()
        assert [value["value"] for value in one["values"]] == list(known)
        for value in one["values"]:
            assert value["label"] == words[name]["options"][value["value"]]["label"]


def test_a_field_says_what_it_takes(told: dict[str, Any]) -> None:
    fields = {one["name"]: one for one in told["fields"]}
    minutes = fields["lateness.minutes"]
    assert (minutes["kind"], minutes["low"], minutes["high"]) == ("number", 0, 600)
    assert (fields["lateness.who"]["required"], fields["lateness.who"]["default"]) == (True, None)
    assert fields["lateness.form"]["default"] == "late"
    assert fields["lateness.occurrences"]["default"] == 1
    assert fields["lateness.who"]["rupture"] == "lateness"
    assert fields["context.phase"]["rupture"] is None
    assert fields["notes"]["kind"] == fields["case"]["kind"] == "text"
    flags = fields["safety.flags"]
    assert (flags["kind"], flags["required"]) == ("list", True)
    assert [one["value"] for one in flags["values"]] == list(FLAGS)


def test_it_is_as_described_and_tagged_by_the_edition(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    answer = client.get(ADDRESS)
    valid(document, "Vocabulary").validate(answer.get_json())
    edition = app.extensions["knowledge"].rulebook.edition
    assert answer.headers["ETag"] == f'"{edition}"'
    assert answer.get_json()["edition"] == edition
    again = client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_rulebook_is_as_described(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    valid(document, "Rulebook").validate(client.get("/api/v1/rulebook").get_json())
