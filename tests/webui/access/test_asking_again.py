"""Before what weighs most a person is asked again, and nothing that was typed is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.webui.access.test_roles import routes
from tests.webui.support.device import SITE, Entrance, code
from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor, hidden
from webui.accounts.factors import challenges
from webui.database.account_tables import SignIn

Visit = Callable[..., Visitor]
ASKS = {
    ("POST", "/account/factors/authenticator"),
    ("POST", "/account/factors/authenticator/remove"),
    ("GET", "/account/factors/passkey"),
    ("POST", "/account/factors/passkey"),
    ("POST", "/account/factors/passkey/<int:number>/remove"),
    ("POST", "/account/factors/recovery-codes"),
    ("POST", "/account/keys/<int:number>/revoke"),
    ("POST", "/people"),
    ("POST", "/people/several"),
    ("POST", "/people/<int:number>/invite"),
    ("POST", "/people/<int:number>/confirm-link"),
    ("POST", "/people/<int:number>/refuse-link"),
    ("POST", "/people/<int:number>/roles"),
    ("POST", "/people/<int:number>/supervisors"),
    ("POST", "/people/<int:number>/disable"),
    ("GET", "/plans/<ref>/case.json"),
    ("GET", "/plans/<ref>/case.md"),
    ("POST", "/plans/<ref>/case/erase"),
    ("POST", "/plans/<ref>/review"),
}
"""Keys, roles, supervision, invitations, second factors, export, erasing; and approving.

`POST /account/keys` is none of them: its own form asks for the password, however recent it is.
"""
NEW = {"name": "Nora Notes", "roles": "therapist"}
TITLE = "Please confirm that it is you"


@pytest.fixture
def entrance(house: House) -> Entrance:
    return Entrance(house)


def test_this_table_knows_every_view_that_asks_again(site: Flask):
    found = {
        (method, rule.rule)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if hasattr(site.view_functions[rule.endpoint], "asks_again")
    }
    assert found == ASKS
    assert found <= routes(site)


def names(house: House) -> dict[str, tuple[str, ...]]:
    """Everybody's roles, by name."""
    return {one.account.name: one.account.roles for one in house.office.listed(house["Ada"])}


def test_within_five_minutes_of_signing_in_nobody_is_asked(
    house: House, visit: Visit, clock: Clock
):
    ada = visit("Ada")
    clock.forward(minutes=4, seconds=59)
    assert TITLE not in ada.post("/people", NEW).text
    assert "Nora Notes" in names(house)


def test_after_them_the_password_is_asked_for_and_what_was_typed_goes_on_at_once(
    house: House, visit: Visit, clock: Clock
):
    ada = visit("Ada")
    clock.forward(minutes=5)
    asked = ada.post("/people", [*NEW.items(), ("roles", "supervisor")])
    assert asked.status_code == 401
    assert TITLE in asked.text
    assert "Nora Notes" in asked.text
    assert "Nora Notes" not in names(house)
    wrong = ada.post("/people", [*hidden(asked.text), ("again_password", "not it")])
    assert wrong.status_code == 422
    assert "not it" not in wrong.text
    made = ada.post("/people", [*hidden(wrong.text), ("again_password", PASSWORD)])
    assert made.status_code == 200
    assert names(house)["Nora Notes"] == ("therapist", "supervisor")
    clock.forward(minutes=4)
    assert ada.post("/people", {**NEW, "name": "Nils"}).status_code == 200
    clock.forward(minutes=1)
    assert ada.post("/people", NEW).status_code == 401


def test_guessing_there_is_slowed_down_and_does_nothing(house: House, visit: Visit, clock: Clock):
    ada = visit("Ada")
    clock.forward(minutes=5)
    for _ in range(5):
        assert ada.post("/people", {**NEW, "again_password": "x"}).status_code == 422
    slow = ada.post("/people", {**NEW, "again_password": PASSWORD})
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "60")
    assert "Nora Notes" not in names(house)


def test_a_code_of_the_app_is_enough_and_a_recovery_code_is_not(
    entrance: Entrance, visit: Visit, clock: Clock
):
    secret, codes = entrance.with_app("Ada")
    ada = visit()
    ada.post("/sign-in", {"name": "Ada", "password": PASSWORD})
    ada.post("/sign-in/factor", {"code": code(secret, clock)})
    clock.forward(minutes=5)
    assert ada.post("/people", {**NEW, "again_code": codes[0]}).status_code == 422
    given = {**NEW, "again_code": code(secret, clock)}
    assert ada.post("/people", given).status_code == 200
    clock.forward(minutes=5)
    assert ada.post("/people", given).status_code == 422


def test_a_passkey_is_enough(house: House, entrance: Entrance, visit: Visit, clock: Clock):
    device = entrance.with_passkey("Ada")
    ada = visit()
    ada.post("/sign-in", {"name": "Ada", "password": PASSWORD, "next": "/account"})
    page = ada.get("/sign-in/factor").text
    assert "Use a passkey" in page
    asked = ada.post("/sign-in/factor/challenge").text
    answer = ada.post("/sign-in/factor", {"passkey": device.signs(asked), "next": "/account"})
    assert answer.headers["Location"] == "/account"
    clock.forward(minutes=5)
    assert "Use a passkey" in ada.post("/people", NEW).text
    signed = device.signs(ada.post("/account/confirm/challenge").text)
    assert ada.post("/people", {**NEW, "again_passkey": signed}).status_code == 200
    other = entrance.store.passkeys.asked_to_sign(
        house["Ada"].id, "another browser", SITE, challenges.AGAIN
    )
    clock.forward(minutes=5)
    wrong = {**NEW, "again_passkey": device.signs(other)}
    assert ada.post("/people", wrong).status_code == 422


def test_approving_asks_and_what_was_said_goes_with_it(house: House, visit: Visit, clock: Clock):
    ref, sam = house.submitted(), visit("Sam")
    clock.forward(minutes=5)
    opened, _typed = house.reviewing.open(house["Sam"], ref)
    sent = {
        "version": "1", "content_hash": opened.version.content_hash, "kind": "approve",
        "text": "Well seen, and kindly said.", "comment-C2": "", "tag-C2": "",
    }  # fmt: skip
    path = f"/plans/{ref}/review"
    asked = sam.post(path, sent)
    assert (asked.status_code, TITLE in asked.text) == (401, True)
    assert house.keeping.open(house["Toni"], ref).kept.state == "to_review"
    pairs = hidden(asked.text)
    assert sam.post(path, [*pairs, ("again_password", PASSWORD)]).status_code == 303
    assert house.keeping.open(house["Toni"], ref).kept.state == "approved"
    (said,) = house.looking.decisions(house["Toni"], ref)
    assert said.text == "Well seen, and kindly said."


@pytest.mark.parametrize("sent", [{"kind": "ask_for_changes"}, {"kind": "approve", "later": "1"}])
def test_other_decisions_and_what_is_kept_for_later_do_not_ask(
    house: House, visit: Visit, clock: Clock, sent: dict[str, str]
):
    ref, sam = house.submitted(), visit("Sam")
    clock.forward(minutes=5)
    answer = sam.post(f"/plans/{ref}/review", {"version": "1", **sent})
    assert answer.status_code in (303, 409)
    assert TITLE not in answer.text


@pytest.mark.parametrize("name", ["case.json", "case.md"])
def test_a_case_is_exported_after_being_asked(house: House, visit: Visit, clock: Clock, name: str):
    path = f"/plans/{house.kept()}/{name}"
    toni = visit("Toni")
    clock.forward(minutes=5)
    asked = toni.get(path)
    assert (asked.status_code, TITLE in asked.text) == (401, True)
    assert "K-114" not in asked.text
    again = toni.post("/account/confirm", [*hidden(asked.text), ("again_password", "no")])
    assert again.status_code == 422
    led = toni.post("/account/confirm", [*hidden(again.text), ("again_password", PASSWORD)])
    assert (led.status_code, led.headers["Location"]) == (303, path)
    assert "K-114" in toni.get(path).text
    clock.forward(minutes=5)
    away = {"next": "https://evil.example/", "again_password": PASSWORD}
    assert toni.post("/account/confirm", away).headers["Location"] == "/account"


@pytest.mark.parametrize("given", [None, timedelta(seconds=1)], ids=["never", "in the future"])
def test_a_session_of_before_and_a_time_in_the_future_do_not_count(
    house: House, visit: Visit, clock: Clock, given: timedelta | None
):
    ada = visit("Ada")
    with house.database.write() as session:
        at = clock() + given if given else None
        session.execute(update(SignIn).values(confirmed_at=at))
    assert ada.post("/people", NEW).status_code == 401


def test_a_program_is_asked_nothing(house: House, visit: Visit, clock: Clock):
    ref, key = house.kept(), house.keys.add(house["Toni"], "x", ["plans:read"], 5)
    clock.forward(hours=1)
    head = {"Authorization": f"Bearer {key}"}
    answer = visit().client.get(f"/api/v1/kept-plans/{ref}", headers=head)
    assert answer.status_code == 200


def test_whoever_lacks_the_role_is_not_asked_but_finds_nothing(visit: Visit, clock: Clock):
    toni = visit("Toni")
    clock.forward(minutes=5)
    assert toni.post("/people", {"name": "Eve"}).status_code == 404


def test_asking_again_in_one_session_confirms_no_other(house: House, visit: Visit, clock: Clock):
    here, there = visit("Ada"), visit("Ada")
    clock.forward(minutes=5)
    here.post("/people", {**NEW, "again_password": PASSWORD})
    assert there.post("/people", {**NEW, "name": "Nils"}).status_code == 401
    with house.database.read() as session:
        assert len(session.scalars(select(SignIn.confirmed_at)).unique().all()) == 2
