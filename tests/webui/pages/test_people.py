"""The administrator's pages and one's own account: what is asked, refused and confirmed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor

Visit = Callable[..., Visitor]
NEW = "a cup mended with gold"


def link(page: str) -> str:
    """The path of the invitation link that a page shows."""
    return page[page.index("/join/") :].partition("<")[0]


def invited(visit: Visit, name: str = "Nia") -> str:
    return link(visit("Ada").post("/people", {"name": name, "roles": "therapist"}).text)


@pytest.mark.parametrize("how", ["used", "expired", "taken back", "never made"])
def test_a_link_that_no_longer_works_says_so_and_what_to_do(house: House, visit: Visit, how: str):
    path = invited(visit)
    number = max(entry.account.id for entry in house.office.listed(house["Ada"]))
    if how == "used":
        assert visit().post(path, {"password": NEW}).status_code == 303
    elif how == "expired":
        house.clock.forward(days=4)
    elif how == "taken back":
        house.office.disable(house["Ada"], number, disabled=True)
    else:
        path = "/join/never-made"
    for page in (visit().get(path), visit().post(path, {"password": NEW})):
        assert page.status_code == 410
        said = read(page.text)
        assert "This link no longer works" in said
        assert "used already or has run out" in said
        assert "Sign in" in said
        assert "Ask your administrator for a new link" in said
        assert "Nia" not in said


def test_nothing_is_ticked_on_an_invitation_and_none_chosen_keeps_the_name(visit: Visit):
    ada = visit("Ada")
    form = ada.get("/people").text
    assert "checked" not in form
    refused = ada.post("/people", {"name": "Nia"})
    assert refused.status_code == 422
    assert "Choose at least one role" in refused.text
    assert 'value="Nia"' in refused.text
    assert "checked" not in refused.text


KEY = {"label": "notes", "scopes": "plans:read", "days": "9"}
SAVED = [
    ("roles", {"roles": ["therapist", "supervisor"]}, "Toni now works as Therapist, Supervisor"),
    ("supervisors", {"supervisors": []}, "Nobody supervises Toni now"),
    ("disable", {"disabled": "yes"}, "Toni is shut out"),
    ("disable", {"disabled": "no"}, "Toni is let in again"),
]


@pytest.mark.parametrize(("move", "sent", "said"), SAVED, ids=[one[2][:24] for one in SAVED])
def test_what_is_saved_of_a_person_is_confirmed(
    house: House, visit: Visit, move: str, sent: dict[str, object], said: str
):
    ada, number = visit("Ada"), house["Toni"].id
    answer = ada.post(f"/people/{number}/{move}", sent)
    page = answer if answer.status_code == 200 else ada.get(answer.headers["Location"])
    assert said in read(page.text)
    assert said not in read(ada.get(f"/people/{number}").text), "it is said once"


def test_supervisors_are_named_when_they_are_saved(house: House, visit: Visit):
    ada = visit("Ada")
    sent = {"supervisors": [str(house["Sue"].id)]}
    answer = ada.post(f"/people/{house['Toni'].id}/supervisors", sent)
    assert "Sue now reviews the plans of Toni" in read(ada.get(answer.headers["Location"]).text)


def test_an_invitation_that_was_lost_is_made_anew_for_who_has_not_come_yet(
    house: House, visit: Visit
):
    ada = visit("Ada")
    first = link(ada.post("/people", {"name": "Nia", "roles": "therapist"}).text)
    number = max(entry.account.id for entry in house.office.listed(house["Ada"]))
    page = ada.post(f"/people/{number}/invite").text
    assert "A new link for Nia is made" in read(page)
    assert visit().get(first).status_code == 410
    assert visit().post(link(page), {"password": NEW}).status_code == 303


def test_an_invitation_is_confirmed_by_name(visit: Visit):
    page = visit("Ada").post("/people", {"name": "Nia", "roles": "therapist"})
    assert "Nia is invited" in read(page.text)


def test_what_is_done_with_ones_own_account_is_confirmed(visit: Visit):
    toni = visit("Toni")
    made = toni.post("/account/keys", {**KEY, "present": PASSWORD})
    assert "The key “notes” is made" in read(made.text)
    revoke = re.search(r'action="(/account/keys/\d+/revoke)"', made.text)
    assert revoke
    toni.post(revoke[1])
    assert "The key “notes” is taken back" in read(toni.get("/account").text)
    toni.post("/account/password", {"old": PASSWORD, "password": NEW})
    assert "Your password is changed" in read(toni.get("/account").text)
    toni.post("/sign-out")
    assert "You are signed out" in read(toni.get("/").text)


def test_signing_out_everywhere_is_confirmed(visit: Visit):
    toni = visit("Toni")
    toni.post("/account/sign-out-everywhere")
    assert "signed out on every device" in read(toni.get("/").text)
