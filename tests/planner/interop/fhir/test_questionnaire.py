"""The vocabulary as a Questionnaire: every field and answer, and none for unknown."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from planner import Planner
from planner.interop.fhir import DEFAULT_BASE, questionnaire
from tests.support.strategies import (
    CHOICES,
    FLAGS,
    KINDS,
    LISTS,
    NUMBERS,
    REQUIRED,
    RUPTURE_LISTS,
)


def items(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every item, at whatever depth."""
    for part in parts:
        yield part
        yield from items(part.get("item", []))


@pytest.fixture(scope="module")
def form(planner: Planner) -> dict[str, Any]:
    return questionnaire(planner.rulebook)


@pytest.fixture(scope="module")
def asked(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["linkId"]: item for item in items(form["item"])}


def codes(item: dict[str, Any]) -> set[str]:
    return {option["valueCoding"]["code"] for option in item["answerOption"]}


def test_no_link_id_stands_twice(form):
    """The three validators pass a form in which one does; answers would then be mixed up."""
    found = [item["linkId"] for item in items(form["item"])]
    assert len(found) == len(set(found)) == 116


def test_it_says_what_it_is(form):
    assert form["resourceType"] == "Questionnaire"
    assert form["status"] == "active"
    assert form["url"] == f"{DEFAULT_BASE}/Questionnaire/repair-planner-observation"
    assert form["version"].startswith("1.1+")
    assert form["name"] == "RepairPlannerObservation"
    assert form["title"] == "Repair Planner: what was observed"


def test_every_safety_question_is_required_and_has_three_answers(asked):
    assert asked["safety"]["required"] is True
    for flag in FLAGS:
        item = asked[f"safety.flags.{flag}"]
        assert (item["type"], item["required"], item["repeats"]) == ("choice", True, False)
        assert [option["valueCoding"]["code"] for option in item["answerOption"]] == [
            "no", "yes", "unsure",
        ]  # fmt: skip


def test_safety_is_asked_first_and_of_everyone(form):
    assert form["item"][0]["linkId"] == "safety"
    for item in items([form["item"][0]]):
        assert "enableWhen" not in item


def test_nothing_is_filled_in_beforehand(form):
    text = json.dumps(form)
    assert "initial" not in text
    assert "unknown" not in {option for item in items(form["item"]) for option in _all(item)}


def _all(item: dict[str, Any]) -> set[str]:
    return codes(item) if "answerOption" in item else set()


def test_every_choice_of_the_contract_is_offered_but_unknown(asked):
    for part, fields in CHOICES.items():
        for name, values in fields.items():
            item = asked[f"{part}.{name}"]
            assert codes(item) == set(values) - {"unknown"}, item["linkId"]
            assert (item["type"], item["repeats"]) == ("choice", False)


def test_every_list_of_the_contract_takes_several_answers(asked):
    for part, fields in {"context": LISTS, **RUPTURE_LISTS}.items():
        for name, values in fields.items():
            item = asked[f"{part}.{name}"]
            assert codes(item) == set(values)
            assert (item["repeats"], item["required"]) == (True, False)


def test_every_number_has_its_bounds(asked):
    found = {
        link_id: [one["valueInteger"] for one in item["extension"]]
        for link_id, item in asked.items()
        if item["type"] == "integer"
    }
    numbers = [f"{kind}.{name}" for kind, fields in NUMBERS.items() for name in fields]
    assert set(found) == {*numbers, "session"}
    assert found["lateness.minutes"] == [0, 600]
    assert found["deflection.occurrences"] == [1, 999]
    assert found["session"] == [1, 9999]


def test_a_kind_is_asked_about_where_it_was_chosen(asked):
    assert codes(asked["kind"]) == set(KINDS)
    assert asked["kind"]["repeats"] is True
    assert asked["kind"]["required"] is False
    for kind in KINDS:
        (condition,) = asked[kind]["enableWhen"]
        assert condition["question"] == "kind"
        assert condition["operator"] == "="
        offered = [option["valueCoding"] for option in asked["kind"]["answerOption"]]
        assert (
            condition["answerCoding"].items()
            <= next(one for one in offered if one["code"] == kind).items()
        )
        assert asked[f"{kind}.{REQUIRED[kind]}"]["required"] is True
    assert "enableWhen" not in asked["context"]


def test_the_own_share_is_asked_where_both_were_late(asked):
    (condition,) = asked["lateness.own_occurrences"]["enableWhen"]
    assert (condition["question"], condition["answerCoding"]["code"]) == ("lateness.who", "both")


def test_what_is_optional_can_be_taken_back(asked):
    """LHC-Forms has no way to unchoose a radio button: it stands where an answer has to be."""
    for item in asked.values():
        if item["type"] == "choice" and not item["repeats"]:
            control = item["extension"][0]["valueCodeableConcept"]["coding"][0]["code"]
            assert control == ("radio-button" if item["required"] else "drop-down")


def test_the_words_are_the_vocabularys(planner, asked):
    words: Any = planner.rulebook.vocabulary["fields"]
    assert asked["context.phase"]["text"] == words["context.phase"]["question"]
    assert asked["safety"]["text"] == words["safety.flags"]["question"]
    hints = words["safety.flags"]["options"]["self_harm"]["hint"]
    assert asked["safety.flags.self_harm.help"]["text"] == hints
    labels = {one["valueCoding"]["display"] for one in asked["lateness.who"]["answerOption"]}
    assert labels == {one["label"] for one in words["lateness.who"]["options"].values()}


def test_the_same_rulebook_gives_it_byte_for_byte(form):
    again = questionnaire(Planner().rulebook)
    assert json.dumps(again) == json.dumps(form)


def test_every_address_begins_with_the_base(planner):
    own = questionnaire(planner.rulebook, base="https://clinic.org/fhir/")
    text = json.dumps(own)
    assert own["url"] == "https://clinic.org/fhir/Questionnaire/repair-planner-observation"
    assert DEFAULT_BASE not in text
    systems = {
        option["valueCoding"]["system"]
        for item in items(own["item"])
        for option in item.get("answerOption", [])
    }
    assert all(one.startswith("https://clinic.org/fhir/CodeSystem/") for one in systems)


@pytest.mark.parametrize(
    "base",
    ["", "clinic", "ftp://x", "https://a b", "https://a|1", "https://", "https:///a",
     'https://a/"b"', "https://a/<b>", "https://a/b\\c", "https://a/ä", "https://me:word@a/b"],
)  # fmt: skip
def test_a_base_that_is_no_address_is_refused(planner, base):
    with pytest.raises(ValueError, match="the base is an address such as"):
        questionnaire(planner.rulebook, base=base)


def test_other_words_give_another_version(planner, form):
    words = copy.deepcopy(dict(planner.rulebook.vocabulary))
    words["fields"]["context.phase"]["question"] = "How far are you?"
    own = questionnaire(replace(planner.rulebook, vocabulary=words))
    assert own["version"] != form["version"]
    assert own["version"].partition("+")[0] == form["version"].partition("+")[0]
