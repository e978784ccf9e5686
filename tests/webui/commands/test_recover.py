"""`recover`: on the machine itself, a way back in for the administrator who forgot everything."""

from __future__ import annotations

import os
import re
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from tests.support.command import COMMAND, called
from tests.webui.support.people import PASSWORD, House
from tests.webui.support.visiting import TOKEN, Visitor
from webui.accounts import links, sign_in
from webui.accounts.devices import Browser
from webui.accounts.recovery import Recovery
from webui.accounts.throttle import STRANGERS, Closed
from webui.accounts.tokens import mark
from webui.database.account_tables import Account, Attempt, RecoveryLink
from webui.database.base import now
from webui.database.history import audit, of_subject
from webui.database.refusals import Spent, Unfit

Visit = Callable[..., Visitor]
PHRASE = "another bowl, another day"


@pytest.fixture
def environment(house: House, tmp_path: Path) -> dict[str, str]:
    """The settings under which a command finds this house's database."""
    address = house.database.url.render_as_string(hide_password=False)
    return {"DATABASE_URL": address, "REPAIR_PLANNER_DATA": str(tmp_path), "HOST_NAMES": ""}


def link_in(printed: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8321(/join/[\w-]{43})\n", printed)
    assert found, printed
    return found[1]


def test_the_sole_administrator_comes_back_in_by_a_link_that_works_once(
    house: House, environment: dict[str, str], visit: Visit
):
    house.clock.at = now()
    ada = visit("Ada")
    done = called(["recover", " aDA "], environment)
    assert (done.returncode, done.stderr) == (0, "")
    path = link_in(done.stdout)
    assert "For Ada, once, within an hour" in done.stdout
    assert ada.get("/people").status_code == 200, "a link that was not used ends nothing"
    house.clock.at = now()
    browser = visit()
    assert "Ada" in browser.get(path).text
    assert browser.post(path, {"password": "letmein2026letmein"}).status_code == 422
    assert browser.post(path, {"password": PHRASE}).status_code == 303
    assert browser.get("/people").status_code == 200
    assert ada.get("/people").status_code == 303
    assert visit().get(path).status_code == 410
    with pytest.raises(Unfit):
        house.doors.sign_in("Ada", PASSWORD)
    with house.database.read() as session:
        told = [row.action for row in of_subject(session, f"account-{house['Ada'].id}")]
        assert audit(session).bad_row is None
        assert session.scalars(select(RecoveryLink)).all() == []
    assert told[1:3] == ["recovery_link", "recovered"]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """`serve` in a process of its own."""
    line = [*COMMAND, "serve", "--no-browser", "--port", "0"]
    run = {name: text for name, text in {**os.environ, **environment}.items() if text}
    server = subprocess.Popen(line, env=run, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found
        yield found[0]
    finally:
        server.terminate()
        server.communicate(timeout=30)


@pytest.mark.slow
def test_it_works_beside_a_server_that_runs(environment: dict[str, str]):
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with serving(environment) as address:
        done = called(["recover", "Ada"], environment)
        path = link_in(done.stdout)
        with browser.open(address + path, timeout=60) as answer:
            token = TOKEN.search(answer.read().decode())
        assert token
        sent = urlencode({"csrf_token": token[1], "password": PHRASE}).encode()
        with browser.open(address + path, sent, timeout=60) as answer:
            assert answer.status == 200
            assert answer.url == f"{address}/people"


def test_whoever_is_named_wrongly_is_told_the_nearest(house: House, environment: dict[str, str]):
    done = called(["recover", "Tony"], environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean: Toni" in done.stderr
    assert called(["recover", "Xqzw"], environment).returncode == 2
    house.office.disable(house["Ada"], house["Toni"].id, disabled=True)
    done = called(["recover", "Toni"], environment)
    assert done.returncode == 2
    assert "shut out" in done.stderr
    with house.database.read() as session:
        assert session.scalars(select(RecoveryLink)).all() == []


def test_where_nothing_is_stored_there_is_nobody_to_recover(tmp_path: Path):
    data = {"REPAIR_PLANNER_DATA": str(tmp_path / "mistyped"), "DATABASE_URL": ""}
    done = called(["recover", "Ada"], data)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing is stored yet" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_clinic_s_link_has_the_clinic_s_name(environment: dict[str, str]):
    hosts = {**environment, "HOST_NAMES": "planner.example,other.example"}
    assert "https://planner.example/join/" in called(["recover", "Ada"], hosts).stdout


def test_a_link_ends_after_an_hour_and_with_the_next_one(house: House):
    recovery = Recovery(house.database, house.clock)
    first, second = recovery.link("Ada"), recovery.link("Ada")
    with pytest.raises(Spent):
        house.doors.invited(first.secret)
    house.clock.forward(minutes=59)
    assert house.doors.invited(second.secret) == "Ada"
    house.clock.forward(minutes=1)
    with pytest.raises(Spent):
        house.doors.accept(second.secret, PHRASE)


def test_it_opens_an_account_that_took_too_many_failures(house: House):
    at, key = house.clock(), mark(f"account {house['Ada'].id}")
    full = {"kind": "account", "failures": STRANGERS, "since": at, "at": at}
    with house.database.write() as session:
        session.add(Attempt(key_hash=key, **full))
    with pytest.raises(Closed):
        house.doors.sign_in("Ada", PASSWORD, Browser("203.0.113.1"))
    secret = Recovery(house.database, house.clock).link("Ada").secret
    house.doors.accept(secret, PHRASE)
    assert house.doors.sign_in("Ada", PHRASE, Browser("203.0.113.1"))


@pytest.mark.parametrize("without", [False, True])
def test_the_second_factor_goes_only_where_that_was_said(
    house: House, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, without: bool
):
    taken: list[int] = []
    monkeypatch.setattr(sign_in, "take_away", lambda _session, account: taken.append(account))
    monkeypatch.setattr(links, "has_factor", lambda _session, _account: True)
    words = ["recover", "Ada", *(["--without-second-factor"] if without else [])]
    secret = link_in(called(words, environment).stdout).rpartition("/")[2]
    house.clock.at = now()
    assert house.doors.least(secret) == (15 if without else 8)
    house.doors.accept(secret, PHRASE)
    assert taken == ([house["Ada"].id] if without else [])


def test_nobody_else_gets_anything_by_it(house: House):
    link = Recovery(house.database, house.clock).link("Toni")
    house.doors.accept(link.secret, PHRASE)
    with house.database.read() as session:
        toni = session.scalars(select(Account).where(Account.name == "Toni")).one()
    assert toni.roles == ("therapist",)
    assert house.doors.sign_in("Ada", PASSWORD)
