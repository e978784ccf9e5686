"""Handing in: to somebody or not at all, with notes that were looked at, and working alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.people import FLAGGED, LATE, STOP, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor
from webui.database.refusals import Refusal, Unfit

Visit = Callable[..., Visitor]
MOVED_ON = "Someone may have moved it on"
NAMED = "Maria Lopez called, 555-867-5309."


def test_without_a_supervisor_nothing_disappears(house: House, visit: Visit):
    """Nobody is assigned to Tess: the page says so, names who could, and the plan stays hers."""
    ref, tess = house.kept("Tess"), visit("Tess")
    page = tess.post(f"/plans/{ref}/submit", {"version": "1"})
    assert page.status_code == 200
    assert "Nobody is assigned" in page.text
    for name in ("Sam", "Sue"):
        assert name in page.text
    assert house.keeping.open(house["Tess"], ref).kept.state == "draft"
    assert "Keep it for yourself" in page.text


def test_someone_is_chosen_for_one_plan_and_sees_that_one_only(house: House, visit: Visit):
    ref, other = house.kept("Tess"), house.kept("Tess", case="K-2")
    tess, sue = visit("Tess"), visit("Sue")
    sent = {"version": "1", "reviewer": str(house["Sue"].id)}
    assert tess.post(f"/plans/{ref}/submit", sent).status_code == 303
    page = tess.get(f"/plans/{ref}").text
    assert "Handed in to Sue" in page
    assert ref in sue.get("/queue").text
    assert other not in sue.get("/queue").text
    assert sue.get(f"/plans/{other}").status_code == 404
    assert visit("Sam").get(f"/plans/{ref}").status_code == 404
    house.decide(ref, name="Sue")
    assert house.keeping.open(house["Tess"], ref).kept.state == "approved"


@pytest.mark.parametrize("who", ["Toni", "Tess", "Ada"])
def test_only_a_supervisor_can_be_chosen(house: House, who: str):
    ref = house.kept("Tess")
    with pytest.raises(Unfit) as refused:
        house.keeping.submit(house["Tess"], ref, 1, reviewer=house[who].id)
    assert "reviewer" in refused.value.problems
    assert house.keeping.open(house["Tess"], ref).kept.state == "draft"


def test_a_supervisor_who_cannot_come_in_is_none(house: House, visit: Visit):
    """Both of Toni's supervisors are shut out: handing in says so instead of losing the plan."""
    ref, toni = house.kept(), visit("Toni")
    for name in ("Sam", "Sue"):
        house.office.disable(house["Ada"], house[name].id, disabled=True)
    with pytest.raises(Refusal):
        house.keeping.submit(house["Toni"], ref, 1)
    page = toni.post(f"/plans/{ref}/submit", {"version": "1"}).text
    assert "Nobody is assigned" in page
    assert "Ada" in page


def test_a_plan_whose_supervisor_left_says_so(house: House, visit: Visit):
    ref, toni = house.submitted(), visit("Toni")
    for name in ("Sam", "Sue"):
        house.office.disable(house["Ada"], house[name].id, disabled=True)
    assert "queue now: whoever had it" in toni.get(f"/plans/{ref}").text


def test_who_works_alone_uses_a_plan_that_proceeds(house: House, visit: Visit):
    ref, tess = house.kept("Tess"), visit("Tess")
    page = tess.get(f"/plans/{ref}").text
    assert "Use it in the room" in page
    for path in ("", "/room", "/sheet"):
        shown = tess.get(f"/plans/{ref}{path}")
        assert shown.status_code == 200
        assert "Not reviewed" in shown.text
    assert tess.post(f"/plans/{ref}/outcome", {"tried": "yes"}).status_code == 303
    assert "What came of it" in tess.get(f"/plans/{ref}").text


def test_who_waits_for_an_invited_supervisor_does_not_work_alone(house: House, visit: Visit):
    """Una is invited and has not come: she has no queue yet, and Tess is not without anybody."""
    number, _secret = house.office.add(house["Ada"], "Una", ["supervisor"])
    house.office.set_supervisors(house["Ada"], house["Tess"].id, [number])
    ref, tess = house.kept("Tess"), visit("Tess")
    assert tess.get(f"/plans/{ref}/room").status_code == 409
    tess.post("/account/happened", {"upto": "999"})  # that Una supervises her was told
    page = read(tess.post(f"/plans/{ref}/submit", {"version": "1"}).text)
    assert "Una" not in page  # in what is read: a form's token may have these letters by chance
    assert "Sue" in page


@pytest.mark.parametrize("observation", [FLAGGED, STOP], ids=["review first", "stop"])
def test_what_needs_somebody_is_not_used_alone(house: House, visit: Visit, observation):
    ref, tess = house.kept("Tess", observation), visit("Tess")
    assert "Use it in the room" not in tess.get(f"/plans/{ref}").text
    for path in ("/room", "/sheet", "/outcome"):
        refused = tess.get(f"/plans/{ref}{path}")
        assert refused.status_code == 409
        assert MOVED_ON not in refused.text


def test_who_has_a_supervisor_uses_nothing_before_the_approval(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    assert "Use it in the room" not in toni.get(f"/plans/{ref}").text
    refused = toni.get(f"/plans/{ref}/room")
    assert refused.status_code == 409
    assert MOVED_ON not in refused.text
    assert "Hand it in" in refused.text


def test_what_was_objected_to_is_not_used_alone(house: House, visit: Visit):
    """Changes were asked for; then there is no supervisor any more."""
    ref = house.submitted()
    house.decide(ref, "escalate", text="Not like this.")
    house.keeping.take_back(house["Toni"], ref, 1)
    house.office.set_supervisors(house["Ada"], house["Toni"].id, [])
    assert visit("Toni").get(f"/plans/{ref}/room").status_code == 409


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ("submit", "waits for a review"),
        ("reopen", "waits for a review"),
        ("edit", "waits for a review"),
    ],
)
def test_a_move_that_cannot_be_made_says_the_real_reason(
    house: House, visit: Visit, move: str, said: str
):
    ref, toni = house.submitted(), visit("Toni")
    refused = toni.post(f"/plans/{ref}/{move}", {"version": "1"})
    assert refused.status_code == 409
    assert said in refused.text
    assert MOVED_ON not in refused.text


def test_notes_that_seem_to_name_someone_are_shown_and_asked_about(house: House, visit: Visit):
    ref, toni = house.kept(notes=NAMED), visit("Toni")
    kept = toni.get(f"/plans/{ref}").text
    assert "Your notes may name someone" in kept
    assert "<mark>Maria Lopez</mark>" in kept or "<mark>Lopez</mark>" in kept
    asked = toni.post(f"/plans/{ref}/submit", {"version": "1"})
    assert asked.status_code == 200
    assert "Hand in without the notes" in asked.text
    assert house.keeping.open(house["Toni"], ref).kept.state == "draft"


def test_handed_in_without_the_notes_nobody_else_reads_them(house: House, visit: Visit):
    ref, toni, sam = house.kept(notes=NAMED), visit("Toni"), visit("Sam")
    sent = {"version": "1", "send_notes": "no", "notes": NAMED}
    assert toni.post(f"/plans/{ref}/submit", sent).status_code == 303
    for path in ("", "/review", "/versions/2"):
        page = sam.get(f"/plans/{ref}{path}")
        assert page.status_code == 200
        assert "Lopez" not in page.text
    assert sam.get(f"/plans/{ref}/versions/1").status_code == 404
    assert "/versions/1" not in sam.get(f"/plans/{ref}").text
    assert "Lopez" in toni.get(f"/plans/{ref}/versions/1").text


def test_notes_are_handed_in_as_they_are_or_as_they_were_changed(house: House, visit: Visit):
    toni, sam = visit("Toni"), visit("Sam")
    ref = house.kept(notes=NAMED)
    toni.post(f"/plans/{ref}/submit", {"version": "1", "send_notes": "yes", "notes": NAMED})
    read = sam.get(f"/plans/{ref}/review").text
    assert "Lopez" in read
    assert "Your notes may name someone" not in read
    assert house.keeping.open(house["Toni"], ref).kept.version == 1
    ref = house.kept(notes=NAMED, case="K-2")
    sent = {"version": "1", "send_notes": "yes", "notes": "She called."}
    toni.post(f"/plans/{ref}/submit", sent)
    page = sam.get(f"/plans/{ref}/review").text
    assert "She called." in page
    assert "Lopez" not in page


def test_the_sheet_holds_no_notes(house: House, visit: Visit):
    ref = house.submitted(notes=NAMED)
    house.decide(ref)
    assert "Lopez" not in visit("Toni").get(f"/plans/{ref}/sheet").text


def test_plans_without_a_case_code_are_told_apart(house: House, visit: Visit):
    no_code = {key: value for key, value in LATE.items() if key != "case"}
    house.kept(observation=no_code)
    house.kept(
        observation={**no_code, "ruptures": [{"kind": "boundary_request", "nature": "gift"}]}
    )
    house.clock.forward(days=3)
    page = visit("Toni").get("/plans").text
    assert "No case code" not in page
    assert "3 days" in page
    opened = house.keeping.open(house["Toni"], house.kept(observation=no_code))
    assert " ".join(opened.content.steps[0].words.split()[:3]) in page or "…" in page


def test_withdrawing_has_a_way_back(house: House, visit: Visit):
    ref = house.kept()
    asked = visit("Toni").post(f"/plans/{ref}/withdraw", {"version": "1"}).text
    assert f'href="/plans/{ref}"' in asked


@pytest.mark.parametrize("path", ["", "/sheet"])
def test_an_approved_plan_no_longer_says_talk_it_through_first(
    house: House, visit: Visit, path: str
):
    ref, toni = house.submitted(observation=FLAGGED), visit("Toni")
    assert "Talk this through first" in toni.get(f"/plans/{ref}").text
    house.decide(ref)
    page = toni.get(f"/plans/{ref}{path}").text
    assert "Talk this through first" not in page
    assert "do not use its words" not in page


def test_a_plan_with_a_chosen_reviewer_is_erased_whole(house: House, visit: Visit):
    ref = house.submitted("Tess", reviewer="Sue")
    house.cases.erase(house["Tess"], ref, "K-114")
    assert visit("Sue").get(f"/plans/{ref}").status_code == 404


def test_who_was_chosen_sees_nothing_once_somebody_is_assigned_and_it_is_handed_in_again(
    house: House,
):
    ref = house.submitted("Tess", reviewer="Sue")
    house.office.set_supervisors(house["Ada"], house["Tess"].id, [house["Sam"].id])
    house.keeping.take_back(house["Tess"], ref, 1)
    assert house.keeping.submit(house["Tess"], ref, 1) == ["Sam"]
    assert [one.ref for one in house.reviewing.queue(house["Sam"])] == [ref]
    assert house.reviewing.queue(house["Sue"]) == []
