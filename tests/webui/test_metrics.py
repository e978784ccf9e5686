"""Counts for a clinic's monitoring: read as Prometheus reads them, off without a token."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.datastructures import MultiDict

from planner import Planner
from tests.webui.access.test_headers import assert_protected
from tests.webui.database.test_ready import lose
from tests.webui.support.people import FLAGGED, LATE, PASSWORD, STOP, House
from tests.webui.support.postgres import free_port
from tests.webui.support.sending import LATE as FORM
from tests.webui.support.visiting import TOKEN
from webui import create_app
from webui.access.gate import access_of

SECRET = "a token of twenty-four letters"
KEY = {"Authorization": f"Bearer {SECRET}"}
Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def parsed(told: str) -> Samples:
    """Every sample by its name and labels, by the parser of Prometheus' own client."""
    return {
        (one.name, frozenset(one.labels.items())): one.value
        for family in text_string_to_metric_families(told)
        for one in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    """One sample, 0 where nothing was counted yet."""
    return samples.get((f"repair_planner_{name}", frozenset(labels.items())), 0.0)


@pytest.fixture
def counted(planner: Planner) -> FlaskClient:
    return create_app({"PLANNER": planner, "METRICS_TOKEN": SECRET}).test_client()


def asked(client: FlaskClient) -> Samples:
    response = client.get("/metrics", headers=KEY)
    assert response.status_code == 200
    assert response.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert_protected(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    return parsed(response.text)


def test_without_a_token_in_the_settings_there_is_nothing(client: FlaskClient):
    response = client.get("/metrics", headers=KEY)
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


WRONG = [
    "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {SECRET}", SECRET, f"Bearer {SECRET}x",
    f"Bearer {SECRET[:-1]}", "Bearer \xe9\xff", "Bearer " + "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("sent", WRONG)
def test_who_sends_no_token_that_fits_is_refused_wherever_they_are(counted: FlaskClient, sent: str):
    """From this machine too: behind a proxy on it, everyone is."""
    headers = {"Authorization": sent} if sent else {}
    response = counted.get("/metrics", headers=headers)
    assert (response.status_code, response.content_type) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert SECRET not in response.text
    assert_protected(response)


def test_it_may_be_asked_under_any_name_and_only_asked(counted: FlaskClient):
    by_address = {"HTTP_HOST": "10.0.0.7:8000"}
    assert counted.get("/metrics", headers=KEY, environ_overrides=by_address).status_code == 200
    assert counted.get("/", environ_overrides=by_address).status_code == 400
    assert counted.post("/metrics", headers=KEY).status_code == 405


def test_requests_are_counted_by_route_status_and_time(counted: FlaskClient):
    before = asked(counted)
    for path in ("/handout/C2", "/handout/C3", "/handout/Z9", "/nobody/K-114"):
        counted.get(path)
    counted.open("/rules", method="PROPFIND")
    after = asked(counted)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    handout = {"method": "GET", "route": "/handout/<item>"}
    assert more("requests_total", **handout, status="200") == 2
    assert more("requests_total", **handout, status="404") == 1
    assert more("requests_total", method="GET", route="none", status="404") == 1
    assert more("requests_total", method="other", route="none", status="405") == 1
    assert more("request_seconds_count", **handout) == 3
    assert more("request_seconds_bucket", **handout, le="+Inf") == 3
    assert 0 < more("request_seconds_sum", **handout) < 30
    assert more("requests_total", method="GET", route="/metrics", status="200") == 1


def test_plans_are_counted_by_disposition(counted: FlaskClient):
    for told in (LATE, LATE, FLAGGED, STOP, {**LATE, "safety": None}):
        counted.post("/api/v1/plans", json=told)
    token = TOKEN.search(counted.get("/").text)
    assert token
    data = MultiDict([("csrf_token", token[1]), *FORM])
    made = counted.post("/plan", data=data)
    assert made.status_code == 303
    for _ in range(3):  # a page that is read again is no new plan
        assert counted.get(made.location).status_code == 200
    samples = asked(counted)
    counts = {
        one: value(samples, "plans_total", disposition=one)
        for one in ("proceed", "review_first", "stop")
    }
    assert counts == {"proceed": 3, "review_first": 1, "stop": 1}


def test_the_rulebook_is_named(counted: FlaskClient, planner: Planner):
    book = planner.rulebook
    mark = {"version": book.version, "edition": book.edition}
    assert value(asked(counted), "rulebook_info", **mark) == 1


@pytest.fixture
def watched(house: House, planner: Planner) -> Iterator[Flask]:
    address = house.database.url.render_as_string(hide_password=False)
    app = create_app({"PLANNER": planner, "DATABASE": address, "METRICS_TOKEN": SECRET})
    yield app
    app.extensions["store"].database.close()


def test_whether_the_database_can_be_used_is_told_and_the_rest_still_answers(
    house: House, watched: Flask
):
    with watched.test_client() as client:
        assert value(asked(client), "database_ready") == 1
        watched.extensions["store"].database.close()
        lose(house.database)
        samples = asked(client)
        assert ("repair_planner_database_ready", frozenset()) in samples
        assert value(samples, "database_ready") == 0


def test_no_label_holds_anything_of_a_person(house: House, watched: Flask):
    """Neither a case, a name, a reference, nor what was typed."""
    ref = house.submitted(case="K-114")
    with watched.test_client() as client:
        token = TOKEN.search(client.get("/sign-in").text)
        assert token
        sent = {"name": "Toni", "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=sent).status_code == 303
        assert client.get(f"/plans/{ref}").status_code == 200
        client.get("/plans/search?q=K-114")
        client.get("/plans/K-114")
        told = client.get("/metrics", headers=KEY).text
    assert 'route="/plans/<ref>"' in told
    for private in ("K-114", "Toni", ref, PASSWORD):
        assert private not in told


def test_no_view_is_kept_from_a_program_by_a_sign_in(watched: Flask):
    with watched.test_request_context():
        assert access_of("metrics") is None


@pytest.mark.parametrize(
    ("settings", "shared", "message"),
    [
        ({"METRICS_TOKEN": "short"}, "", "has 5 characters, and needs at least 16"),
        ({"METRICS_TOKEN": f" {SECRET} "}, "", "or a blank at an end, which no header carries"),
        ({"METRICS_TOKEN": "schlüssel-für-zähler"}, "", "has a sign beyond ASCII"),
        ({"METRICS_TOKEN": SECRET}, "/nowhere", "PROMETHEUS_MULTIPROC_DIR is /nowhere"),
    ],
)
def test_settings_that_do_not_work_are_told_at_the_start(
    settings: dict[str, str], shared: str, message: str, planner: Planner,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    if shared:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", shared)
    with pytest.raises(ValueError, match=message):
        create_app({"PLANNER": planner, **settings})


def test_without_the_extra_the_start_says_what_to_install(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
):
    for name in [one for one in sys.modules if one.partition(".")[0] == "prometheus_client"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("webui.metrics.find_spec", lambda _name: None)
    with pytest.raises(ImportError, match=r"pip install '\.\[metrics\]'"):
        create_app({"PLANNER": planner, "METRICS_TOKEN": SECRET})


def fetched(address: str, headers: Mapping[str, str]) -> str:
    request = urllib.request.Request(address, headers=dict(headers))  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
        told: str = answer.read().decode()
    return told


def answers(address: str) -> None:
    """Wait until a process answers, by what is not looked at here.

    A request that is given up and sent anew is answered, and counted, twice: what waits for a
    process that has not begun yet is answered by it later.
    """
    for _ in range(150):
        try:
            fetched(f"{address}/livez", {})
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("no process answers")


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Two processes of gunicorn that count together: their address, and the parent's number."""
    counts = tmp_path / "counts"
    counts.mkdir()
    port = free_port()
    words = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    here: dict[str, Any] = {
        "REPAIR_PLANNER_DATA": str(tmp_path / "data"),
        "METRICS_TOKEN": SECRET,
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    kept = {name: told for name, told in os.environ.items() if name != "DATABASE_URL"}
    line = [sys.executable, "-m", "gunicorn", *words, "webui.wsgi:application()"]
    with subprocess.Popen(line, env=kept | here) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            answers(address)
            yield address, server.pid
        finally:
            server.terminate()


@pytest.mark.slow
def test_several_processes_count_together_and_what_an_ended_one_counted_stays(
    workers: tuple[str, int],
):
    address, parent = workers

    def handouts() -> float:
        samples = parsed(fetched(f"{address}/metrics", KEY))
        route = {"method": "GET", "route": "/handout/<item>", "status": "200"}
        return value(samples, "requests_total", **route)

    for _ in range(20):
        fetched(f"{address}/handout/C2", {})
    assert [handouts() for _ in range(6)] == [20] * 6
    ended = psutil.Process(parent).children()
    for one in ended:
        one.send_signal(signal.SIGKILL)
    psutil.wait_procs(ended, timeout=60)
    answers(address)
    fetched(f"{address}/handout/C3", {})
    assert handouts() == 21
