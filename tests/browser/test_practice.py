"""Practice in a browser: sound in every state, by keyboard, without scripts, own words unsent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import REFUSED, back, press
from tests.browser.sound import BOTH, LOOKS, OPEN_ALL, assert_sound, assert_sound_in

pytestmark = pytest.mark.browser
Opened = Any
CASE = "/practice/545a03ab"
LAY = "Lay the plan beside"
OWN = "I looked away just now and that was mine."
PHONE = {"viewport": {"width": 390, "height": 844}}
NARROW = {"viewport": {"width": 320, "height": 640}}


def answer(page: Any) -> None:
    """Go on, C1 first, D2 waits."""
    page.get_by_label("Go on", exact=True).check()
    page.locator("#first").check()
    page.locator("#waits-5").check()


@pytest.mark.parametrize("screen", [PHONE, NARROW], ids=["390", "320"])
def test_every_state_is_sound(opened: Opened, address: str, screen: dict[str, Any]) -> None:
    page = opened("/practice", **screen)
    assert_sound_in(page, BOTH)
    page.goto(address + CASE)
    assert_sound_in(page, BOTH)
    press(page, LAY)
    expect(page).to_have_title(REFUSED)
    assert_sound_in(page, BOTH)
    answer(page)
    page.get_by_label("What would you say?").fill(OWN)
    press(page, LAY)
    page.evaluate(OPEN_ALL)
    assert_sound_in(page, BOTH)
    page.get_by_role("link", name="Choose something else").click()
    expect(page.get_by_label("Only what differed")).to_be_visible()
    assert_sound_in(page, BOTH)


def test_a_stop_and_a_changed_case_are_sound(opened: Opened, address: str) -> None:
    page = opened("/practice/next?kind=safety")
    page.get_by_label("Stop", exact=True).check()
    press(page, LAY)
    assert_sound_in(page, LOOKS)
    page.goto(f"{address}{CASE}-changed")
    assert_sound_in(page, LOOKS)


def test_own_words_are_never_sent_and_stand_beside_the_plans(opened: Opened, address: str) -> None:
    page = opened("/practice")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data} {one.headers}"))
    page.goto(address + CASE)
    page.get_by_label("What would you say?").fill(OWN)
    press(page, LAY)
    expect(page.get_by_label("What would you say?")).to_have_value(OWN)
    answer(page)
    press(page, LAY)
    expect(page.locator("[data-own-shown]")).to_have_text(OWN)
    page.reload()
    expect(page.locator("[data-own-shown]")).to_have_text(OWN)
    page.get_by_role("link", name="Answer this one again").click()
    expect(page.get_by_label("What would you say?")).to_have_value(OWN)
    back(page)
    page.get_by_role("link", name="Another case").click()
    expect(page.get_by_label("What would you say?")).to_have_value("")
    page.goto(address + CASE)
    expect(page.get_by_label("What would you say?")).to_have_value("")
    assert len(sent) > 5
    looked = [one for one in sent if "looked away" in one or "looked%20away" in one
              or "looked+away" in one]  # fmt: skip
    assert looked == []
    stored = page.evaluate("[JSON.stringify(localStorage), JSON.stringify(history.state)].join()")
    assert "looked" not in stored


def test_own_words_can_be_cleared(opened: Opened) -> None:
    page = opened(CASE)
    page.get_by_label("What would you say?").fill("<script>alert(1)</script>")
    answer(page)
    press(page, LAY)
    expect(page.locator("[data-own-shown]")).to_have_text("<script>alert(1)</script>")
    page.get_by_role("button", name="Clear my words").click()
    expect(page.get_by_text("Your words are cleared.")).to_be_focused()
    expect(page.locator("[data-own-shown]")).to_be_hidden()
    assert_sound(page)
    assert page.evaluate("sessionStorage.length") == 0


def test_the_keyboard_alone_answers_and_goes_on(opened: Opened) -> None:
    page = opened("/practice?kind=disconnection")
    _tab_to(page, "button", "Tell me a case")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    _tab_to(page, "#goes_on")
    page.keyboard.press("Space")
    _tab_to(page, "#first")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "#waits-4")
    page.keyboard.press("Space")
    _tab_to(page, "#own")
    page.keyboard.type(OWN)
    _tab_to(page, "button", LAY)
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The plan beside your answers")).to_be_visible()
    assert "first=C2" in page.url
    expect(page.locator("[data-own-shown]")).to_have_text(OWN)
    _tab_to(page, "a", "Another case")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What would you do?")).to_be_visible()


def _tab_to(page: Any, what: str, text: str = "") -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if page.evaluate(
            "([what, text]) => document.activeElement.matches(what)"
            " && document.activeElement.textContent.trim().startsWith(text)",
            [what, text],
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {what} {text}")


def test_without_scripts_the_page_says_to_keep_words_on_paper(opened: Opened) -> None:
    page = opened("/practice", java_script_enabled=False)
    page.get_by_role("button", name="Tell me a case").click()
    expect(page.get_by_text("Write them on paper")).to_be_visible()
    expect(page.locator("textarea")).to_be_hidden()
    page.goto(page.url.rpartition("/")[0] + "/545a03ab")
    page.get_by_role("button", name=LAY).click()
    expect(page).to_have_title(REFUSED)
    answer(page)
    page.get_by_role("button", name=LAY).click()
    expect(page.get_by_text("The plan begins with C2")).to_be_visible()
    expect(page.get_by_text("If you kept your words on paper")).to_be_visible()
    page.get_by_role("link", name="Practice it with that answer").click()
    expect(page.get_by_text("What if it had been the third time?")).to_be_visible()


def test_back_brings_the_choices_again(opened: Opened) -> None:
    page = opened(CASE)
    answer(page)
    press(page, LAY)
    back(page)
    expect(page.get_by_label("Go on", exact=True)).to_be_checked()
    expect(page.locator("#waits-5")).to_be_checked()
