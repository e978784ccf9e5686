"""Practice with an account, and beside a supervisee's plan, in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import follow, press
from tests.browser.sound import LOOKS, OPEN_ALL, assert_sound_in
from tests.browser.test_practice import CASE, LAY, OWN, answer
from tests.browser.test_supervision import address, enter, house, opened
from tests.webui.support.people import House

pytestmark = pytest.mark.browser
__all__ = ["address", "enter", "house", "opened"]
Person = Any


def test_what_is_kept_is_found_again_and_forgotten(enter: Person) -> None:
    toni = enter("Toni")
    toni.goto(CASE)
    expect(toni.get_by_label("Keep this for me")).not_to_be_checked()
    answer(toni)
    toni.get_by_label("Keep this for me").check()
    press(toni, LAY)
    expect(toni.get_by_text("This is kept for you.")).to_be_visible()
    toni.goto("/practiced")
    assert_sound_in(toni, LOOKS)
    toni.get_by_role("link", name="The therapist dozed off").click()
    expect(toni.get_by_text("You begin with C1")).to_be_visible()
    toni.goto("/practiced")
    press(toni, "Forget it all")
    expect(toni.get_by_text("What you practiced is forgotten.")).to_be_visible()


def test_a_supervisor_practices_beside_a_plan(house: House, enter: Person) -> None:
    ref = house.submitted()
    sam = enter("Sam")
    sam.goto(f"/plans/{ref}")
    follow(sam, "Practice this with a changed answer")
    assert_sound_in(sam, LOOKS)
    sam.get_by_label("What would you say?").fill(OWN)
    answer(sam)
    press(sam, LAY)
    expect(sam.locator("[data-own-shown]")).to_have_text(OWN)
    sam.evaluate(OPEN_ALL)
    assert_sound_in(sam, LOOKS)
    sam.get_by_role("link", name="Back to the plan").click()
    expect(sam).to_have_url(f"{sam.url.partition('/plans')[0]}/plans/{ref}")
