"""Two gunicorn workers on one database: a token that one of them took is refused by the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from planner import Planner
from tests.support.command import BIN
from tests.webui.cds.conftest import BASE
from tests.webui.support.postgres import free_port
from tests.webui.support.records import Record, elliptic, observed, settings
from tests.webui.test_wsgi import wait_for
from webui.cds.feedback import InDatabase
from webui.database.connection import Database

CALLS = 12


@pytest.fixture
def clinic_record(database: Database, planner: Planner, tmp_path: Path) -> Iterator[Record]:
    """A record that asks a gunicorn with two workers, which stands behind a proxy under a path."""
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    base, port = f"{BASE}/repair", free_port()
    address = database.url.render_as_string(hide_password=False)
    environment = {
        **os.environ,
        **settings(tmp_path, base),
        "DATABASE_URL": address,
        "BEHIND_PROXY": "1",
        "HOST_NAMES": "planner.clinic.example",
    }
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "error", "webui.wsgi:application()"]
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}")
            yield Record(f"http://127.0.0.1:{port}", base, planner, proxied())
        finally:
            server.terminate()


def proxied() -> dict[str, str]:
    """What the proxy adds."""
    return {
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "planner.clinic.example",
    }


@pytest.mark.slow
def test_no_worker_takes_a_token_that_another_took(
    clinic_record: Record, database: Database
) -> None:
    """Each token is sent eight times at once; it is taken once, whichever worker was asked."""
    body = clinic_record.body()
    for _ in range(3):
        token = clinic_record.token()
        with ThreadPoolExecutor(8) as asking:
            answers = list(asking.map(lambda _, it=token: clinic_record.ask(body, it), range(8)))
        assert sorted(answer.status for answer in answers) == [200] + [401] * 7
    several(clinic_record, database)


def several(record: Record, database: Database) -> None:
    """All four outcomes, a stranger, and feedback counted by both workers."""
    shown = {
        name: record.ask(record.body(record.form(observed(**flags)))).card["indicator"]
        for name, flags in (
            ("proceed", {}),
            ("review", {"formal_complaint": "yes"}),
            ("stop", {"self_harm": "yes"}),
        )
    }
    assert shown == {"proceed": "info", "review": "warning", "stop": "critical"}
    empty = {"resourceType": "QuestionnaireResponse", "status": "completed"}
    assert record.ask(record.body(empty)).card["indicator"] == "critical"
    assert record.ask(record.body(), record.token(aud=record.address)).status == 401
    told = {
        "card": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-30T14:00:00Z",
    }
    with ThreadPoolExecutor(4) as asking:
        sent = [{"feedback": [told]}] * CALLS
        counted = asking.map(lambda body: record.ask(body, path="/feedback").status, sent)
        assert list(counted) == [200] * CALLS
    assert InDatabase(database).all() == {("overridden", "none"): CALLS}


@pytest.mark.slow
def test_serve_answers_likewise(planner: Planner, tmp_path: Path) -> None:
    """`repair-planner serve` reads the same settings, and remembers tokens in its own file."""
    environment = {
        **os.environ,
        **settings(tmp_path, "http://127.0.0.1:8321"),
        "REPAIR_PLANNER_DATA": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
    }
    command = [str(BIN / "repair-planner"), "serve", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        try:
            assert server.stdout
            assert server.stderr
            printed = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
            address = next(found.group() for found in printed if found)
            record = Record(address, "http://127.0.0.1:8321", planner)
            token = record.token()
            assert record.ask(record.body(), token).card["indicator"] == "info"
            assert record.ask(record.body(), token).status == 401
            assert record.ask(record.body(), record.token(elliptic(), sub="Quirin")).status == 200
        finally:
            server.terminate()
        logged = server.stderr.read()
    assert "used before" in logged
    assert "Quirin" not in logged
    assert json.dumps(token) not in logged
