"""How a person fills the form, for the browser tests."""

import re
from typing import Any

BUTTON = "Make the plan"
REFUSED = re.compile("^Error: ")  # how the title of a page begins that sends a form back


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """Press a button that leads to another page, and wait until that page is there."""
    with page.expect_event("load"):
        page.get_by_role("button", name=name).click()


def follow(page: Any, name: str) -> None:
    """Follow a link to another page, and wait until that page is there."""
    with page.expect_event("load"):
        page.get_by_role("link", name=name).click()


def back(page: Any) -> None:
    """Go back to another page, and wait until it is there.

    Going back alone may end too early: what is kept of a form as its page is left is a change of
    the history too, and looks like an arrival.
    """
    with page.expect_event("load"):
        page.go_back()


def enter_lateness(page: Any) -> int:
    """Twenty minutes late, for the second time; she said it was fine and went quiet.

    Gives the number of clicks and fields it took, the last button included.
    """
    steps = [
        lambda: page.get_by_label("None of these").check(),
        lambda: page.get_by_label("Someone was late, or a session was missed").check(),
        lambda: page.get_by_label("I was", exact=True).check(),
        lambda: page.get_by_label("How many minutes were lost?").fill("20"),
        lambda: page.get_by_label("How many times has someone been late like this?").fill("2"),
        lambda: page.get_by_label("Said it was fine").check(),
        lambda: page.get_by_label("Went quiet, short answers").check(),
        lambda: press(page, BUTTON),
    ]
    for step in steps:
        step()
    return len(steps)
