"""Keys for programs: the password is asked again, the list shows their use, and what ends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui.database.account_tables import Token
from webui.database.connection import Database
from webui.database.refusals import Unfit
from webui.database.tables import HistoryRow

Visit = Callable[..., Visitor]
NEW = "a cup mended with gold"
KEY = {"label": "notes", "scopes": "plans:read", "days": "9"}


def test_making_a_key_asks_for_the_password_and_keeps_what_was_typed(house: House, visit: Visit):
    toni = visit("Toni")
    for typed in ({}, {"present": "not it"}):
        refused = toni.post("/account/keys", {**KEY, **typed})
        assert refused.status_code == 422
        assert "This is not your present password" in refused.text
        assert 'value="notes"' in refused.text
        assert 'value="9"' in refused.text
        assert "not it" not in refused.text
    assert house.keys.listed(house["Toni"]) == []
    assert "The key “notes” is made" in read(
        toni.post("/account/keys", {**KEY, "present": PASSWORD}).text
    )


def test_an_open_session_is_no_place_to_guess_the_password(house: House, visit: Visit):
    toni = visit("Toni")
    for _ in range(5):
        assert toni.post("/account/keys", {**KEY, "present": "not it"}).status_code == 422
    refused = toni.post("/account/keys", {**KEY, "present": PASSWORD})
    assert refused.status_code == 429
    assert 'value="notes"' in refused.text
    assert house.keys.listed(house["Toni"]) == []


def test_the_list_shows_from_when_to_when_a_key_is_good_and_when_it_was_used(
    house: House, visit: Visit, clock: Clock
):
    toni = visit("Toni")
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    page = read(toni.get("/account").text)
    assert "2 March 2026 11 March 2026 Never" in page
    clock.forward(minutes=3)
    head = {"Authorization": f"Bearer {key}"}
    assert visit().client.get("/api/v1/kept-plans", headers=head).status_code == 200
    assert "2 March 2026 11 March 2026 2 Mar 2026, 09:03 UTC" in read(toni.get("/account").text)


def test_the_use_of_a_key_is_written_once_a_minute(house: House, clock: Clock):
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    first = clock()
    assert house.keys.who(key)
    clock.forward(seconds=59)
    assert house.keys.who(key)
    assert house.keys.listed(house["Toni"])[0].last_used_at == first
    clock.forward(seconds=1)
    assert house.keys.who(key)
    assert house.keys.listed(house["Toni"])[0].last_used_at == clock()


def test_a_key_works_where_its_use_cannot_be_written(house: House):
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    hasty = Database(house.database.url.render_as_string(hide_password=False), patience=0.2)
    with house.database.write() as session:
        session.scalars(select(Token).with_for_update()).all()
        assert type(house.keys)(hasty, house.clock).who(key)
    hasty.close()


def test_a_key_from_the_future_is_none(house: House, clock: Clock):
    key = house.keys.add(house["Toni"], "notes", ["plans:read"], 9)
    clock.forward(minutes=-1)
    assert house.keys.who(key), "the clocks of two machines may differ by a minute"
    clock.forward(seconds=-1)
    assert house.keys.who(key) is None


@pytest.mark.parametrize("how", ["password_changed", "reset_used", "disabled"])
def test_keys_end_with_the_password_a_new_link_and_shutting_out(house: House, how: str):
    toni, ada = house["Toni"], house["Ada"]
    keys = [house.keys.add(toni, f"{number}", ["plans:read"], 9) for number in range(2)]
    others = house.keys.add(house["Tess"], "x", ["plans:read"], 9)
    if how == "password_changed":
        house.doors.change_password(toni, PASSWORD, NEW)
    elif how == "reset_used":
        other = house.join("Bo", "administrator")
        secret = house.resets.ask(ada, toni.id)
        house.resets.confirm(other, toni.id)
        house.doors.accept(secret, NEW)
    else:
        house.office.disable(ada, toni.id, disabled=True)
        house.office.disable(ada, toni.id, disabled=False)
    assert [house.keys.who(key) for key in keys] == [None, None]
    assert house.keys.who(others)
    with house.database.read() as session:
        rows = session.scalars(select(HistoryRow).where(HistoryRow.action == "key_revoked")).all()
        assert {(row.subject, row.detail) for row in rows} == {("key-1", how), ("key-2", how)}
    told = {one.action: one.detail for one in house.happened.listed(toni)}
    assert told["keys_ended"] == "2"


def test_at_most_twenty_keys(house: House):
    for number in range(20):
        house.keys.add(house["Toni"], f"{number}", ["plans:read"], 9)
    with pytest.raises(Unfit, match="20 keys already"):
        house.keys.add(house["Toni"], "one more", ["plans:read"], 9)
