"""The brief of a kept plan comes from the version's steps, and says nothing that was taken out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from tests.webui.support.people import LATE, STOP, House
from tests.webui.support.visiting import Visitor
from webui.database.refusals import Unfit
from webui.database.tables import KeptPlan, Version
from webui.register import steps
from webui.register.own_plans import Opened
from webui.register.steps import Edit, FreeStep
from webui.register.versions import Content
from webui.show.kept_brief import brief_of

Visit = Callable[..., Visitor]
OWN = "I kept you waiting, and I am sorry."


def opened(house: House, ref: str, number: int | None = None) -> Opened:
    return house.keeping.open(house["Toni"], ref, number)


def test_unedited_it_is_the_plans_own(house: House):
    plan = house.plan().to_dict()
    brief = brief_of(opened(house, house.kept()).content)
    assert brief
    for key in ("consult", "before", "then", "mind", "dont", "not_now", "check", "if_not"):
        assert brief[key] == plan["brief"][key], key
    assert {key: brief["say"][key] for key in plan["brief"]["say"]} == plan["brief"]["say"]


def test_edited_words_take_their_short_words_and_line_with_them(house: House):
    ref = house.kept()
    house.keeping.edit(house["Toni"], ref, 1, {"C2": Edit(words=OWN)})
    content = opened(house, ref).content
    step = next(one for one in content.steps if one.key == "C2")
    assert (step.short, step.line) == ("", "")
    brief = brief_of(content)
    assert brief
    assert (brief["say"]["words"], brief["say"]["whole"]) == (OWN, True)


def test_rewritten_short_words_stay_and_are_hashed(house: House):
    ref, toni = house.kept(), house["Toni"]
    first = opened(house, ref).version.content_hash
    house.keeping.edit(toni, ref, 1, {"C2": Edit(short="I was late. I am sorry.")})
    second = opened(house, ref)
    assert second.version.content_hash != first
    edit = Edit(words=OWN, short="Sorry that I was late.", line="say sorry")
    house.keeping.edit(toni, ref, 2, {"C2": edit})
    content = opened(house, ref).content
    brief = brief_of(content)
    assert brief
    assert brief["say"]["words"] == "Sorry that I was late."
    assert not content.as_planned


@pytest.mark.parametrize(("name", "count"), [("short", 46), ("line", 11)])
def test_short_forms_are_short(house: House, name: str, count: int):
    ref = house.kept()
    long = "word " * count
    edit = Edit(short=long) if name == "short" else Edit(line=long)
    with pytest.raises(Unfit) as refused:
        house.keeping.edit(house["Toni"], ref, 1, {"C2": edit})
    assert f"{name}-C2" in refused.value.problems


def test_another_first_step_brings_its_own_cautions(house: House):
    """What the rules wrote for C2 as the first step is not said of another one."""
    ref = house.kept()
    edit = Edit(where="held", reason="After the holidays")
    house.keeping.edit(house["Toni"], ref, 1, {"C2": edit})
    content = opened(house, ref).content
    brief = brief_of(content)
    assert brief
    assert brief["say"]["item"] == "C1"
    planned = {one["item"]: one for one in content.plan["steps"]}
    assert brief["mind"] == planned["C1"]["cautions"][:2]
    assert brief["if_not"] is None
    assert {"item": "C2", "text": "After the holidays", "cue": None} in brief["not_now"]


def test_a_step_of_ones_own_stands_in_it_by_its_title(house: House):
    ref = house.kept()
    added = FreeStep("Bring the clock", "future_session", "Put a clock where I see it.")
    house.keeping.edit(house["Toni"], ref, 1, {}, added)
    brief = brief_of(opened(house, ref).content)
    assert brief
    last = brief["then"][-1]
    assert (last["item"], last["line"], last["short"]) == (
        "D5-1",
        "Bring the clock",
        "Put a clock where I see it.",
    )


def test_a_stop_holds_only_what_comes_first(house: House, visit: Visit):
    ref = house.kept(observation=STOP)
    brief = brief_of(opened(house, ref).content)
    assert brief
    assert brief["consult"]
    assert not brief["say"]
    page = visit("Toni").get(f"/plans/{ref}").text
    assert page.index("What to do first") < page.index('id="answers-title"')


def older(house: House, ref: str) -> None:
    """Store the plan as an earlier version of the program stored it, with its hash."""
    with house.database.write() as session:
        kept = session.query(KeptPlan).filter_by(ref=ref).one()
        version = session.get_one(Version, (kept.id, 1))
        plan = json.loads(version.plan_json)
        del plan["brief"]
        for step in plan["steps"]:
            del step["short"], step["line"], step["blanks"]
        version.plan_json = json.dumps(plan)
        keys = ("key", "title", "where", "words", "reason", "accepted")
        told = [{key: one[key] for key in keys} for one in json.loads(version.steps_json)]
        version.steps_json = json.dumps(told, ensure_ascii=True, sort_keys=True)
        whole = f"{version.plan_json}\n{version.steps_json}"
        version.content_hash = sha256(whole.encode()).hexdigest()


def test_a_plan_of_an_earlier_version_reads_and_keeps_its_hash(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    older(house, ref)
    found = opened(house, ref)
    assert found.content.hash == found.version.content_hash
    assert found.content.as_planned
    assert brief_of(found.content) is None
    page = toni.get(f"/plans/{ref}").text
    assert "Plan it again to get the words in brief" in page
    assert "rp-say__words" in page
    toni.post(f"/plans/{ref}/replan", {"version": "1"})
    assert "In brief" in toni.get(f"/plans/{ref}").text
    assert "Plan it again" not in toni.get(f"/plans/{ref}").text


def test_an_older_plan_is_reviewed_and_approved(house: House):
    ref = house.kept()
    older(house, ref)
    house.keeping.submit(house["Toni"], ref, 1)
    house.decide(ref)
    assert opened(house, ref).kept.state == "approved"


def test_only_what_says_something_is_stored(house: House):
    content = opened(house, house.kept()).content
    bare = tuple(replace(step, short="", line="") for step in content.steps)
    assert "short" not in steps.written(bare)
    assert steps.read(steps.written(content.steps)) == content.steps
    assert Content(content.plan_json, bare).hash != content.hash


def test_the_page_shows_the_brief_before_the_answers(house: House, visit: Visit):
    page = visit("Toni").get(f"/plans/{house.kept()}").text
    assert page.index('id="brief-title"') < page.index('id="answers-title"')


def test_editing_on_the_page_says_whose_short_words_went(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    step = opened(house, ref).content.steps[0]
    sent = {"version": "1", "words-C2": OWN, "short-C2": step.short, "line-C2": step.line}
    toni.post(f"/plans/{ref}/edit", sent)
    assert "The short words of C2 were taken out" in toni.get(f"/plans/{ref}").text
    page = toni.get(f"/plans/{ref}/edit").text
    assert "There are no short words" in page
    toni.post(f"/plans/{ref}/edit", {"version": "2", "short-C2": "Sorry that I was late."})
    shown = toni.get(f"/plans/{ref}/versions/2/3").text
    assert "Sorry that I was late." in shown


def test_the_room_shows_the_short_words_and_the_whole_behind_a_press(house: House, visit: Visit):
    ref = house.submitted()
    house.decide(ref)
    step = opened(house, ref).content.steps[0]
    page = visit("Toni").get(f"/plans/{ref}/room").text.partition("<main")[2]
    assert page.index(step.short[:20]) < page.index("<details")
    assert step.words[:20] in page[page.index("<details") :]


def test_feelings_of_the_therapist_stay_with_author_and_supervisor(house: House, visit: Visit):
    """`therapist_feelings`: nowhere that a client, a file or a passer-by could read them."""
    context = {"signs": ["denial"], "therapist_feelings": ["irritated"]}
    ref = house.kept(observation={**LATE, "context": context})
    toni, sam = visit("Toni"), visit("Sam")
    told = "Irritated"
    assert told in toni.get(f"/plans/{ref}").text
    assert sam.get(f"/plans/{ref}").status_code == 404
    house.keeping.submit(house["Toni"], ref, 1)
    for path in ("", "/review"):
        assert told in sam.get(f"/plans/{ref}{path}").text
    house.decide(ref)
    for path in ("/room", "/sheet", "/case.md", "/history", "/outcome"):
        assert told.lower() not in toni.get(f"/plans/{ref}{path}").text.lower(), path
    for path in ("/plans", "/trends.csv"):
        assert told.lower() not in toni.get(path).text.lower(), path


def test_no_caution_tells_of_a_feeling_in_the_room_or_on_the_sheet(house: House, visit: Visit):
    context = {"signs": ["denial"], "therapist_feelings": ["guilty"]}
    ref, toni = house.submitted(observation={**LATE, "context": context}), visit("Toni")
    house.decide(ref)
    assert "Guilt makes an apology long" in toni.get(f"/plans/{ref}").text
    for path in ("/room", "/sheet"):
        page = toni.get(f"/plans/{ref}{path}").text
        assert "Take care" in page
        assert "Guilt" not in page
        assert "What it stirs in you" not in page
