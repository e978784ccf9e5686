"""Lists of kept plans: what a row says, search and filter, and how little is read for them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import event

from tests.webui.support.people import FLAGGED, LATE, STOP, House
from tests.webui.support.visiting import Visitor
from webui.register.steps import Edit

Visit = Callable[..., Visitor]


def search(visitor: Visitor, path: str, **sent: str) -> str:
    """Send a search, and read the list that it leads to."""
    answer = visitor.post(path, sent)
    assert answer.status_code == 303
    assert sent["q"] not in answer.location or not sent["q"]
    return visitor.get(answer.location).text


GIFT = {"kind": "boundary_request", "nature": "gift"}


def test_a_row_says_what_was_noticed_how_old_it_is_and_how_it_begins(house: House, visit: Visit):
    house.kept()
    house.clock.forward(days=3)
    page = visit("Toni").get("/plans").text
    assert "Lateness" in page
    assert "Made 3 days ago" in page
    assert "I was late. That was mine." in page


def test_a_queue_row_says_from_whom_which_version_and_how_long(house: House, visit: Visit):
    house.submitted(observation=FLAGGED)
    house.clock.forward(days=3)
    page = visit("Sam").get("/queue").text
    for said in ("From Toni", "Lateness", "Version 1", "Waiting 3 days", "Review first"):
        assert said in page, said


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("k-114", ["late"]),
        ("boundary", ["gift"]),
        ("LATE mine", ["late"]),
        ("lateness waiting", ["edited"]),
        ("nothing like it", []),
        ("", ["late", "gift", "edited"]),
    ],
)
def test_a_search_reads_code_kinds_and_first_words(
    house: House, visit: Visit, asked: str, found: list[str]
):
    refs = {
        "late": house.kept(),
        "gift": house.kept(case="K-2", ruptures=[GIFT]),
        "edited": house.kept(case="K-3"),
    }
    house.keeping.edit(house["Toni"], refs["edited"], 1, {"C2": Edit(words="I kept you waiting.")})
    page = search(visit("Toni"), "/plans/search", q=asked)
    assert {name for name, ref in refs.items() if ref in page} == set(found)


def test_a_filter_shows_one_state_and_an_unknown_one_all(house: House, visit: Visit):
    draft, waiting, toni = house.kept(), house.submitted(case="K-2"), visit("Toni")
    page = toni.get("/plans?state=to_review").text
    assert (waiting in page, draft in page) == (True, False)
    page = toni.get("/plans?state=nonsense").text
    assert (waiting in page, draft in page) == (True, True)
    approved = house.submitted(case="K-3")
    house.decide(approved)
    page = visit("Sam").get("/queue?state=approved").text
    assert (approved in page, waiting in page) == (True, False)


def test_what_was_searched_for_stands_in_the_field_as_text(house: House, visit: Visit):
    house.kept()
    page = search(visit("Toni"), "/plans/search", q='"><script>')
    assert "<script>" not in page
    assert "No plan fits this search" in page


@pytest.mark.parametrize(("name", "path"), [("Toni", "/plans"), ("Sam", "/queue")])
def test_what_is_searched_for_stands_in_no_address(
    house: House, visit: Visit, name: str, path: str
):
    """A case code is sent in the form, and an old address with one shows everything."""
    ref, other, visitor = house.submitted(), house.submitted(case="K-2"), visit(name)
    form = re.search(
        r'<form method="post" action="([^"]*)"[^>]*role="search"', visitor.get(path).text
    )
    assert form
    page = search(visitor, form[1], q="K-114", state="to_review")
    assert (ref in page, other in page) == (True, False)
    assert 'value="K-114"' in page
    assert 'aria-current="page"' in page
    assert "K-114" not in " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    assert other not in visitor.get(form[1]).text, "Back and reload show what was found"
    assert other in visitor.get(path).text
    assert other in visitor.get(f"{path}?q=K-114").text
    by_state = visitor.post(form[1], {"q": " ", "state": "to_review"})
    assert (by_state.status_code, by_state.location) == (303, f"{path}?state=to_review")


def test_no_list_reads_a_version(house: House, visit: Visit):
    """However many plans there are, their content is not read for a list."""
    house.kept(observation=STOP)
    for number in range(5):
        house.submitted(case=f"K-{number}", observation=LATE)
    asked: list[str] = []
    toni, sam = visit("Toni"), visit("Sam")
    engine = toni.client.application.extensions["store"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert search(toni, "/plans/search", q="late")
    assert sam.get("/queue").status_code == 200
    assert asked
    assert [one for one in asked if "versions" in one] == []


def test_lists_follow_an_edit_of_the_first_step(house: House, visit: Visit):
    ref = house.kept()
    house.keeping.edit(house["Toni"], ref, 1, {"C2": Edit(words="I kept you waiting.")})
    assert "I kept you waiting." in visit("Toni").get("/plans").text


def test_what_was_searched_for_is_forgotten_at_the_end_of_a_session(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    assert ref not in search(toni, "/plans/search", q="nothing like it")
    toni.post("/sign-out")
    assert ref in toni.sign_in("Toni").get("/plans/search").text
