"""A new link that two administrators make, and what its owner is told, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.entering import follow, press
from tests.browser.sound import LOOKS, assert_sound_in
from tests.browser.test_supervision import NO_SCRIPTS, address, enter, house, opened
from tests.webui.support.people import House
from webui.accounts.api_keys import Keys
from webui.database.base import now

pytestmark = pytest.mark.browser
__all__ = ["address", "enter", "house", "opened"]
READ = "I have read this"


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_a_new_link_is_asked_for_confirmed_and_told(  # noqa: PLR0915 - one way, told in one piece
    house: House, enter: Any, opened: Any, options: dict[str, Any]
) -> None:
    house.join("Bo", "administrator", "therapist")
    # What is done within seconds of signing in counts as done in that session, and is told later.
    keys = Keys(house.database, lambda: now() - timedelta(minutes=1))
    keys.add(house["Toni"], "notes on Fridays", ["plans:read"], 30)
    toni, ada, bo = house["Toni"].id, enter("Ada", **options), enter("Bo", **options)
    ada.goto(f"/people/{toni}")
    press(ada, "Make a new link")
    link = ada.locator("#link-text").inner_text()
    waits = opened("/" + link.split("/", 3)[3], **options)
    expect(waits.get_by_role("heading", name="This link does not work yet")).to_be_visible()
    bo.goto(f"/people/{toni}")
    expect(bo.locator("main")).to_contain_text("Ada asked for a new link for Toni")
    looked = [ada, bo, waits]
    if not options:
        for page in looked:
            assert_sound_in(page, LOOKS)
    press(bo, "Confirm the link")
    bo.goto(f"/people/{house['Bo'].id}")
    someone = enter("Toni", **options)
    expect(someone.locator("main")).to_contain_text("Ada asked for a new link for your account")
    expect(someone.locator("main")).to_contain_text("Bo confirmed the new link")
    if not options:
        assert_sound_in(bo, LOOKS)
        assert_sound_in(someone, LOOKS)
    press(someone, READ)
    expect(someone.get_by_role("button", name=READ)).to_have_count(0)
    someone.goto("/account")
    follow(someone, "What happened to my account")
    expect(someone.locator("main")).to_contain_text("which ended the new link")
    if not options:
        assert_sound_in(someone, LOOKS)
        someone.goto("/account")
        assert_sound_in(someone, LOOKS)
