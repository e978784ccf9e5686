"""Entering a case: few keys, few clicks, safety whole and in view, nothing taken unseen."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from planner.contract.observation import FLAGS
from tests.browser.entering import BUTTON, enter_lateness, press
from tests.browser.six_cases import DESKTOP, PHONE
from tests.browser.sound import BOTH, assert_sound, assert_sound_in

pytestmark = pytest.mark.browser
Opened = Any
NO_SCRIPT = {"java_script_enabled": False}
READS = re.compile("^(Read the line|Make the plan)$")
"""The button that reads a line says so, where scripts run."""
MOST_STOPS = 80


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def to(self, target: str) -> None:
        """Tab until this element has the focus."""
        for _ in range(MOST_STOPS):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", target):
                return
            self.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab")


def test_a_common_case_takes_at_most_40_keys(opened: Opened) -> None:
    """Twenty minutes late, for the second time, "fine", in the middle, a good bond."""
    page = opened()
    keys = Keyboard(page)
    keys.to(".govuk-skip-link")
    keys.press("Enter")
    keys.to(".rp-skip-flags")
    keys.press("Enter", "Space")
    keys.to("[name='context.phase']")
    keys.press("ArrowDown")
    keys.to("[name='context.alliance']")
    keys.press("ArrowDown", "ArrowDown", "ArrowDown")
    keys.to("#kind")
    keys.press("Space")
    keys.to("#lateness-who")
    keys.press("Space")
    keys.to("#lateness-minutes")
    keys.press("2", "0")
    keys.to("#lateness-occurrences")
    keys.press("2")
    keys.to("[name='context.signs'][value='denial']")
    keys.press("Space")
    with page.expect_event("load"):
        keys.press("Control+Enter")
    page.wait_for_url("**/plan/*")
    expect(page.locator("#answers-told")).to_contain_text("Minutes lost: 20")
    expect(page.locator("#answers-told")).to_contain_text("In the middle")
    assert keys.pressed <= 40


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with JavaScript", "without JavaScript"])
def test_an_example_is_a_plan_in_three_clicks(opened: Opened, options: dict[str, Any]) -> None:
    begun = time.monotonic()
    page = opened(**options)
    with page.expect_event("load"):
        page.get_by_role("link", name="Jokes at kindness").click()
    page.get_by_label("None of these").check()
    press(page, BUTTON)
    expect(page.locator("#say-words")).to_be_visible()
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with JavaScript", "without JavaScript"])
def test_a_line_is_shown_to_be_checked_and_then_makes_the_plan(
    opened: Opened, options: dict[str, Any]
) -> None:
    page = opened(**options)
    page.get_by_label("In one line, if you like").fill("I was twenty minutes late, second time")
    press(page, READS)
    expect(page.get_by_role("heading", name="Your line, as answers")).to_be_visible()
    expect(page.locator("#lateness-minutes")).to_have_value("20")
    expect(page.locator("#lateness-occurrences")).to_have_value("2")
    expect(page.get_by_label("None of these")).not_to_be_checked()
    page.get_by_label("None of these").check()
    press(page, BUTTON)
    expect(page.locator("#say-words")).to_be_visible()


def test_enter_in_the_line_reads_it_and_makes_no_plan(opened: Opened) -> None:
    page = opened()
    page.get_by_label("None of these").check()
    page.get_by_label("In one line, if you like").fill("she joked at a kind word, third time")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.get_by_label("Made a joke")).to_be_checked()
    expect(page.get_by_label("None of these")).to_be_checked()


def test_words_of_danger_in_a_line_ask_and_tick_nothing(opened: Opened) -> None:
    page = opened()
    page.get_by_label("In one line, if you like").fill("she wants to die, then she joked")
    press(page, READS)
    expect(page.get_by_text("Could this be so?")).to_be_visible()
    for flag in FLAGS:
        expect(page.locator(f"[data-flag='{flag}']")).not_to_be_checked()
    assert_sound(page)


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_safety_card_shows_every_flag_and_is_short(
    opened: Opened, screen: dict[str, int]
) -> None:
    page = opened(viewport=screen)
    for flag in FLAGS:
        expect(page.locator(f".rp-flag:has([data-flag='{flag}']) label")).to_be_visible()
    boxes = page.locator("[name='safety.flags']").evaluate_all("all => all.map(one => one.value)")
    assert boxes[-1] == "none"
    if screen is DESKTOP:
        assert page.locator(".rp-card--safety").bounding_box()["height"] <= 350


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["with JavaScript", "without JavaScript"])
def test_a_sign_of_danger_shows_the_first_actions_in_place(
    opened: Opened, options: dict[str, Any]
) -> None:
    page = opened(**options)
    actions = page.locator(".rp-first-now__one[data-for='self_harm']")
    expect(actions).to_be_hidden()
    page.get_by_label("Suicide or self-harm", exact=True).check()
    expect(actions).to_be_visible()
    expect(page.get_by_text("This is enough to go on.").first).to_be_visible()
    press(page, BUTTON)
    expect(page.get_by_role("heading", name="Please stop here first")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_new_states_of_the_form_are_sound(opened: Opened, screen: dict[str, int]) -> None:
    page = opened(viewport=screen, path="/?example=late_again")
    assert_sound_in(page, BOTH)
    page.get_by_label("Suicide or self-harm", exact=True).check()
    page.get_by_text("What each of these means").click()
    assert_sound_in(page, BOTH)
    enter_lateness(page)
    with page.expect_event("load"):
        page.get_by_role("link", name="Change or add answers").click()
    assert_sound_in(page, BOTH)
    page.goto(re.sub(r"plan/\w+", "plan/none", page.url))
    assert_sound_in(page, BOTH)


def test_the_button_stays_in_view(opened: Opened) -> None:
    page = opened(viewport=PHONE)
    for share in (0, 0.3, 0.7):
        page.evaluate("share => scrollTo(0, share * document.body.scrollHeight)", share)
        box = page.get_by_role("button", name=BUTTON).bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]


def test_the_sticky_button_hides_no_focus(opened: Opened) -> None:
    page = opened(viewport=PHONE, reduced_motion="reduce")
    hidden = """() => {
      const one = document.activeElement.getBoundingClientRect()
      const bar = document.querySelector('.rp-actions--make').getBoundingClientRect()
      return document.activeElement.closest('.rp-actions--make') === null && one.height < 200
        && one.top >= bar.top && one.bottom <= innerHeight
    }"""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")
