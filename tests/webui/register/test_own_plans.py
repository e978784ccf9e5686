"""The life of a plan: who may do what with it, and when."""

from datetime import timedelta

import pytest

from tests.webui.support.people import FLAGGED, LATE, STOP, House
from webui.database.refusals import NotHere, Stale, Unfit, WrongState
from webui.register import states
from webui.register.reviews import Remark, Review
from webui.register.steps import Edit, FreeStep


def test_keeping_the_same_draft_twice_keeps_one(house: House):
    ref = house.kept()
    assert house.kept() == ref
    assert house.kept(case="K-115") != ref
    assert house.kept("Tess") != ref
    house.keeping.submit(house["Toni"], ref, 1)
    assert house.kept() != ref


def test_a_kept_plan_is_what_was_planned_to_the_letter(house: House):
    plan = house.plan()
    opened = house.keeping.open(house["Toni"], house.kept())
    assert opened.content.plan_json == plan.to_json()
    assert opened.version.edition == plan.rulebook.edition
    assert [step.words for step in opened.content.steps] == [step.words for step in plan.steps]


def test_who_may_not_keep(house: House):
    for name in ("Sue", "Ada"):
        with pytest.raises(NotHere):
            house.kept(name)


@pytest.mark.parametrize("name", ["Tess", "Sam", "Sue", "Ada"])
def test_a_draft_is_its_owners_alone(house: House, name: str):
    ref = house.kept()
    with pytest.raises(NotHere):
        house.keeping.open(house[name], ref)


def test_what_was_handed_in_is_seen_by_its_supervisors_only(house: House):
    ref = house.submitted()
    for name in ("Sam", "Sue", "Toni"):
        assert house.keeping.open(house[name], ref).kept.ref == ref
    for name in ("Tess", "Ada"):
        with pytest.raises(NotHere):
            house.keeping.open(house[name], ref)


def test_edits_make_versions_and_leave_the_earlier_ones_alone(house: House):
    ref = house.kept()
    toni = house["Toni"]
    edits = {"C2": Edit(words="I kept you waiting.", where="later_this_session")}
    assert house.keeping.edit(toni, ref, 1, edits) == 2
    added = FreeStep("Bring the clock", "future_session", "Put a clock where I see it.")
    assert house.keeping.edit(toni, ref, 2, {"C2": Edit(where="removed", reason="No")}, added) == 3
    first, second, third = (house.keeping.open(toni, ref, number) for number in (1, 2, 3))
    assert first.content.plan_json == third.content.plan_json
    assert {step.key: step.words for step in second.content.steps}["C2"] == "I kept you waiting."
    assert [step.key for step in third.content.steps][-1] == "D5-1"
    assert house.keeping.edit(toni, ref, 3, {}) == 3


def test_an_edit_on_an_older_version_is_refused(house: House):
    ref = house.kept()
    house.keeping.edit(house["Toni"], ref, 1, {"C2": Edit(words="One")})
    with pytest.raises(Stale):
        house.keeping.edit(house["Toni"], ref, 1, {"C2": Edit(words="Two")})


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (Edit(where="removed"), "reason-C2"),
        (Edit(where="held", reason=" "), "reason-C2"),
        (Edit(where="nowhere"), "where-C2"),
        (Edit(words=""), "words-C2"),
        (Edit(words="x" * 4001), "words-C2"),
        (Edit(reason="x" * 1001), "reason-C2"),
    ],
)
def test_what_an_edit_lacks_is_told_by_field(house: House, edit: Edit, field: str):
    ref = house.kept()
    with pytest.raises(Unfit) as refused:
        house.keeping.edit(house["Toni"], ref, 1, {"C2": edit})
    assert field in refused.value.problems
    assert house.keeping.open(house["Toni"], ref).kept.version == 1


def test_approval_locks_and_a_later_change_is_a_new_version(house: House):
    ref = house.submitted()
    house.decide(ref)
    toni = house["Toni"]
    with pytest.raises(WrongState):
        house.keeping.edit(toni, ref, 1, {"C2": Edit(words="Other")})
    with pytest.raises(WrongState):
        house.keeping.replan(toni, ref, 1, house.plan())
    assert house.keeping.reopen(toni, ref, 1) == 2
    house.keeping.edit(toni, ref, 2, {"C2": Edit(words="Other")})
    assert house.keeping.open(toni, ref, 1).content.steps[0].words != "Other"
    assert house.looking.decisions(toni, ref)[0].version == 1


def test_nobody_reviews_their_own(house: House):
    ref = house.submitted("Sam")
    with pytest.raises(NotHere):
        house.decide(ref, name="Sam")
    house.decide(ref, name="Sue")
    assert house.keeping.open(house["Sam"], ref).kept.state == "approved"


def test_a_stop_plan_is_acknowledged_and_never_approved_or_edited(house: House):
    ref = house.kept(observation=STOP)
    with pytest.raises(WrongState):
        house.keeping.edit(house["Toni"], ref, 1, {}, FreeStep("Repair", "now", "Words"))
    house.keeping.submit(house["Toni"], ref, 1)
    for kind in ("approve", "approve_with_changes"):
        with pytest.raises(WrongState):
            house.decide(ref, kind)
    with pytest.raises(Unfit):
        house.decide(ref, "acknowledge")
    house.decide(ref, "acknowledge", text="Called the crisis team together.")
    assert house.keeping.open(house["Toni"], ref).kept.state == "acknowledged"


def test_a_plan_that_does_not_stop_is_not_acknowledged(house: House):
    with pytest.raises(WrongState):
        house.decide(house.submitted(), "acknowledge", text="Done")


def test_asking_for_changes_needs_words_and_brings_the_plan_back(house: House):
    ref = house.submitted()
    with pytest.raises(Unfit):
        house.decide(ref, "ask_for_changes")
    house.decide(ref, "ask_for_changes", remarks={"C2": Remark("adjust", "Shorter, please.")})
    toni = house["Toni"]
    assert house.keeping.open(toni, ref).kept.state == "changes_asked"
    house.keeping.edit(toni, ref, 1, {"C2": Edit(words="Short.")})
    house.keeping.submit(toni, ref, 2)
    house.decide(ref)
    assert [one.kind for one in house.looking.decisions(toni, ref)] == [
        "approve",
        "ask_for_changes",
    ]


def test_approving_with_changes_makes_a_version_and_approves_that(house: House):
    ref = house.submitted()
    edits = {"C2": Edit(words="I was late. What was the wait like?")}
    with pytest.raises(Unfit):
        house.decide(ref, "approve", edits=edits)
    with pytest.raises(Unfit):
        house.decide(ref, "approve_with_changes")
    house.decide(ref, "approve_with_changes", edits=edits)
    opened = house.keeping.open(house["Toni"], ref)
    assert (opened.kept.state, opened.kept.version) == ("approved", 2)
    decision = house.looking.decisions(house["Toni"], ref)[0]
    assert (decision.version, decision.content_hash) == (2, opened.version.content_hash)


def test_changed_words_that_do_not_go_into_the_plan_are_said_as_a_suggestion(house: House):
    ref = house.submitted()
    house.decide(ref, "ask_for_changes", text="See C2.", edits={"C2": Edit(words="I was late.")})
    comment = house.looking.decisions(house["Toni"], ref)[0].comments[0]
    assert "I was late." in comment.text


def test_short_words_and_a_line_are_suggested_likewise(house: House):
    ref = house.submitted()
    edit = Edit(short="I was late. I am sorry.", line="say sorry once")
    house.decide(ref, "ask_for_changes", text="See C2.", edits={"C2": edit})
    comment = house.looking.decisions(house["Toni"], ref)[0].comments[0]
    assert "I was late. I am sorry." in comment.text
    assert "say sorry once" in comment.text


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("state", states.STATES)
def test_each_move_that_cannot_be_made_says_why(state: str, stop: bool):
    """Never that someone may have moved the plan on, where it is simply in another state."""
    for move in {move for _state, move in states.MOVES} - states.possible(state, stop=stop):
        with pytest.raises(WrongState) as refused:
            states.after(state, move, stop=stop)
        assert str(refused.value) not in ("", WrongState.says), move


def test_a_step_marked_unsafe_is_not_approved(house: House):
    ref = house.submitted()
    with pytest.raises(Unfit):
        house.decide(ref, remarks={"C2": Remark("unsafe", "")})


def test_a_stale_approval_is_refused(house: House):
    ref = house.submitted()
    read = house.review(ref)
    toni = house["Toni"]
    house.keeping.take_back(toni, ref, 1)
    house.keeping.edit(toni, ref, 1, {"C2": Edit(words="Other")})
    house.keeping.submit(toni, ref, 2)
    with pytest.raises(Stale):
        house.reviewing.decide(house["Sam"], ref, read, house.edition)
    other = Review("approve", 2, "0" * 64)
    with pytest.raises(Stale):
        house.reviewing.decide(house["Sam"], ref, other, house.edition)
    house.decide(ref)


def test_a_plan_by_yesterdays_rules_is_not_approved_today(house: House):
    ref = house.submitted()
    with pytest.raises(Stale, match="rules have changed"):
        house.reviewing.decide(house["Sam"], ref, house.review(ref), "sha256:newer")
    asked = house.review(ref, "ask_for_changes", text="Plan again.")
    house.reviewing.decide(house["Sam"], ref, asked, "sha256:newer")


def test_escalating_keeps_it_waiting_and_puts_it_first(house: House):
    first = house.submitted()
    house.clock.forward(minutes=1)
    second = house.submitted(case="K-2")
    house.decide(second, "escalate", text="Please look, Sue.")
    assert [kept.ref for kept in house.reviewing.queue(house["Sue"])] == [second, first]


def test_the_queue_shows_flagged_plans_first_then_the_oldest(house: House):
    refs = {}
    for name, observation in (("late", LATE), ("flag", FLAGGED), ("stop", STOP), ("last", LATE)):
        refs[name] = house.submitted(observation=observation, case=f"K-{name}")
        house.clock.forward(hours=1)
    found = [kept.ref for kept in house.reviewing.queue(house["Sam"])]
    assert found == [refs[name] for name in ("stop", "flag", "late", "last")]
    assert house.reviewing.queue(house["Tess"]) == []
    assert house.reviewing.queue(house["Ada"]) == []


def test_what_a_reviewer_typed_is_kept_for_them_until_it_is_sent(house: House):
    ref = house.submitted()
    house.reviewing.keep_draft(house["Sam"], ref, 1, {"text": "Half a thought"})
    assert house.reviewing.open(house["Sam"], ref)[1] == {"text": "Half a thought"}
    assert house.reviewing.open(house["Sue"], ref)[1] == {}
    house.decide(ref, "ask_for_changes", text="A whole one")
    house.keeping.submit(house["Toni"], ref, 1)
    assert house.reviewing.open(house["Sam"], ref)[1] == {}


def test_withdrawing_is_for_the_owner_and_the_supervisor(house: House):
    ref = house.submitted()
    with pytest.raises(NotHere):
        house.keeping.withdraw(house["Tess"], ref, 1)
    house.decide(ref)
    house.keeping.withdraw(house["Sam"], ref, 1)
    assert house.keeping.open(house["Toni"], ref).kept.state == "withdrawn"
    with pytest.raises(WrongState):
        house.keeping.submit(house["Toni"], ref, 1)


def test_days_waiting_count_from_handing_in(house: House):
    ref = house.submitted()
    house.clock.forward(days=3)
    waiting = house.reviewing.queue(house["Sam"])[0]
    assert waiting.ref == ref
    assert waiting.waiting_since is not None
    assert house.clock() - waiting.waiting_since == timedelta(days=3)
