"""Mounted under a prefix, every way back leads to the same prefix again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.visiting import TOKEN, hidden

PREFIX = "/clinic"


@pytest.fixture
def clinics(site: Flask) -> Client:
    """A browser on a server that has the application under a prefix, and nothing elsewhere."""
    nothing = Response("Nothing is here.", 404)
    return Client(DispatcherMiddleware(nothing, {PREFIX: site.wsgi_app}), use_cookies=True)


def signed(client: Client, path: str, data: dict[str, str], at: str = "/sign-in"):
    token = TOKEN.search(client.get(f"{PREFIX}{at}").text)
    assert token
    return client.post(f"{PREFIX}{path}", data={**data, "csrf_token": token[1]})


def action(page: str) -> str:
    found = re.search(r'<form method="post" action="([^"]*)"', page.partition("<main")[2])
    assert found
    return unescape(found[1])


def test_what_was_asked_for_is_shown_after_signing_in(clinics: Client):
    asked = clinics.get(f"{PREFIX}/plans?state=draft")
    assert asked.status_code == 303
    assert asked.location.startswith(f"{PREFIX}/sign-in?next=")
    token = TOKEN.search(clinics.get(asked.location).text)
    assert token
    sent = {"name": "Toni", "password": PASSWORD, "csrf_token": token[1]}
    inside = clinics.post(asked.location, data=sent)
    assert inside.location == f"{PREFIX}/plans?state=draft"
    assert clinics.get(inside.location).status_code == 200


def test_what_was_sent_goes_where_it_was_going_after_signing_in(house: House, clinics: Client):
    ref = house.kept()
    edit = {"version": "1", "words-C2": "I kept you waiting."}
    asked = signed(clinics, f"/plans/{ref}/edit", edit)
    assert asked.status_code == 401
    pairs = dict(hidden(asked.text))
    assert pairs["kept_path"] == f"{PREFIX}/plans/{ref}/edit"
    back = clinics.post(f"{PREFIX}/sign-in", data={**pairs, "name": "Toni", "password": PASSWORD})
    assert back.status_code == 200
    assert action(back.text) == f"{PREFIX}/plans/{ref}/edit"
    assert clinics.post(action(back.text), data=dict(hidden(back.text))).status_code == 303
    opened = house.keeping.open(house["Toni"], ref)
    assert opened.content.steps[0].words == "I kept you waiting."


def test_an_expired_form_is_sent_again_to_the_same_address(house: House, clinics: Client):
    signed(clinics, "/sign-in", {"name": "Toni", "password": PASSWORD})
    ref = house.kept()
    asked = clinics.post(f"{PREFIX}/plans/{ref}/edit", data={"version": "1"})
    assert asked.status_code == 400
    assert action(asked.text) == f"{PREFIX}/plans/{ref}/edit"


@pytest.mark.parametrize("path", ["/plans", "/clinical/plans", "//elsewhere/plans", "/clinic"])
def test_nobody_is_sent_out_of_the_prefix(clinics: Client, path: str):
    sent = {"name": "Toni", "password": PASSWORD, "next": path}
    assert signed(clinics, "/sign-in", sent).location == f"{PREFIX}/home"
