"""Taking back: the choice ends, and what is made afterwards is the owner's until handed in again.

Whom the page names, whose queue it is in, and who may do what with it are one and the same.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.people import LATE, House
from tests.webui.support.visiting import Visitor
from webui.database.refusals import NotHere, WrongState
from webui.register.outcomes import Report
from webui.register.steps import Edit

Visit = Callable[..., Visitor]
SECRET = "I kept you waiting and I knew it."
EDIT = {"C2": Edit(words=SECRET)}
NO_CODE = {name: value for name, value in LATE.items() if name != "case"}


def in_queue(house: House, name: str) -> list[str]:
    return [one.ref for one in house.reviewing.queue(house[name])]


def test_whom_one_chose_sees_nothing_after_it_is_taken_back(house: House, visit: Visit):
    """Tess, whom nobody supervises, takes it back, edits it and uses it: that is hers alone."""
    ref, sue = house.submitted("Tess", reviewer="Sue"), visit("Sue")
    assert sue.get(f"/plans/{ref}").status_code == 200
    assert visit("Tess").post(f"/plans/{ref}/take-back", {"version": "1"}).status_code == 303
    house.keeping.edit(house["Tess"], ref, 1, EDIT)
    house.afterwards.add(house["Tess"], ref, Report(tried="yes", response="It eased."))
    for path in ("", "/review", "/versions/1", "/versions/2", "/history"):
        assert sue.get(f"/plans/{ref}{path}").status_code == 404, path
    for path in ("withdraw", "review"):
        sent = {"version": "2", "sure": "yes"}
        assert sue.post(f"/plans/{ref}/{path}", sent).status_code == 404, path
    assert ref not in sue.get("/queue").text
    assert house.keeping.open(house["Tess"], ref).kept.state == "draft"


GONE = ("", "/review", "/versions/1", "/history", "/practice", "/practice/beside")


def assert_gone(reviewer: Visitor, ref: str, version: int) -> None:
    """Nothing of a plan is there for somebody: no page, no list, nothing to send."""
    for path in GONE:
        assert reviewer.get(f"/plans/{ref}{path}").status_code == 404, path
    for path in ("withdraw", "review", "practice"):
        sent = {"version": f"{version}", "sure": "yes"}
        assert reviewer.post(f"/plans/{ref}/{path}", sent).status_code == 404, path
    assert ref not in reviewer.get("/queue").text
    reviewer.post("/queue/search", {"q": "K-114"})
    assert ref not in reviewer.get("/queue/search").text


@pytest.mark.parametrize("afterwards", ["draft", "edited", "withdrawn"])
def test_what_nobody_decided_on_is_the_owners_alone_once_it_is_taken_back(
    house: House, visit: Visit, afterwards: str
):
    """Toni hands in and takes back: her supervisors find nothing, until she hands it in again."""
    ref, toni = house.submitted(), house["Toni"]
    above = [visit("Sam"), visit("Sue")]
    assert [one.get(f"/plans/{ref}").status_code for one in above] == [200, 200]
    house.keeping.take_back(toni, ref, 1)
    version = 1
    if afterwards == "edited":
        version = house.keeping.edit(toni, ref, 1, EDIT)
    elif afterwards == "withdrawn":
        house.keeping.withdraw(toni, ref, 1)
    for one in above:
        assert_gone(one, ref, version)
    for name in ("Sam", "Sue"):
        assert house.counting.trends(house[name], "supervisees").n == 0
        assert ref not in {one.ref for one in house.reviewing.decided(house[name])}
    assert visit("Toni").get(f"/plans/{ref}").status_code == 200
    if afterwards != "withdrawn":
        house.keeping.submit(toni, ref, version)
        for one in above:
            assert one.get(f"/plans/{ref}/review").status_code == 200
            earlier = one.get(f"/plans/{ref}/versions/1").status_code
            assert earlier == (200 if version == 1 else 404), "what was taken back stays Toni's"


def test_who_decided_still_reads_what_they_decided_on_and_nobody_else_does(
    house: House, visit: Visit
):
    """Sam asked for changes to the first version; the second was handed in and taken back."""
    ref, toni = house.submitted(), house["Toni"]
    house.decide(ref, "ask_for_changes", text="Shorter.")
    house.keeping.submit(toni, ref, house.keeping.edit(toni, ref, 1, EDIT))
    sam, sue = visit("Sam"), visit("Sue")
    assert SECRET in sam.get(f"/plans/{ref}").text
    house.keeping.take_back(toni, ref, 2)
    page = sam.get(f"/plans/{ref}")
    assert (page.status_code, SECRET in page.text) == (200, False)
    assert "Shorter." in page.text
    assert sam.get(f"/plans/{ref}/versions/2").status_code == 404
    assert sue.get(f"/plans/{ref}").status_code == 404


def test_who_reviews_is_asked_anew_at_each_handing_in(house: House, visit: Visit):
    ref, tess = house.submitted("Tess", reviewer="Sue"), visit("Tess")
    house.keeping.take_back(house["Tess"], ref, 1)
    asked = tess.post(f"/plans/{ref}/submit", {"version": "1"})
    assert asked.status_code == 200
    assert "Who should review this plan?" in asked.text
    assert " checked" not in asked.text
    sent = {"version": "1", "reviewer": str(house["Sam"].id)}
    assert tess.post(f"/plans/{ref}/submit", sent).status_code == 303
    assert (in_queue(house, "Sam"), in_queue(house, "Sue")) == ([ref], [])


def test_after_changes_were_asked_for_the_same_reviewer_is_proposed_and_can_be_changed(
    house: House, visit: Visit
):
    ref, tess = house.submitted("Tess", reviewer="Sue"), visit("Tess")
    house.decide(ref, "ask_for_changes", name="Sue", text="Shorter.")
    asked = tess.post(f"/plans/{ref}/submit", {"version": "1"})
    assert asked.status_code == 200
    assert asked.text.count(" checked") == 1
    assert f'value="{house["Sue"].id}" checked' in asked.text
    sent = {"version": "1", "reviewer": str(house["Sam"].id)}
    assert tess.post(f"/plans/{ref}/submit", sent).status_code == 303
    assert (in_queue(house, "Sam"), in_queue(house, "Sue")) == ([ref], [])
    with pytest.raises(NotHere):
        house.keeping.open(house["Sue"], ref)


def test_the_page_names_everyone_in_whose_queue_a_plan_is(house: House, visit: Visit):
    """Sam becomes Tess's supervisor while a plan of hers is with Sue, whom she chose."""
    ref = house.submitted("Tess", reviewer="Sue")
    house.office.set_supervisors(house["Ada"], house["Tess"].id, [house["Sam"].id])
    standing = house.looking.standing(house["Tess"], ref)
    with_it = {name for name in ("Sam", "Sue") if ref in in_queue(house, name)}
    assert set(standing.reviewers) == with_it == {"Sam", "Sue"}
    assert "It is with Sam, Sue." in visit("Tess").get(f"/plans/{ref}").text
    for name in ("Sam", "Sue"):
        assert visit(name).get(f"/plans/{ref}/review").status_code == 200
    house.decide(ref, name="Sue")
    assert house.keeping.open(house["Tess"], ref).kept.state == "approved"


@pytest.mark.parametrize("observation", [LATE, NO_CODE], ids=["code", "no code"])
def test_a_supervisor_does_not_read_what_is_made_after_taking_back(
    house: House, visit: Visit, observation
):
    """What was handed in stays readable, with what was said of it; the draft is the owner's."""
    ref, sam = house.submitted(observation=observation), visit("Sam")
    house.decide(ref, "escalate", text="Not like this.")
    house.keeping.take_back(house["Toni"], ref, 1)
    house.keeping.edit(house["Toni"], ref, 1, EDIT)
    page = sam.get(f"/plans/{ref}")
    assert page.status_code == 200
    assert "Not like this." in page.text
    assert "Toni is working on this plan" in page.text
    for path in ("/versions/2", "/versions/1/2"):
        assert sam.get(f"/plans/{ref}{path}").status_code == 404
    assert sam.post(f"/plans/{ref}/review", {"version": "2"}).status_code == 409
    searched = sam.get("/queue").text
    assert ref in searched
    for shown in (page.text, searched, sam.post(f"/plans/{ref}/review").text):
        assert SECRET[:12] not in shown
    assert visit("Toni").get(f"/plans/{ref}").text.count(SECRET)
    house.keeping.submit(house["Toni"], ref, 2)
    assert SECRET in sam.get(f"/plans/{ref}/review").text
    assert sam.get(f"/plans/{ref}/versions/1/2").status_code == 200


def test_a_supervisor_does_not_count_what_is_made_after_taking_back(house: House):
    """What Sam decided on is counted as it was then; for Sue, who did not, there is nothing."""
    ref = house.submitted()
    used = house.counting.trends(house["Sam"], "supervisees").items
    house.decide(ref, "escalate", text="Not like this.")
    house.keeping.take_back(house["Toni"], ref, 1)
    gone = {"C2": Edit(where="removed", reason="Said already.")}
    house.keeping.edit(house["Toni"], ref, 1, gone)
    assert house.counting.trends(house["Sam"], "supervisees").items == used
    assert house.counting.trends(house["Toni"]).items != used
    assert house.counting.trends(house["Sue"], "supervisees").n == 0


@pytest.mark.parametrize("before", ["to_review", "changes_asked", "approved"])
def test_a_reviewer_withdraws_what_was_handed_in_or_decided_on(
    house: House, visit: Visit, before: str
):
    ref, sam = house.submitted(), visit("Sam")
    if before != "to_review":
        kind = "approve" if before == "approved" else "ask_for_changes"
        house.decide(ref, kind, text="So.")
    assert "Withdraw" in sam.get(f"/plans/{ref}").text
    assert sam.post(f"/plans/{ref}/withdraw", {"version": "1"}).status_code == 200
    sent = {"version": "1", "sure": "yes"}
    assert sam.post(f"/plans/{ref}/withdraw", sent).status_code == 303
    assert sam.get(f"/plans/{ref}").status_code == 200


@pytest.mark.parametrize("way", ["taken back", "reopened", "edited"])
def test_nobody_but_the_owner_withdraws_what_the_owner_is_working_on(
    house: House, visit: Visit, way: str
):
    ref, toni, sam, version = house.submitted(), house["Toni"], visit("Sam"), 1
    if way == "taken back":
        house.decide(ref, "escalate", text="Not like this.")
        house.keeping.take_back(toni, ref, 1)
    elif way == "reopened":
        house.decide(ref)
        version = house.keeping.reopen(toni, ref, 1)
    else:
        house.decide(ref, "ask_for_changes", text="Shorter.")
        version = house.keeping.edit(toni, ref, 1, EDIT)
    assert "Withdraw" not in sam.get(f"/plans/{ref}").text
    for sent in ({"version": f"{version}"}, {"version": f"{version}", "sure": "yes"}):
        refused = sam.post(f"/plans/{ref}/withdraw", sent)
        assert refused.status_code == 409
        assert "The owner of this plan is working on it" in refused.text
    with pytest.raises(WrongState):
        house.keeping.withdraw(house["Sam"], ref, version)
    house.keeping.withdraw(toni, ref, version)
    page = sam.get(f"/plans/{ref}")
    assert page.status_code == 200
    assert SECRET not in page.text


def test_whom_one_chose_compares_no_totals_of_other_plans(house: House, visit: Visit):
    """The totals of an earlier outcome in the case are of a plan that Sue was never shown."""
    earlier = house.kept("Tess")
    house.afterwards.add(house["Tess"], earlier, Report(tried="yes", srs="31"))
    ref = house.kept("Tess", session=7)
    house.afterwards.add(house["Tess"], ref, Report(tried="yes", srs="22"))
    house.keeping.submit(house["Tess"], ref, 1, reviewer=house["Sue"].id)
    assert "lower than the last time" in visit("Tess").get(f"/plans/{ref}").text
    page = visit("Sue").get(f"/plans/{ref}").text
    assert "SRS" in page
    assert "lower than the last time" not in page
