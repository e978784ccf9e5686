"""The icons of the home screen, drawn from the mark: `python -m tests.browser.drawing_icons`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.browsers import CHROMIUM
from webui.delivery.assets import FOLDER

GROUND = "#17514e"
ICONS = {"icon-192": (192, 0.0), "icon-512": (512, 0.0), "maskable-512": (512, 0.12),
         "touch-180": (180, 0.04)}  # fmt: skip
"""Each with its size, and the share of it that stays free at each side.

A device may cut a maskable icon to a circle; the touch icon gets its corners from the device.
"""


def draw(folder: Path) -> None:
    """Write every icon into the folder."""
    mark = (FOLDER / "mark.svg").read_text("utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for name, (size, free) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = GROUND if free else "transparent"
            style = (
                f"body{{margin:0;background:{ground}}}svg{{display:block;padding:{size * free}px;"
            )
            style += f"width:{size * (1 - 2 * free)}px}}"
            page.set_content(f"<style>{style}</style>{mark}")
            page.screenshot(path=folder / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    (FOLDER / "icons").mkdir(exist_ok=True)
    draw(FOLDER / "icons")
