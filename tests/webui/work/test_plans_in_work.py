"""A plan that nobody kept has an address for a day, and only its own browser can read it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.webui.support.people import House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor, hidden
from tests.webui.support.work import TYPED, Visit, gone, made, rows
from webui.database.refusals import Busy
from webui.work import plans_in_work, sealing
from webui.work.storing import MOST, InDatabase, InMemory


def test_a_plan_has_an_address_that_can_be_opened_again(visit: Visit) -> None:
    visitor = visit()
    address = made(visitor)
    first, again = visitor.get(address), visitor.get(address)
    assert first.status_code == again.status_code == 200
    assert 'id="say-words"' in first.text
    words = re.findall(r'id="say-words">(.*?)</blockquote>', first.text)
    assert words == re.findall(r'id="say-words">(.*?)</blockquote>', again.text)


def test_a_button_pressed_twice_makes_one_plan(visit: Visit, site: Flask) -> None:
    visitor = visit()
    assert len({made(visitor) for _ in range(3)}) == 1
    assert len(rows(site)) == 1


def test_another_browser_sees_nothing(visit: Visit) -> None:
    address = made(visit())
    stranger = visit()
    for path in (address, f"{address}/change", f"{address}/text"):
        assert gone(stranger.get(path))
    made(stranger)  # with a key of its own as well
    assert gone(stranger.get(address))


def test_a_stranger_cannot_make_it_forgotten(visit: Visit) -> None:
    visitor, stranger = visit(), visit()
    address = made(visitor)
    made(stranger, ("context.phase", "late"))
    stranger.post(f"{address}/forget")
    assert visitor.get(address).status_code == 200


def test_a_plan_goes_after_a_day(visit: Visit, house: House, site: Flask) -> None:
    visitor = visit()
    address = made(visitor)
    house.clock.forward(minutes=24 * 60 - 1)
    assert visitor.get(address).status_code == 200
    house.clock.forward(minutes=1)
    assert gone(visitor.get(address))
    made(visitor, ("context.phase", "late"))
    assert len(rows(site)) == 1


def test_forget_deletes_it_here_and_in_the_browser(visit: Visit, site: Flask) -> None:
    visitor = visit()
    address = made(visitor, *TYPED)
    answer = visitor.post(f"{address}/forget")
    assert answer.status_code == 303
    assert any("Max-Age=0" in one for one in answer.headers.getlist("Set-Cookie"))
    assert rows(site) == []
    assert "The plan is deleted, here and in this browser." in visitor.get("/").text
    assert gone(visitor.get(address))


def test_forgetting_with_an_old_token_says_so_and_deletes_nothing(visit: Visit) -> None:
    visitor = visit()
    address = made(visitor)
    answer = visitor.client.post(f"{address}/forget", data={"csrf_token": "old"})
    assert answer.headers["Location"].endswith(address)
    assert "Nothing was deleted" in visitor.get(address).text


def test_the_answers_in_the_database_are_sealed(visit: Visit, site: Flask) -> None:
    made(visit())
    (row,) = rows(site)
    assert b"lateness" not in row.box
    assert sealing.opened(sealing.new_secret(), row.ref, row.box) is None


def test_the_cookies_are_for_this_browser_and_this_plan(visit: Visit) -> None:
    answer = visit().post("/plan", [*LATE, *TYPED])
    cookies = {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
    for name in (plans_in_work.COOKIE, plans_in_work.TYPED):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=Strict" in cookies[name]
        assert "Max-Age=86400" in cookies[name]
        assert "Xaverius" not in cookies[name]
    assert f"Path={answer.headers['Location']}" in cookies[plans_in_work.TYPED]


def test_change_has_every_answer_in_place_and_a_way_back(visit: Visit) -> None:
    visitor = visit()
    address = made(visitor, *TYPED)
    page = visitor.get(f"{address}/change").text
    checked = set(re.findall(r'name="([^"]+)"[^>]*value="([^"]+)" checked', page))
    assert checked >= {
        pair for pair in LATE if pair[0] not in ("lateness.minutes", "lateness.occurrences")
    }
    assert "Xaverius" in page
    assert f'href="{address}"' in page


def test_a_changed_answer_makes_another_plan_that_says_what_changed(visit: Visit) -> None:
    visitor = visit()
    address = made(visitor)
    before = dict(hidden(visitor.get(f"{address}/change").text))["before"]
    later = made(visitor, ("context.apology", "explored"), ("before", before))
    assert later != address
    assert 'id="changed-title"' in visitor.get(later).text
    assert visitor.get(address).status_code == 200


def test_where_the_database_is_away_the_plan_is_the_answer_itself(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visit()

    def away(*_anything: object) -> None:
        raise Busy

    monkeypatch.setattr(InDatabase, "save", away)
    answer = visitor.post("/plan", [*LATE, *TYPED])
    assert answer.status_code == 200
    assert 'id="say-words"' in answer.text
    assert "Xaverius" in answer.text


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 42 + "é", "\x00" * 43])
def test_a_cookie_that_is_no_secret_opens_nothing(visit: Visit, cookie: str) -> None:
    visitor = visit()
    address = made(visitor)
    visitor.client.set_cookie(plans_in_work.COOKIE, cookie)
    assert gone(visitor.get(address))


def test_forget_reaches_every_plan_that_was_made_from_another(visit: Visit, site: Flask) -> None:
    visitor = visit()
    first = made(visitor, *TYPED)
    change = dict(hidden(visitor.get(f"{first}/change").text))
    again = [("before", change["before"]), ("after", change["after"]), ("context.phase", "late")]
    second = made(visitor, *TYPED, *again)
    other = made(visitor, ("context.phase", "early"))
    answer = visitor.post(f"{second}/forget")
    assert gone(visitor.get(first))
    assert gone(visitor.get(second))
    assert visitor.get(other).status_code == 200
    ended = [one for one in answer.headers.getlist("Set-Cookie") if "Max-Age=0" in one]
    assert len([one for one in ended if one.startswith(plans_in_work.TYPED)]) == 2
    assert len(rows(site)) == 1


def test_a_line_that_was_read_is_forgotten_with_its_plan(visit: Visit) -> None:
    visitor = visit()
    begun = visitor.post("/plan", [("line", "I was late")]).headers["Location"]
    fields = dict(hidden(visitor.get(begun).text))
    typed = [("line", "I was late"), ("line_read", fields["line_read"]), ("after", fields["after"])]
    address = made(visitor, *typed)
    visitor.post(f"{address}/forget")
    assert gone(visitor.get(begun))


def test_signing_out_takes_the_browsers_plans_along(visit: Visit) -> None:
    visitor = visit("Toni")
    address = made(visitor, *TYPED)
    visitor.post("/sign-out")
    assert gone(visitor.get(address))


def test_the_oldest_plan_goes_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.work.storing.MOST", 2)
    memory = InMemory()
    for ref in ("a", "b", "c"):
        memory.save(ref, ref, b"box")
    assert [ref for ref in ("a", "b", "c") if memory.find(ref)] == ["b", "c"]
    assert MOST > 1000


def test_in_the_database_the_oldest_goes_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.work.storing.MOST", 2)
    place = InDatabase(house.database, house.clock)
    for ref in ("a", "b", "c"):
        place.save(ref, ref, ref.encode())
        house.clock.forward(minutes=1)
    place.save("c", "c", b"again")
    assert [place.find(ref) for ref in ("a", "b", "c")] == [None, b"b", b"again"]


def test_without_a_database_plans_have_an_address_too(app: Flask) -> None:
    visitor = Visitor(app)
    address = made(visitor)
    assert visitor.get(address).status_code == 200
    visitor.post(f"{address}/forget")
    assert gone(visitor.get(address))
