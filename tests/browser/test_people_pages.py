"""Pages about people in a browser: sessions that end, local times, what waits, soundness."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from tests.browser.entering import enter_lateness, press
from tests.browser.sound import LOOKS, OPEN_ALL, assert_sound, assert_sound_in
from tests.browser.test_supervision import NO_SCRIPTS, address, enter, house, opened
from tests.webui.support.people import PASSWORD, House
from webui.accounts.first_start import FirstStart
from webui.accounts.site_contacts import Contact, Contacts
from webui.database.account_tables import Account, Supervision

pytestmark = pytest.mark.browser
__all__ = ["address", "enter", "house", "opened"]
Person = Any


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_a_fresh_install_keeps_the_plan_that_was_made_before_the_first_account(
    house: House, opened: Any, options: dict[str, Any]
) -> None:
    with house.database.write() as session:
        session.execute(delete(Supervision))
        session.execute(delete(Account))
    page = opened("/start/" + FirstStart(house.database).new_opening(), **options)
    enter_lateness(page)
    press(page, "Keep this plan")
    expect(page.get_by_role("heading", name="Set up accounts")).to_be_visible()
    if not options:
        assert_sound(page)  # axe is a script itself
    page.get_by_label("Your name for signing in").fill("Olga")
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    press(page, "Make my account")
    press(page, "Keep this plan")
    expect(page.locator("main")).to_contain_text("Draft")
    expect(page.get_by_role("link", name="Olga")).to_be_visible()


def edit_page(house: House, enter: Person, **options: Any) -> Any:
    """Toni edits a plan, by a clock of the browser's that can be put forward."""
    toni = enter("Toni", **options)
    toni.clock.install()
    toni.goto(f"/plans/{house.kept()}/edit")
    return toni


def test_before_a_session_ends_one_button_keeps_it(house: House, enter: Person) -> None:
    toni = edit_page(house, enter)
    banner = toni.locator("#rp-session")
    words = toni.locator("#words-C2")
    words.fill("Half a sentence")
    words.focus()
    expect(banner).to_be_hidden()
    toni.clock.fast_forward("13:30")
    expect(banner).to_contain_text("signed out in two minutes")
    expect(words).to_be_focused()
    assert_sound(toni)
    toni.keyboard.type(" and its end")
    banner.get_by_role("button", name="Stay signed in").click()
    expect(banner).to_contain_text("You stay signed in")
    toni.clock.fast_forward("00:10")
    expect(banner).to_be_hidden()
    expect(words).to_have_value("Half a sentence and its end")


def test_when_a_session_has_ended_what_was_typed_stays_and_comes_along(
    house: House, enter: Person
) -> None:
    toni = edit_page(house, enter)
    toni.locator("#words-C2").fill("Typed before the end.")
    house.doors.sign_out_everywhere(house["Toni"])
    toni.clock.fast_forward("13:30")
    toni.get_by_role("button", name="Stay signed in").click()
    expect(toni.locator("#rp-session")).to_contain_text("What you typed is still on this page")
    expect(toni.locator("#words-C2")).to_have_value("Typed before the end.")
    press(toni, "Save as a new version")
    expect(toni.locator("main")).to_contain_text("Typed before the end.")


def test_staying_in_one_window_keeps_the_others(house: House, enter: Person) -> None:
    toni = edit_page(house, enter)
    other = toni.context.new_page()
    other.goto("/plans")
    toni.clock.fast_forward("13:30")
    expect(toni.locator("#rp-session")).to_be_visible()
    other.reload()
    expect(toni.locator("#rp-session")).to_be_hidden()


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Pacific/Auckland", "2 Mar 2026, 22:00"), ("America/New_York", "2 Mar 2026, 04:00")],
)
def test_times_are_told_in_the_browsers_own_zone(
    house: House, enter: Person, zone: str, said: str
) -> None:
    ref = house.kept()
    page = enter("Toni", timezone_id=zone)
    page.goto(f"/plans/{ref}/history")
    page.evaluate(
        """() => {
      const one = document.querySelector('time')
      one.dateTime = '2026-03-02T09:00:00Z'
    }"""
    )
    page.evaluate("import('/static/times.js').then(times => times.tellLocalTimes())")
    expect(page.locator("time").first).to_have_text(said)
    expect(page.locator("main")).not_to_contain_text("UTC")


def test_without_scripts_times_say_utc(house: House, enter: Person) -> None:
    page = enter("Toni", java_script_enabled=False)
    page.goto(f"/plans/{house.kept()}/history")
    expect(page.locator("time").first).to_contain_text("UTC")


def test_what_waits_is_counted_and_spoken(house: House, enter: Person) -> None:
    house.submitted(case="K-1")
    changed = house.submitted(case="K-2")
    house.decide(changed, "ask_for_changes", text="Shorter, please.")
    sam, toni = enter("Sam"), enter("Toni")
    expect(sam.get_by_role("link", name="Review (1 plan waits for you)")).to_be_visible()
    expect(
        toni.get_by_role("link", name="My plans (in 1 of them changes are asked for)")
    ).to_be_visible()
    assert_sound(sam)


def test_the_pages_about_people_are_sound(house: House, enter: Person) -> None:
    Contacts(house.database, house.clock).replace(house["Ada"], [Contact("Duty", "0123")] * 3)
    ada = enter("Ada")
    for path in ("/people", "/people/contacts", f"/people/{house['Toni'].id}"):
        ada.goto(path)
        assert_sound_in(ada, LOOKS)
    toni = enter("Toni")
    for path in (f"/plans/{house.kept()}/outcome", "/join/none"):
        toni.goto(path)
        toni.evaluate(OPEN_ALL)
        assert_sound_in(toni, LOOKS)


@pytest.mark.parametrize("look", LOOKS)
def test_what_several_invitations_became_is_sound(enter: Person, look: str) -> None:
    ada = enter("Ada", **LOOKS[look])
    ada.goto("/people")
    ada.locator("#names").fill("Nia\nNoa\nToni")
    ada.locator("#several-roles").check()
    press(ada, "Make the invitation links")
    expect(ada.locator("main")).to_contain_text("2 invitation links")
    expect(ada.locator(".govuk-error-summary")).to_contain_text("Line 3, “Toni”")
    assert_sound(ada)
