"""What a record is offered, and the card that each answered form gets, asked over HTTP."""

from __future__ import annotations

import json
import random
import re
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.careplan import CarePlan
from flask import Flask

from planner import Planner
from planner.contract.values import STOP_FLAGS
from planner.interop.fhir import response_of
from planner.plan.parts import Step
from tests.support.strategies import random_observation
from tests.webui.support.records import FORM, HOOK, LATE, PATIENT, Record, observed
from webui.accounts.site_contacts import Contact
from webui.cds.asked import Call
from webui.cds.cards import Maker

STANDARD = {"patient-view", "order-select", "order-sign", "encounter-start", "appointment-book"}


def test_discovery_needs_no_token_and_says_what_is_offered(record: Record) -> None:
    answer = record.send("GET", "/cds-services")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    [service] = answer.json["services"]
    assert service["id"] == "repair-plan"
    assert service["hook"] == HOOK
    assert service["hook"] not in STANDARD
    assert re.fullmatch(r"[a-z-]+(\.[a-z0-9-]+){2,}", service["hook"])
    assert service["prefetch"] == {"response": "QuestionnaireResponse/{{context.observationId}}"}
    assert all(service[name] for name in ("title", "description", "usageRequirements"))
    assert "FHIR R4" in service["usageRequirements"]


def well_made(card: dict[str, Any]) -> None:
    """Whether a card keeps to the specification's table of attributes."""
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] in {"info", "warning", "critical"}
    assert card["source"]["label"] == "Repair Planner"
    assert card["source"]["url"] == "https://planner.clinic.example/"
    assert set(card["source"]["topic"]) == {"system", "code", "display"}
    assert str(UUID(card["uuid"])) == card["uuid"]
    assert ("suggestions" in card) == ("selectionBehavior" in card)
    assert card["overrideReasons"]
    for reason in card["overrideReasons"]:
        assert reason["system"] == "https://planner.clinic.example/cds-services/override-reasons"
        assert reason["code"]
        assert reason["display"]


def test_a_plan_that_may_proceed_is_an_info_with_one_draft_care_plan(
    record: Record, planner: Planner
) -> None:
    card = record.ask(record.body()).card
    plan = planner.plan(LATE)
    well_made(card)
    assert card["indicator"] == "info"
    assert plan.brief.say
    assert plan.brief.say.words in card["detail"].replace("\\", "")
    assert f"Rulebook {planner.rulebook.version}" in card["detail"]
    [suggestion] = card["suggestions"]
    assert card["selectionBehavior"] == "at-most-one"
    assert str(UUID(suggestion["uuid"])) == suggestion["uuid"]
    assert suggestion["label"]
    [action] = suggestion["actions"]
    assert action["type"] == "create"
    assert action["description"]
    resource = action["resource"]
    assert CarePlan.model_validate(resource).status == "draft"
    assert resource["intent"] == "proposal"
    assert "id" not in resource
    assert resource["subject"] == {"reference": f"Patient/{PATIENT}"}
    assert resource["supportingInfo"] == [{"reference": f"QuestionnaireResponse/{FORM}"}]
    done = [one["detail"]["code"]["coding"][0]["code"] for one in resource["activity"]]
    assert done == [step.item for step in plan.steps]


def test_review_first_is_a_warning_without_a_suggestion(record: Record, planner: Planner) -> None:
    told = observed(formal_complaint="unsure")
    card = record.ask(record.body(record.form(told))).card
    well_made(card)
    assert card["indicator"] == "warning"
    assert "suggestions" not in card
    assert "CarePlan" not in json.dumps(card)
    first = planner.plan(told).brief.consult[0]
    assert card["detail"].index(first) < card["detail"].index("## Say")


@pytest.mark.parametrize("flag", STOP_FLAGS)
def test_a_stop_is_critical_with_its_first_actions_first_and_no_words(
    record: Record, planner: Planner, flag: str
) -> None:
    told = observed(**{flag: "unsure"})
    card = record.ask(record.body(record.form(told))).card
    well_made(card)
    assert card["indicator"] == "critical"
    assert "suggestions" not in card
    safety = planner.plan(told).safety
    lines = card["detail"].splitlines()
    shown = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    assert shown[: len(safety.first_actions)] == list(safety.first_actions)
    assert all(reason in card["detail"] for reason in safety.reasons)
    no_words(card, planner)


def no_words(card: object, planner: Planner) -> None:
    """Whether nothing of the handout's items stands anywhere in a card."""
    text = " ".join(json.dumps(card, ensure_ascii=False).split())
    steps: list[Step] = [*planner.plan(LATE).steps]
    assert steps
    assert [item for item in planner.rulebook.handout.items.values() if item.words in text] == []
    assert [step.item for step in steps if step.words in text or step.short in text] == []
    assert not re.search(r"\b[CD][1-5]\b", text)


@pytest.mark.parametrize("status", ["completed", "in-progress"])
def test_an_empty_form_is_critical_and_asks_every_safety_question(
    record: Record, planner: Planner, status: str
) -> None:
    """Whatever its status says: forms write `completed` on empty ones."""
    form = {"resourceType": "QuestionnaireResponse", "status": status}
    card = record.ask(record.body(form)).card
    well_made(card)
    assert card["indicator"] == "critical"
    assert "suggestions" not in card
    words: Any = planner.rulebook.vocabulary["fields"]
    flags = words["safety.flags"]["options"]
    assert all(flag["label"] in card["detail"] for flag in flags.values())
    no_words(card, planner)


def without_answer(form: dict[str, Any], flag: str) -> dict[str, Any]:
    """The form with one safety question left out."""
    groups = [
        {**one, "item": [it for it in one["item"] if not it["linkId"].endswith(f".{flag}")]}
        if one["linkId"] == "safety"
        else one
        for one in form["item"]
    ]
    return {**form, "item": groups}


def test_one_safety_question_left_out_is_enough_to_have_no_plan(
    record: Record, planner: Planner
) -> None:
    form = without_answer(record.form(), "partner_violence")
    card = record.ask(record.body(form)).card
    words: Any = planner.rulebook.vocabulary["fields"]
    flags = words["safety.flags"]["options"]
    points = [line[2:] for line in card["detail"].splitlines() if line.startswith("- ")]
    assert points == [flags["partner_violence"]["label"]]
    assert card["indicator"] == "critical"
    no_words(card, planner)


def test_a_danger_that_was_told_does_not_wait_for_the_other_answers(
    record: Record, planner: Planner
) -> None:
    told = observed(self_harm="unsure")
    card = record.ask(record.body(without_answer(record.form(told), "acute_state"))).card
    first = planner.plan(told).safety.first_actions
    points = [line[2:] for line in card["detail"].splitlines() if line.startswith("- ")]
    assert points[: len(first)] == list(first)
    assert card["source"]["topic"]["code"] == "unanswered"
    no_words(card, planner)


def test_a_danger_that_was_told_does_not_wait_for_a_wrong_answer_elsewhere(
    record: Record, planner: Planner
) -> None:
    """A record shows a card, and of an error at most that there is one."""
    told = observed(self_harm="unsure")
    form = json.loads(json.dumps(record.form(told)).replace('"avoidable"', '"avoidabel"'))
    card = record.ask(record.body(form)).card
    well_made(card)
    first = planner.plan(told).safety.first_actions
    points = [line[2:] for line in card["detail"].splitlines() if line.startswith("- ")]
    assert points[: len(first)] == list(first)
    assert points[len(first)].startswith("lateness.cause: ")
    assert len(points) == len(first) + 1
    assert (card["indicator"], card["source"]["topic"]["code"]) == ("critical", "stop")
    no_words(card, planner)


def test_a_safety_answer_that_is_none_is_no_answer(record: Record) -> None:
    form = record.form()
    form["item"][0]["item"][0]["answer"][0]["valueCoding"]["code"] = "maybe"
    card = record.ask(record.body(form)).card
    assert (card["indicator"], card["source"]["topic"]["code"]) == ("critical", "unanswered")


FELT = [
    "anxious", "irritated", "hurt", "guilty", "ashamed", "helpless", "bored", "drawn_in",
    "wish_to_end",
]  # fmt: skip
GIFT = {"kind": "boundary_request", "nature": "gift"}


@pytest.mark.parametrize("felt", FELT)
@pytest.mark.parametrize("ruptures", [LATE["ruptures"], [GIFT]])
def test_what_the_therapist_feels_is_in_no_card(
    record: Record, ruptures: list[dict[str, Any]], felt: str
) -> None:
    """But for who has to be asked first, the card is the same without it."""
    told = {**LATE, "ruptures": ruptures}
    bare = record.ask(record.body(record.form(told))).card
    with_it = {**told, "context": {**LATE["context"], "therapist_feelings": [felt]}}
    card = record.ask(record.body(record.form(with_it))).card
    assert "feelings" not in json.dumps(card)
    assert felt in json.dumps(bare) or felt.replace("_", " ") not in json.dumps(card)
    if felt == "drawn_in" and ruptures == [GIFT]:
        assert (bare["indicator"], card["indicator"]) == ("info", "warning")
        assert "suggestions" not in card
        assert card["detail"].startswith("- Go through this with your supervisor")
    else:
        assert card["indicator"] == bare["indicator"]
        assert card["detail"] == bare["detail"]
        [[mine], [theirs]] = (one["suggestions"][0]["actions"] for one in (card, bare))
        resources = mine["resource"], theirs["resource"]
        assert len({json.dumps({**one, "created": ""}) for one in resources}) == 1


def test_a_wrong_answer_about_feelings_is_not_quoted(record: Record) -> None:
    told = {**LATE, "context": {**LATE["context"], "therapist_feelings": ["bored"]}}
    form = json.loads(json.dumps(record.form(told)).replace('"bored"', '"drawn_inn"'))
    answer = record.ask(record.body(form))
    assert answer.status == 422
    [problem] = answer.json["problems"]
    assert problem["field"] == "context.therapist_feelings"
    assert "drawn" not in answer.text


def test_another_answer_that_is_none_is_told_by_its_link_id(record: Record) -> None:
    form = json.loads(json.dumps(record.form()).replace('"avoidable"', '"avoidabel"'))
    answer = record.ask(record.body(form))
    assert answer.status == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [one["field"] for one in answer.json["problems"]] == ["lateness.cause"]


def test_a_form_without_a_subject_is_about_the_contexts_patient_or_nobody_named(
    record: Record,
) -> None:
    form = {name: value for name, value in record.form().items() if name != "subject"}
    for context, subject in (
        ({"observationId": FORM, "patientId": PATIENT}, {"reference": f"Patient/{PATIENT}"}),
        ({"observationId": FORM}, {"type": "Patient", "display": "Not named"}),
    ):
        card = record.ask(record.body(form, context=context)).card
        assert card["suggestions"][0]["actions"][0]["resource"]["subject"] == subject


def test_a_name_beside_the_subject_is_not_repeated(record: Record) -> None:
    subject = {"reference": "Patient/x", "display": "Ann Other"}
    card = record.ask(
        record.body({**record.form(), "subject": subject}, context={"observationId": FORM})
    ).card
    assert card["suggestions"][0]["actions"][0]["resource"]["subject"] == {"reference": "Patient/x"}


def test_how_the_form_was_read_is_told(record: Record) -> None:
    card = record.ask(record.body({**record.form(), "status": "entered-in-error"})).card
    assert "entered-in-error" in card["detail"]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_observed_the_card_keeps_to_it(
    cds: Flask, planner: Planner, seed: int
) -> None:
    """Ten observations by chance each: by the plan's disposition, and without what was felt."""
    rng = random.Random(seed)
    maker = Maker(cds.extensions["knowledge"], cds.extensions["cds"].settings)
    with cds.app_context():
        for _ in range(10):
            told = random_observation(rng)
            card, plan = maker.card(called_by(told, planner)), planner.plan(told)
            well_made(card)
            levels = {"proceed": "info", "review_first": "warning", "stop": "critical"}
            assert card["indicator"] == levels[plan.disposition]
            assert ("suggestions" in card) == (plan.disposition == "proceed")
            if plan.disposition == "stop":
                no_words(card, planner)
            for suggestion in card.get("suggestions", []):
                resource = suggestion["actions"][0]["resource"]
                assert CarePlan.model_validate(resource).status == "draft"
            bare = {**told, "context": {**told.get("context", {}), "therapist_feelings": []}}
            other = maker.card(called_by(bare, planner))
            if other["indicator"] == card["indicator"]:
                assert card["detail"] == other["detail"]


def called_by(observation: dict[str, Any], planner: Planner) -> Call:
    """The call with the answered form."""
    form = response_of(observation, planner.rulebook)
    return Call(form, f"QuestionnaireResponse/{FORM}", f"Patient/{PATIENT}")


def test_on_a_stop_the_sites_own_contacts_stand_beside_the_first_actions(
    cds: Flask, planner: Planner
) -> None:
    contacts = [Contact("Duty *line*", "0123 456")]
    maker = Maker(cds.extensions["knowledge"], cds.extensions["cds"].settings, contacts=contacts)
    with cds.app_context():
        stop = maker.card(called_by(observed(self_harm="yes"), planner))
        proceed = maker.card(called_by(LATE, planner))
    assert "- **Duty \\*line\\*:** 0123 456" in stop["detail"]
    assert "0123" not in proceed["detail"]
