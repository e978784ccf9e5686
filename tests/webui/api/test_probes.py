"""What a probe is told of a running program: that it lives, and that it can be used."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webui.access.test_headers import assert_protected
from webui import create_app
from webui.access.problems import PROBES

HOSTS = ["10.0.0.7:8321", "[::1]:8321", "planner.internal", "a b", "", "x" * 300, "é.example"]


def ask(client: FlaskClient, path: str, host: str, **more: Any) -> Any:
    return client.get(path, environ_overrides={"HTTP_HOST": host}, **more)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", sorted(PROBES))
def test_a_probe_may_name_the_machine_as_it_likes(
    client: FlaskClient, path: str, host: str
) -> None:
    response = ask(client, path, host)
    assert response.status_code == 200
    assert response.get_json()["status"] == "ok"
    assert_protected(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert not host or host not in response.text


@pytest.mark.parametrize("path", ["/", "/api/v1/rulebook", "/livez/", "//readyz", "/readyz/x"])
def test_every_other_address_refuses_an_unknown_host(client: FlaskClient, path: str) -> None:
    assert ask(client, path, "10.0.0.7:8321").status_code == 400


def test_a_list_of_hosts_without_this_machine_is_no_hindrance() -> None:
    app = create_app({"TRUSTED_HOSTS": [".planner.example"]})
    with app.test_client() as client:
        assert ask(client, "/livez", "10.0.0.7").status_code == 200
        assert ask(client, "/", "10.0.0.7").status_code == 400
        assert ask(client, "/", "a.planner.example").status_code == 200


def test_what_is_alive_says_no_more(client: FlaskClient) -> None:
    assert client.get("/livez").get_json() == {"status": "ok"}


def test_what_is_ready_names_the_rulebook(app: Flask, client: FlaskClient) -> None:
    book = app.extensions["knowledge"].rulebook
    expected = {"status": "ok", "rulebook": {"version": book.version, "edition": book.edition}}
    assert client.get("/readyz").get_json() == client.get("/healthz").get_json() == expected


@pytest.mark.parametrize("path", sorted(PROBES))
def test_a_probe_asks_and_changes_nothing(client: FlaskClient, path: str) -> None:
    assert client.head(path).status_code == 200
    response = client.post(path)
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
