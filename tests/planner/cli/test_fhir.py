"""`repair-planner fhir`: what it prints, what it refuses, and that no file is left half written."""

from __future__ import annotations

import json
import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from planner import Observation, Planner
from planner.interop.fhir import (
    bundle,
    care_plan,
    code_systems,
    observation_of,
    questionnaire,
    response_of,
)
from tests.support.command import called

LATE = {
    "case": "K-114",
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20}],
    "context": {"happened": "last_session"},
    "safety": {"flags": {}},
}
MOMENT = "2026-03-04T09:30:00+00:00"


@pytest.fixture
def response(planner: Planner) -> dict[str, Any]:
    return response_of(LATE, planner.rulebook)


@pytest.fixture
def write(tmp_path: Path):
    """Write a file of this run and give its name."""

    def put(told: object, name: str = "in.json") -> str:
        file = tmp_path / name
        file.write_text(told if isinstance(told, str) else json.dumps(told), "utf-8")
        return str(file)

    return put


def printed(*words: str) -> Any:
    """What a command that went well printed, as data."""
    done = called(["fhir", *words])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(*words: str) -> str:
    """What a command that was refused said; it prints nothing else and shows no traceback."""
    done = called(["fhir", *words])
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_prints_the_questionnaire_and_the_code_systems(planner):
    assert printed("questionnaire") == questionnaire(planner.rulebook)
    assert printed("codesystems") == code_systems(planner.rulebook)


def test_the_base_is_an_option_of_each(planner, write):
    base = "https://clinic.org/fhir"
    assert printed("questionnaire", "--base", base) == questionnaire(planner.rulebook, base=base)
    own = response_of(LATE, planner.rulebook, base=base)
    file = write(own)
    assert printed("observation", file, "--base", base)["case"] == "K-114"
    assert base in refused("observation", file)
    made = printed("careplan", write(LATE), "--base", base, "--recorded", MOMENT)
    assert "repair-planner.example" not in json.dumps(made)
    assert "the base is an address such as" in refused("questionnaire", "--base", "clinic")


def test_a_clinics_own_words_are_asked(tmp_path):
    pack = tmp_path / "pack"
    assert called(["new-pack", str(pack)]).returncode == 0
    (pack / "vocabulary.yaml").write_text(
        "fields:\n  context.phase:\n    short: Phase\n    question: How far are you two?\n"
        "    why: It is asked here.\n    options: {early: {label: First weeks}}\n",
        "utf-8",
    )
    text = json.dumps(printed("questionnaire", "--rules", str(pack)))
    assert "How far are you two?" in text


class TestObservation:
    def test_is_printed_as_the_contract_has_it(self, planner, response, write):
        told = printed("observation", write(response))
        assert told == Observation.read(LATE).as_dict()
        assert planner.plan(told) == planner.plan(LATE)

    def test_is_read_from_standard_input(self, response, monkeypatch):
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(json.dumps(response).encode())))
        assert printed("observation", "-")["case"] == "K-114"

    def test_notes_are_told_beside_it(self, planner, write):
        unknown = {"kind": "lateness", "who": "therapist", "happened": "unknown"}
        sent = response_of({**LATE, "ruptures": [unknown]}, planner.rulebook)
        done = called(["fhir", "observation", write(sent)])
        assert json.loads(done.stdout)["ruptures"][0]["happened"] == "last_session"
        assert done.stderr == (
            "repair-planner: lateness.happened has no answer; it was read as context.happened, "
            "last_session.\n"
        )

    def test_of_an_empty_form_that_says_completed_is_refused(self, write):
        empty = {"resourceType": "QuestionnaireResponse", "status": "completed"}
        said = refused("observation", write(empty)).splitlines()
        assert said[0].startswith("safety.flags.self_harm: This safety question has no answer")
        assert len(said) == 16

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{", "The text is no JSON"),
            ("[]", "A response is a mapping"),
            ('{"resourceType": "Patient"}', "resourceType: This has to be a QuestionnaireResp"),
            ('{"item": [], "item": []}', "`item` is given twice"),
            ("[" * 50_000, "nested too deeply"),
            ('"\\ud800"', "A response is a mapping"),
        ],
    )
    def test_of_anything_else_is_refused(self, write, text, said):
        assert said in refused("observation", write(text))

    def test_of_a_missing_file_is_refused(self):
        assert "no-such.json: No such file" in refused("observation", "no-such.json")


class TestCarePlan:
    def test_of_an_observation(self, planner, write):
        made = printed("careplan", write(LATE), "--recorded", MOMENT)
        assert made == bundle(planner.plan(LATE), recorded=MOMENT)

    def test_of_an_observation_in_yaml(self, planner, write):
        text = (
            "case: K-114\nruptures: [{kind: lateness, who: therapist, minutes: 20}]\n"
            "context: {happened: last_session}\nsafety: {flags: {}}\n"
        )
        made = printed("careplan", write(text, "in.yaml"), "--recorded", MOMENT)
        assert made == bundle(planner.plan(LATE), recorded=MOMENT)

    def test_of_a_plan(self, planner, write):
        plan = planner.plan(LATE)
        made = printed("careplan", write(plan.to_json()), "--recorded", MOMENT)
        assert made == bundle(plan, recorded=MOMENT)

    def test_of_a_response_refers_to_it_and_to_its_subject(self, planner, response, write):
        response |= {"id": "r7", "subject": {"reference": "Patient/12", "display": "Jane Doe"}}
        made = printed("careplan", write(response), "--recorded", MOMENT)
        subject = {"reference": "Patient/12"}
        plan = planner.plan(observation_of(response, planner.rulebook).observation)
        assert made == bundle(
            plan, recorded=MOMENT, subject=subject, response="QuestionnaireResponse/r7"
        )
        other = printed("careplan", write(response), "--subject", "Patient/13", "--response",
                        "QuestionnaireResponse/r8")  # fmt: skip
        resource = other["entry"][0]["resource"]
        assert resource["subject"] == {"reference": "Patient/13"}
        assert resource["supportingInfo"] == [{"reference": "QuestionnaireResponse/r8"}]

    def test_says_now_where_no_moment_is_named(self, write):
        first, second = (entry["resource"] for entry in printed("careplan", write(LATE))["entry"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", second["recorded"])
        assert first["created"] == second["recorded"]

    def test_of_danger_has_no_activity(self, write):
        made = printed("careplan", write({**LATE, "safety": {"flags": {"self_harm": "unsure"}}}))
        assert "activity" not in made["entry"][0]["resource"]

    @pytest.mark.parametrize(
        ("told", "options", "said"),
        [
            (LATE, ["--subject", "Jane Doe"], '"Jane Doe" is no reference'),
            (LATE, ["--response", "?"], '"?" is no reference'),
            (LATE, ["--recorded", "today"], '"today" is no FHIR dateTime'),
            (LATE, ["--subject", ""], '"" is no reference'),  # an empty variable of a script
            (LATE, ["--response", ""], '"" is no reference'),
            (LATE, ["--recorded", ""], '"" is no FHIR dateTime'),
            (LATE, ["--base", ""], "the base is an address such as"),
            ({"disposition": "proceed"}, [], "plan has no summary"),
            ({"ruptures": []}, [], "An observation needs `safety`"),
            ({"resourceType": "Patient"}, [], "has to be a QuestionnaireResponse"),
            ("[]", [], "observation is a mapping"),
            ('{"disposition": "stop", "disposition": "proceed"}', [], "is given twice"),
        ],
    )
    def test_of_anything_else_is_refused(self, write, told, options, said):
        assert said in refused("careplan", write(told), *options)

    @pytest.mark.parametrize("odd", [{"case": "\ud800"}, {"session": 10**30}])
    def test_of_a_plan_that_json_cannot_carry_is_refused(self, planner, write, odd):
        told = planner.plan(LATE).to_dict()
        told["observation"] |= odd
        assert "the plan holds what JSON cannot carry" in refused("careplan", write(told))


class TestOutput:
    def test_is_the_same_as_what_is_printed(self, tmp_path):
        out = tmp_path / "q.json"
        done = called(["fhir", "questionnaire", "-o", str(out)])
        assert (done.returncode, done.stdout) == (0, "")
        assert json.loads(out.read_text("utf-8")) == printed("questionnaire")
        assert printed("questionnaire", "-o", "-") == printed("questionnaire")

    def test_of_a_refusal_leaves_the_file_as_it_was(self, write, tmp_path):
        out = tmp_path / "plan.json"
        out.write_text("before", "utf-8")
        refused("careplan", write({}), "-o", str(out))
        assert out.read_text("utf-8") == "before"

    def test_goes_into_a_folder_under_no_name(self, tmp_path):
        assert "directory" in refused("questionnaire", "-o", str(tmp_path)).lower()
        assert list(tmp_path.iterdir()) == []


def test_a_part_has_to_be_named():
    assert "PART" in called(["fhir"]).stderr


def test_a_care_plan_alone_is_in_the_bundle(planner, write):
    made = printed("careplan", write(LATE), "--recorded", MOMENT)
    assert made["entry"][0]["resource"] == care_plan(planner.plan(LATE), authored=MOMENT)
