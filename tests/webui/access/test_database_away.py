"""The database away, with every cookie that a browser may have: open pages go on, others say 503.

What was typed is on the page that says so.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.webui.access.test_roles import BY_PLAN, BY_ROLE, ENTRANCE, KEYED, OPEN, filled, routes
from tests.webui.database.test_ready import lose
from tests.webui.support.people import House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor
from webui.database.connection import Database

Visit = Callable[..., Visitor]
ASKS = {"/readyz", "/healthz", "/plan/<ref>", "/plan/<ref>/change", "/plan/<ref>/text",
        "/plan/<ref>/forget"}  # fmt: skip
"""Open addresses that are about the database itself, or about what is stored in it for a day."""
TYPED = "typed while nobody was there to store it"


@pytest.fixture
def away(site: Flask, visit: Visit, house: House, database: Database) -> list[Visitor]:
    """A signed-in browser with a plan in work, and one that never signed in; then it is gone."""
    house.submitted()
    visitors = [visit("Toni"), visit()]
    for visitor in visitors:
        assert visitor.post("/plan", LATE).status_code == 303
        visitor.token()
    for one in (site.extensions["store"].database, database):
        one.close()
    lose(database)
    if database.path:
        database.path.mkdir()  # else SQLite would make an empty one, as it does for a new person
    return visitors


def answered(visitor: Visitor, method: str, path: str) -> tuple[int, str]:
    """What a person gets who is sure of her token: it was on a page before."""
    form = {"csrf_token": visitor.known_token(), "text": TYPED, "version": "1"}
    answer = visitor.client.open(path, method=method, data=form if method == "POST" else None)
    with answer:
        return answer.status_code, answer.text if "text" in answer.content_type else ""


def test_every_route_with_every_cookie(site: Flask, away: list[Visitor]) -> None:
    signed_in, other = away
    for method, route in sorted(routes(site)):
        path = filled(route, "abcdefghjkmnpq").replace("<path:filename>", "screen.css")
        if "<" in path:
            path = path.replace("<any(kind, item):way>/<key>", "kind/lateness")
            path = path.replace("<any(item, kind, does):way>/<key>", "kind/lateness")
            path = path.replace("<rule_id>", "own-part.own-it").replace("<item>", "C2")
            path = path.replace("<key>", "a8e699bc")
        for visitor in (signed_in, other):
            status, page = answered(visitor, method, path)
            if route in OPEN - ASKS:
                assert status < 500, (method, route, status)
            elif (method, route) in {**BY_ROLE, **BY_PLAN} and visitor is signed_in:
                assert status == 503, (method, route, status)
                assert TYPED in page or method == "GET", route
            else:
                assert status < 500 or status == 503, (method, route, status)


def test_programs_are_told_503(away: list[Visitor]) -> None:
    _signed_in, other = away
    for method, route in sorted(KEYED):
        head = {"Authorization": "Bearer " + "a" * 43}
        answer = other.client.open(filled(route), method=method, headers=head, json={})
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0


def test_what_was_typed_at_the_entrance_is_not_a_500(away: list[Visitor]) -> None:
    for visitor in away:
        for method, route in sorted(ENTRANCE):
            status, _page = answered(visitor, method, filled(route))
            assert status < 500 or status == 503, (method, route, status)
