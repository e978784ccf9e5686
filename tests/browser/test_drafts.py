"""What a browser keeps of a form that was not sent: its own, its person's, and never a password."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import back
from tests.browser.test_supervision import address, enter, house, opened
from tests.webui.support.people import PASSWORD, House

pytestmark = pytest.mark.browser
__all__ = ["address", "enter", "house", "opened"]
Person = Any
STATE = "JSON.stringify(history.state)"
CLEAN = f"password => !({STATE} ?? '').includes(password)"


def test_no_password_is_kept_with_the_history(opened: Any) -> None:
    page = opened("/sign-in")
    page.get_by_label("Name").fill("Toni")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Toni")).to_be_visible()
    for _ in range(2):
        page.go_back()
        # Being signed in, the sign-in page leads on: the answer is asked for until it stays.
        page.wait_for_function(CLEAN, arg=PASSWORD)
        page.wait_for_load_state("networkidle")
        assert PASSWORD not in (page.evaluate(STATE) or "")


def test_what_was_typed_for_one_person_is_not_put_back_for_the_next(enter: Person) -> None:
    toni = enter("Toni")
    toni.goto("/")
    notes = toni.get_by_label("Anything you want to remember")
    notes.fill("cried about her brother")
    toni.goto("/account")
    with toni.expect_event("load"):
        toni.get_by_role("button", name="Sign out", exact=True).click()
    for _ in range(3):
        back(toni)
        if notes.count():
            expect(notes).to_have_value("")
        assert "brother" not in (toni.evaluate(STATE) or "")


def test_an_old_draft_is_not_put_over_newer_words(house: House, enter: Person) -> None:
    ref = house.kept()
    toni = enter("Toni")
    toni.goto(f"/plans/{ref}/edit")
    toni.locator("#words-C2").fill("older words")
    toni.goto(f"/plans/{ref}")
    beside = toni.context.new_page()
    beside.goto(toni.url + "/edit")
    beside.locator("#words-C2").fill("newer words")
    with beside.expect_event("load"):
        beside.get_by_role("button", name="Save as a new version").click()
    back(toni)
    expect(toni.locator("#words-C2")).to_have_value("newer words")


def test_a_form_that_nobody_touched_has_nothing_to_put_back(house: House, enter: Person) -> None:
    ref = house.kept()
    toni = enter("Toni")
    toni.goto(f"/plans/{ref}/edit")
    toni.goto(f"/plans/{ref}")
    back(toni)
    assert toni.evaluate("history.state?.draft ?? []") == []


def test_typed_words_come_back_on_reload(house: House, enter: Person) -> None:
    toni = enter("Toni")
    toni.goto(f"/plans/{house.kept()}/edit")
    toni.locator("#words-C2").fill("half a sentence")
    toni.reload()
    expect(toni.locator("#words-C2")).to_have_value("half a sentence")
