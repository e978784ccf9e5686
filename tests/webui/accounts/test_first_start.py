"""The first start by the pages: keeping a plan leads to an account, and then to the kept plan."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import delete

from tests.webui.support.people import House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor, hidden
from webui.accounts.first_start import FirstStart
from webui.database.account_tables import Account, Supervision

Visit = Callable[..., Visitor]
PASSWORD = "a cup mended with gold"


@pytest.fixture
def nobody(house: House) -> House:
    """A house in which no account was made yet."""
    with house.database.write() as session:
        session.execute(delete(Supervision))
        session.execute(delete(Account))
    return house


def carried(page: str) -> list[tuple[str, str]]:
    return [pair for pair in hidden(page) if pair[0] != "csrf_token"]


def owner(code: str, **more: str) -> list[tuple[str, str]]:
    made = {"code": code, "name": "Olga", "password": PASSWORD, "roles": "therapist", **more}
    return list(made.items())


def test_keeping_a_plan_on_a_fresh_install_leads_to_an_account_and_then_to_the_plan(
    nobody: House, visit: Visit
):
    code = nobody.doors.new_start_code()
    visitor = visit()
    asked = visitor.post("/plans", [*LATE, ("case", "K-9"), ("notes", "He was very quiet.")])
    assert asked.status_code == 401
    assert "Set up accounts" in asked.text
    assert "Start code" in asked.text
    assert "He was very quiet." in asked.text
    wrong = visitor.post("/start", [*carried(asked.text), *owner(code, password="short")])
    assert wrong.status_code == 422
    assert code in wrong.text
    back = visitor.post("/start", [*carried(wrong.text), *owner(code)])
    assert back.status_code == 200
    assert "Your account is made" in back.text
    action = re.search(r'<form method="post" action="([^"]+)" class="rp-actions"', back.text)
    assert action
    kept = visitor.client.post(action[1], data=hidden_pairs(back.text))
    assert kept.status_code == 303
    assert "K-9" in visitor.get(kept.headers["Location"]).text


def hidden_pairs(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in hidden(page):
        found.setdefault(name, []).append(value)
    return found


def test_a_plan_is_kept_by_a_therapist_so_the_role_is_asked_for(nobody: House, visit: Visit):
    code = nobody.doors.new_start_code()
    visitor = visit()
    asked = visitor.post("/plans", LATE)
    refused = visitor.post("/start", [*carried(asked.text), *owner(code, roles="supervisor")])
    assert refused.status_code == 422
    assert 'href="#roles"' in refused.text


def test_a_page_that_needs_an_account_leads_to_the_first_one_and_back(nobody: House, visit: Visit):
    code = nobody.doors.new_start_code()
    visitor = visit()
    page = visitor.client.get("/plans", follow_redirects=True)
    assert "Set up accounts" in page.text
    done = visitor.post("/start", [*carried(page.text), *owner(code)])
    assert done.headers["Location"] == "/plans"


def test_the_browser_that_serve_opens_needs_no_code(nobody: House, visit: Visit):
    nobody.doors.new_start_code()
    opening = FirstStart(nobody.database, nobody.clock).new_opening()
    visitor, late = visit(), visit()
    assert visitor.get(f"/start/{opening}").headers["Location"] == "/"
    assert late.get(f"/start/{opening}").status_code == 303, "it leads to the form all the same"
    assert 'name="code"' not in visitor.get("/start").text
    assert 'name="code"' in late.get("/start").text
    assert late.post("/start", owner("")).status_code == 422
    assert visitor.post("/start", owner("")).status_code == 303
    assert visitor.get("/plans").status_code == 200


def test_an_address_that_serve_never_opened_opens_nothing(nobody: House, visit: Visit):
    FirstStart(nobody.database, nobody.clock).new_opening()
    visitor = visit()
    assert visitor.get("/start/guessed").headers["Location"] == "/"
    assert 'name="code"' in visitor.get("/start").text


def test_once_there_is_an_account_the_opening_is_worthless(nobody: House, visit: Visit):
    code = nobody.doors.new_start_code()
    opening = FirstStart(nobody.database, nobody.clock).new_opening()
    assert visit().post("/start", owner(code)).status_code == 303
    visitor = visit()
    visitor.get(f"/start/{opening}")
    assert visitor.get("/start").status_code == 404
    assert visitor.post("/start", owner("", name="Eve")).status_code == 404
