"""Whoever guesses is slowed down, nobody is kept out by others, and little is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.long import LONG
from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor
from webui.accounts import counted, throttle
from webui.accounts.devices import Browser
from webui.accounts.throttle import Closed, TooMany
from webui.database.account_tables import Attempt, Device
from webui.database.history import of_subject
from webui.database.refusals import Unfit
from webui.database.tables import HistoryHead, HistoryRow

Visit = Callable[..., Visitor]
DAYS = 30 if LONG else 3


def fails(house: House, name: str = "Toni", came: Browser | None = None) -> str:
    """What becomes of a wrong password: `looked`, `wait` or `closed`."""
    try:
        house.doors.sign_in(name, "wrong one", came or Browser("192.0.2.1"))
    except Unfit:
        return "looked"
    except Closed:
        return "closed"
    except TooMany:
        return "wait"
    raise AssertionError("It was the right one.")


def places() -> Iterator[Browser]:
    """Addresses without end, as a guesser with many machines has them."""
    number = 0
    while True:
        number += 1
        yield Browser(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")


def known(house: House, name: str = "Toni", address: str = "198.51.100.7") -> Browser:
    """A browser in which somebody signed in before."""
    first = Browser(address, next_device=f"secret of {name}")
    house.doors.sign_in(name, PASSWORD, first)
    return Browser(address, device=first.next_device, next_device=f"next of {name}")


def test_whoever_tries_from_one_address_keeps_nobody_elses_out(house: House):
    for _ in range(9):
        fails(house)
    assert fails(house) == "wait"
    assert house.doors.sign_in("Toni", PASSWORD, Browser("192.0.2.2"))


def test_five_tries_a_minute_at_the_same_address_keep_no_known_browser_out(
    house: House, visit: Visit
):
    """On a laptop, and behind a clinic's one address, everybody comes from the same place."""
    toni, anyone = visit("Toni"), visit()
    toni.post("/sign-out")
    for _ in range(5):
        statuses = [
            anyone.post("/sign-in", {"name": "Toni", "password": "no"}).status_code
            for _ in range(6)
        ]
        assert statuses[-1] == 429
        house.clock.forward(minutes=1)
    assert toni.sign_in("Toni").get("/plans").status_code == 200


def test_each_failure_makes_the_next_wait_longer_and_the_page_says_how_long(
    house: House, visit: Visit
):
    anyone = visit()
    sent = [
        ("name", "Toni"),
        ("password", "no"),
        ("kept_path", "/plans"),
        ("kept.notes", "A sentence."),
    ]
    waits = []
    for _ in range(4):
        while (answer := anyone.post("/sign-in", sent)).status_code == 422:
            pass
        assert answer.status_code == 429
        assert 'value="Toni"' in answer.text
        assert "A sentence." in answer.text
        waits.append(int(answer.headers["Retry-After"]))
        assert f"try again in {throttle.in_words(waits[-1])}" in answer.text
        house.clock.forward(seconds=waits[-1])
    assert waits == [60, 120, 240, 480]
    assert [throttle.in_words(one) for one in (7, 60, 61, 7200)] == [
        "7 seconds", "a minute", "2 minutes", "2 hours",
    ]  # fmt: skip


def test_no_account_takes_more_than_100_failures_in_a_row_from_however_many(house: House):
    """80 for ever from many addresses; 20 more from a browser's stolen cookie; then a link."""
    mine, looked = known(house), 0
    for _day, came in zip(range(DAYS * 60), places(), strict=False):
        looked += fails(house, came=came) == "looked"
        house.clock.forward(minutes=24 * 60 / 60)
    assert looked == throttle.STRANGERS
    assert fails(house, came=next(places())) == "closed"
    with pytest.raises(Closed, match="in the same browser"):
        house.doors.sign_in("Toni", PASSWORD, Browser("203.0.113.9"))
    for _ in range(30):
        looked += fails(house, came=mine) == "looked"
        house.clock.forward(hours=1)
    assert looked == 100
    secret = house.new_link("Toni")
    house.doors.accept(secret, "another bowl, another day")
    assert house.doors.sign_in("Toni", "another bowl, another day", Browser("203.0.113.9"))


def test_a_person_whose_name_is_tried_by_many_comes_in_where_they_did_before(house: House):
    mine, others = known(house), places()
    while fails(house, came=next(others)) != "closed":
        house.clock.forward(minutes=10)
    house.clock.forward(hours=12)
    assert house.doors.sign_in("Toni", PASSWORD, mine)
    assert fails(house, came=next(others)) == "looked", "a day later a guesser begins anew"


def test_signing_in_often_gives_a_guesser_no_more_tries(house: House):
    mine, others, looked = known(house), places(), 0
    for _ in range(12):
        looked += sum(fails(house, came=next(others)) == "looked" for _ in range(10))
        house.clock.forward(minutes=15)
        house.doors.sign_in("Toni", PASSWORD, mine)
        mine = Browser(mine.address, device=mine.next_device, next_device=mine.next_device + "x")
    assert looked <= throttle.STRANGERS


def test_names_that_nobody_has_are_told_from_others_by_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(counted, "STRANGERS", 12)
    monkeypatch.setattr(throttle, "STRANGERS_WAIT_FROM", 6)
    told: list[list[str]] = []
    for name in ("Toni", "Nobody"):
        others = places()
        told.append([])
        for number in range(24):
            told[-1].append(fails(house, name, next(others)))
            house.clock.forward(minutes=11 if number > 7 else 0, days=2 if number == 20 else 0)
    assert told[0] == told[1]
    assert set(told[0]) == {"looked", "wait", "closed"}


def test_one_address_has_a_ceiling_over_all_names(house: House):
    """50 at once, then 30 an hour; one address of IPv6 is its whole /64."""
    for number in range(52):
        fails(house, f"name {number}", Browser(f"2001:db8::{number:x}"))
    assert fails(house, "another", Browser("2001:db8::ffff")) == "wait"
    assert fails(house, "another", Browser("2001:db8:0:1::1")) == "looked"
    with pytest.raises(TooMany):
        house.doors.sign_in("Toni", PASSWORD, Browser("2001:db8::1"))
    looked = 0
    for number in range(20):
        house.clock.forward(minutes=1)
        looked += fails(house, f"later {number}", Browser("2001:db8::1")) == "looked"
    assert 9 <= looked <= 11
    assert Browser("::ffff:192.0.2.1").place == "192.0.2.1"


def test_the_ceiling_hurts_no_browser_that_is_known(house: House):
    mine = known(house, address="127.0.0.1")
    for number in range(60):
        fails(house, f"name {number}", Browser("127.0.0.1"))
    assert fails(house, "another", Browser("127.0.0.1")) == "wait"
    assert house.doors.sign_in("Toni", PASSWORD, mine)


def test_a_right_one_among_others_takes_nothing_back_of_their_address(house: House):
    here = Browser("192.0.2.1")
    for number in range(49):
        fails(house, f"name {number}", here)
    house.doors.sign_in("Tess", PASSWORD, here)
    assert fails(house, "one more", here) == "looked"
    assert fails(house, "too many", here) == "wait"


def test_a_known_browser_counts_for_its_own_person_only(house: House):
    mine = known(house)
    assert [fails(house, "Tess", mine) for _ in range(6)][-1] == "wait"
    assert house.doors.sign_in("Toni", PASSWORD, mine)


def test_a_known_browser_is_forgotten_at_a_reset_and_has_another_secret_after_each_sign_in(
    house: House, visit: Visit
):
    toni = visit("Toni")
    first = toni.client.get_cookie("repair_planner_browser")
    toni.post("/sign-out")
    toni.sign_in("Toni")
    second = toni.client.get_cookie("repair_planner_browser")
    assert first
    assert second
    assert first.value != second.value
    assert second.http_only
    assert second.same_site == "Strict"
    with house.database.read() as session:
        hashes = [row.id_hash for row in session.scalars(select(Device))]
    assert len(hashes) == 1
    assert second.value not in hashes
    secret = house.new_link("Toni")
    house.doors.accept(secret, "another bowl, another day")
    with house.database.read() as session:
        assert session.scalars(select(Device)).all() == []


def test_failures_dated_later_than_now_have_ended(house: House):
    house.clock.forward(days=1)
    for _ in range(6):
        told = fails(house)
    assert told == "wait"
    house.clock.forward(days=-1)
    assert [fails(house) for _ in range(5)] == ["looked"] * 5


def test_failed_tries_write_little(house: House, monkeypatch: pytest.MonkeyPatch):
    """A row a key, none for what is refused; of the history a line at the 1st, 10th, 100th."""
    others = places()
    with house.database.read() as session:
        before = session.get_one(HistoryHead, 1).length
    for _ in range(12):
        fails(house, came=next(others))
        house.clock.forward(minutes=1)
    for number in range(12):
        fails(house, f"name {number}", next(others))
    told = select(HistoryRow.detail).where(HistoryRow.action == "sign_in_failed")
    with house.database.read() as session:
        assert session.get_one(HistoryHead, 1).length - before == 4
        assert [*session.scalars(told.order_by(HistoryRow.id))] == ["1", "10", "1", "10"]
        assert len(of_subject(session, f"account-{house['Toni'].id}")) == 2
    monkeypatch.setattr(throttle, "MOST_ROWS", 30)
    for number in range(10):
        fails(house, f"more {number}", next(others))
    with house.database.read() as session:
        assert (session.scalar(select(func.count()).select_from(Attempt)) or 0) <= 31
    house.clock.forward(days=31)
    fails(house, "the last", next(others))
    with house.database.read() as session:
        assert (session.scalar(select(func.count()).select_from(Attempt)) or 0) <= 5


def test_nobody_is_kept_from_the_first_start(house: House):
    from webui.database.account_tables import Account

    with house.database.write() as session:
        for account in session.scalars(select(Account)):
            session.delete(account)
    code, phrase = house.doors.new_start_code(), "another bowl, another day"
    for _ in range(20):
        with pytest.raises((Unfit, TooMany)):
            house.doors.start("wrong", "Eve", phrase, (), came=Browser("192.0.2.66"))
    assert house.doors.start(code, "Olga", phrase, (), came=Browser("192.0.2.1"))


def test_a_wait_never_lasts_longer_than_it_was_given_for(house: House):
    """A clock that was set back by less than a minute does not make it longer."""
    for _ in range(5):
        fails(house)
    house.clock.forward(seconds=-50)
    with pytest.raises(TooMany) as told:
        house.doors.sign_in("Toni", PASSWORD, Browser("192.0.2.1"))
    assert told.value.retry_after == timedelta(minutes=1).total_seconds()
    assert isinstance(house.clock, Clock)
