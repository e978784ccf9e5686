"""`repair-planner roles`: on the machine itself, noted in the history and told to the person."""

from __future__ import annotations

import pytest

from tests.support.command import called
from tests.webui.support.people import House
from webui.database.history import audit


@pytest.fixture
def here(house: House, tmp_path: object) -> dict[str, str]:
    """The environment in which the command finds the house's database."""
    address = house.database.url.render_as_string(hide_password=False)
    return {"DATABASE_URL": address, "REPAIR_PLANNER_DATA": str(tmp_path)}


def test_somebody_who_forgot_to_tick_therapist_is_not_stuck(house: House, here: dict[str, str]):
    done = called(["roles", "ada", "--add", "therapist"], here)
    assert (done.returncode, done.stdout) == (0, "Ada: therapist, administrator\n")
    ada = house["Ada"]
    assert house.office.open(ada, ada.id).account.roles == ("therapist", "administrator")
    [told] = house.happened.listed(ada)
    assert (told.action, told.who, told.detail) == ("roles_changed", "", "therapist administrator")
    with house.database.read() as session:
        assert audit(session).bad_row is None


def test_without_an_option_it_shows_the_roles_and_changes_nothing(
    house: House, here: dict[str, str]
):
    assert called(["roles", "Sam"], here).stdout == "Sam: therapist, supervisor\n"
    assert house.happened.listed(house["Sam"]) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["Nobody", "--add", "therapist"], "nobody signs in as 'Nobody'"),
        (["Ada", "--remove", "administrator", "--add", "therapist"], "Someone has to be"),
        (["Toni", "--remove", "therapist"], "Choose at least one role"),
        (["Toni", "--add", "director"], "invalid choice: 'director'"),
    ],
)
def test_what_cannot_be_is_refused(house: House, here: dict[str, str], words: list[str], why: str):
    done = called(["roles", *words], here)
    assert done.returncode in (1, 2)
    assert why in done.stderr
    assert house.office.open(house["Ada"], house["Ada"].id).account.roles == ("administrator",)


def test_who_is_no_supervisor_any_more_is_named_to_whom_they_supervised(
    house: House, here: dict[str, str]
):
    assert called(["roles", "Sam", "--remove", "supervisor"], here).returncode == 0
    [told] = house.happened.listed(house["Toni"])
    assert (told.action, told.whom) == ("supervisor_ended", "Sam")
