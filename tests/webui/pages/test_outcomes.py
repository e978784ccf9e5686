"""How it went: what was said, which cue came, how it landed, and the plan that follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.support.people import FLAGGED, STOP, House
from tests.webui.support.sending import read
from tests.webui.support.visiting import Visitor, hidden
from webui.register.outcomes import cued

Visit = Callable[..., Visitor]
READY = {
    "case": "K-9",
    "ruptures": [
        {"kind": "deflection", "trigger": "feelings", "response": "joke", "occurrences": 3}
    ],
    "context": {"phase": "middle", "alliance": "good", "movement": "withdrawal"},
    "safety": {"flags": {}},
}


def approved(house: House, **changes: object) -> str:
    ref = house.submitted(**changes)  # type: ignore[arg-type]  # parts of an observation
    house.decide(ref)
    return ref


def test_what_is_told_stands_with_the_plan_the_case_and_what_is_handed_out(
    house: House, visit: Visit
):
    ref, toni = approved(house), visit("Toni")
    form = read(toni.get(f"/plans/{ref}/outcome").text)
    assert "Which words did you say" in form
    assert "Apologize, process, repair" in form
    told = {"tried": "partly", "said": "C2", "landed": "harder", "response": "He left early."}
    answer = toni.post(f"/plans/{ref}/outcome", told)
    page = read(toni.get(answer.headers["Location"]).text)
    assert "What came of it is kept" in page
    for path in (f"/plans/{ref}", f"/plans/{ref}/case"):
        page = read(toni.get(path).text)
        assert "Apologize, process, repair" in page
        assert "It got harder" in page
    data = toni.get(f"/plans/{ref}/case.json").get_json()["plans"][0]["outcomes"][0]
    assert (data["said"], data["cues"], data["landed"]) == (["C2"], [], "harder")
    text = toni.get(f"/plans/{ref}/case.md").text
    assert "Tried: In part. Said: Apologize, process, repair. How it landed: It got harder." in text


@pytest.mark.parametrize(
    ("told", "repair"),
    [
        ({"tried": "yes", "landed": "eased"}, "helped"),
        ({"tried": "partly", "landed": "unchanged"}, "no_change"),
        ({"tried": "yes", "landed": "harder"}, "worsened"),
        ({"tried": "yes", "landed": "unclear"}, ""),
        ({"tried": "no"}, "not_tried"),
    ],
)
def test_the_next_plan_begins_with_what_was_tried(
    house: House, visit: Visit, told: dict[str, str], repair: str
):
    ref, toni = approved(house, context={"phase": "late", "signs": ["denial"]}), visit("Toni")
    toni.post(f"/plans/{ref}/outcome", {"said": "C2", **told})
    page = toni.get(f"/plans/{ref}").text
    begun = page[page.index('aria-labelledby="outcomes"') :]
    pairs = [pair for pair in hidden(begun) if pair[0] != "csrf_token"]
    assert ("context.earlier_items", "C2") in pairs
    assert ("kind", "lateness") in pairs
    assert ("lateness.minutes", "20") in pairs
    assert ("context.phase", "late") in pairs
    assert "context.signs" not in dict(pairs), "what may be other by now is asked anew"
    assert dict(pairs).get("context.earlier_repair", "") == repair
    form = toni.post("/", pairs)
    assert 'value="C2" checked' in toni.get(form.headers["Location"]).text


def test_a_step_or_cue_that_the_plan_does_not_have_is_not_stored(house: House, visit: Visit):
    ref = approved(house)
    sent = {"tried": "yes", "said": ["C2", "D4", "C2"], "cues": ["D9"]}
    assert visit("Toni").post(f"/plans/{ref}/outcome", sent).status_code == 303
    told = house.afterwards.of_plan(house["Toni"], ref)[0]
    assert (told.said, told.cues, told.landed) == (("C2",), (), "")


def test_a_cue_is_asked_for_where_something_waits_for_it(house: House, visit: Visit):
    found = next(
        (told for told in OBSERVED if cued(house.plan(told).to_dict())),
        None,
    )
    assert found, "no observation of these holds an item that a cue lets go on"
    ref = approved(house, observation=found)
    cues = cued(house.keeping.open(house["Toni"], ref).content.plan)
    toni = visit("Toni")
    page = toni.get(f"/plans/{ref}/outcome").text
    assert cues[0][1] in read(page)
    toni.post(f"/plans/{ref}/outcome", {"tried": "yes", "cues": cues[0][0]})
    assert "Cue that came" in toni.get(f"/plans/{ref}").text


OBSERVED = [
    {**READY, "context": {**READY["context"], "feelings": [feeling]}}  # type: ignore[dict-item]  # a mapping
    for feeling in ("angry", "hurt", "overwhelmed", "ashamed", "frightened", "numb")
]


def test_someone_who_works_alone_tells_how_a_draft_went(house: House, visit: Visit):
    ref, tess = house.kept("Tess"), visit("Tess")
    assert "This plan was not reviewed" in read(tess.get(f"/plans/{ref}/outcome").text)
    assert tess.post(f"/plans/{ref}/outcome", {"tried": "yes"}).status_code == 303


@pytest.mark.parametrize("observation", [FLAGGED, STOP], ids=["review first", "stop"])
def test_a_plan_that_always_needs_somebody_is_not_told_of_as_a_draft(
    house: House, visit: Visit, observation: dict[str, object]
):
    ref, tess = house.kept("Tess", observation=observation), visit("Tess")
    assert tess.get(f"/plans/{ref}/outcome").status_code == 409
    assert tess.post(f"/plans/{ref}/outcome", {"tried": "yes"}).status_code == 409


def test_what_does_not_fit_keeps_every_tick(house: House, visit: Visit):
    ref, toni = approved(house), visit("Toni")
    sent = {"tried": "", "said": "C2", "landed": "eased"}
    page = toni.post(f"/plans/{ref}/outcome", sent)
    assert page.status_code == 422
    assert 'value="C2" checked' in page.text
    assert 'value="eased" checked' in page.text
    wrong = toni.post(f"/plans/{ref}/outcome", {**sent, "landed": "well"})
    assert 'href="#landed"' in wrong.text


def test_what_a_therapist_felt_is_in_no_text_that_is_handed_on(house: House, visit: Visit):
    ref = house.kept(context={"therapist_feelings": ["irritated"]})
    assert "rritated" not in visit("Toni").get(f"/plans/{ref}/case.md").text
