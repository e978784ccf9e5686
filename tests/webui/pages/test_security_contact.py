"""`/.well-known/security.txt` by setting, as RFC 9116 has it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from planner.errors import PlannerError
from webui.pages.security_contact import SETTING, from_environment

PATH = "/.well-known/security.txt"


def test_without_the_setting_nothing_is_there(client: FlaskClient) -> None:
    assert client.get(PATH).status_code == 404


def test_with_it_contacts_stand_there_and_until_when(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, "mailto:security@clinic.example  https://clinic.example/security")
    monkeypatch.setitem(app.config, SETTING, from_environment())
    answer = client.get(PATH)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    first, second, expires, _languages = answer.text.splitlines()
    assert first == "Contact: mailto:security@clinic.example"
    assert second == "Contact: https://clinic.example/security"
    assert re.fullmatch(r"Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", expires)
    until = datetime.fromisoformat(expires.removeprefix("Expires: "))
    assert timedelta(days=100) < until - datetime.now(UTC) < timedelta(days=366)


@pytest.mark.parametrize(
    "told", ["security@clinic.example", "http://clinic.example", "mailto:a", "https://a/\x01b", "-"]
)
def test_a_contact_that_is_none_ends_the_start(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv(SETTING, told)
    with pytest.raises(PlannerError, match=r"SECURITY_CONTACT has .* Write mailto:security"):
        from_environment()
