"""What an administrator cannot do unnoticed: come in as somebody else, or take a role.

Toni has a draft that nobody has seen; Ada looks after accounts and wants to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.webui.support.people import PASSWORD, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui.accounts.resets import Unconfirmed
from webui.database.account_tables import Account, Invitation
from webui.database.refusals import NotHere, Unfit, WrongState

Visit = Callable[..., Visitor]
NEW = "a cup mended with gold"
LINK = re.compile(r"/join/[\w-]+")


def made(house: House) -> list[str]:
    """What the history says was done to Toni's account, and by whom."""
    rows = house.happened.listed(house["Toni"])
    return [f"{one.action} by {one.who}" for one in reversed(rows)]


def asked(visit: Visit, house: House, who: str = "Toni") -> str:
    """The path of the link that Ada is shown when she asks for a new one."""
    page = visit("Ada").post(f"/people/{house[who].id}/invite")
    assert page.status_code == 200
    found = LINK.search(page.text)
    assert found
    return found[0]


def test_a_reset_link_lets_its_maker_in_only_once_another_administrator_confirmed_it(
    house: House, visit: Visit
):
    bo, toni = house.join("Bo", "administrator"), house["Toni"]
    draft = house.kept()
    path, eve = asked(visit, house), visit()
    for answer in (eve.get(path), eve.post(path, {"password": NEW})):
        assert answer.status_code == 409
        assert "another one has to confirm it first" in read(answer.text)
        assert "Toni" not in answer.text
    assert eve.get(f"/plans/{draft}").status_code == 303
    confirm = f"/people/{toni.id}/confirm-link"
    own = visit("Ada").post(confirm)
    assert own.status_code == 422
    assert "not the one who asked for it" in own.text
    with pytest.raises(Unconfirmed):
        house.doors.invited(path.rpartition("/")[2])
    other = visit("Bo")
    assert "A new link waits" in other.get("/people").text
    page = other.get(f"/people/{toni.id}")
    assert "Ada asked for a new link for Toni" in read(page.text)
    assert not LINK.search(page.text), "who confirms does not have the link"
    assert other.post(confirm).status_code == 303
    assert bo.id
    assert eve.post(path, {"password": NEW}).status_code == 303
    assert eve.get(f"/plans/{draft}").status_code == 200
    assert made(house) == ["reset_asked by Ada", "reset_confirmed by Bo", "reset_used by Toni"]
    trail = house.looking.trail(toni, draft)
    assert [row.action for row in trail.rows] == ["kept", "read", "read"]


def test_whoever_comes_in_by_a_new_link_cannot_hide_it_from_the_owner(house: House, visit: Visit):
    """Ada and Bo come in as Toni and put away what is told; Toni gets a link of her own."""
    house.join("Bo", "administrator")
    for _ in ("theirs", "Toni's own"):
        path = asked(visit, house)
        house.resets.confirm(house["Bo"], house["Toni"].id)
        house.clock.forward(minutes=5)
        someone = visit()
        assert someone.post(path, {"password": NEW}).status_code == 303
        page = read(someone.get("/account").text)
        assert "Ada asked for a new link for your account on 2 Mar 2026, 09:0" in page
        assert "The new link for your account was used on 2 Mar 2026, 09:05" in page
        put_away(someone)
        assert "The new link" not in someone.get("/account").text
    again = read(someone.get("/account/happened").text)
    assert again.count("The new link for your account was used") == 2
    house.clock.forward(minutes=20)
    later = read(visit().sign_in("Toni", NEW).get("/account").text)
    assert "asked for a new link" not in later, "what its owner put away is not told again"


def put_away(visitor: Visitor, where: str = "/account") -> None:
    found = re.search(r'name="upto" value="(\d+)"', visitor.get(where).text)
    assert found
    answer = visitor.post("/account/happened", {"upto": found[1], "next": where})
    assert answer.headers["Location"] == where


def test_where_there_is_no_second_administrator_a_command_is_the_way(house: House, visit: Visit):
    ada, number = visit("Ada"), house["Toni"].id
    page = ada.get(f"/people/{number}").text
    assert f"/people/{number}/invite" not in page
    assert "repair-planner recover Toni" in read(page)
    refused = ada.post(f"/people/{number}/invite")
    assert refused.status_code == 422
    assert "repair-planner recover Toni" in read(refused.text)
    assert not LINK.search(refused.text)
    with house.database.read() as session:
        assert session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("why", ["disabled", "invited", "herself"])
def test_who_cannot_confirm_is_no_second_administrator(house: House, why: str):
    ada, toni = house["Ada"], house["Toni"].id
    if why == "disabled":
        house.office.disable(ada, house.join("Bo", "administrator").id, disabled=True)
    elif why == "invited":
        house.office.add(ada, "Bo", ["administrator"])
    else:
        toni = house.join("Bo", "administrator").id
    with pytest.raises(Unfit, match="repair-planner recover"):
        house.resets.ask(ada, toni)


def test_signing_in_with_the_password_ends_the_new_link(house: House, visit: Visit):
    house.join("Bo", "administrator")
    toni = visit("Toni")
    path = asked(visit, house)
    house.resets.confirm(house["Bo"], house["Toni"].id)
    assert toni.get("/plans").status_code == 200, "an open session goes on"
    page = read(visit("Toni").get("/plans").text)
    assert "Ada asked for a new link for your account" in page
    assert visit().post(path, {"password": NEW}).status_code == 410
    assert made(house)[-2:] == ["reset_ended by Toni", "signed_in by Toni"]
    with pytest.raises(WrongState):
        house.resets.confirm(house["Bo"], house["Toni"].id)


def test_a_new_link_ends_sessions_and_keys(house: House, visit: Visit):
    house.join("Bo", "administrator")
    toni = house["Toni"]
    key, session = (
        house.keys.add(toni, "x", ["plans:read"], 5),
        house.doors.sign_in("Toni", PASSWORD),
    )
    path = asked(visit, house)
    house.resets.confirm(house["Bo"], toni.id)
    assert house.keys.who(key)
    assert visit().post(path, {"password": NEW}).status_code == 303
    assert house.doors.who(session) is None
    assert house.keys.who(key) is None


@pytest.mark.parametrize("end", ["refused", "asker shut out", "confirmer demoted", "three days"])
def test_a_new_link_ends_with_what_it_stands_on(house: House, visit: Visit, end: str):
    bo, cy = house.join("Bo", "administrator", "therapist"), house.join("Cy", "administrator")
    path, toni = asked(visit, house), house["Toni"].id
    house.resets.confirm(bo, toni)
    if end == "refused":
        assert visit("Cy").post(f"/people/{toni}/refuse-link").status_code == 303
    elif end == "asker shut out":
        house.office.disable(cy, house["Ada"].id, disabled=True)
    elif end == "confirmer demoted":
        house.office.set_roles(bo, bo.id, ["therapist"])
    else:
        house.clock.forward(days=3)
    assert visit().post(path, {"password": NEW}).status_code == 410


@pytest.mark.parametrize("second", [False, True], ids=["alone", "with Bo"])
def test_nobody_gives_themselves_a_role_or_supervision(house: House, visit: Visit, second: bool):
    if second:
        house.join("Bo", "administrator")
    ada, number, toni = visit("Ada"), house["Ada"].id, house["Toni"].id
    own = f"/people/{number}/roles"
    instead = (
        "Ask another administrator: Bo" if second else "repair-planner roles Ada --add therapist"
    )
    for roles in (["supervisor", "administrator"], ["therapist", "administrator"], ["supervisor"]):
        refused = ada.post(own, {"roles": roles})
        assert refused.status_code == 422
        if "administrator" in roles or second:
            assert instead in read(refused.text)
    assert instead in read(ada.get(f"/people/{number}").text)
    with house.database.write() as session:
        session.get_one(Account, number).supervisor = True
    refused = ada.post(f"/people/{toni}/supervisors", {"supervisors": [str(number)]})
    assert refused.status_code == 422
    assert "Nobody makes themselves a supervisor" in refused.text
    assert f'value="{number}"' not in ada.get(f"/people/{toni}").text
    for disabled in ("yes", "no"):
        assert ada.post(f"/people/{number}/disable", {"disabled": disabled}).status_code == 422
    refused = ada.post(f"/people/{number}/invite")
    assert (refused.status_code, LINK.search(refused.text)) == (422, None)
    assert house.office.open(house["Ada"], number).account.roles == ("supervisor", "administrator")


def test_being_administrator_can_be_given_up_where_another_is_left(house: House, visit: Visit):
    both = house.join("Bo", "therapist", "administrator")
    bo = visit("Bo")
    assert "Give up being administrator" in bo.get(f"/people/{both.id}").text
    assert bo.post(f"/people/{both.id}/roles", {"roles": "therapist"}).status_code == 303
    assert bo.get("/people").status_code == 404


def test_who_reads_with_anothers_help_is_noticed_and_cannot_undo_it(house: House, visit: Visit):
    """Bo makes Ada a supervisor, Ada reads what Toni handed in, and everything is taken back."""
    bo, ada, toni = house.join("Bo", "administrator"), house["Ada"], house["Toni"]
    ref, draft = house.submitted(), house.kept(case="K-2")
    house.office.set_roles(bo, ada.id, ["supervisor", "administrator"])
    house.office.set_supervisors(bo, toni.id, [house["Sam"].id, house["Sue"].id, ada.id])
    reader = visit("Ada")
    assert reader.get(f"/plans/{ref}").status_code == 200
    assert reader.get(f"/plans/{draft}").status_code == 404
    house.office.set_supervisors(bo, toni.id, [house["Sam"].id, house["Sue"].id])
    house.office.set_roles(bo, ada.id, ["administrator"])
    page = visit("Toni").get("/plans")
    told = read(page.text)
    assert "Ada supervises you since 2 Mar 2026, 09:00 UTC , set by Bo" in told
    assert "Ada does not supervise you any more since 2 Mar 2026, 09:00 UTC , set by Bo" in told
    own = visit("Toni").get(f"/plans/{ref}/history")
    assert "Read 1 time by Ada" in read(own.text)


def test_a_role_that_comes_back_with_its_supervision_is_told_too(house: House):
    bo, sam = house.join("Bo", "administrator"), house["Sam"]
    house.office.set_roles(bo, sam.id, ["therapist"])
    house.office.set_roles(bo, sam.id, ["therapist", "supervisor"])
    rows = [one for one in house.happened.listed(house["Toni"]) if one.whom == "Sam"]
    assert [one.action for one in rows] == ["supervisor_begun", "supervisor_ended"]


def test_an_account_without_a_password_needs_no_second_administrator(house: House):
    number, first = house.office.add(house["Ada"], "Nia", ["therapist"])
    second = house.office.invite(house["Ada"], number)
    with pytest.raises(NotHere):
        house.doors.invited(first)
    assert house.doors.who(house.doors.accept(second, NEW))
    with pytest.raises(NotHere):
        house.resets.ask(house["Toni"], number)
