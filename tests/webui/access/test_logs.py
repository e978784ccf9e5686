"""What the log says of a request, a refusal and a fault: never an address, a name or a word."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from planner.errors import PlannerError
from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor
from webui.access import logs
from webui.access.log_lines import without_secrets
from webui.database.connection import Database

Visit = Callable[..., Visitor]
SECRET = "kX2v-secret-of-an-invitation_8Q"


class Written(io.StringIO):
    """What was written to standard error meanwhile."""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["logger"] == f"repair_planner.{logger}"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """The lines in JSON; afterwards nothing of it is left."""
    root, ours = logging.getLogger(), logging.getLogger(logs.OURS)
    level = ours.level
    out = Written()
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=out))  # pytest puts its own back
    logs.begin(logs.JSON)
    yield out
    ours.setLevel(level)
    for one in [one for one in root.handlers if isinstance(one, logs.StandardError)]:
        root.removeHandler(one)


def test_each_request_has_a_line_with_its_rule_and_an_id(
    house: House, visit: Visit, written: Written
) -> None:
    ref, toni = house.kept(case="Her-case-77"), visit("Toni")
    answer = toni.get(f"/plans/{ref}", {"q": "What was typed"})
    line = written.of("request")[-1]
    assert {"time", "level", "logger", "message", "milliseconds"} <= line.keys()
    told = {name: line[name] for name in ("endpoint", "method", "status", "person")}
    person = house["Toni"].id
    assert told == {"endpoint": "/plans/<ref>", "method": "GET", "status": 200, "person": person}
    assert line["request_id"] == answer.headers["X-Request-ID"]
    for secret in (ref, "Toni", "Her-case-77", "What was typed"):
        assert secret not in written.getvalue()


def test_an_id_is_taken_from_a_proxy_that_is_believed_and_from_nobody_else(
    site: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(sent: str) -> str:
        return str(
            visit().client.get("/livez", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
        )

    assert given("a" * 32) != "a" * 32
    monkeypatch.setitem(site.config, "BEHIND_PROXY", True)
    assert given("a" * 32) == "a" * 32
    for bad in ("short", "a b" * 8, "x" * 65, '"},{"' * 4, "\xff" * 12):
        assert given(bad) != bad


@pytest.mark.parametrize(
    ("path", "sent", "kind"),
    [
        ("/api/v1/plans", {"data": "{", "content_type": "application/json"}, "unfit"),
        ("/api/v1/plans", {"data": "x", "content_type": "text/plain"}, "not_json"),
        ("/api/v1/plans", {"data": b" " * 1_200_000, "content_type": "application/json"},
         "too_large"),
        ("/plans", {"base_url": "http://evil.example"}, "bad_request"),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_a_line_with_what_and_from_where(
    visit: Visit, written: Written, path: str, sent: dict[str, Any], kind: str
) -> None:
    answer = visit().client.post(path, **sent)
    [line] = written.of("refused")
    assert (line["kind"], line["status"], line["remote"]) == (kind, answer.status_code, "127.0.0.1")
    assert line["level"] == "WARNING"
    assert "evil" not in written.getvalue()


def test_a_refusal_that_was_told_better_is_not_told_twice(
    site: Flask, visit: Visit, written: Written
) -> None:
    site.view_functions["entrance.sign_in"], before = (
        _refusing,
        site.view_functions["entrance.sign_in"],
    )
    try:
        visit().client.get("/sign-in")
    finally:
        site.view_functions["entrance.sign_in"] = before
    assert [line["kind"] for line in written.of("refused")] == ["spraying"]


def _refusing() -> tuple[str, int]:
    logs.REFUSED.warning("Refused", extra={"kind": "spraying"})
    return "", 429


class TypedError(Exception):
    """An error whose words hold what somebody typed, as a database's do."""


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_words(
    site: Flask, visit: Visit, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_sent: object, **_more: object) -> str:
        try:
            raise ValueError("She said that he left.")
        except ValueError as error:
            raise TypedError("Her name is Ines.") from error

    client = visit().client
    for endpoint, path in (("entrance.join", f"/join/{SECRET}"), ("planning.enter", "/")):
        monkeypatch.setitem(site.view_functions, endpoint, fail)
        answer = client.get(path)
        assert answer.status_code == 500
        assert "Ines" not in answer.text
    first, second = written.of("fault")
    assert (first["endpoint"], second["endpoint"]) == ("/join/<secret>", "/")
    assert first["exception"] == "TypedError from ValueError"
    assert any(place.endswith(" fail") for place in first["places"])
    for word in (SECRET, "Ines", "left"):
        assert word not in written.getvalue()


def test_other_libraries_lines_are_written_alike_and_hold_no_secret(written: Written) -> None:
    logging.getLogger("waitress").warning("Exception while serving %s", f"/join/{SECRET}?a=b")
    [line] = written.lines
    assert line["message"] == "Exception while serving /join/<secret>?a=b"
    assert without_secrets(f"GET /clinic/start/{SECRET} HTTP/1.1") == (
        "GET /clinic/start/<secret> HTTP/1.1"
    )


def test_an_error_of_the_database_quotes_no_value(database: Database) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as raised, database.engine.connect() as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "what she typed"})
    assert "what she typed" not in str(raised.value)


def test_in_a_terminal_a_line_is_to_be_read(written: Written) -> None:
    logs.begin(logs.TEXT)
    logs.REQUESTS.info("Answered", extra={"status": 200})
    logs.REFUSED.warning("Refused", extra={"kind": "unfit", "remote": "192.0.2.7", "person": None})
    [line] = written.getvalue().splitlines()
    assert line.endswith(
        "WARNING Refused logger=repair_planner.refused kind=unfit remote=192.0.2.7"
    )


@pytest.mark.parametrize(("told", "found"), [("", "json"), ("TEXT", "text"), ("json", "json")])
def test_a_setting_says_how_lines_are_written(
    monkeypatch: pytest.MonkeyPatch, told: str, found: str
) -> None:
    monkeypatch.setenv("LOG_FORMAT", told)
    assert logs.wanted(logs.JSON) == found
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(PlannerError, match=r"LOG_FORMAT is xml. Write json or text\."):
        logs.wanted(logs.JSON)
