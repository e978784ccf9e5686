"""Second factors in a browser: an app's codes, a passkey, recovery codes, and being asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from tests.browser.entering import follow, press
from tests.browser.sound import LOOKS, assert_sound_in
from tests.browser.test_supervision import NO_SCRIPTS, address, enter, house, opened
from tests.webui.support.device import Entrance
from tests.webui.support.people import PASSWORD, House
from webui.database.account_tables import SignIn
from webui.database.base import now

pytestmark = pytest.mark.browser
__all__ = ["address", "enter", "house", "opened"]
Person = Any
HALF_MINUTE = timedelta(seconds=30)


def sound(page: Any, options: dict[str, Any]) -> None:
    """Whether the page shuts anybody out; axe is a script itself."""
    if not options:
        assert_sound_in(page, LOOKS)


def add_app(page: Any, options: dict[str, Any]) -> tuple[pyotp.TOTP, list[str]]:
    """Add an authenticator app, from one's own account on; gives it and the recovery codes."""
    page.goto("/account")
    follow(page, "Add or remove an authenticator app, passkeys and recovery codes")
    sound(page, options)
    press(page, "Add an authenticator app")
    expect(page.get_by_role("img", name="A picture to scan")).to_be_visible()
    sound(page, options)
    app = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("Code from the app").fill(app.at(now()))
    press(page, "Add it")
    sound(page, options)
    codes = page.locator(".rp-codes code").all_inner_texts()
    assert len(codes) == 10
    follow(page, "I have kept them")
    expect(page.locator("main")).to_contain_text("10 codes are left")
    sound(page, options)
    return app, codes


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_a_code_of_the_app_is_the_second_step_and_typed_words_come_along(
    house: House, enter: Person, options: dict[str, Any]
) -> None:
    toni = enter("Toni", **options)
    app, _codes = add_app(toni, options)
    ref = house.kept()
    toni.goto(f"/plans/{ref}/edit")
    toni.locator("#words-C2").fill("I kept you waiting, and I am sorry.")
    house.doors.sign_out_everywhere(house["Toni"])
    press(toni, "Save as a new version")
    come_in(toni)
    expect(toni.get_by_role("heading", name="One more step")).to_be_visible()
    expect(toni.locator("main")).to_contain_text("I kept you waiting, and I am sorry.")
    sound(toni, options)
    toni.get_by_label("Code").fill("000 000")
    press(toni, "Sign in")
    expect(toni.locator("main")).to_contain_text("This code does not fit")
    sound(toni, options)
    # The code that is shown now confirmed the app, and works no more; the next is a step ahead.
    toni.get_by_label("Code").fill(app.at(now() + HALF_MINUTE))
    press(toni, "Sign in")
    press(toni, "Go on")
    expect(toni.locator("main")).to_contain_text("I kept you waiting, and I am sorry.")


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_a_recovery_code_is_the_second_step_once(
    house: House, opened: Any, options: dict[str, Any]
) -> None:
    _secret, codes = Entrance(house).with_app()
    toni = opened("/sign-in", **options)
    come_in(toni)
    toni.get_by_label("Code").fill(codes[3].upper())
    press(toni, "Sign in")
    toni.goto("/account/factors")
    expect(toni.locator("main")).to_contain_text("9 codes are left")


def later(house: House) -> None:
    """Let the five minutes be over for everyone who is signed in."""
    with house.database.write() as session:
        session.execute(update(SignIn).values(confirmed_at=now() - timedelta(minutes=6)))


def virtual_authenticator(page: Any) -> Any:
    """Plug a device into the browser that makes passkeys, and unlocks itself."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    return device


def test_a_passkey_is_the_second_step_and_confirms_once_more(  # noqa: PLR0915 - one way, told whole
    house: House, opened: Any, address: str
) -> None:
    local = address.replace("127.0.0.1", "localhost")
    toni = opened(f"{local}/sign-in")
    wrong: list[str] = []
    toni.on("pageerror", lambda error: wrong.append(str(error)))
    virtual_authenticator(toni)
    come_in(toni)
    toni.goto(f"{local}/account/factors")
    follow(toni, "Add a passkey")
    assert_sound_in(toni, LOOKS)
    press(toni, "Make the passkey")
    expect(toni.locator("main")).to_contain_text("Give the passkey a name")
    toni.get_by_label("Name of the passkey").fill("This laptop")
    press(toni, "Make the passkey")
    expect(toni.locator(".rp-codes li")).to_have_count(10)
    follow(toni, "I have kept them")
    expect(toni.locator(".rp-kept__row strong")).to_have_text("This laptop")
    assert_sound_in(toni, LOOKS)

    toni.goto(f"{local}/account")
    press(toni, "Sign out on every device")
    toni.goto(f"{local}/sign-in?next=/account")
    come_in(toni)
    expect(toni.get_by_role("heading", name="One more step")).to_be_visible()
    assert_sound_in(toni, LOOKS)
    press(toni, "Use a passkey")
    expect(toni).to_have_url(f"{local}/account")

    later(house)
    toni.goto(f"{local}/account/factors")
    press(toni, "Make new recovery codes")
    expect(toni.get_by_role("heading", name="Please confirm that it is you")).to_be_visible()
    press(toni, "Use a passkey")
    expect(toni.locator(".rp-codes li")).to_have_count(10)
    assert wrong == []


def come_in(page: Any) -> None:
    """Name and password."""
    page.get_by_label("Name").fill("Toni")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")


def test_a_device_that_signs_nothing_is_told_and_leaves_the_other_ways(
    house: House, opened: Any, address: str
) -> None:
    local = address.replace("127.0.0.1", "localhost")
    toni = opened(f"{local}/sign-in")
    device = virtual_authenticator(toni)
    come_in(toni)
    toni.goto(f"{local}/account/factors/passkey")
    toni.get_by_label("Name of the passkey").fill("This laptop")
    device.send("WebAuthn.disable")
    device.send("WebAuthn.enable")
    about = {"protocol": "u2f", "transport": "usb"}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    toni.get_by_role("button", name="Make the passkey").click()
    expect(toni.locator(".rp-passkey__said")).to_have_text(
        "Nothing was signed. Try again, or use another way."
    )
    assert_sound_in(toni, LOOKS)
    assert house.keys.listed(house["Toni"]) == []


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_before_approving_the_password_is_asked_for_and_nothing_typed_is_lost(
    house: House, enter: Person, options: dict[str, Any]
) -> None:
    ref, sam = house.submitted(), enter("Sam", **options)
    sam.goto(f"/plans/{ref}/review")
    sam.get_by_label("Approve", exact=True).check()
    sam.locator("#text").fill("Well seen, and kindly said.")
    later(house)
    sam.get_by_role("button", name="Send", exact=True).click()
    expect(sam.get_by_role("heading", name="Please confirm that it is you")).to_be_visible()
    expect(sam.locator("main")).to_contain_text("Well seen, and kindly said.")
    sound(sam, options)
    sam.get_by_label("Password", exact=True).fill("not this one")
    press(sam, "Confirm and go on")
    expect(sam.locator("main")).to_contain_text("This is not your present password.")
    sound(sam, options)
    sam.get_by_label("Password", exact=True).fill(PASSWORD)
    press(sam, "Confirm and go on")
    assert house.keeping.open(house["Toni"], ref).kept.state == "approved"
    (said,) = house.looking.decisions(house["Toni"], ref)
    assert said.text == "Well seen, and kindly said."


def test_at_an_address_of_numbers_the_page_leads_to_where_passkeys_work(
    enter: Person, address: str
) -> None:
    toni = enter("Toni")
    toni.goto("/account/factors/passkey")
    there = address.replace("127.0.0.1", "localhost") + "/account/factors/passkey"
    expect(toni.get_by_role("link", name=there)).to_be_visible()
    assert_sound_in(toni, LOOKS)
