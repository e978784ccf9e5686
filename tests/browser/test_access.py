"""Nobody is shut out: axe finds nothing, the keyboard suffices, the small screen holds all."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import BUTTON, REFUSED, enter_lateness, press
from tests.browser.sound import BOTH, CLOSED, LOOKS, OPEN_ALL, OPENED, assert_sound_in

pytestmark = pytest.mark.browser
Opened = Any
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1100, "height": 900}},
    "phone": {"viewport": {"width": 320, "height": 640}},
}
every_screen = pytest.mark.parametrize("screen", SCREENS)


def test_what_is_amiss_in_one_look_alone_is_found_and_named(opened: Opened) -> None:
    page = opened("/handout/C2")
    page.evaluate("""() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(`@media (max-width: 400px) { main { width: 900px } }
        @media (prefers-color-scheme: dark) { main * { color: #222 !important } }`)
      document.adoptedStyleSheets = [sheet]
    }""")
    with pytest.raises(AssertionError, match=r"phone dark.*color-contrast.*wider than") as told:
        assert_sound_in(page, LOOKS)
    assert "light" not in str(told.value)


@every_screen
def test_the_form_is_sound_empty_opened_and_refused(opened: Opened, screen: str) -> None:
    page = opened(**SCREENS[screen])
    assert_sound_in(page, BOTH)
    page.evaluate(OPEN_ALL)
    for box in page.locator("#kind, #kind-2, #kind-3, #kind-4, #safety-flags").all():
        box.check()
    assert_sound_in(page, BOTH)
    press(page, BUTTON)
    expect(page).to_have_title(REFUSED)
    assert_sound_in(page, BOTH)


@every_screen
def test_the_plan_is_sound_closed_and_opened(opened: Opened, screen: str) -> None:
    page = opened(**SCREENS[screen])
    page.get_by_label("Anything you want to remember").fill("I called Maria at 212-555-0134.")
    enter_lateness(page)
    assert_sound_in(page, BOTH)
    page.evaluate(OPEN_ALL)
    assert_sound_in(page, BOTH)
    page.locator(".rp-check input").first.check()
    with page.expect_event("load"):
        page.locator(".rp-check button").click()
    assert_sound_in(page, BOTH)


@every_screen
def test_the_stop_page_is_sound(opened: Opened, screen: str) -> None:
    page = opened(**SCREENS[screen])
    page.get_by_label("Suicide or self-harm", exact=True).check()
    page.get_by_label("The client moved away from something").check()
    page.get_by_label("Made a joke").check()
    press(page, BUTTON)
    expect(page.get_by_role("heading", name="Please stop here first")).to_be_visible()
    assert_sound_in(page, BOTH)


PAGES = [
    "/rules",
    "/rules?q=apology",
    "/rules/item/C1",
    "/rules/kind/lateness",
    "/rules/does/caution",
    "/rules/changes",
    "/rules/own-part.own-it",
    "/handout",
    "/handout/C2",
    "/docs",
    "/scenarios",
    "/scenarios/item/stop",
    "/scenarios/a8e699bc",
    "/no",
]


def test_the_reading_pages_are_sound(opened: Opened, address: str) -> None:
    page = opened()
    for path in PAGES:
        page.goto(address + path)
        assert_sound_in(page, CLOSED)
        page.evaluate(OPEN_ALL)
        assert_sound_in(page, OPENED)


def test_the_keyboard_alone_makes_a_plan(opened: Opened) -> None:
    page = opened()
    wanted = ["safety-none", "kind", "lateness-who"]
    for target in wanted:
        for _ in range(60):
            if page.evaluate("document.activeElement.id") == target:
                break
            page.keyboard.press("Tab")
        expect(page.locator(f"#{target}")).to_be_focused()
        page.keyboard.press("Space")
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Say this first")).to_be_visible()


def test_the_focus_is_seen_on_every_stop(opened: Opened) -> None:
    """Each control that takes the focus looks different while it has it."""
    page = opened()
    page.get_by_label("Someone was late, or a session was missed").check()
    page.locator("body").press("Home")
    drawn = """() => {
      const one = document.activeElement
      const look = node => node && getComputedStyle(node).outlineStyle !== 'none'
      const label = one.labels && one.labels[0]
      return [one.id || one.textContent.trim(), look(one) && getComputedStyle(one).opacity !== '0'
        || look(label) || (label && getComputedStyle(label, '::before').outlineStyle !== 'none')]
    }"""
    for _ in range(45):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(drawn)
        assert seen, f"no visible focus on {name}"


def test_every_target_is_at_least_24_pixels(opened: Opened) -> None:
    """WCAG 2.5.8; links within a sentence are the rule's own exception."""
    page = opened(**SCREENS["phone"])
    enter_lateness(page)
    small = page.evaluate("""() => [...document.querySelectorAll('button, summary, input, nav a')]
      .filter(one => one.type !== 'hidden' && one.checkVisibility())
      .map(one => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
      .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)""")
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_fold_that_was_clicked_stays_readable_under_the_pointer(
    opened: Opened, scheme: str
) -> None:
    """A mouse leaves it focused and pointed at, where two rules about its color meet."""
    fold = opened(color_scheme=scheme).locator("summary:visible").first
    fold.click()
    fold.hover()
    ink, ground = (
        fold.evaluate(f"one => getComputedStyle(one).{name}")
        for name in ("color", "backgroundColor")
    )
    assert contrast(ink, ground) > 4.5


def contrast(ink: str, ground: str) -> float:
    """How much two colors differ, as WCAG reckons it: from 1 to 21."""
    darker, lighter = sorted(map(luminance, (ink, ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """How bright a color is, from 0 to 1."""
    parts = [int(one) / 255 for one in re.findall(r"\d+", color)[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
