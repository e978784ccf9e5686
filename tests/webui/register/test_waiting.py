"""What waits for somebody: counted for each role, never of anyone else's plans."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.people import House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui.register.waiting import Waiting, WaitingPlans

Visit = Callable[..., Visitor]


@pytest.fixture
def waiting(house: House) -> WaitingPlans:
    return WaitingPlans(house.database, house.clock)


def test_a_supervisor_counts_what_was_handed_in_to_them(house: House, waiting: WaitingPlans):
    house.kept(case="K-1")
    house.submitted(case="K-2")
    house.submitted("Sam", case="K-3")
    house.submitted("Tess", reviewer="Sam", case="K-4")
    assert waiting.of(house["Sam"]) == Waiting(review=2, changed=0)
    assert waiting.of(house["Sue"]) == Waiting(review=2, changed=0)
    assert waiting.of(house["Toni"]) == Waiting()
    assert waiting.of(house["Ada"]) == Waiting()


def test_a_therapist_counts_plans_with_changes_asked_for(house: House, waiting: WaitingPlans):
    ref = house.submitted()
    house.decide(ref, "ask_for_changes", text="Shorter, please.")
    assert waiting.of(house["Toni"]) == Waiting(review=0, changed=1)
    assert waiting.of(house["Sam"]) == Waiting()


def test_the_navigation_says_what_waits(house: House, visit: Visit):
    for number in (1, 2):
        house.submitted(case=f"K-{number}")
    page = read(visit("Sam").get("/plans").text)
    assert "Review (2 plans wait for you)" in page
    assert "wait for you" not in visit("Toni").get("/plans").text
