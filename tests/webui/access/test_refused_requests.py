"""Each refused request leaves one line: who, what, from where, and nothing personal."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.webui.support.device import Entrance
from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor

Visit = Callable[..., Visitor]
Lines = list[tuple[str, int | None, str, str]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], Lines]:
    """What was written since the last time that this was asked, of refused requests alone."""
    caplog.set_level(logging.INFO, "repair_planner.refused")

    def since() -> Lines:
        found = [one for one in caplog.records if one.name == "repair_planner.refused"]
        told = [
            (one.kind, one.person, one.endpoint, one.remote)  # type: ignore[attr-defined]  # extra
            for one in found
        ]
        caplog.clear()
        return told

    return since


HERE = "127.0.0.1"


def test_who_is_not_signed_in_lacks_the_role_or_the_plan(
    house: House, visit: Visit, lines: Callable[[], Lines]
):
    ref, toni, nobody = house.submitted("Tess", reviewer="Sue"), house["Toni"].id, visit()
    visitor = visit("Toni")
    token = nobody.token()
    lines()
    nobody.get(f"/plans/{ref}")
    assert lines() == [("not_signed_in", None, "plans.one", HERE)]
    nobody.client.post(f"/plans/{ref}/withdraw", data={"csrf_token": token})
    assert lines() == [("not_signed_in", None, "plans.withdraw", HERE)]
    assert visitor.get("/people").status_code == 404
    assert lines() == [("role", toni, "administration.people", HERE)]
    assert visitor.get(f"/plans/{ref}").status_code == 404
    assert lines() == [("not_theirs", toni, "plans.one", HERE)]
    assert visitor.client.post("/account/sign-out-everywhere").status_code == 400
    assert lines() == [("bad_form_token", toni, "own_account.sign_out_everywhere", HERE)]


def test_who_does_not_come_in(house: House, visit: Visit, lines: Callable[[], Lines]):
    visitor = visit()
    visitor.token()
    lines()
    for _ in range(5):
        assert visitor.post("/sign-in", {"name": "Toni", "password": "not it"}).status_code == 422
    assert lines() == [("bad_sign_in", None, "entrance.come_in", HERE)] * 5
    visitor.post("/sign-in", {"name": "Toni", "password": PASSWORD})
    assert lines() == [("too_many", None, "entrance.come_in", HERE)]
    assert visitor.get("/join/never-made").status_code == 410
    assert lines() == [("bad_link", None, "entrance.join", HERE)]
    toni = visit("Tess")
    toni.token()
    lines()
    toni.post("/account/password", {"old": "not it", "password": "a cup mended with gold"})
    assert lines() == [("bad_password", house["Tess"].id, "own_account.change_password", HERE)]


def test_who_gives_no_second_factor_or_is_asked_again(
    house: House, visit: Visit, clock: Clock, lines: Callable[[], Lines]
):
    toni, visitor, other = house["Toni"].id, visit(), visit("Tess")
    house.keys.add(house["Tess"], "x", ["plans:read"], 5)
    Entrance(house).with_app("Toni")
    visitor.post("/sign-in", {"name": "Toni", "password": PASSWORD})
    visitor.token()
    lines()
    for _ in range(6):
        answer = visitor.post("/sign-in/factor", {"code": "000000"})
    assert answer.headers["Retry-After"] == "60"
    told = ("second_step.give", HERE)
    assert lines() == [("bad_sign_in", toni, *told)] * 5 + [("too_many", toni, *told)]
    clock.forward(minutes=6)
    path = "/account/keys/1/revoke"
    for _ in range(6):
        answer = other.post(path, {"again_password": "not it"})
    assert answer.headers["Retry-After"] == "60"
    told = ("own_account.revoke_key", HERE)
    tess = house["Tess"].id
    assert lines() == [("bad_password", tess, *told)] * 5 + [("too_many", tess, *told)]


def test_a_program_with_a_wrong_key_or_one_that_may_not(
    house: House, visit: Visit, lines: Callable[[], Lines]
):
    client = visit().client
    key = house.keys.add(house["Toni"], "x", ["plans:read"], 5)
    path, head = "/api/v1/kept-plans", {"Authorization": f"Bearer {key}"}
    assert client.get(path, headers={"Authorization": "Bearer rp_wrong"}).status_code == 401
    assert lines() == [("bad_key", None, "api_kept.own", HERE)]
    assert client.post(path, headers=head, json={}).status_code == 403
    assert lines() == [("key_scope", house["Toni"].id, "api_kept.keep", HERE)]


def test_no_line_holds_what_was_typed_a_secret_or_a_reference(
    house: House, visit: Visit, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    ref, visitor = house.submitted("Tess", reviewer="Sue"), visit("Toni")
    key = house.keys.add(house["Toni"], "x", ["plans:read"], 5)
    visitor.get(f"/plans/{ref}")
    visit().get("/join/a-secret-of-somebody")
    visit().post("/sign-in", {"name": "Antonia Berg", "password": "her dog's name"})
    visit().client.post("/api/v1/kept-plans", headers={"Authorization": f"Bearer {key}"}, json={})
    written = "\n".join(f"{one.getMessage()} {vars(one)}" for one in caplog.records)
    assert "Refused (not_theirs): GET plans." in written
    for personal in (ref, "a-secret", "Antonia", "her dog", key, "Toni"):
        assert personal not in written


def test_what_is_not_refused_leaves_no_line(house: House, visit: Visit, lines: Callable[[], Lines]):
    toni = visit("Toni")
    lines()
    for path in ("/", "/plans", f"/plans/{house.kept()}", "/account", "/no-such-page"):
        toni.get(path)
    assert lines() == []
