"""A plan's whole way with two people: kept, handed in, reviewed, approved, used, told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner import Planner
from tests.browser.entering import REFUSED, enter_lateness, press
from tests.browser.sound import CLOSED, LOOKS, OPEN_ALL, OPENED, assert_sound, assert_sound_in
from tests.webui.support.people import FLAGGED, PASSWORD, QUICK, STOP, House, moved_in
from webui.database.address import sqlite_address
from webui.database.base import now
from webui.database.connection import PATIENCE, Database
from webui.register.reviews import Remark
from webui.register.steps import Edit

pytestmark = pytest.mark.browser
Person = Callable[..., Any]
NO_SCRIPTS = {"java_script_enabled": False}


@pytest.fixture
def house(tmp_path: Path, planner: Planner, ready: Path) -> Iterator[House]:
    database = Database(sqlite_address(Path(shutil.copyfile(ready, tmp_path / "plans.sqlite3"))))
    yield House(database, now, planner, QUICK)  # type: ignore[arg-type]  # a real clock here
    database.close()


@pytest.fixture
def address(house: House, clinic: tuple[Flask, str]) -> Iterator[str]:
    """The server with this house in it; the fixtures of the other browser tests use it too."""
    app, address = clinic
    with moved_in(app, house, PATIENCE):
        yield address


@pytest.fixture
def opened(chromium: Any, address: str) -> Iterator[Any]:
    """Windows that are closed afterwards; refused forms are logged by the browser, and are fine."""
    windows: list[Any] = []

    def open_form(path: str = "/", **options: Any) -> Any:
        windows.append(chromium.new_context(base_url=address, **options))
        page = windows[-1].new_page()
        page.goto(path)
        return page

    yield open_form
    for window in windows:
        window.close()


@pytest.fixture
def enter(opened: Any) -> Person:
    """Sign someone in at a window of their own."""

    def sign_in(name: str, **options: Any) -> Any:
        page = opened("/sign-in", **options)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Sign in")
        return page

    return sign_in


def send(page: Any) -> None:
    """Press "Send", and not "Send and next" beside it."""
    with page.expect_event("load"):
        page.get_by_role("button", name="Send", exact=True).click()


@pytest.mark.parametrize("options", [{}, NO_SCRIPTS], ids=["scripts", "no scripts"])
def test_a_plan_goes_its_whole_way(  # noqa: PLR0915 - one way, told in one piece
    house: House, enter: Person, options: dict[str, Any]
) -> None:
    toni, sam = enter("Toni", **options), enter("Sam", **options)
    enter_lateness(toni)
    press(toni, "Keep this plan")
    expect(toni.locator("main")).to_contain_text("Draft")
    press(toni, "Hand in for review")
    sam.goto("/queue")
    sam.locator("main .rp-queue a").first.click()
    sam.wait_for_url("**/review")
    sam.locator("#comment-C2").fill("Could it be shorter?")
    sam.get_by_label("Ask for changes").check()
    send(sam)
    toni.reload()
    expect(toni.locator("main")).to_contain_text("Could it be shorter?")
    toni.get_by_role("link", name="Edit the steps").click()
    toni.wait_for_url("**/edit")
    toni.locator("#words-C2").fill("I was late, and I am sorry.")
    press(toni, "Save as a new version")
    press(toni, "Hand in for review")
    sam.goto("/queue")
    sam.locator("main .rp-queue a").first.click()
    sam.wait_for_url("**/review")
    sam.get_by_label("Approve", exact=True).check()
    send(sam)
    toni.reload()
    toni.get_by_role("link", name="Use it in the room").click()
    toni.wait_for_url("**/room")
    expect(toni.locator("main")).to_contain_text("I was late, and I am sorry.")
    toni.go_back()
    toni.get_by_role("link", name="Tell how it went").click()
    toni.wait_for_url("**/outcome")
    toni.get_by_label("In part", exact=True).check()
    press(toni, "Save")
    expect(toni.locator("main")).to_contain_text("What came of it")
    toni.goto("/trends")
    expect(toni.locator("main")).to_contain_text("1 plan, 1 outcome")
    assert len(house.keeping.listed(house["Toni"])) == 1


def pages(house: House) -> dict[str, list[str]]:
    """Every kind of page, with something on it, by who sees it."""
    approved = house.submitted(case="K-1", session=3)
    house.decide(approved, text="Good.")
    asked = house.submitted(case="K-5")
    remarks = {"C2": Remark("adjust", "Shorter, please.")}
    house.decide(asked, "ask_for_changes", text="Not yet.", remarks=remarks)
    again = house.submitted(case="K-6")
    house.decide(again, "ask_for_changes", text="Not yet.", remarks=remarks)
    house.keeping.edit(house["Toni"], again, 1, {"C2": Edit(words="I was late.")})
    house.keeping.submit(house["Toni"], again, 2)
    alone = house.kept("Tess")
    flagged = house.submitted(observation=FLAGGED, case="K-2")
    stop = house.submitted(observation=STOP, case="K-3")
    draft = house.kept(case="K-4", notes="He was quiet.")
    own = ("", "/history", "/outcome", "/case", "/room", "/sheet")
    return {
        "Toni": [
            "/plans", "/trends", "/account", f"/plans/{draft}/edit",
            *(f"/plans/{approved}{page}" for page in own),
            f"/plans/{draft}", f"/plans/{asked}/edit", f"/plans/{again}/versions/1/2",
            f"/plans/{stop}", "/plans?state=approved", "/plans?state=withdrawn",
        ],
        "Tess": [f"/plans/{alone}", f"/plans/{alone}/room", f"/plans/{alone}/sheet"],
        "Sam": [
            "/queue", f"/plans/{flagged}/review", f"/plans/{stop}/review",
            f"/plans/{again}/review",
        ],
        "Ada": ["/people", f"/people/{house['Toni'].id}"],
    }  # fmt: skip


def test_every_page_is_sound_closed_and_opened(house: House, enter: Person) -> None:
    for name, paths in pages(house).items():
        page = enter(name)
        for path in paths:
            page.goto(path)
            assert_sound_in(page, CLOSED)
            page.evaluate(OPEN_ALL)
            assert_sound_in(page, OPENED)


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_asked_before_handing_in_is_sound(house: House, enter: Person, look: str) -> None:
    """Nobody is assigned and the notes name someone; then withdrawing, which is asked once more."""
    ref = house.kept("Tess", notes="Maria Lopez called, 555-867-5309.")
    tess = enter("Tess", **LOOKS[look])
    tess.goto(f"/plans/{ref}")
    press(tess, "Hand in for review")
    assert_sound(tess)
    press(tess, "Hand in without the notes")
    expect(tess.locator(".govuk-error-summary")).to_be_focused()
    assert_sound(tess)
    tess.get_by_label("Sue").check()
    press(tess, "Hand in without the notes")
    expect(tess.locator(".rp-told")).to_contain_text("Handed in to Sue.")
    assert_sound(tess)
    tess.locator(".rp-more-moves summary").click()
    press(tess, "Withdraw")
    assert_sound(tess)
    tess.get_by_role("link", name="Leave it as it is").click()
    tess.wait_for_url(f"**/plans/{ref}")
    assert house.keeping.open(house["Tess"], ref).kept.state == "to_review"


def test_send_and_next_leads_through_the_queue(house: House, enter: Person) -> None:
    first, second = house.submitted(case="K-1"), house.submitted(case="K-2")
    sam = enter("Sam")
    sam.goto(f"/plans/{first}/review")
    sam.get_by_label("Approve", exact=True).check()
    press(sam, "Send and next")
    sam.wait_for_url(f"**/plans/{second}/review")
    expect(sam.locator(".rp-told")).to_contain_text("Toni can use it now")
    sam.get_by_label("Approve", exact=True).check()
    press(sam, "Send and next")
    sam.wait_for_url("**/queue")
    expect(sam.locator("main")).to_contain_text("Nothing else waits for you")


def test_a_mistake_takes_the_focus_and_leads_to_its_place(house: House, enter: Person) -> None:
    toni = enter("Toni")
    toni.goto(f"/plans/{house.kept()}/edit")
    toni.locator("input[name=where-C2][value=removed]").check(force=True)
    toni.locator("#words-C2").fill("My own words, still here")
    press(toni, "Save as a new version")
    expect(toni).to_have_title(REFUSED)
    expect(toni.locator(".govuk-error-summary")).to_be_focused()
    toni.locator(".govuk-error-summary a").first.click()
    expect(toni.locator("#reason-C2")).to_be_focused()
    expect(toni.locator("#words-C2")).to_have_value("My own words, still here")
    assert_sound(toni)


def test_the_keyboard_suffices_to_review(house: House, enter: Person) -> None:
    sam = enter("Sam")
    ref = house.submitted()
    sam.goto(f"/plans/{ref}/review")
    sam.locator("#comment-C2").focus()
    sam.keyboard.type("Well put.")
    reached = ""
    for _ in range(60):
        sam.keyboard.press("Tab")
        reached = sam.evaluate("document.activeElement.name || ''")
        if reached == "kind":
            break
    assert reached == "kind"
    sam.keyboard.press("Space")
    for _ in range(5):
        sam.keyboard.press("Tab")
        if sam.evaluate("document.activeElement.textContent.trim()") == "Send":
            break
    with sam.expect_event("load"):
        sam.keyboard.press("Enter")
    assert house.keeping.open(house["Toni"], ref).kept.state == "approved"


def test_typed_words_survive_an_ended_session_in_a_browser(house: House, enter: Person) -> None:
    toni = enter("Toni")
    ref = house.kept()
    toni.goto(f"/plans/{ref}/edit")
    toni.locator("#words-C2").fill("Typed before the session ended.")
    house.doors.sign_out_everywhere(house["Toni"])
    press(toni, "Save as a new version")
    expect(toni.locator("main")).to_contain_text("Typed before the session ended.")
    toni.get_by_label("Name").fill("Toni")
    toni.get_by_label("Password", exact=True).fill(PASSWORD)
    press(toni, "Sign in")
    press(toni, "Go on")
    expect(toni.locator("main")).to_contain_text("Typed before the session ended.")
    assert house.keeping.open(house["Toni"], ref).kept.version == 2
