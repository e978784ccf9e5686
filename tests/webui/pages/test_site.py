"""What an administrator sets up for everyone: contacts, the first-day list, several invitations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from tests.webui.support.people import House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui import create_app
from webui.accounts.first_day import FirstDay
from webui.accounts.site_contacts import MOST, Contact, Contacts
from webui.database.backups.backup import record
from webui.database.history import audit
from webui.database.refusals import NotHere, Unfit

Visit = Callable[..., Visitor]
Pairs = list[tuple[str, str]]
DUTY, LINE = ("Duty number", "0123 456"), ("Crisis line", "112, day and night")
SHOWN = "{% for one in site_contacts() %}{{ one.label }}: {{ one.text }}; {% endfor %}"


def rows(*contacts: tuple[str, str]) -> Pairs:
    return [pair for label, text in contacts for pair in (("label", label), ("text", text))]


def test_contacts_are_kept_in_order_shown_to_anyone_and_recorded(
    house: House, visit: Visit, site: Flask
):
    ada = visit("Ada")
    done = ada.post("/people/contacts", rows(DUTY, ("", " "), LINE))
    assert "The contacts are saved. 2 are shown" in read(ada.get(done.headers["Location"]).text)
    with site.test_request_context("/"):
        shown = render_template_string(SHOWN)
    assert shown == "Duty number: 0123 456; Crisis line: 112, day and night; "
    ada.post("/people/contacts", [*rows(DUTY, LINE), ("up", "2")])
    page = ada.get("/people/contacts").text
    assert page.index("Crisis line") < page.index("Duty number")
    with house.database.read() as session:
        assert audit(session).bad_row is None


def test_without_a_database_there_are_no_contacts(app: Flask):
    with app.test_request_context("/"):
        assert render_template_string(SHOWN) == ""


def test_while_the_database_is_away_there_are_no_contacts(planner: object, tmp_path: Path):
    app = create_app({"DATABASE": f"sqlite:///{tmp_path}/plans.sqlite3", "PLANNER": planner})
    app.extensions["store"].database.close()
    for file in tmp_path.glob("plans.sqlite3*"):
        file.write_bytes(b"no database at all, and long enough to be looked at" * 90)
    with app.test_request_context("/"):
        assert render_template_string(SHOWN) == ""
    app.extensions["store"].database.close()


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ([("", "0123")], ["label-1"]),
        ([DUTY, ("Crisis line", "")], ["text-2"]),
        ([("x" * 81, "y" * 201)], ["label-1", "text-1"]),
        ([(f"Line {number}", "0") for number in range(MOST + 1)], [f"label-{MOST + 1}"]),
    ],
)
def test_a_contact_that_does_not_fit_is_named_and_stays(
    visit: Visit, typed: list[tuple[str, str]], fields: list[str]
):
    ada = visit("Ada")
    page = ada.post("/people/contacts", rows(*typed))
    assert page.status_code == 422
    for field in fields:
        assert f'href="#{field}"' in page.text
        assert f'id="{field}"' in page.text
    assert typed[-1][1][:40] in page.text
    assert ada.get("/people/contacts").text.count('value=""') >= 6, "nothing was stored"


def test_only_an_administrator_changes_contacts(house: House):
    with pytest.raises(NotHere):
        Contacts(house.database, house.clock).replace(house["Toni"], [Contact(*DUTY)])
    with pytest.raises(NotHere):
        FirstDay(house.database, house.clock).put_away(house["Toni"])


def done(house: House) -> Mapping[str, bool]:
    found = FirstDay(house.database, house.clock).tasks(house["Ada"])
    return {task.name: task.done for task in found}


def test_the_first_day_list_knows_what_is_done(house: House, visit: Visit):
    assert done(house) == {
        "invite": True, "supervise": False, "contacts": False, "backup": False,
    }  # fmt: skip
    ada = visit("Ada")
    page = read(ada.get("/people").text)
    assert "To set up" in page
    assert "1 therapist has no supervisor" in page
    house.office.set_supervisors(house["Ada"], house["Tess"].id, [house["Sam"].id])
    Contacts(house.database, house.clock).replace(house["Ada"], [Contact(*DUTY)])
    assert "To set up" in ada.get("/people").text
    record(house.database, house.clock())
    assert set(done(house).values()) == {True}
    assert "To set up" not in ada.get("/people").text
    assert "To set up" not in visit("Toni").get("/plans").text


def test_the_first_day_list_is_put_away_where_somebody_works_alone(house: House, visit: Visit):
    ada = visit("Ada")
    ada.post("/people/first-day")
    page = read(ada.get("/people").text)
    assert "The list is put away" in page
    assert "To set up" not in page
    assert done(house) == {}


def test_what_is_left_on_the_first_day_is_for_administrators_alone(house: House, site: Flask):
    asked = "{{ first_day()|map(attribute='name')|join(' ') }}"
    for name, expected in (("Ada", "supervise contacts backup"), ("Toni", "")):
        secret = house.doors.sign_in(name, "a bowl mended with gold")
        cookie = {"Cookie": f"repair_planner_person={secret}"}
        with site.test_request_context("/", headers=cookie):
            assert render_template_string(asked) == expected


def test_several_are_invited_at_once_and_each_link_works(visit: Visit):
    ada = visit("Ada")
    sent = {"names": "Nia\n\n  Noa Lind \n", "several-roles": "therapist"}
    page = ada.post("/people/several", sent)
    assert page.status_code == 200
    assert "2 invitation links" in page.text
    links = re.findall(r"/join/[\w-]+", page.text)
    assert len(set(links)) == 2
    assert "Welcome, Noa Lind" in visit().get(links[1]).text
    assert "/join/" not in ada.get("/people").text


def test_each_person_is_invited_once_and_every_refused_line_is_named(visit: Visit):
    names = "\n".join(["Nia", "nia", "Toni", "x" * 65])
    page = visit("Ada").post("/people/several", {"names": names, "several-roles": "therapist"})
    said = read(page.text)
    assert "1 invitation link" in said
    assert "Line 2, “nia”: Someone has this name already" in said
    assert "Line 3, “Toni”: Someone has this name already" in said
    assert "Line 4, “xxx" in said
    left = re.search(r'<textarea[^>]*id="names"[^>]*>([^<]*)', page.text)
    assert left
    assert left[1].split() == ["nia", "Toni", "x" * 65]


def test_several_without_a_role_or_without_a_name_are_refused_and_stay(house: House, visit: Visit):
    ada = visit("Ada")
    page = ada.post("/people/several", {"names": "Nia\nNoa"})
    assert page.status_code == 422
    assert 'href="#several-roles"' in page.text
    assert "Nia\nNoa" in page.text
    assert ada.post("/people/several", {"several-roles": "therapist"}).status_code == 422
    with pytest.raises(Unfit):
        house.office.add_several(house["Ada"], ["x"] * 51, ["therapist"])
