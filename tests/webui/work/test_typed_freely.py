"""What a person typed stays in the browser, sealed, and on the page; nowhere else."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64encode
from random import Random

import pytest
from flask import Flask
from sqlalchemy import text

from planner.contract.fields import FIELDS
from tests.webui.support.people import House
from tests.webui.support.sending import LATE, Pairs
from tests.webui.support.visiting import hidden
from tests.webui.support.work import TYPED, Visit, made, rows
from webui.work import plans_in_work, sealing


def test_what_was_typed_stays_out_of_the_database_and_on_the_page(
    visit: Visit, house: House, site: Flask
) -> None:
    visitor = visit()
    address = made(visitor, *TYPED)
    page = visitor.get(address).text
    assert "Xaverius" in page
    assert dict(hidden(page))["case"] == "K-77"
    (row,) = rows(site)
    cookie = visitor.client.get_cookie(plans_in_work.COOKIE)
    assert cookie
    data = sealing.opened(cookie.value, row.ref, row.box)
    assert data is not None
    assert b"lateness" in data
    for _name, typed in TYPED:
        assert typed.encode() not in data
        # Two letters stand in most boxes by chance; four once in some ten million.
        assert len(typed) < 4 or typed.encode() not in row.box
    if house.database.path:
        with house.database.read() as session:
            session.execute(text("PRAGMA wal_checkpoint"))
        assert b"Xaverius" not in house.database.path.read_bytes()


def test_notes_without_room_in_a_cookie_are_not_lost(visit: Visit) -> None:
    letters = [chr(code) for code in range(0x4E00, 0x9000)]
    notes = "".join(Random(3).choices(letters, k=3900))
    answer = visit().post("/plan", [*LATE, ("notes", notes)])
    assert answer.status_code == 200
    assert notes in answer.text


def test_long_notes_of_an_ordinary_kind_have_room(visit: Visit) -> None:
    notes = " ".join(f"She said thing number {number}, and then was quiet." for number in range(85))
    visitor = visit()
    address = made(visitor, ("notes", notes[:4000]))
    assert notes[:4000] in visitor.get(address).text


def test_the_same_answers_for_two_clients_are_two_plans(visit: Visit) -> None:
    visitor = visit()
    one = made(visitor, ("case", "AAA-1"), ("notes", "first note"))
    two = made(visitor, ("case", "BBB-2"), ("notes", "second note"))
    assert one != two
    assert "first note" in visitor.get(one).text
    assert "BBB-2" not in visitor.get(one).text
    assert "second note" in visitor.get(two).text


def test_what_was_typed_is_not_in_the_plan_before_either(visit: Visit, site: Flask) -> None:
    visitor = visit()
    first = made(visitor, *TYPED)
    page = visitor.get(f"{first}/change").text
    assert "K-77" not in dict(hidden(page))["before"]
    told = f'{{"case":"K-77","session":12,"notes":"x",{dict(hidden(page))["before"][1:]}'
    made(visitor, ("before", told), ("context.phase", "late"))
    cookie = visitor.client.get_cookie(plans_in_work.COOKIE)
    assert cookie
    for row in rows(site):
        assert b"K-77" not in (sealing.opened(cookie.value, row.ref, row.box) or b"")


def test_where_notes_have_no_room_nothing_is_stored(visit: Visit, site: Flask) -> None:
    notes = "".join(Random(3).choices([chr(code) for code in range(0x4E00, 0x9000)], k=3900))
    assert visit().post("/plan", [*LATE, ("notes", notes)]).status_code == 200
    assert rows(site) == []


@pytest.mark.parametrize(
    "data",
    [
        b"no zlib",
        zlib.compress(b"no json"),
        zlib.compress(b"null"),
        zlib.compress(b"[1, 2]"),
        zlib.compress(b'[["notes", 5]]'),
        zlib.compress(b'[["notes"]]'),
        zlib.compress(b"[" * 50_000),
        zlib.compress(b'[["notes", "' + b"0" * 2_000_000 + b'"]]'),
    ],
)
def test_what_a_browser_sealed_itself_does_no_harm(visit: Visit, data: bytes) -> None:
    visitor = visit()
    address = made(visitor, *TYPED)
    secret = visitor.client.get_cookie(plans_in_work.COOKIE)
    assert secret
    box = sealing.sealed(secret.value, address.rpartition("/")[2], data)
    letters = urlsafe_b64encode(box).decode()
    visitor.client.set_cookie(plans_in_work.TYPED, letters, path=address)
    assert visitor.get(address).status_code == 200


@pytest.mark.parametrize("feeling", FIELDS["context.therapist_feelings"].values)
def test_no_line_of_the_copy_tells_of_the_therapists_feelings(
    visit: Visit, site: Flask, feeling: str
) -> None:
    """The same plan without them is the measure, but for how far it holds back."""
    visitor = visit()
    request: Pairs = (
        ("safety.flags", "none"),
        ("kind", "boundary_request"),
        ("boundary_request.nature", "gift"),
    )
    told = visitor.post("/plan", [*request, ("context.therapist_feelings", feeling)])
    bare = visitor.post("/plan", request)
    felt, plain = (
        visitor.get(f"{one.headers['Location']}/text").text.splitlines() for one in (told, bare)
    )
    planner = site.extensions["knowledge"].planner
    whole = planner.plan(
        {
            "ruptures": [{"kind": "boundary_request", "nature": "gift"}],
            "context": {"therapist_feelings": [feeling]},
            "safety": {"flags": {}},
        }
    )
    without = planner.plan({**whole.observation, "context": {}})
    private = {*whole.supervision} - {*without.supervision}
    private |= {one.text for one in whole.avoid} - {one.text for one in without.avoid}
    assert private
    shown = " ".join(" ".join(felt).split())
    assert not [line for line in private if line in shown]
    assert len(plain) > 10


@pytest.mark.parametrize("cookie", ["", "x", "====", "AAAA", "é"])
def test_a_spoiled_note_is_left_out_and_the_plan_still_opens(visit: Visit, cookie: str) -> None:
    visitor = visit()
    address = made(visitor, *TYPED)
    visitor.client.set_cookie(plans_in_work.TYPED, cookie, path=address)
    page = visitor.get(address)
    assert page.status_code == 200
    assert "Xaverius" not in page.text


def test_the_whole_plan_as_plain_text(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.get(f"{made(visitor, ('context.therapist_feelings', 'guilty'))}/text")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("Repair plan:")
    assert "guilty" not in answer.text
