"""A form's token is good for whoever it was made for, in that session, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import TOKEN, Visitor

Visit = Callable[..., Visitor]
FORMS = "repair_planner"
WORDS = "I kept you waiting, and that was mine to prevent."


def planted(whose: Visitor, into: Visitor) -> str:
    """A visitor's form session in another's browser, and the token that belongs to it."""
    token = whose.token()
    cookie = whose.client.get_cookie(FORMS)
    assert cookie
    into.client.set_cookie(FORMS, cookie.value)
    return token


def sent(client: FlaskClient, token: str, ref: str, words: str = WORDS) -> tuple[int, str]:
    answer = client.post(
        f"/plans/{ref}/edit", data={"csrf_token": token, "version": "1", "words-C2": words}
    )
    return answer.status_code, answer.text


def test_a_token_of_one_visitor_is_none_in_anothers_session(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    for whose in (visit("Tess"), visit()):
        status, page = sent(toni.client, planted(whose, toni), ref)
        assert status == 400
        assert WORDS in page, "what was typed stays, with a button to press once more"
    assert house.keeping.open(house["Toni"], ref).version.number == 1


def test_the_button_to_press_once_more_works(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    _status, page = sent(toni.client, planted(visit("Tess"), toni), ref)
    token = TOKEN.search(page)
    assert token
    assert sent(toni.client, token[1], ref)[0] == 303
    assert house.keeping.open(house["Toni"], ref).version.number == 2


def test_a_token_from_before_the_sign_in_is_none_after_it_and_the_reverse(
    house: House, visit: Visit
):
    ref, toni = house.kept(), visit()
    before = toni.token()
    forms = toni.client.get_cookie(FORMS)
    assert forms
    toni.sign_in("Toni")
    assert sent(toni.client, before, ref)[0] == 400
    toni.client.set_cookie(FORMS, forms.value)
    assert sent(toni.client, before, ref)[0] == 400
    inside, kept = toni.token(), toni.client.get_cookie(FORMS)
    assert kept
    toni.post("/sign-out")
    toni.client.set_cookie(FORMS, kept.value)
    data = {"csrf_token": inside, "name": "Toni", "password": PASSWORD}
    assert toni.client.post("/sign-in", data=data).status_code == 400
    toni.sign_in("Toni")
    toni.client.set_cookie(FORMS, kept.value)
    assert sent(toni.client, inside, ref)[0] == 400, "nor in a later session of the same person"


def test_the_entry_form_asks_for_one_press_more_and_keeps_what_was_typed(visit: Visit):
    toni, other = visit("Toni"), visit("Tess")
    token = planted(other, toni)
    typed = MultiDict([*LATE, ("notes", "A long sentence."), ("csrf_token", token)])
    answer = toni.client.post("/plan", data=typed)
    assert answer.status_code == 422
    assert "A long sentence." in answer.text
    again = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
    assert again
    typed["csrf_token"] = again[1]
    assert toni.client.post("/plan", data=typed).status_code == 303


def test_what_was_typed_is_carried_past_a_session_that_ended(house: House, visit: Visit):
    """Also by a browser that does not say where a form was sent from."""
    ref, toni = house.kept(), visit("Toni")
    token = toni.token()
    house.clock.forward(minutes=20)
    status, page = sent(toni.client, token, ref)
    assert status == 401
    assert WORDS in page
