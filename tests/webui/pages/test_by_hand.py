"""A kept plan that a person has changed: what it no longer says of itself, and what is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.people import House
from tests.webui.support.visiting import Visitor, hidden
from webui.register.steps import Edit, Step, orders

Visit = Callable[[str], Visitor]
BROKEN = "The rules put C2 before this step."


@pytest.fixture
def moved(house: House) -> str:
    """A plan whose apology was put off by hand, while the check-in after it was not."""
    ref = house.kept()
    later = {"C2": Edit(where="future_session", words="Words of my own")}
    house.keeping.edit(house["Toni"], ref, 1, later)
    return ref


def test_a_step_that_lost_what_came_before_it_says_so(house: House, visit: Visit, moved: str):
    toni, sam = visit("Toni"), visit("Sam")
    page = toni.get(f"/plans/{moved}").text
    assert BROKEN in page
    assert "After C2" not in page
    assert "Steps or words were changed by hand. The rules had put it so:" in page
    house.keeping.submit(house["Toni"], moved, 2)
    assert BROKEN in sam.get(f"/plans/{moved}/review").text


def test_a_plan_as_the_rules_made_it_keeps_its_order_and_its_summary(house: House, visit: Visit):
    page = visit("Toni").get(f"/plans/{house.kept()}").text
    assert "After C2" in page
    assert "changed by hand" not in page
    assert "The rules put" not in page


def test_planning_again_asks_before_words_of_ones_own_are_left_behind(
    house: House, visit: Visit, moved: str
):
    toni = visit("Toni")
    asked = toni.post(f"/plans/{moved}/replan", {"version": "2"})
    assert "has to be entered again" in asked.text
    assert house.keeping.open(house["Toni"], moved).kept.version == 2
    sure = toni.client.post(f"/plans/{moved}/replan", data=dict(hidden(asked.text)))
    assert sure.status_code == 303
    assert house.keeping.open(house["Toni"], moved).kept.version == 3


def test_planning_again_is_offered_only_where_the_rules_are_others(house: House, visit: Visit):
    assert "Plan again with today" not in visit("Toni").get(f"/plans/{house.kept()}").text


GREAT = 99_999_999_999_999_999_999


@pytest.mark.parametrize("path", ["versions/{}", "versions/{}/1", "versions/1/{}"])
def test_a_number_that_no_database_holds_leads_nowhere(house: House, visit: Visit, path: str):
    ref = house.kept()
    assert visit("Toni").get(f"/plans/{ref}/{path.format(GREAT)}").status_code == 404


@pytest.mark.parametrize("path", ["/people/{}", "/people/{}/disable", "/account/keys/{}/revoke"])
def test_a_number_that_no_account_has_leads_nowhere(visit: Visit, path: str):
    ada, address = visit("Ada"), path.format(GREAT)
    answer = ada.get(address) if address.endswith(str(GREAT)) else ada.post(address)
    assert answer.status_code == 404


def step(key: str, where: str) -> Step:
    return Step(key, key, where, "Words")


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"C2": "now", "C1": "now"}, (("C2",), ())),
        ({"C2": "now", "C1": "later_this_session"}, (("C2",), ())),
        ({"C2": "later_this_session", "C1": "now"}, ((), ("C2",))),
        ({"C2": "removed", "C1": "now"}, ((), ("C2",))),
        ({"C2": "held", "C1": "held"}, ((), ())),
    ],
)
def test_what_comes_before_a_step(places, expected):
    steps = [step(key, where) for key, where in places.items()]
    assert orders(steps[-1], steps, ["C2"]) == expected
