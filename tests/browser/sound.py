"""Whether a page shuts anybody out: what axe finds in it, and whether it is wider than the screen.

A page is loaded once and then looked at in several ways: its scripts ask neither for the size of
the window nor for the color scheme, so that a style sheet alone makes the difference.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.long import LONG

Looks = Mapping[str, Mapping[str, Any]]
BOTH: Looks = {"dark": {"color_scheme": "dark"}, "light": {"color_scheme": "light"}}
"""By night and by day, on the screen that the page has."""
LOOKS: Looks = {
    "phone dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "light": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "light"},
}
CLOSED: Looks = LOOKS if LONG else {"phone dark": LOOKS["phone dark"]}
OPENED: Looks = LOOKS if LONG else {"light": LOOKS["light"]}
"""For the many pages that are looked at twice, the second time with everything opened."""
OPEN_ALL = "for (const part of document.querySelectorAll('details')) part.open = true"
LOADED = "typeof axe === 'object'"
VIOLATIONS = """async () => {
  const { violations } = await axe.run({ resultTypes: ['violations'] })
  return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 150)}`))
}"""
WIDER = "document.documentElement.scrollWidth - innerWidth"


def assert_sound(page: Any) -> None:
    """As the page is shown at this moment."""
    amiss = faults(page)
    assert not amiss, f"{page.url}: {amiss}"


def assert_sound_in(page: Any, looks: Looks) -> None:
    """In each of these looks; the page keeps the last one."""
    amiss = {}
    for name, look in looks.items():
        if "viewport" in look:
            page.set_viewport_size(look["viewport"])
        page.emulate_media(color_scheme=look["color_scheme"])
        if found := faults(page):
            amiss[name] = found
    assert not amiss, f"{page.url}: {amiss}"


def faults(page: Any) -> list[str]:
    """What is wrong with the page as it is shown."""
    wide = page.evaluate(WIDER) > 0
    return violations(page) + ["the page is wider than the screen"] * wide


def violations(page: Any) -> list[str]:
    """What axe finds, each with the element it is about."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe is missing")
    if not page.evaluate(LOADED):  # loaded anew it would begin cold again
        page.evaluate(axe.AXE_SCRIPT)
    found: list[str] = page.evaluate(VIOLATIONS)
    return found
