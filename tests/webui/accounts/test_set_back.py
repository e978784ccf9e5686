"""A clock set back brings nothing back to life, and what is dated later than now is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.visiting import Visitor
from webui.accounts.devices import Browser
from webui.accounts.recovery import Recovery
from webui.database.account_tables import Account, Invitation, LatestMoment, SignIn, Token
from webui.database.history import audit
from webui.database.refusals import Spent, Unfit
from webui.database.tables import HistoryRow

Visit = Callable[..., Visitor]
PHRASE = "another bowl, another day"


def test_a_session_that_ended_stays_ended(house: House):
    idle = house.doors.sign_in("Toni", PASSWORD)
    house.clock.forward(minutes=16)
    assert house.doors.who(idle) is None
    house.clock.forward(minutes=-10)
    assert house.doors.who(idle) is None


def test_a_session_that_ended_unnoticed_stays_ended_where_anyone_came_later(house: House):
    idle = house.doors.sign_in("Toni", PASSWORD)
    house.clock.forward(hours=13)
    house.doors.sign_in("Tess", PASSWORD)
    house.clock.forward(hours=-13)
    assert house.doors.who(idle) is None


def test_a_session_from_later_than_now_is_none_and_a_minute_does_no_harm(house: House):
    house.clock.forward(seconds=50)
    secret = house.doors.sign_in("Toni", PASSWORD)
    house.clock.forward(seconds=-50)
    assert house.doors.who(secret) == house["Toni"]
    at, later = house.clock(), house.clock().replace(year=2030)
    for began, seen in ((later, at), (at, later), (later, later)):
        with house.database.write() as session:
            row = session.scalars(select(SignIn)).one()
            row.began_at, row.seen_at = began, seen
        assert house.doors.who(secret) is None
        assert house.doors.remaining(secret) is None


def test_a_key_that_ran_out_stays_so(house: House):
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 30)
    longer = house.keys.add(house["Toni"], "others", ["plans:read"], 90)
    house.clock.forward(days=31)
    assert house.keys.who(key) is None
    house.clock.forward(days=-20)
    assert house.keys.who(key) is None
    assert house.keys.who(longer)
    with house.database.read() as session:
        told = select(HistoryRow.action).where(
            HistoryRow.action.in_(("key_ended", "keys_ended", "clock_set_back"))
        )
        assert sorted(session.scalars(told)) == ["clock_set_back", "key_ended", "keys_ended"]
        assert audit(session).bad_row is None


def test_a_key_from_later_than_now_is_none(house: House):
    house.clock.forward(days=1)
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 30)
    house.clock.forward(days=-1)
    assert house.keys.who(key) is None
    with house.database.write() as session:
        session.merge(LatestMoment(id=1, at=house.clock.at.replace(year=2031)))
    assert house.keys.who(key) is None
    with house.database.read() as session:
        assert session.scalars(select(Token)).all() == []


def test_an_invitation_that_ran_out_stays_so_and_one_from_later_is_none(house: House):
    _number, secret = house.office.add(house["Ada"], "Nia", ["therapist"])
    house.clock.forward(days=3)
    with pytest.raises(Spent):
        house.doors.invited(secret)
    house.clock.forward(days=-2)
    with pytest.raises(Spent):
        house.doors.accept(secret, PHRASE)
    house.clock.forward(days=9)
    _number, later = house.office.add(house["Ada"], "Noa", ["therapist"])
    house.clock.forward(days=-9)
    with pytest.raises(Spent):
        house.doors.invited(later)
    with house.database.read() as session:
        assert len(session.scalars(select(Invitation)).all()) == 1, "only Noa's"


def test_a_link_of_recover_that_ran_out_stays_so(house: House):
    link = Recovery(house.database, house.clock).link("Ada")
    house.clock.forward(minutes=61)
    with pytest.raises(Spent):
        house.doors.invited(link.secret)
    house.clock.forward(minutes=-30)
    with pytest.raises(Spent):
        house.doors.accept(link.secret, PHRASE)


def test_a_start_code_from_later_than_now_is_none(house: House):
    with house.database.write() as session:
        for account in session.scalars(select(Account)):
            session.delete(account)
    house.clock.forward(days=1)
    code = house.doors.new_start_code()
    house.clock.forward(days=-1)
    with pytest.raises(Unfit, match="start code"):
        house.doors.start(code, "Olga", PHRASE, ())
    house.clock.forward(days=1)
    assert house.doors.start(code, "Olga", PHRASE, ())


def test_the_browser_of_such_a_session_is_asked_to_sign_in(house: House, visit: Visit):
    toni = visit("Toni")
    assert toni.get("/plans").status_code == 200
    house.clock.forward(hours=13)
    assert toni.get("/plans").status_code == 303
    house.clock.forward(hours=-13)
    assert toni.get("/plans").status_code == 303
    assert toni.sign_in("Toni").get("/plans").status_code == 200


def test_signing_in_again_ends_the_session_of_before_in_this_browser(house: House, visit: Visit):
    toni, elsewhere = visit("Toni"), visit("Toni")
    cookie = toni.client.get_cookie("repair_planner_person")
    assert cookie
    toni.sign_in("Toni")
    assert house.doors.who(cookie.value) is None
    assert elsewhere.get("/plans").status_code == 200
    toni.sign_in("Tess")
    with house.database.read() as session:
        assert len(session.scalars(select(SignIn)).all()) == 2
    secret = house.doors.sign_in("Sam", PASSWORD)
    house.doors.sign_in("Sam", PASSWORD, Browser(earlier=secret))
    assert house.doors.who(secret) is None


def test_a_person_sees_where_they_are_signed_in_and_ends_one(house: House, visit: Visit):
    toni, elsewhere, tess = visit("Toni"), visit("Toni"), visit("Tess")
    assert "Where you are signed in" not in tess.get("/account").text
    house.clock.forward(minutes=5)
    page = toni.get("/account").text
    assert page.count("This browser") == 1
    assert page.count('action="/account/sessions/end"') == 1
    name = page.partition('name="session" value="')[2].partition('"')[0]
    assert tess.post("/account/sessions/end", {"session": name}).status_code == 404
    assert elsewhere.get("/plans").status_code == 200
    assert toni.post("/account/sessions/end", {"session": name}).status_code == 303
    assert elsewhere.get("/plans").status_code == 303
    assert toni.get("/plans").status_code == 200
