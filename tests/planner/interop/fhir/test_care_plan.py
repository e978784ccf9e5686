"""A plan as CarePlan and Provenance: steps are activities, all else is told in notes."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from planner import Plan, Planner
from planner.interop.fhir import bundle, care_plan, provenance
from planner.plan.outline import TIMES
from tests.support.long import times
from tests.support.strategies import LISTS, random_observation

MOMENT = "2026-03-04T09:30:00+01:00"
LATE = {"kind": "lateness", "who": "therapist", "minutes": 20}
AFTER = "To be used only after consultation."


def planned(planner: Planner, **observation: Any) -> Plan:
    return planner.plan({"ruptures": [LATE], "safety": {"flags": {}}, **observation})


def raised(flag: str) -> dict[str, Any]:
    return {"safety": {"flags": {flag: "yes"}}}


def notes(resource: dict[str, Any]) -> list[str]:
    return [note["text"] for note in resource.get("note", [])]


@pytest.fixture(scope="module")
def plans(planner: Planner) -> list[Plan]:
    """Plans of all three dispositions."""
    rng = random.Random(4)
    return [planner.plan(random_observation(rng)) for _ in range(times(60, 1000))]


def test_it_is_a_proposal_in_draft(planner):
    resource = care_plan(planned(planner), authored=MOMENT)
    assert resource["resourceType"] == "CarePlan"
    assert (resource["status"], resource["intent"]) == ("draft", "proposal")
    assert (resource["title"], resource["created"]) == ("Repair plan: proceed", MOMENT)


def test_an_activity_is_a_step_in_the_plans_order(plans):
    assert {plan.disposition for plan in plans} == {"proceed", "review_first", "stop"}
    for plan in plans:
        activities = [one["detail"] for one in care_plan(plan).get("activity", [])]
        assert [one["code"]["coding"][0]["code"] for one in activities] == [
            step.item for step in plan.steps
        ]
        for step, detail in zip(plan.steps, activities, strict=True):
            assert detail["status"] == "not-started"
            assert step.words in detail["description"]
            assert step.line.lower() in detail["description"].lower()
            assert step.title in detail["description"]
            assert detail["scheduledString"].startswith(TIMES[step.when])
            for item in step.after:
                assert item in detail["scheduledString"].partition(", after ")[2]


def test_nothing_is_told_by_a_modifier(plans):
    """A reader that skips `doNotPerform` shows what must not be done as something to do."""
    for plan in plans:
        text = json.dumps(bundle(plan, recorded=MOMENT))
        assert "doNotPerform" not in text
        assert "modifierExtension" not in text


def test_what_is_held_barred_or_to_be_avoided_stands_in_notes_alone(plans):
    found = {"held": 0, "barred": 0, "avoid": 0}
    for plan in plans:
        told = notes(care_plan(plan))
        private = "context.therapist_feelings"
        for held in plan.held:
            assert f"Held, not to be used yet: {held.item}, until {held.until}" in told
            found["held"] += 1
        for barred in plan.barred:
            (note,) = (one for one in told if one.startswith("Must not be used here: "
                       f"{barred.item}."))  # fmt: skip
            reasons = [one.text for one in barred.because if private not in one.facts]
            assert all(reason in note for reason in reasons)
            found["barred"] += 1
        for avoid in plan.avoid:
            if any(private not in reason.facts for reason in avoid.because):
                assert f"Avoid: {avoid.text}" in told
                found["avoid"] += 1
    assert all(found.values())


class TestStop:
    @pytest.fixture
    def stop(self, planner: Planner) -> dict[str, Any]:
        return care_plan(planned(planner, **raised("self_harm")))

    def test_has_no_activity(self, stop):
        assert "activity" not in stop
        assert stop["title"] == "Repair plan: stop"

    def test_tells_the_first_actions_and_contacts_in_notes(self, planner, stop):
        safety = planned(planner, **raised("self_harm")).safety
        told = notes(stop)
        assert told[0] == "Stop: first actions only, and no words for a repair."
        assert [f"Before anything else: {one}" for one in safety.reasons] == told[1:2]
        for label, texts in (("Do first", safety.first_actions), ("Tell", safety.contacts)):
            assert texts
            assert {f"{label}: {text}" for text in texts} <= set(told)

    def test_has_no_word_of_the_handout(self, planner, plans):
        stopped = [plan for plan in plans if plan.disposition == "stop"]
        scripts = [one for item in planner.rulebook.handout.items.values() for one in item.scripts]
        words = [line for one in scripts for line in one.split(". ")]
        assert stopped
        assert len(words) > 20
        for plan in stopped:
            text = json.dumps(care_plan(plan), ensure_ascii=False)
            assert not [line for line in words if line in text]

    @pytest.mark.parametrize("part", ["disposition", "safety"])
    def test_has_no_activity_where_a_file_contradicts_itself(self, planner, part):
        """A plan that came from a file may say stop in one place and have steps in another."""
        plan = planned(planner)
        assert plan.steps
        told = plan.to_dict()
        if part == "safety":
            told["safety"]["level"] = "stop"
        else:
            told["disposition"] = "stop"
        resource = care_plan(told)
        assert "activity" not in resource
        assert resource["title"] == "Repair plan: stop"
        assert plan.steps[0].words not in json.dumps(resource, ensure_ascii=False)


class TestReviewFirst:
    def test_is_to_be_used_only_after_consultation_and_says_so_everywhere(self, planner):
        plan = planned(planner, **raised("formal_complaint"))
        assert plan.disposition == "review_first"
        resource = care_plan(plan)
        assert resource["title"].endswith(AFTER)
        assert resource["description"].startswith(AFTER)
        assert notes(resource)[0] == AFTER
        assert resource["activity"]
        for activity in resource["activity"]:
            assert activity["detail"]["statusReason"] == {"text": AFTER}

    def test_whatever_part_of_an_activity_is_shown_says_so(self, planner):
        """Many readers show the words and the time of an activity, and no `statusReason`."""
        plan = planned(planner, **raised("formal_complaint"))
        for activity in care_plan(plan)["activity"]:
            assert activity["detail"]["description"].startswith(AFTER)
            assert activity["detail"]["scheduledString"].endswith("; only after consultation")

    @pytest.mark.parametrize("part", ["disposition", "safety"])
    def test_is_said_too_where_a_file_contradicts_itself(self, planner, part):
        told = planned(planner).to_dict()
        if part == "safety":
            told["safety"]["level"] = "review_first"
        else:
            told["disposition"] = "review_first"
        resource = care_plan(told)
        assert resource["title"] == f"Repair plan: review first. {AFTER}"
        assert resource["description"].startswith(AFTER)
        assert notes(resource)[0] == AFTER
        for activity in resource["activity"]:
            assert activity["detail"]["description"].startswith(AFTER)

    def test_proceed_says_nothing_of_it(self, planner):
        assert AFTER not in json.dumps(care_plan(planned(planner)))


FELT = {"context": {"therapist_feelings": list(LISTS["therapist_feelings"])}}
REQUEST = {"kind": "boundary_request", "nature": "social"}


class TestWhatTheTherapistFelt:
    """The client may read their record."""

    @pytest.mark.parametrize("flags", [{}, {"self_harm": "yes"}, {"formal_complaint": "yes"}])
    def test_stands_nowhere(self, planner, flags):
        plan = planned(planner, ruptures=[LATE, REQUEST], **FELT, safety={"flags": flags})
        text = json.dumps(bundle(plan, recorded=MOMENT)).lower()
        for word in ("drawn in", "what you feel", "stirs in you", "guilt", "unload", "bored",
                     "the therapist is", "therapist_feelings"):  # fmt: skip
            assert word not in text, word

    def test_leaves_what_else_calls_for_consultation(self, planner):
        plan = planned(planner, ruptures=[LATE, REQUEST], **FELT, **raised("formal_complaint"))
        told = notes(care_plan(plan))
        assert told[0] == AFTER
        shown = [one.text for one in plan.safety.because if "complaint" in one.rule]
        assert f"Before anything else: {shown[0]}" in told

    def test_changes_nothing_that_is_said(self, planner):
        """Without a request beside it no feeling stands in a plan but in cautions and advice."""
        told = care_plan(planned(planner, **FELT))
        assert told == care_plan(planned(planner))

    def test_typed_notes_stand_nowhere(self, planner):
        plan = planned(planner, notes="she wore a red coat")
        assert "red coat" not in json.dumps(bundle(plan, recorded=MOMENT))


class TestSubject:
    def test_is_the_case_code_as_an_identifier(self, planner):
        subject = care_plan(planned(planner, case="K-114"))["subject"]
        assert subject == {
            "type": "Patient",
            "identifier": {"system": "https://repair-planner.example/fhir/identifier/case",
                           "value": "K-114"},
        }  # fmt: skip

    @pytest.mark.parametrize("case", [None, "", " "])
    def test_is_said_to_be_not_named_without_a_case(self, planner, case):
        """R4 asks for a subject in every CarePlan."""
        subject = care_plan(planned(planner, case=case))["subject"]
        assert subject == {"type": "Patient", "display": "Not named"}

    def test_is_what_the_caller_names(self, planner):
        plan = planned(planner, case="K-114")
        assert care_plan(plan, subject="Patient/12")["subject"] == {"reference": "Patient/12"}

    def test_is_never_a_name(self, planner):
        subject = {"reference": "Patient/12", "display": "Jane Doe"}
        assert "Jane" not in json.dumps(care_plan(planned(planner), subject=subject))
        with pytest.raises(ValueError, match="a name is not written"):
            care_plan(planned(planner), subject={"display": "Jane Doe"})

    @pytest.mark.parametrize("wrong", ["Jane Doe", "12", "", "Patient/", "Patient/a b"])
    def test_that_is_no_reference_is_refused(self, planner, wrong):
        with pytest.raises(ValueError, match="is no reference; write it like Patient/12"):
            care_plan(planned(planner), subject=wrong)


class TestProvenance:
    def made(self, planner: Planner, **more: Any) -> dict[str, Any]:
        return provenance(planned(planner), recorded=MOMENT, target="CarePlan/1", **more)

    def test_says_what_was_made_by_what_and_when(self, planner):
        resource = self.made(planner)
        assert resource["target"] == [{"reference": "CarePlan/1"}]
        assert resource["recorded"] == MOMENT
        assert resource["agent"][0]["who"]["display"] == "Repair Planner"

    def test_names_the_rulebooks_edition(self, planner):
        (source,) = (one for one in self.made(planner)["entity"] if one["role"] == "source")
        assert source["what"]["identifier"]["value"] == planner.rulebook.edition
        assert source["what"]["display"] == f"Rulebook {planner.rulebook.version}"

    def test_is_derived_from_the_response(self, planner):
        response = "QuestionnaireResponse/7"
        entities = self.made(planner, response=response)["entity"]
        (derived,) = (one for one in entities if one["role"] == "derivation")
        assert derived["what"] == {"reference": response}
        info = care_plan(planned(planner), response=response)["supportingInfo"]
        assert info == [{"reference": response}]

    @pytest.mark.parametrize(
        "wrong",
        ["2026-03-04", "now", "2026-03-04T09:30:00", "", "2026-13-04T09:30:00Z",
         "2026-02-30T09:30:00Z", "2026-03-04T24:30:00Z", "2026-03-04T09:60:00Z",
         "2026-03-04T09:30:00+15:00", "0000-03-04T09:30:00Z", "\uff12026-03-04T09:30:00Z"],
    )  # fmt: skip
    def test_of_no_moment_is_refused(self, planner, wrong):
        with pytest.raises(ValueError, match="write it like 2026-03-04T09:30:00"):
            provenance(planned(planner), recorded=wrong, target="CarePlan/1")


class TestBundle:
    def test_holds_both_and_one_leads_to_the_other(self, planner):
        made = bundle(planned(planner), recorded=MOMENT)
        first, second = made["entry"]
        assert made["type"] == "collection"
        assert first["resource"]["resourceType"] == "CarePlan"
        assert second["resource"]["target"] == [{"reference": first["fullUrl"]}]
        assert first["fullUrl"] != second["fullUrl"]

    def test_equal_plans_of_two_clients_can_stand_in_one_bundle(self, planner):
        plan = planned(planner)
        made = [bundle(plan, recorded=MOMENT, subject=f"Patient/{one}") for one in (1, 2)]
        urls = {entry["fullUrl"] for one in made for entry in one["entry"]}
        assert len(urls) == 4

    def test_is_the_same_for_the_same_plan_and_moment(self, planner):
        plan = planned(planner)
        assert bundle(plan, recorded=MOMENT) == bundle(plan.to_dict(), recorded=MOMENT)
        assert bundle(plan, recorded=MOMENT) != bundle(plan, recorded="2026-03-05T09:30:00Z")


def test_a_plan_of_the_first_contract_is_read(planner):
    told = planned(planner).to_dict()
    for key in ("brief", "contract"):
        del told[key]
    for step in told["steps"]:
        for key in ("short", "line", "blanks"):
            del step[key]
    assert len(care_plan(told)["activity"]) == len(told["steps"])


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("steps", None, "plan.steps is no list"),
        ("summary", 5, "plan.summary is no text"),
        ("disposition", "go", "plan.disposition is none of proceed, review_first, stop"),
        ("safety", {}, "plan.safety has no level"),
    ],
)
def test_what_is_no_plan_is_refused(planner, place, value, message):
    told = {**planned(planner).to_dict(), place: value}
    with pytest.raises(ValueError, match=message):
        care_plan(told)


def test_a_change_that_is_no_pair_is_refused(planner):
    told = planned(planner).to_dict()
    told["steps"][0]["changes"] = [["again"]]
    with pytest.raises(ValueError, match=r"plan.steps\[0\].changes\[0\] has 1 parts, not 2"):
        care_plan(told)


def test_a_reason_that_names_a_feeling_is_left_out_of_a_bar(planner):
    """A clinic's own rule may bar an item because of a feeling."""
    plan = next(
        plan
        for plan in (planner.plan(random_observation(random.Random(seed))) for seed in range(99))
        if plan.barred
    )
    (first, *others) = plan.barred
    told = replace(first.because[0], facts={"context.therapist_feelings": ["bored"]}, text="Felt.")
    own = replace(plan, barred=(replace(first, because=(told,)), *others))
    assert f"Must not be used here: {first.item}." in notes(care_plan(own))
