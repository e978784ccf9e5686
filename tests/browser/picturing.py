"""The pages as the README shows them, photographed from the running app: `make pictures`."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.six_cases import plan_of
from tests.support.browsers import CHROMIUM
from tests.support.live import served
from webui import create_app

PICTURES = Path(__file__).with_name("pictures")
DESKTOP: ViewportSize = {"width": 1000, "height": 844}
PHONE: ViewportSize = {"width": 390, "height": 844}
PAPER: ViewportSize = {"width": 794, "height": 1123}  # A4 at 96 dots an inch
MARGIN = "body { padding: 42px 50px; }"


def taken(page: Any, name: str) -> None:
    """One picture of what the window shows, with neither cursor, focus nor pointer left behind."""
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")


def picture_brief(page: Any) -> None:
    """What a plan begins with, on a desktop and on a phone; then the whole plan on paper."""
    plan_of(page, "jokes at kindness")
    for name, screen in (("brief-desktop", DESKTOP), ("brief-phone", PHONE)):
        page.set_viewport_size(screen)
        taken(page, name)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    page.add_style_tag(content=MARGIN)
    taken(page, "print")


def picture_form(page: Any) -> None:
    """The form, as an example fills it."""
    page.get_by_role("link", name="I was late again").click()
    page.get_by_label("None of these").check()
    page.evaluate("scrollTo(0, 0)")
    taken(page, "form")


def picture_stop(page: Any) -> None:
    """Where safety comes first."""
    plan_of(page, "a self-harm remark")
    taken(page, "stop")


def picture_practice(page: Any) -> None:
    """A told case with the plan beside the answers, as docs/practice.md walks through it."""
    page.goto(f"{page.url}practice/2858a12c")
    page.get_by_label("Go on", exact=True).check()
    page.locator("#first").check()
    page.locator("#waits-5").check()
    page.get_by_label("What would you say?").fill("Sorry I was late. Are we good?")
    with page.expect_event("load"):
        page.get_by_role("button", name="Lay the plan beside").click()
    page.evaluate("scrollTo(0, 0)")
    taken(page, "practice")


def main() -> None:
    """All of them, each in a fresh window."""
    PICTURES.mkdir(exist_ok=True)
    with served(create_app(), 8450) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for picture in (picture_brief, picture_form, picture_stop, picture_practice):
            page = browser.new_page(viewport=DESKTOP, bypass_csp=True)
            page.goto(address)
            picture(page)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
