"""The pages of second factors: adding, removing, and where a clinic requires one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.webui.support.device import Device, Entrance, code
from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor, hidden
from webui.access.gate import REQUIRED

Visit = Callable[..., Visitor]
SECRET = re.compile(r'id="secret">([^<]+)<')
CODES = re.compile(r'<li><code class="rp-secret">([^<]+)</code>')


@pytest.fixture
def entrance(house: House) -> Entrance:
    return Entrance(house)


@pytest.fixture
def required(site: Flask) -> Iterator[None]:
    site.config["SECOND_FACTOR"] = REQUIRED
    yield
    del site.config["SECOND_FACTOR"]


def add_app(visitor: Visitor, clock: Clock) -> tuple[str, list[str]]:
    """Add an authenticator app by the pages; its secret, and the recovery codes."""
    assert visitor.post("/account/factors/authenticator").status_code == 303
    page = visitor.get("/account/factors/authenticator").text
    secret = SECRET.search(page)
    assert secret
    assert "<svg" in page
    assert "style=" not in page
    bare = secret[1].replace(" ", "")
    shown = visitor.post("/account/factors/authenticator/confirm", {"code": code(bare, clock)})
    clock.forward(seconds=30)
    return bare, CODES.findall(shown.text)


def test_an_app_is_added_by_a_code_and_asked_for_from_then_on(
    house: House, visit: Visit, clock: Clock
):
    toni = visit("Toni")
    toni.post("/account/factors/authenticator")
    wrong = toni.post("/account/factors/authenticator/confirm", {"code": "000000"})
    assert (wrong.status_code, bool(SECRET.search(wrong.text))) == (422, True)
    secret, codes = add_app(toni, clock)
    assert len(codes) == 10
    page = toni.get("/account/factors").text
    assert "10 codes are left" in page
    assert all(one not in page for one in (secret, *codes))
    assert toni.get("/account/factors/authenticator").status_code == 303
    other = visit()
    led = other.post("/sign-in", {"name": "Toni", "password": PASSWORD, "next": "/plans"})
    assert led.headers["Location"] == "/sign-in/factor?next=/plans"
    assert other.get("/plans").status_code == 303
    assert other.post("/sign-in/factor", {"code": "000000"}).status_code == 422
    given = other.post("/sign-in/factor", {"code": codes[0], "next": "/plans"})
    assert given.headers["Location"] == "/plans"
    assert other.get("/plans").status_code == 200
    assert "9 codes are left" in other.get("/account/factors").text
    new = CODES.findall(other.post("/account/factors/recovery-codes").text)
    assert len(new) == 10
    assert not set(new) & set(codes)
    assert other.post("/account/factors/authenticator/remove").status_code == 303
    assert house.doors.who(house.doors.sign_in("Toni", PASSWORD)) == house["Toni"]


def test_what_was_typed_before_a_session_ended_survives_both_pages(
    house: House, entrance: Entrance, visit: Visit, clock: Clock
):
    secret, _codes = entrance.with_app()
    ref, toni = house.kept(), visit()
    typed = {"version": "1", "words-C2": "I kept you waiting.", "included": "C2"}
    first = toni.client.post(
        f"/plans/{ref}/edit", data=typed, headers={"Sec-Fetch-Site": "same-origin"}
    )
    sent = [*hidden(first.text), ("name", "Toni"), ("password", PASSWORD)]
    page = toni.post("/sign-in", sent)
    assert page.status_code == 200
    assert "I kept you waiting." in page.text
    page = toni.post("/sign-in/factor", [*hidden(page.text), ("code", "000000")])
    assert page.status_code == 422
    page = toni.post("/sign-in/factor", [*hidden(page.text), ("code", code(secret, clock))])
    back = dict(hidden(page.text))
    assert {name: back[name] for name in typed} == typed
    assert f'action="/plans/{ref}/edit"' in page.text


def test_a_second_step_that_waited_too_long_begins_anew_with_what_was_typed(
    entrance: Entrance, visit: Visit, clock: Clock
):
    secret, _codes = entrance.with_app()
    toni = visit()
    toni.post("/sign-in", {"name": "Toni", "password": PASSWORD})
    clock.forward(minutes=5)
    kept = {"kept_path": "/plans", "kept.notes": "Half a sentence."}
    late = toni.post("/sign-in/factor", {"code": code(secret, clock), **kept})
    assert late.status_code == 401
    assert "Half a sentence." in unescape(late.text)
    assert toni.get("/sign-in/factor").headers["Location"] == "/sign-in"
    assert toni.post("/sign-in/factor/challenge").status_code == 401


def test_a_passkey_is_added_and_removed(visit: Visit):
    toni, device = visit("Toni"), Device()
    asked = toni.post("/account/factors/passkey/challenge").text
    sent = {"passkey": device.makes(asked), "label": "Phone"}
    assert len(CODES.findall(toni.post("/account/factors/passkey", sent).text)) == 10
    page = toni.get("/account/factors").text
    found = re.search(r"/account/factors/passkey/(\d+)/remove", page)
    assert found
    assert "<strong>Phone</strong>" in page
    assert toni.post("/account/factors/passkey", sent).status_code == 422
    assert visit("Tess").post(found[0]).status_code == 404
    assert toni.post(found[0]).status_code == 303
    assert "<strong>Phone</strong>" not in toni.get("/account/factors").text


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("http://localhost", "Make the passkey"),
        ("http://127.0.0.1:8123", "http://localhost:8123/account/factors/passkey"),
        ("https://127.0.0.1", "http://localhost/account/factors/passkey"),
    ],
)
def test_where_a_browser_makes_no_passkey_the_page_says_what_works(
    visit: Visit, at: str, says: str
):
    toni = visit("Toni")
    secret = toni.client.get_cookie("repair_planner_person")
    assert secret
    host, tls = urlsplit(at).hostname or "", at.startswith("https")
    name = "__Host-repair_planner_person" if tls else "repair_planner_person"
    toni.client.set_cookie(name, secret.value, domain=host)
    page = toni.client.get("/account/factors/passkey", base_url=at).text
    assert says in page
    assert ("Make the passkey" in page) is at.endswith("localhost")


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("name", ["Sam", "Ada"])
def test_where_one_is_required_nothing_else_is_done_before_it_is_added(
    house: House, visit: Visit, clock: Clock, name: str
):
    someone, ref = visit(name), house.submitted()
    for path in ("/plans", "/queue", "/people", "/account", f"/plans/{ref}", "/home"):
        answer = someone.get(path)
        assert answer.status_code in (303, 404), path
        assert answer.status_code == 404 or answer.headers["Location"] == "/account/factors"
    assert "Your clinic asks for a second step" in someone.get("/account/factors").text
    sent = someone.post("/account/keys", {"label": "What I had typed"})
    assert sent.status_code == 403
    assert "What I had typed" in sent.text
    add_app(someone, clock)
    assert someone.get("/account").status_code == 200
    removed = someone.post("/account/factors/authenticator/remove")
    assert removed.status_code == 422
    assert "this is your last one" in removed.text


@pytest.mark.usefixtures("required")
def test_where_one_is_required_a_therapist_goes_on_and_anyone_may_sign_out(visit: Visit):
    assert visit("Toni").get("/plans").status_code == 200
    ada = visit("Ada")
    assert ada.post("/account/stay").status_code == 200
    assert ada.post("/sign-out").status_code == 303


def test_nothing_is_required_where_nobody_says_so(visit: Visit):
    assert visit("Ada").get("/people").status_code == 200
