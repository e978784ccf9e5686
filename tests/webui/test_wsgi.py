"""A clinic's server: gunicorn with several workers, and the commands beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.command import called
from tests.webui.support.people import PASSWORD, House
from tests.webui.support.postgres import free_port
from webui import clinic, wsgi
from webui.database.connection import Database
from webui.database.sealed.keys import Keys, new_key
from webui.database.sealed.sealing_rows import SIGNING
from webui.database.tables import Setting
from webui.store import Store


def test_the_older_address_of_the_application_leads_to_the_same():
    assert clinic.application is wsgi.application


@pytest.fixture
def environment(house: House) -> dict[str, str]:
    address = house.database.url.render_as_string(hide_password=False)
    return {**os.environ, "DATABASE_URL": address.replace("postgresql+psycopg", "postgres")}


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return called(words, {"DATABASE_URL": environment["DATABASE_URL"]})


def test_audit_says_that_the_history_is_whole_or_names_the_first_bad_row(
    house: House, environment: dict[str, str]
):
    house.submitted()
    whole = run(environment, "audit")
    assert whole.returncode == 0
    assert "The history is whole: " in whole.stdout
    from sqlalchemy import text

    with house.database.engine.begin() as direct:
        on = "" if house.database.is_sqlite else " ON history"
        guard = "history_no_update" if house.database.is_sqlite else "history_guard"
        direct.execute(text(f"DROP TRIGGER {guard}{on}"))
        direct.execute(text("UPDATE history SET at = '2020' WHERE id = 2"))
    bad = run(environment, "audit")
    assert bad.returncode == 1
    assert "Row 2 of the history is bad" in bad.stdout


def test_backup_and_restore_as_commands(house: House, environment: dict[str, str], tmp_path: Path):
    ref = house.submitted()
    file = tmp_path / "all.backup"
    made = run(environment, "backup", str(file))
    assert made.returncode == 0, made.stderr
    house.cases.erase(house["Toni"], ref, "K-114")
    back = run(environment, "restore", str(file))
    assert back.returncode == 0, back.stderr
    assert made.stdout.split()[-1] in back.stdout
    assert house.keeping.open(house["Sam"], ref).kept.ref == ref
    file.write_bytes(file.read_bytes()[:-1])
    damaged = run(environment, "restore", str(file))
    assert damaged.returncode == 1
    assert "damaged" in damaged.stderr
    assert run(environment, "restore", str(tmp_path / "none")).returncode == 2
    assert run(environment, "start-code").returncode == 1


def test_every_process_signs_forms_with_one_key_that_is_not_in_the_database(house: House):
    """An insider who has the database, and knows how a form is signed, still lacks the key."""
    address = house.database.url.render_as_string(hide_password=False)
    first, second = (Store.of(Database(address)).secret_key() for _ in range(2))
    assert first == second
    assert len(first) == 64
    other = Database(address, keys=Keys((new_key(),), "here"))
    assert Store.of(other).secret_key() != first
    with house.database.read() as session:
        assert not session.scalars(select(Setting).where(Setting.name == SIGNING)).all()
        assert first not in repr([one.value for one in session.scalars(select(Setting))])


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[str]:
    """The address of a gunicorn with three workers."""
    pytest.importorskip("gunicorn", reason="gunicorn is not installed")
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", "3", "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "error", "webui.wsgi:application()"]
    server = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


@pytest.mark.slow
def test_several_workers_share_sessions_forms_and_the_throttle(served: str):
    """What one worker began another goes on with, and all of them count the same failures."""
    import re
    from http.cookiejar import CookieJar
    from urllib.parse import urlencode

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def page(path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        sent = urlencode(data).encode() if data else None
        try:
            with browser.open(served + path, sent, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def signing(name: str, password: str) -> tuple[int, str]:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page("/sign-in")[1])
        assert token
        return page("/sign-in", {"csrf_token": token[1], "name": name, "password": password})

    statuses = [signing("Tess", "wrong one")[0] for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert signing("Toni", PASSWORD)[0] == 200
    assert all("My plans" in page("/plans")[1] for _ in range(12))
