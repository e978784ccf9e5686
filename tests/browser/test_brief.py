"""The page answers "what do I say" at a glance: six cases, phone and desktop, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import watched
from tests.browser.entering import back
from tests.browser.six_cases import (
    DESKTOP,
    FIRST_SCREEN,
    HEIGHT_BEFORE,
    PHONE,
    SIX,
    first_words,
    plan_of,
)
from tests.browser.sound import BOTH, OPEN_ALL, assert_sound_in

pytestmark = pytest.mark.browser
Opened = Any
Planned = Callable[[dict[str, int]], Any]
SCREENS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="module", params=SIX)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def window(chromium: Any, address: str, case: str) -> Iterator[Any]:
    """A window on the plan of a case, which is made once for all that is measured of its page."""
    with watched(chromium, address) as opened:
        page = opened()
        plan_of(page, case)
        yield page


@pytest.fixture
def planned(window: Any) -> Callable[[dict[str, int]], Any]:
    """Load the page of the plan on a screen."""

    def load(screen: dict[str, int]) -> Any:
        window.set_viewport_size(screen)
        window.emulate_media(media="null", color_scheme="null")
        window.reload()
        return window

    return load


@SCREENS
def test_the_first_words_stand_at_the_top_of_a_short_page(
    planned: Planned, case: str, screen: dict[str, int]
) -> None:
    page = planned(screen)
    box = first_words(page).bounding_box()
    assert box["y"] < 400
    assert page.evaluate(FIRST_SCREEN) <= 120
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 0.6 * HEIGHT_BEFORE[case][screen is DESKTOP]


@SCREENS
def test_the_page_is_sound_closed_and_opened(planned: Planned, screen: dict[str, int]) -> None:
    page = planned(screen)
    assert_sound_in(page, BOTH)
    page.evaluate(OPEN_ALL)
    assert_sound_in(page, BOTH)


def test_the_page_is_whole_with_twice_the_text(planned: Planned) -> None:
    page = planned({"width": 640, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_short_and_full_words_are_one_press_apart(opened: Opened) -> None:
    page = opened()
    plan_of(page, "jokes at kindness")
    full = page.locator("#say-full")
    expect(full).to_be_hidden()
    page.locator(".rp-brief__full summary").click()
    expect(full).to_be_visible()
    page.locator(".rp-then__more summary").first.click()
    expect(page.locator(".rp-then__more .rp-say__words").first).to_be_visible()


def test_everything_opens_and_closes_at_once(opened: Opened) -> None:
    page = opened()
    plan_of(page, "two at once")
    page.get_by_role("button", name="Open everything").click()
    for words in page.locator(".rp-step .rp-say__words").all():
        expect(words).to_be_visible()
    page.get_by_role("button", name="Close everything").click()
    expect(page.locator(".rp-step .rp-say__words").first).to_be_hidden()


def test_the_picture_says_the_same_in_text(opened: Opened) -> None:
    page = opened()
    plan_of(page, "angry and mandated")
    picture = page.get_by_role("img", name=re.compile("The steps in time"))
    drawn = picture.locator("css=text").all_text_contents()
    told = page.locator("#picture-told").text_content() or ""
    items = {text for text in drawn if re.fullmatch(r"[CD]\d", text)}
    assert len(items) > 2
    for item in items:
        assert item in told
        assert page.locator(f"#step-{item}, #held-{item}, .rp-item--barred", has_text=item).count()


def test_the_whole_plan_is_copied_as_plain_text(opened: Opened) -> None:
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    plan_of(page, "late twice and fine")
    text = page.evaluate("fetch(location.href + '/text').then(answer => answer.text())")
    page.get_by_role("button", name="Copy the whole plan").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text
    assert text.startswith("Repair plan: review first")


def test_back_reload_and_a_new_tab_open_the_same_plan(opened: Opened, address: str) -> None:
    page = opened()
    plan_of(page, "jokes at kindness")
    words = first_words(page).inner_text()
    page.reload()
    assert first_words(page).inner_text() == words
    beside = page.context.new_page()
    beside.goto(page.url)
    assert first_words(beside).inner_text() == words
    page.get_by_role("link", name="Change or add answers").click()
    expect(page.get_by_role("link", name="Back to the plan")).to_be_visible()
    back(page)
    assert first_words(page).inner_text() == words
    page.goto(address + "/handout")
    back(page)
    assert first_words(page).inner_text() == words


def test_on_a_shared_computer_nothing_is_left_once_it_is_forgotten(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Anything you want to remember").fill("my own thought")
    plan_of(page, "jokes at kindness")
    at = page.url
    with page.expect_event("load"):
        page.get_by_role("button", name="Forget this plan").click()
    expect(page.get_by_text("The plan is deleted, here and in this browser.")).to_be_visible()
    page.goto(at)
    expect(page.get_by_role("heading", name="This plan is not here")).to_be_visible()
    for _ in range(3):
        back(page)
        assert "my own thought" not in page.locator("#notes, body").first.inner_text()
        if page.locator("#notes").count():
            expect(page.locator("#notes")).to_have_value("")


def test_another_browser_does_not_see_the_plan(opened: Opened) -> None:
    page = opened()
    plan_of(page, "jokes at kindness")
    stranger = page.context.browser.new_context().new_page()
    stranger.goto(page.url)
    expect(stranger.get_by_role("heading", name="This plan is not here")).to_be_visible()
    stranger.context.close()


def test_the_brief_is_one_sheet_of_paper_and_the_whole_plan_two(planned: Planned) -> None:
    page = planned(DESKTOP)
    marked = "brief => document.documentElement.classList.toggle('rp-prints-brief', brief)"
    for brief, most in ((True, 1), (False, 2)):
        page.evaluate(marked, brief)
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= most
    page.emulate_media(media="print")
    assert page.evaluate(SMALLER_THAN_10_POINTS) == []


SMALLER_THAN_10_POINTS = """() => [...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && !one.closest('svg'))
  .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 13.3)
  .map(one => one.className + ': ' + one.textContent.slice(0, 40))"""
