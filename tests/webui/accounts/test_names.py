"""A name for signing in can be told from every other by eye, and one from before goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing, suppress

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from planner.plan.plan import Plan
from tests.webui.support.people import LATE, PASSWORD, House
from tests.webui.support.sending import LATE as SENT
from tests.webui.support.visiting import Visitor
from webui.accounts import administration, names
from webui.accounts.administration import Administration
from webui.accounts.names import name_key, name_problem, skeleton
from webui.database.account_tables import Account
from webui.database.connection import Database
from webui.database.refusals import Unfit
from webui.form.answers import observation_of
from webui.knowledge import knowledge

Visit = Callable[..., Visitor]
CYRILLIC_TONI = "\u0422\u043e\u043f\u0456"  # its third letter looks like another one
TWINS = (
    "T\u043eni",
    "\u0422oni",
    "Ton\u0456",
    "T\u03bfni",
    "To\u200bni",
    "To\u200dni",
    "Toni\u2060",
    "\ufeffToni",
    "To\u00adni",
    "\u202eToni",
    "Toni\u200f",
    "To\u2066ni\u2069",
    "To\u034fni",
    "To\u3164ni",
    "Toni\ufe0f",
    "To\x00ni",
    "To\x07ni",
    "To\ue000ni",
    "\uff34\uff4f\uff4e\uff49",  # fullwidth letters, which are Toni's own when composed
    "\U0001d413\U0001d428\U0001d427\U0001d422",  # and letters of mathematics
    " TONI ",
    "T0ni",
    "Ton\u0131",
)
OTHERS = (
    "Tonia",
    "Tóni",
    "Anne-Marie O\u2019Neill",
    "Łukasz Żółć",
    "Παναγιώτης",
    "Наталья Іванівна",
    "山田はなこ",
    "김하늘",
    "נועה",
    "Toni 2",
)


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_of_a_name_is_refused(house: House, name: str):
    with pytest.raises(Unfit) as told:
        house.office.add(house["Ada"], name, ["therapist"])
    assert set(told.value.problems) == {"name"}
    with house.database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 5


@pytest.mark.parametrize("name", OTHERS)
def test_a_name_of_any_one_script_is_taken_and_signs_in(house: House, name: str):
    _number, secret = house.office.add(house["Ada"], name, ["therapist"])
    house.doors.accept(secret, "another bowl, another day")
    person = house.doors.who(house.doors.sign_in(name.upper(), "another bowl, another day"))
    assert person
    assert person.name == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Пётр", "\u041f\u0451\u0442p"),
        ("\u0421\u0430\u0440\u0430", "Capa"),
        ("\u039d\u03af\u03ba\u03bf", "N\u03af\u03ba\u03bf"),
        ("Lily Il", "Lily ll"),
        ("O\u2019Neill", "O'Neill"),
    ],
)
def test_names_that_look_alike_are_one_whole_scripts_included(house: House, one: str, other: str):
    house.office.add(house["Ada"], one, ["therapist"])
    with pytest.raises(Unfit):
        house.office.add(house["Ada"], other, ["therapist"])


@pytest.mark.parametrize("same", [False, True])
def test_of_two_made_in_the_same_moment_one_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch, same: bool
):
    """Each looks for a twin; then it waits a moment, in which the other may look as well."""
    both, told = threading.Barrier(2), []
    address = house.database.url.render_as_string(hide_password=False)

    def looks(session: Session, name: str) -> dict[str, str]:
        found = names.taken(session, name)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return found

    def add(name: str) -> None:
        with closing(Database(address, patience=30)) as database:
            try:
                Administration(database, house.clock).add(house["Ada"], name, ["therapist"])
                told.append("made")
            except Unfit:
                told.append("refused")

    monkeypatch.setattr(administration, "taken", looks)
    typed = ("Capa", "Capa" if same else "\u0421\u0430\u0440\u0430")
    threads = [threading.Thread(target=add, args=(name,)) for name in typed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["made", "refused"]


def test_a_list_of_names_says_of_each_line_what_is_in_the_way(house: House):
    lines = ["Nia", "Ni\u200ba", "N\u0456a", "NIA", "Noa"]
    made, refused = house.office.add_several(house["Ada"], lines, ["therapist"])
    assert [one.name for one in made] == ["Nia", "Noa"]
    assert [one.why.partition(":")[0][:6] for one in refused] == ["Line 2", "Line 3", "Line 4"]


def test_the_page_says_which_of_the_two_it_is(visit: Visit):
    ada = visit("Ada")
    for name, why in (("To\u202eni", "cannot be seen"), ("T\u043eni", "two scripts")):
        answer = ada.post("/people", {"name": name, "roles": "therapist"})
        assert answer.status_code == 422
        assert why in answer.text


def test_a_name_from_before_signs_in_as_it_always_did(house: House):
    old = "T\u043eni\u200b \ufb01"
    with house.database.write() as session:
        account = session.scalars(select(Account).where(Account.name == "Tess")).one()
        account.name, account.name_key = old, name_key(old)
    assert name_problem(old)
    assert house.doors.sign_in(old, PASSWORD)
    assert house.doors.sign_in(old.upper().replace("FI", "\ufb01"), PASSWORD)


def test_a_name_that_no_database_takes_is_nobodys(house: House):
    with pytest.raises(Unfit):
        house.doors.sign_in("To\x00ni", PASSWORD)


def test_a_skeleton_tells_letters_apart_that_look_different():
    assert skeleton("Ian") != skeleton("Lan")
    assert skeleton("Anna") != skeleton("Ana")
    assert len({skeleton(one) for one in OTHERS}) == len(OTHERS)


def test_nothing_hides_in_the_label_of_a_key_nor_in_a_case_code(house: House, site: Flask):
    house.keys.add(house["Toni"], "no\u202etes\u200b \u2066x", ["plans:read"], 30)
    assert [key.name for key in house.keys.listed(house["Toni"])] == ["notes x"]
    plan: Plan = house.plan(LATE, case="K-\u202e114\u200b")
    ref = house.keeping.keep(house["Toni"], plan)
    assert house.keeping.open(house["Toni"], ref).kept.case_code == "K-114"
    with site.test_request_context():
        typed = MultiDict([*SENT, ("case", "K-\u202e7\u2069")])
        assert observation_of(knowledge().form(formdata=typed))["case"] == "K-7"
