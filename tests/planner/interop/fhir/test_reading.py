"""A QuestionnaireResponse is read or refused: nothing is guessed, and nothing is lost unseen."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from planner import ObservationError, Planner
from planner.contract.values import FLAGS
from planner.interop.fhir import (
    DEFAULT_BASE,
    ResponseError,
    observation_of,
    reference_of,
    response_of,
    subject_of,
)

Response = dict[str, Any]
Spoil = Callable[[Response], object]
OBSERVATION = {
    "ruptures": [
        {"kind": "lateness", "who": "therapist", "minutes": 20},
        {"kind": "deflection", "response": "joke"},
    ],
    "context": {"feelings": ["hurt", "sad"], "phase": "early"},
    "safety": {"flags": {"formal_complaint": "yes"}},
}


def place(response: Response, link_id: str) -> Response:
    """The item of this linkId."""
    found = _found(response["item"], link_id)
    assert found is not None, link_id
    return found


def _found(items: list[Response], link_id: str) -> Response | None:
    for item in items:
        inner = item if item["linkId"] == link_id else _found(item.get("item", []), link_id)
        if inner:
            return inner
    return None


def without(response: Response, link_id: str) -> None:
    for item in [response, *response["item"]]:
        item["item"] = [one for one in item.get("item", []) if one["linkId"] != link_id]


@pytest.fixture
def response(planner: Planner) -> Response:
    return response_of(OBSERVATION, planner.rulebook)


@pytest.fixture
def refused(planner: Planner) -> Callable[[object], ResponseError]:
    """The refusal of a response."""

    def refuse(response: object) -> ResponseError:
        with pytest.raises(ResponseError) as error:
            observation_of(response, planner.rulebook)
        return error.value

    return refuse


def problems(error: ObservationError) -> dict[str, str]:
    return {problem.field: problem.message for problem in error.problems}


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


def coding(link_id: str, code: str) -> Response:
    system = f"{DEFAULT_BASE}/CodeSystem/{link_id.replace('.', '-').replace('_', '-')}"
    return {"valueCoding": {"system": system, "code": code}}


def put(link_id: str, *answers: Response) -> Spoil:
    return lambda response: response["item"].append({"linkId": link_id, "answer": list(answers)})


def change(link_id: str, **answer: Any) -> Spoil:
    return lambda response: place(response, link_id).update(answer=[answer])


REFUSED: dict[str, tuple[Spoil, str, str]] = {
    "an unknown linkId": (
        put("context.phases", coding("context.phase", "early")),
        "context.phases",
        'The questionnaire has no "context.phases". Did you mean "context.phase"?',
    ),
    "a code that is not offered": (
        change("lateness.who", **coding("lateness.who", "nobody")),
        "lateness.who",
        '"nobody" is no answer here: therapist, client, both, neither.',
    ),
    "unknown as an answer": (
        change("context.phase", **coding("context.phase", "unknown")),
        "context.phase",
        "What is not known is left without an answer.",
    ),
    "a code of another question's system": (
        change("lateness.who", **coding("context.phase", "client")),
        "lateness.who",
        f"The code client is of the system {DEFAULT_BASE}/CodeSystem/lateness-who, not",
    ),
    "text for a choice": (
        change("lateness.who", valueString="client"),
        "lateness.who",
        "This is answered with valueCoding, not valueString.",
    ),
    "two values in one answer": (
        change("lateness.who", valueString="client", **coding("lateness.who", "client")),
        "lateness.who",
        "This is answered with valueCoding, not valueString.",
    ),
    "a coding that is a word": (
        change("lateness.who", valueCoding="client"),
        "lateness.who",
        'valueCoding is a mapping with system and code, not "client".',
    ),
    "a number as text": (
        change("lateness.minutes", valueString="20"),
        "lateness.minutes",
        "This is answered with valueInteger, not valueString.",
    ),
    "a decimal for a whole number": (
        change("lateness.minutes", valueInteger=20.5),
        "lateness.minutes",
        "valueInteger is a whole number, not 20.5.",
    ),
    "true for a number": (
        change("lateness.minutes", valueInteger=True),
        "lateness.minutes",
        "valueInteger is a whole number, not True.",
    ),
    "a number out of its bounds": (
        change("lateness.minutes", valueInteger=601), "lateness.minutes", "0 to 600",
    ),
    "a text that is a number": (
        put("case", {"valueString": 5}), "case", "valueString is text, not 5.",
    ),
    "a case that is too long": (
        put("case", {"valueString": "K" * 65}), "case", "at most 64 are kept",
    ),
    "several answers to one question": (
        lambda response: place(response, "lateness.who")["answer"].append(
            coding("lateness.who", "client")
        ),
        "lateness.who",
        "This has 2 answers; it takes one.",
    ),
    "an answer in a group that was not asked": (
        put("boundary_request.nature", coding("boundary_request.nature", "gift")),
        "boundary_request.nature",
        "This is asked where `kind` has boundary_request; choose it, or take this out.",
    ),
    "a kind without what it needs": (
        lambda response: without(response, "deflection.response"),
        "deflection.response",
        "deflection needs `response`:",
    ),
    "an own share where not both were late": (
        put("lateness.own_occurrences", {"valueInteger": 1}),
        "lateness.own_occurrences",
        "asked where both were late",
    ),
    "no kind and nothing that stops": (
        lambda response: [
            without(response, link_id) for link_id in ("kind", "lateness", "deflection")
        ],
        "kind",
        "Only with a flag that stops may it be empty",
    ),
    "an answer to a group": (
        put("context", {"valueString": "early"}), "context", "This is no question",
    ),
    "a modifier on an answer": (
        lambda response: place(response, "lateness.who")["answer"][0].update(
            modifierExtension=[{"url": "https://x.org/not", "valueBoolean": True}]
        ),
        "lateness.who",
        "modifierExtension changes what an answer means",
    ),
    "a modifier on an item": (
        lambda response: place(response, "lateness.who").update(modifierExtension=[]),
        "lateness.who",
        "modifierExtension changes what an answer means",
    ),
    "a modifier on the whole": (
        lambda response: response.update(modifierExtension=[{"url": "https://x.org/not"}]),
        "modifierExtension",
        "modifierExtension changes what an answer means",
    ),
    "rules that are not known": (
        lambda response: response.update(implicitRules="https://x.org/rules"),
        "implicitRules",
        "implicitRules changes what an answer means",
    ),
    "a misspelled key of an item": (
        lambda response: place(response, "context.phase").update(answers=[]),
        "context.phase",
        '"answers" is no key of FHIR\'s here.',
    ),
    "a misspelled key of an answer": (
        lambda response: place(response, "context.phase")["answer"][0].update(vlaueCoding={}),
        "context.phase",
        '"vlaueCoding" is no key of FHIR\'s here.',
    ),
    "answers that are no list": (
        lambda response: place(response, "context.phase").update(answer={}),
        "context.phase",
        "`answer` is a list in [ ]",
    ),
    "an answer that is no mapping": (
        lambda response: place(response, "context.phase").update(answer=["early"]),
        "context.phase",
        'An answer is a mapping, not "early".',
    ),
    "an item without a linkId": (
        lambda response: response["item"].append({"answer": []}), "item", "An item needs its",
    ),
    "an item that is no mapping": (
        lambda response: response["item"].append("x"), "item", "An item is a mapping",
    ),
    "items that are no list": (
        lambda response: place(response, "context").update(item={}), "context", "`item` is a list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_told_at_its_link_id(name, response, refused):
    spoil, field, message = REFUSED[name]
    spoil(response)
    error = refused(response)
    assert message in problems(error)[field], problems(error)
    assert error.unanswered == ()


def test_all_problems_are_told_at_once(response, refused):
    for name in ("an unknown linkId", "a code that is not offered", "a number as text"):
        REFUSED[name][0](response)
    without(response, "safety.flags.acute_state")
    assert problems(refused(response)).keys() == {
        "context.phases", "lateness.who", "lateness.minutes", "safety.flags.acute_state",
    }  # fmt: skip


def test_a_slip_of_the_pen_names_what_was_meant(response, refused):
    change("lateness.who", **coding("lateness.who", "therapst"))(response)
    (problem,) = refused(response).problems
    assert problem.nearest == "therapist"


def test_items_too_deep_or_too_many_are_refused(response, refused):
    deep: Response = {"linkId": "context"}
    for _ in range(5000):
        deep = {"linkId": "context", "item": [deep]}
    response["item"].append(deep)
    assert "nested more than" in problems(refused(response))["context"]
    response["item"][-1:] = [{"linkId": "context"}] * 100_000
    assert "more than 1,000 items" in problems(refused(response))["item"]


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

    def test_the_reference_is_made_of_the_id(self):
        assert reference_of({"id": "r1"}) == "QuestionnaireResponse/r1"
        assert reference_of({"id": "../x"}) is None
        assert reference_of({}) is None
