"""What stands around every page takes little room, and all of it can be reached."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import BUTTON, press
from tests.browser.sound import OPEN_ALL, assert_sound
from tests.browser.test_supervision import address as with_people
from tests.browser.test_supervision import enter, house
from tests.browser.test_supervision import opened as opened_with_people
from webui.delivery.assets import FIRST, FOLDER, PRINT, SCREEN, Assets

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
NO_SCRIPTS = {"java_script_enabled": False}
PAGES = ["New plan", "Rules", "Handout", "Practice", "My plans", "Review", "Trends", "Sam"]
HEIGHT = "document.querySelector('.rp-masthead').getBoundingClientRect().height"
WIDTH = "document.documentElement.scrollWidth - innerWidth"

address = with_people
opened = opened_with_people
__all__ = ["address", "enter", "house", "opened"]  # fixtures


def reached(page: Any, presses: int = 12) -> list[str]:
    """What the Tab key comes to, from the top of the page."""
    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus(); }")
    found = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        found.append(page.evaluate("document.activeElement.textContent.trim()"))
    return found


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_masthead_is_one_row_with_a_menu(enter: Any, width: int) -> None:
    page = enter("Sam", **{**PHONE, "viewport": {"width": width, "height": 844}})
    assert page.evaluate(HEIGHT) <= 60
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert links.count() == 0
    assert reached(page, 3)[-1] == "Menu"
    page.keyboard.press("Enter")
    assert links.all_inner_texts() == PAGES
    for link in links.all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= width
    assert_sound(page)
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    links.nth(1).click()
    expect(page).to_have_title("The rules - Repair Planner")


def test_without_scripts_the_menu_opens_too(opened: Any) -> None:
    page = opened(**PHONE, **NO_SCRIPTS)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Handout").click()
    expect(page).to_have_title("The handout - Repair Planner")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_desktop_every_link_stands_in_one_row(enter: Any, scheme: str) -> None:
    page = enter("Sam", **DESKTOP, color_scheme=scheme)
    assert page.evaluate(HEIGHT) <= 56
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert links.all_inner_texts() == PAGES
    assert reached(page, len(PAGES) + 2)[2:] == PAGES
    tops = {link.bounding_box()["y"] for link in links.all()}
    assert len(tops) == 1
    expect(page.get_by_text("Menu", exact=True)).to_be_hidden()
    assert_sound(page)


@pytest.mark.parametrize("width", [1024, 1100, 640])
def test_nothing_is_wider_than_the_window_with_a_long_name(enter: Any, width: int) -> None:
    page = enter("Sam", viewport={"width": width, "height": 700})
    page.locator(".rp-nav a").last.evaluate(
        "one => { one.textContent = 'Wilhelmina Featherstonehaugh-Cholmondeley' }"
    )
    assert page.evaluate(WIDTH) <= 0
    assert page.evaluate(HEIGHT) <= 60


def test_text_twice_as_large_stays_reachable(opened: Any) -> None:
    page = opened(viewport={"width": 640, "height": 800})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(WIDTH) <= 0
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("link", name="Rules")).to_be_in_viewport()
    assert page.evaluate(WIDTH) <= 0


@pytest.mark.parametrize("look", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_index_of_the_rules_and_what_fired_are_short(opened: Any, look: Any) -> None:
    page = opened("/rules", **look)
    assert page.evaluate("document.documentElement.scrollHeight") <= 2000
    page.goto("/")
    page.get_by_label("None of these").check()
    page.get_by_label("Someone was late, or a session was missed").check()
    page.get_by_label("I was", exact=True).check()
    page.locator("form.rp-form").evaluate("form => { form.action = '/rules' }")
    press(page, BUTTON)
    expect(page.get_by_role("heading", name="Those that decided")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= 3000
    assert_sound(page)
    page.evaluate(OPEN_ALL)
    assert_sound(page)


def test_the_small_sheets_say_what_the_written_ones_say(chromium: Any) -> None:
    """Rule by rule, as the browser reads them; some blanks mean nothing."""
    told = """text => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(text)
      return [...sheet.cssRules].map(rule =>
        rule.cssText.replace(/([,:>])\\s+/g, '$1').replace(/\\s+/g, ' '))
    }"""
    page = chromium.new_page()
    rest = sorted(path.name for path in FOLDER.glob("*.css"))
    names = [*FIRST, *(name for name in rest if name not in {*FIRST, PRINT})]
    for small, written in ((SCREEN, names), (PRINT, [PRINT])):
        whole = "\n".join((FOLDER / name).read_text("utf-8") for name in written)
        rules = page.evaluate(told, whole)
        assert len(rules) > 40
        assert page.evaluate(told, Assets().files[small].content.decode()) == rules
    page.close()
