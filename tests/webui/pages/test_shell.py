"""The page without a network holds nothing of anyone, and its answers come back with a token."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.webui.support.sending import Pairs
from tests.webui.support.visiting import Visitor
from webui import create_app

Visit = Callable[..., Visitor]


def test_it_is_the_same_for_everyone_and_sets_no_cookie(visit: Visit) -> None:
    toni, nobody = visit("Toni"), visit()
    seen = [one.get("/offline") for one in (toni, nobody, toni)]
    assert len({answer.data for answer in seen}) == 1
    for answer in seen:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]
        assert answer.headers["Cache-Control"] == "no-cache"
        for secret in ("Toni", "csrf_token", "My plans"):
            assert secret not in answer.text


def test_the_first_one_who_asks_gets_no_token_either() -> None:
    """Making the form would draw one; the questions that everyone shares hold none."""
    client = create_app().test_client()
    assert "Set-Cookie" not in client.get("/offline").headers
    assert 'name="csrf_token"' in client.get("/").text


def test_its_answers_come_back_in_the_form_with_a_token(client: FlaskClient, late: Pairs) -> None:
    sent = MultiDict([*late, ("notes", "He went quiet.")])
    answer = client.post("/plan", data=sent)
    assert answer.status_code == 422
    assert "Your answers are all here." in answer.text
    assert "He went quiet." in answer.text
    assert 'name="csrf_token"' in answer.text


def worker(client: FlaskClient) -> dict[str, object]:
    script = client.get("/sw.js").text
    told: dict[str, object] = json.loads(script.partition("\n")[0].removeprefix("const kept = "))
    return told


def test_the_worker_keeps_the_page_and_its_files_and_nothing_else(client: FlaskClient) -> None:
    told = worker(client)
    files = told["files"]
    assert isinstance(files, list)
    page = client.get("/offline").text
    for address in files:
        assert client.get(address).status_code == 200
    missing = [address for address in files if f'"{address}"' not in page]
    scripts = "".join(client.get(address).text for address in files if address.endswith(".js"))
    assert [
        one for one in missing if f"./{one.partition('/static/')[2][17:]}'" not in scripts
    ] == []
    linked = re.findall(r'(?:src|stylesheet" href)="([^"]+)"', page)
    imported = re.findall(r"(?:import|from) '\./([^']+)'", scripts)
    assert {one.rpartition("/")[2] for one in linked} | {
        one.rpartition("/")[2] for one in imported
    } <= {one.rpartition("/")[2] for one in files} | {"print.css"}
    assert told["page"] == "/offline"


def test_other_texts_have_another_name_so_that_browsers_ask_anew(app: Flask) -> None:
    other = create_app({"PLANNER": app.extensions["knowledge"].planner})
    pages = dict(other.extensions["texts"])
    pages["away_title"] = "Other words"
    other.extensions["texts"] = pages
    other.jinja_env.globals["pages"] = pages
    first, second = worker(app.test_client()), worker(other.test_client())
    assert first["name"] != second["name"]
    assert first["files"] == second["files"]
