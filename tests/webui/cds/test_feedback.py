"""What a record tells of cards is counted, by outcome and reason, and nothing else is kept."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from planner import Planner
from tests.webui.cds.conftest import BASE
from tests.webui.support.records import Record, settings
from webui import create_app
from webui.cds.feedback import InDatabase, counted
from webui.database.address import sqlite_address
from webui.database.connection import Database

SYSTEM = f"{BASE}/cds-services/override-reasons"
SECRET = "Ann Other said that she"


def accepted(**more: Any) -> dict[str, Any]:
    return {
        "card": str(uuid4()),
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": str(uuid4())}],
        "outcomeTimestamp": "2026-11-30T14:00:00Z",
        **more,
    }


def overridden(code: object = None, system: object = SYSTEM, **more: Any) -> dict[str, Any]:
    reason = {"reason": {"code": code, "system": system}} if code else {}
    return {
        "card": str(uuid4()),
        "outcome": "overridden",
        "overrideReason": {**reason, "userComment": SECRET},
        "outcomeTimestamp": "2026-11-30T14:00:00+01:00",
        **more,
    }


def told(record: Record, *cards: Any) -> int:
    answer = record.ask({"feedback": list(cards)}, path="/feedback")
    assert answer.status == 200, answer.text
    return int(answer.json["counted"])


def test_feedback_is_counted_by_outcome_and_reason(record: Record, cds: Flask) -> None:
    before = dict(counted(cds))
    card = record.ask(record.body()).card
    code = card["overrideReasons"][0]["code"]
    assert card["overrideReasons"][0]["system"] == SYSTEM
    accept = accepted(
        card=card["uuid"], acceptedSuggestions=[{"id": card["suggestions"][0]["uuid"]}]
    )
    assert told(record, accept, overridden(code), overridden(code)) == 3
    assert told(record, overridden()) == 1
    after = {key: count - before.get(key, 0) for key, count in counted(cds).items()}
    assert after[("accepted", "none")] == 1
    assert after[("overridden", code)] == 2
    assert after[("overridden", "none")] == 1
    assert sum(after.values()) == 4


def test_a_reason_that_is_none_of_ours_is_not_kept(record: Record, cds: Flask) -> None:
    before = counted(cds).get(("overridden", "other"), 0)
    told(record, overridden("Ann Other"), overridden("not_now", "https://other.example"))
    assert counted(cds)[("overridden", "other")] == before + 2
    assert all(len(reason) < 20 and "Ann" not in reason for _outcome, reason in counted(cds))


def test_no_comment_is_kept_or_logged(record: Record, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        told(record, overridden("not_now"))
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("webui")]
    assert ours == ["CDS Hooks: feedback overridden, reason not_now: 1"]
    assert SECRET not in caplog.text


def test_feedback_may_be_for_its_own_address_or_the_services(record: Record) -> None:
    for aud in (record.service, f"{record.service}/feedback"):
        body = {"feedback": [accepted()]}
        assert record.ask(body, record.token(aud=aud), path="/feedback").status == 200
    assert record.ask({"feedback": [accepted()]}, "", path="/feedback").status == 401


def test_the_same_feedback_is_not_counted_twice(record: Record, cds: Flask) -> None:
    before = sum(counted(cds).values())
    token, body = record.token(), {"feedback": [accepted()]}
    assert [record.ask(body, token, path="/feedback").status for _ in range(2)] == [200, 401]
    assert sum(counted(cds).values()) == before + 1


WRONG: dict[str, tuple[Any, str]] = {
    "no list": ({}, "feedback"),
    "an empty list": ({"feedback": []}, "feedback"),
    "too many": ({"feedback": [accepted()] * 101}, "feedback"),
    "no object": ({"feedback": ["accepted"]}, "feedback[0]"),
    "no card": ({"feedback": [accepted(card="1")]}, "feedback[0].card"),
    "no outcome": ({"feedback": [accepted(outcome="ignored")]}, "feedback[0].outcome"),
    "no time": (
        {"feedback": [accepted(outcomeTimestamp="today")]},
        "feedback[0].outcomeTimestamp",
    ),
    "a time of no zone": (
        {"feedback": [accepted(outcomeTimestamp="2026-11-30T14:00:00")]},
        "feedback[0].outcomeTimestamp",
    ),
    "no suggestion": (
        {"feedback": [accepted(acceptedSuggestions=[])]},
        "feedback[0].acceptedSuggestions",
    ),
    "a reason that is a text": (
        {"feedback": [accepted(), overridden(overrideReason="no")]},
        "feedback[1].overrideReason",
    ),
    "a coding that is a list": (
        {"feedback": [overridden(overrideReason={"reason": []})]},
        "feedback[0].overrideReason",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_feedback_of_another_shape_is_refused_whole(record: Record, cds: Flask, name: str) -> None:
    before = dict(counted(cds))
    body, field = WRONG[name]
    answer = record.ask(body, path="/feedback")
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert [one["field"] for one in answer.json["problems"]] == [field]
    assert dict(counted(cds)) == before


@pytest.mark.parametrize("code", [5, [], {}, ["not_now"], "x" * 10_000, "\ud800"])
def test_no_code_breaks_anything(record: Record, code: object) -> None:
    card = overridden(overrideReason={"reason": {"code": code, "system": SYSTEM}})
    assert told(record, card) == 1


def test_where_it_is_off_nothing_is_counted(app: Flask) -> None:
    assert dict(counted(app)) == {}


def test_counts_stand_in_the_database_and_nothing_of_anyone(
    database: Database, planner: Planner, tmp_path: Path
) -> None:
    url = database.url.render_as_string(hide_password=False)
    app = create_app({"DATABASE": url, "PLANNER": planner, **settings(tmp_path, BASE)})
    maker = Record("", BASE, planner)
    sent = {"feedback": [overridden("not_fitting"), overridden("Ann"), accepted()]}
    headers = {"Authorization": f"Bearer {maker.token()}"}
    client = app.test_client()
    where = "/cds-services/repair-plan/feedback"
    assert client.post(where, json=sent, headers=headers).status_code == 200
    assert client.post(where, json=sent, headers=headers).status_code == 401
    with database.read() as session:
        rows = set(session.execute(text("SELECT outcome, reason, number FROM cds_feedback")))
    assert {tuple(row) for row in rows} == {
        ("overridden", "not_fitting", 1), ("overridden", "other", 1), ("accepted", "none", 1),
    }  # fmt: skip
    assert counted(app)[("accepted", "none")] == 1
    app.extensions["store"].database.close()


def test_none_is_lost_where_several_count_at_once(database: Database) -> None:
    """The first of them makes the row, in whichever thread; the others find it."""
    counts = InDatabase(database)

    def count(_: int) -> None:
        counts.add({("accepted", "none"): 1, ("overridden", "other"): 2})

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(count, range(16)))
    assert counts.all() == {("accepted", "none"): 16, ("overridden", "other"): 32}


def test_where_the_database_is_away_nothing_is_taken_on_trust(
    planner: Planner, tmp_path: Path
) -> None:
    """Whether a token was used before cannot be known then; who asks is told to come back."""
    file = tmp_path / "plans.sqlite3"
    app = create_app(
        {"DATABASE": sqlite_address(file), "PLANNER": planner, **settings(tmp_path, BASE)}
    )
    app.extensions["store"].database.close()
    for one in tmp_path.glob("plans.sqlite3*"):
        one.unlink()
    file.mkdir()
    maker, client = Record("", BASE, planner), app.test_client()
    headers = {"Authorization": f"Bearer {maker.token()}"}
    answer = client.post("/cds-services/repair-plan", json=maker.body(), headers=headers)
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]
    assert client.get("/cds-services").status_code == 200


def test_the_counts_stand_in_the_metrics(planner: Planner, tmp_path: Path) -> None:
    """Beside the plans that were made for the record."""
    token = "a token of twenty-four letters"
    app = create_app({"PLANNER": planner, "METRICS_TOKEN": token, **settings(tmp_path, BASE)})
    maker, client = Record("", BASE, planner), app.test_client()

    def sent(path: str, body: Any) -> int:
        headers = {"Authorization": f"Bearer {maker.token()}"}
        return client.post(
            f"/cds-services/repair-plan{path}", json=body, headers=headers
        ).status_code

    empty = {"resourceType": "QuestionnaireResponse", "status": "completed"}
    assert [sent("", maker.body()), sent("", maker.body(empty))] == [200, 200]
    assert sent("/feedback", {"feedback": [accepted(), overridden("not_now")]}) == 200
    shown = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    told = 'repair_planner_cds_feedback_total{outcome="%s",reason="%s"} 1.0'
    for outcome, reason in (("accepted", "none"), ("overridden", "not_now")):
        assert told % (outcome, reason) in shown
    assert 'repair_planner_plans_total{disposition="proceed"} 1.0' in shown
    assert shown.count("repair_planner_plans_total{") == 1
