"""The pages as the README shows them, photographed from the running app: `make pictures`."""

from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.entering import BUTTON, press
from tests.support.live import served
from webui import create_app

PICTURES = Path(__file__).with_name("pictures")
SCREEN: ViewportSize = {"width": 900, "height": 1180}
PAPER: ViewportSize = {"width": 794, "height": 1123}  # A4 at 96 dots an inch
MARGIN = "body { padding: 34px 45px; }"


def taken(page: Any, name: str) -> None:
    """One picture of what the window shows, with neither cursor, focus nor pointer left behind."""
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")


def picture_form(page: Any) -> None:
    """The form, half filled: safety answered, one kind opened."""
    page.get_by_label("None of these").check()
    page.get_by_label("Someone was late, or a session was missed").check()
    page.get_by_label("I was", exact=True).check()
    page.get_by_label("How many minutes were lost?").fill("20")
    page.evaluate("scrollTo(0, 0)")
    taken(page, "form")


def picture_plan(page: Any) -> None:
    """A plan on the screen, and the same on paper."""
    for answer in ("None of these", "Someone was late, or a session was missed"):
        page.get_by_label(answer).check()
    page.get_by_label("I was", exact=True).check()
    page.get_by_label("How many minutes were lost?").fill("20")
    for answer in ("In the last session", "Said it was fine", "Went quiet, short answers"):
        page.get_by_label(answer).last.check()
    press(page, BUTTON)
    taken(page, "plan")
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    page.add_style_tag(content=MARGIN)
    taken(page, "print")


def picture_stop(page: Any) -> None:
    """Where safety comes first."""
    page.get_by_label("Suicide or self-harm", exact=True).check()
    page.get_by_label("The client moved away from something").check()
    page.get_by_label("Made a joke").check()
    press(page, BUTTON)
    taken(page, "stop")


def main() -> None:
    """All four, each in a fresh window."""
    PICTURES.mkdir(exist_ok=True)
    with served(create_app(), 8450) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for picture in (picture_form, picture_plan, picture_stop):
            page = browser.new_page(viewport=SCREEN, bypass_csp=True)
            page.goto(address)
            picture(page)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
