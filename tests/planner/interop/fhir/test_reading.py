"""A QuestionnaireResponse is read or refused: nothing is guessed, and nothing is lost unseen."""

from __future__ import annotations

import pickle

import pytest

from planner.contract.values import FLAGS
from planner.interop.fhir import ResponseError, observation_of, reference_of, subject_of
from tests.support.fhir_responses import place, problems, without


class TestSafety:
    @pytest.mark.parametrize("flag", FLAGS)
    def test_each_question_has_to_be_answered(self, response, refused, flag):
        without(response, f"safety.flags.{flag}")
        error = refused(response)
        assert error.unanswered == (flag,)
        assert problems(error) == {
            f"safety.flags.{flag}": "This safety question has no answer; a person has to answer "
            "no, yes or unsure."
        }

    @pytest.mark.parametrize("answer", [None, [], [{}], [{"id": "a"}], [{"extension": []}]])
    def test_an_item_without_a_value_is_no_answer(self, response, refused, answer):
        place(response, "safety.flags.self_harm")["answer"] = answer
        assert refused(response).unanswered == ("self_harm",)

    def test_a_reason_for_no_answer_is_no_answer(self, response, refused):
        declined = {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "asked-declined",
        }
        place(response, "safety.flags.self_harm")["answer"] = [{"extension": [declined]}]
        assert refused(response).unanswered == ("self_harm",)

    @pytest.mark.parametrize("code", ["unknown", "maybe", "No", "NO", "none", "n", "", None, True])
    def test_nothing_but_no_yes_and_unsure_is_an_answer(self, response, refused, code):
        place(response, "safety.flags.self_harm")["answer"][0]["valueCoding"]["code"] = code
        error = refused(response)
        assert error.unanswered == ("self_harm",)
        (problem,) = error.problems
        assert problem.field == "safety.flags.self_harm"
        assert "is no answer here: no, yes, unsure." in problem.message
        assert problem.nearest is None

    def test_a_boolean_is_no_answer(self, response, refused):
        place(response, "safety.flags.self_harm")["answer"] = [{"valueBoolean": False}]
        error = refused(response)
        assert error.unanswered == ("self_harm",)
        assert problems(error)["safety.flags.self_harm"] == (
            "This is answered with valueCoding, not valueBoolean."
        )

    def test_a_no_of_another_system_is_no_answer(self, response, refused):
        coding = place(response, "safety.flags.self_harm")["answer"][0]["valueCoding"]
        coding["system"] = "http://terminology.hl7.org/CodeSystem/v2-0136"
        assert refused(response).unanswered == ("self_harm",)
        del coding["system"]
        assert refused(response).unanswered == ("self_harm",)

    def test_no_and_yes_at_once_are_no_answer(self, response, refused):
        item = place(response, "safety.flags.self_harm")
        yes = {**item["answer"][0]["valueCoding"], "code": "yes"}
        item["answer"].append({"valueCoding": yes})
        error = refused(response)
        assert problems(error)["safety.flags.self_harm"] == "This has 2 answers; it takes one."
        assert error.unanswered == ("self_harm",)

    def test_the_same_question_in_two_places_is_told(self, response, refused):
        item = place(response, "safety.flags.self_harm")
        yes = {**item["answer"][0]["valueCoding"], "code": "yes"}
        response["item"].append({**item, "answer": [{"valueCoding": yes}]})
        assert "in two places" in problems(refused(response))["safety.flags.self_harm"]

    @pytest.mark.parametrize(
        "status", ["in-progress", "completed", "amended", "entered-in-error", "stopped", None]
    )
    def test_status_says_nothing_of_what_is_answered(self, planner, response, refused, status):
        response["status"] = status
        read = observation_of(response, planner.rulebook)
        assert read.observation["safety"] == {"flags": {"formal_complaint": "yes"}}
        doubt = status in {"in-progress", "entered-in-error", "stopped"}
        assert any(note.startswith(f"status is {status}") for note in read.notes) is doubt
        without(response, "safety.flags.acute_state")
        assert refused(response).unanswered == ("acute_state",)

    def test_an_empty_form_is_refused_with_everything_that_is_missing(self, refused):
        error = refused({"resourceType": "QuestionnaireResponse", "status": "completed"})
        assert error.unanswered == FLAGS
        assert set(problems(error)) == {*(f"safety.flags.{flag}" for flag in FLAGS), "kind"}

    def test_the_refusal_pickles_with_what_is_unanswered(self, refused):
        error = refused({"resourceType": "QuestionnaireResponse"})
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
        assert (again.unanswered, again.problems) == (error.unanswered, error.problems)


class TestWhichForm:
    def test_another_forms_answers_are_refused(self, response, refused):
        response["questionnaire"] = "http://loinc.org/q/44249-1"
        error = refused(response)
        assert problems(error).keys() == {"questionnaire"}
        assert error.unanswered == ()

    def test_another_base_is_another_form(self, planner, response):
        with pytest.raises(ResponseError) as error:
            observation_of(response, planner.rulebook, base="https://clinic.org/fhir")
        assert "https://clinic.org/fhir" in problems(error.value)["questionnaire"]

    def test_another_contracts_version_is_refused(self, response, refused):
        response["questionnaire"] = response["questionnaire"].replace("|1.1+", "|1.0+")
        assert "Answer that one." in problems(refused(response))["questionnaire"]

    def test_other_words_of_the_same_contract_are_told(self, planner, response):
        url = response["questionnaire"].partition("+")[0]
        response["questionnaire"] = f"{url}+00000000"
        (note,) = observation_of(response, planner.rulebook).notes
        assert note.startswith("questionnaire: the form had other words")

    def test_a_form_without_a_version_or_a_name_is_read(self, planner, response):
        response["questionnaire"] = response["questionnaire"].partition("|")[0]
        assert observation_of(response, planner.rulebook).notes == ()
        del response["questionnaire"]
        (note,) = observation_of(response, planner.rulebook).notes
        assert note.startswith("questionnaire: the response names none")

    @pytest.mark.parametrize("other", [None, 5, "x", [], {}, {"resourceType": "Questionnaire"}])
    def test_what_is_no_response_is_refused_in_one_line(self, refused, other):
        error = refused(other)
        assert len(error.problems) == 1
        assert error.unanswered == FLAGS


class TestWhereItemsStand:
    def test_items_within_an_answer_are_read(self, planner, response):
        """R4 nests what belongs to a question in its answer, and what belongs to a group in it."""
        lateness = place(response, "lateness")
        without(response, "lateness")
        place(response, "kind")["answer"][0]["item"] = lateness["item"]
        read = observation_of(response, planner.rulebook)
        assert read.observation["ruptures"][0]["minutes"] == 20

    def test_a_response_without_groups_is_read(self, planner, response):
        whole = observation_of(response, planner.rulebook)
        response["item"] = [
            inner for item in response["item"] for inner in item.get("item", [item])
        ]
        assert observation_of(response, planner.rulebook) == whole

    def test_an_empty_group_that_was_not_asked_is_no_answer(self, planner, response):
        response["item"].append(
            {"linkId": "disconnection", "item": [{"linkId": "disconnection.act"}]}
        )
        read = observation_of(response, planner.rulebook)
        assert [one["kind"] for one in read.observation["ruptures"]] == ["lateness", "deflection"]

    def test_what_other_programs_add_is_passed_over(self, planner, response):
        response |= {"id": "r1", "meta": {"tag": [{"code": "x"}]}, "authored": "2026-03-04"}
        place(response, "lateness.who").update(id="a", extension=[], definition="https://x.org")
        place(response, "context")["item"].append({"linkId": "context.feelings.help", "text": "?"})
        assert observation_of(response, planner.rulebook).notes == ()

    def test_a_whole_number_with_a_point_is_read(self, planner, response):
        place(response, "lateness.minutes")["answer"] = [{"valueInteger": 20.0}]
        minutes = observation_of(response, planner.rulebook).observation["ruptures"][0]["minutes"]
        assert (minutes, type(minutes)) == (20, int)


class TestUnknown:
    def test_no_answer_is_unknown_and_never_no(self, planner, response):
        for link_id in ("lateness.minutes", "context.phase", "context.feelings"):
            without(response, link_id)
        told = observation_of(response, planner.rulebook).observation
        assert told["ruptures"][0]["minutes"] is None
        assert (told["context"]["phase"], told["context"]["feelings"]) == ("unknown", [])
        given = [value for value in told["context"].values() if value not in ("unknown", [])]
        assert given == []


class TestWhoAndWhich:
    def test_the_subject_is_taken_without_a_name(self):
        subject = {"reference": "Patient/12", "display": "Jane Doe"}
        assert subject_of({"subject": subject}) == {"reference": "Patient/12"}
        assert subject_of({"subject": {"display": "Jane Doe"}}) is None
        assert subject_of({}) is None

    @pytest.mark.parametrize("within", ["#1", "", 12, {"id": "1"}, None])
    def test_a_subject_that_stands_within_the_response_is_none_for_a_plan(self, within):
        """The plan does not contain it, and a reference to it would lead nowhere."""
        assert subject_of({"subject": {"reference": within}}) is None
        known = {"system": "https://clinic.org/patients", "value": "12"}
        both = {"reference": within, "identifier": known}
        assert subject_of({"subject": both}) == {"identifier": known}
        assert subject_of({"subject": {"identifier": "12"}}) is None

    def test_the_reference_is_made_of_the_id(self):
        assert reference_of({"id": "r1"}) == "QuestionnaireResponse/r1"
        assert reference_of({"id": "../x"}) is None
        assert reference_of({}) is None
