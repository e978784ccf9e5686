"""What is wrong with a response is told at its linkId, all at once, and nothing is dropped."""

from __future__ import annotations

import pytest

from planner.interop.fhir import DEFAULT_BASE
from tests.support.fhir_responses import (
    Response,
    Spoil,
    change,
    coding,
    place,
    problems,
    put,
    without,
)

BLANK = {"url": f"{DEFAULT_BASE}/StructureDefinition/blank-text"}
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
    "a blank text that is none": (
        put("case", {"_valueString": {"extension": [{**BLANK, "valueString": '"Jane"'}]}}),
        "case",
        "valueString is text, not None.",
    ),
    "a blank text that is no JSON": (
        put("case", {"_valueString": {"extension": [{**BLANK, "valueString": "["}]}}),
        "case",
        "valueString is text, not None.",
    ),
    "a blank text that is nested without end": (
        put("case", {"_valueString": {"extension": [{**BLANK, "valueString": "[" * 99_999}]}}),
        "case",
        "valueString is text, not None.",
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
        lambda response: without(response, "kind", "lateness", "deflection"),
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
