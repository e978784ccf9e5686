"""The person answers the safety questions; the assistant sees no answer and can clear none."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from planner import Planner
from planner.contract.values import FLAGS, STOP_FLAGS
from planner.interop.mcp.safety import MOST_TIMES
from tests.planner.interop.mcp.support.assistant import (
    ALL_NO,
    LATE,
    MODES,
    Person,
    at_hand,
    called,
    data_of,
    has_no_plan,
    planned,
    talked,
    text_of,
)

HANDOUT = "I want to apologize again"
WORDS = [
    part
    for item in Planner().rulebook.handout.items.values()
    for part in item.words.split(". ")
    if len(part) > 25
]
"""Every sentence of the handout."""
both_ways = pytest.mark.parametrize("mode", MODES)


@both_ways
def test_a_person_who_answers_no_to_all_gets_the_plan(mode):
    person = Person(ALL_NO)
    result = planned(person, mode=mode)
    plan = Planner().plan({**LATE, "safety": {"flags": {}}})
    assert not result.is_error
    assert result.structured_content == plan.to_dict()
    assert result.meta
    assert result.meta["safety_answered_by"] == "person"
    assert text_of(result).startswith("# Repair plan: proceed\n")
    assert plan.brief.say
    assert plan.brief.say.words.split(".")[0] in text_of(result)
    assert len(person.forms) == 1


@both_ways
def test_the_form_asks_each_flag_in_the_vocabularys_words_and_requires_each(mode):
    person = Person(ALL_NO)
    planned(person, mode=mode)
    vocabulary: Any = Planner().rulebook.vocabulary["fields"]
    asked = vocabulary["safety.flags"]
    form = person.forms[0]
    assert form.message.startswith(asked["question"])
    assert form.requested_schema["required"] == list(FLAGS)
    for flag, shown in form.requested_schema["properties"].items():
        assert shown["enum"] == ["no", "yes", "unsure"]
        assert shown["title"] == asked["options"][flag]["label"]
        assert shown.get("description") == asked["options"][flag].get("hint")
        assert "default" not in shown


@pytest.mark.parametrize(
    ("flag", "answer", "mode"),
    [
        ("self_harm", "yes", "auto"),
        ("self_harm", "unsure", "legacy"),
        *((flag, "unsure", "auto") for flag in STOP_FLAGS),
    ],
)
def test_a_person_who_is_unsure_of_a_stop_flag_gets_a_stop(flag, answer, mode):
    result = planned(Person({**ALL_NO, flag: answer}), mode=mode)
    plan = data_of(result)
    assert plan["disposition"] == "stop"
    assert plan["observation"]["safety"]["flags"] == {flag: answer}
    assert plan["steps"] == []
    said = json.dumps(result.model_dump(), ensure_ascii=False)
    assert [item for item in WORDS if item in said] == []


def test_on_a_stop_the_first_actions_come_first():
    result = planned(Person({**ALL_NO, "self_harm": "unsure"}))
    actions = data_of(result)["safety"]["first_actions"]
    opening = "# Repair plan: stop\n\n## Before anything else\n"
    assert text_of(result).startswith(opening)
    assert actions[0][:30] in text_of(result)
    assert "## Say" not in text_of(result)


def test_a_review_flag_gives_a_plan_to_be_used_after_consultation():
    result = planned(Person({**ALL_NO, "formal_complaint": "unsure"}))
    assert data_of(result)["disposition"] == "review_first"


@both_ways
@pytest.mark.parametrize("reply", ["decline", "cancel"])
def test_a_person_who_declines_or_cancels_gets_no_plan(mode, reply):
    person = Person(reply)
    result = planned(person, mode=mode)
    assert result.is_error
    assert has_no_plan(result)
    assert "there is no plan" in text_of(result)
    assert HANDOUT not in text_of(result)
    assert len(person.forms) == 1


@both_ways
@pytest.mark.parametrize("left_out", [FLAGS[0], FLAGS[-1]])
def test_fourteen_of_fifteen_are_asked_again(mode, left_out):
    fourteen = {flag: "no" for flag in FLAGS if flag != left_out}
    person = Person(fourteen, ALL_NO)
    result = planned(person, mode=mode)
    assert data_of(result)["disposition"] == "proceed"
    assert len(person.forms) == 2
    vocabulary: Any = Planner().rulebook.vocabulary["fields"]
    label = vocabulary["safety.flags"]["options"][left_out]["label"]
    assert f"Without an answer so far: {label}." in person.forms[1].message
    again = person.forms[1].requested_schema
    assert again["required"] == list(FLAGS)
    assert "default" not in again["properties"][left_out]


def test_what_was_answered_stands_in_the_form_that_is_shown_again():
    fourteen = {flag: "no" for flag in FLAGS if flag != "acute_state"} | {"self_harm": "unsure"}
    rest = {flag: "no" for flag in FLAGS if flag != "self_harm"}
    person = Person(fourteen, rest)
    result = planned(person)
    again = person.forms[1].requested_schema["properties"]
    assert again["self_harm"]["default"] == "unsure"
    assert again["partner_violence"]["default"] == "no"
    assert data_of(result)["observation"]["safety"]["flags"] == {"self_harm": "unsure"}


def test_a_no_that_is_left_out_the_second_time_is_no_longer_one():
    """It may have been taken back: a no is taken from the form that is sent, and from no other."""
    fourteen = {flag: "no" for flag in FLAGS if flag != "acute_state"}
    person = Person(fourteen, {"acute_state": "no"}, {"acute_state": "no"})
    result = planned(person)
    assert result.is_error
    assert has_no_plan(result)
    assert len(person.forms) == MOST_TIMES


@both_ways
def test_fourteen_of_fifteen_to_the_end_give_no_plan(mode):
    person = Person(dict.fromkeys(FLAGS[1:], "no"))
    result = planned(person, mode=mode)
    assert len(person.forms) == MOST_TIMES
    assert result.is_error
    assert has_no_plan(result)


@pytest.mark.parametrize("answer", ["", "maybe", "No", "unknown", False, 0, True, ["no"]])
def test_whatever_is_not_one_of_the_three_answers_is_no_answer(answer):
    person = Person({**ALL_NO, "partner_violence": answer}, "decline")
    result = planned(person)
    assert len(person.forms) == 2
    assert has_no_plan(result)


@both_ways
def test_a_form_that_comes_back_empty_gives_no_plan(mode):
    result = planned(Person(None), mode=mode)
    assert result.is_error
    assert has_no_plan(result)


def test_a_form_may_stay_open_for_hours(monkeypatch):
    passed = [0.0]

    class Called(Person):
        async def __call__(self, context, params):
            passed[0] += 12 * 60 * 60
            return await super().__call__(context, params)

    clock = SimpleNamespace(time=lambda: time.time() + passed[0])
    monkeypatch.setattr("mcp.server.request_state.time", clock)
    assert data_of(planned(Called(ALL_NO)))["disposition"] == "proceed"


@both_ways
def test_a_person_who_stops_midway_gets_no_plan(mode):
    person = Person({}, "cancel")
    assert has_no_plan(planned(person, mode=mode))
    assert len(person.forms) == 2


@both_ways
@pytest.mark.parametrize("flag", ["self_harm", "therapist_impaired"])
def test_what_the_assistant_raises_stops_though_the_person_says_no(mode, flag):
    result = planned(Person(ALL_NO), mode=mode, raised_flags=[flag])
    assert data_of(result)["disposition"] == "stop"
    assert data_of(result)["observation"]["safety"]["flags"] == {flag: "unsure"}


def test_what_the_assistant_raises_makes_no_yes_weaker():
    result = planned(Person({**ALL_NO, "self_harm": "yes"}), raised_flags=["self_harm"])
    assert data_of(result)["observation"]["safety"]["flags"] == {"self_harm": "yes"}


def test_a_flag_that_is_misspelled_is_told_and_not_lost():
    person = Person(ALL_NO)
    result = planned(person, raised_flags=["self_harn"])
    [problem] = data_of(result)["problems"]
    assert problem["field"] == "raised_flags[0]"
    assert problem["nearest"] == "self_harm"
    assert result.is_error
    assert person.forms == []


@pytest.mark.parametrize("raised", ["self_harm", {"self_harm": "no"}, 3])
def test_raised_flags_that_are_no_list_are_refused(raised):
    result = planned(Person(ALL_NO), raised_flags=raised)
    assert result.is_error
    assert data_of(result)["problems"][0]["field"] == "raised_flags"


@pytest.mark.parametrize("flags", [{"flags": {}}, {"flags": {"self_harm": "no"}}, {}, None, "none"])
def test_an_assistant_that_writes_safety_into_the_observation_is_refused(flags):
    person = Person(ALL_NO)
    result = planned(person, {**LATE, "safety": flags})
    assert result.is_error
    assert has_no_plan(result)
    [problem] = data_of(result)["problems"]
    assert problem["field"] == "safety"
    assert "make_plan asks the person" in problem["message"]
    assert person.forms == []


@pytest.mark.parametrize("name", ["safety", "safety_answers", "flags"])
def test_an_assistant_that_writes_safety_beside_the_observation_is_refused(name):
    person = Person(ALL_NO)
    result = called("make_plan", {"observation": LATE, name: ALL_NO}, person)
    assert result.is_error
    assert has_no_plan(result)
    assert f"make_plan has no argument `{name}`" in text_of(result)
    assert "put to the person" in text_of(result)
    assert person.forms == []


@pytest.mark.parametrize("name", ["Safety", "safety.flags", "safety_flags", "flags", "Self-Harm"])
def test_safety_in_another_spelling_is_told_whose_it_is(name):
    person = Person(ALL_NO)
    result = planned(person, {**LATE, name: {}})
    assert result.is_error
    assert has_no_plan(result)
    assert "make_plan asks the person" in text_of(result)
    assert "Did you mean" not in text_of(result)
    assert person.forms == []


def test_the_assistant_sees_no_argument_for_safety():
    tools = talked(lambda client: client.list_tools()).tools
    schema = next(one for one in tools if one.name == "make_plan").input_schema
    assert set(schema["properties"]) == {"observation", "raised_flags"}
    assert "safety" not in schema["properties"]["observation"]["properties"]
    assert '"unsure"' not in json.dumps(schema)


def test_a_client_that_cannot_ask_gets_the_questions_and_no_plan():
    result = planned(None)
    asked = data_of(result)["safety_questions"]
    assert [one["flag"] for one in asked["flags"]] == list(FLAGS)
    assert has_no_plan(result)
    assert asked["question"] in text_of(result)
    assert HANDOUT not in text_of(result)
    assert "--allow-relayed" not in text_of(result)


def test_danger_alone_is_enough_and_no_rupture_without_danger_is_a_problem():
    nothing: dict[str, Any] = {"ruptures": []}
    stop = planned(Person({**ALL_NO, "self_harm": "yes"}), nothing)
    assert data_of(stop)["disposition"] == "stop"
    none = planned(Person(ALL_NO), nothing)
    assert none.is_error
    assert data_of(none)["problems"][0]["field"] == "ruptures"


def relayed(answers: Any, person: Person | None = None, **more: Any) -> Any:
    arguments = {"observation": LATE, "safety_answers": answers, **more}
    return called("make_plan", arguments, person, relayed=True)


def test_relayed_answers_make_a_plan_that_says_so():
    result = relayed(ALL_NO)
    plan = data_of(result)
    assert plan["disposition"] == "proceed"
    assert plan["safety_answered_by"] == "assistant"
    assert result.meta["safety_answered_by"] == "assistant"
    assert "relayed by the assistant" in text_of(result)


@pytest.mark.parametrize("left_out", [FLAGS[0], FLAGS[-1]])
def test_fourteen_relayed_answers_give_the_question_and_no_plan(left_out):
    result = relayed({flag: "no" for flag in FLAGS if flag != left_out})
    assert has_no_plan(result)
    assert [one["flag"] for one in data_of(result)["safety_questions"]["flags"]] == [left_out]


@pytest.mark.parametrize("answers", [None, {}, "none", [], {"flags": {}}, dict.fromkeys(FLAGS)])
def test_relayed_answers_that_are_none_give_the_questions_and_no_plan(answers):
    result = relayed(answers)
    assert has_no_plan(result)
    assert len(data_of(result)["safety_questions"]["flags"]) == len(FLAGS)


@pytest.mark.parametrize("more", [{"Self-Harm": "yes"}, {"suicide": "unsure"}, {"flags": ALL_NO}])
def test_a_relayed_answer_to_no_flag_is_told_and_not_lost(more):
    result = relayed({**ALL_NO, **more})
    assert result.is_error
    assert has_no_plan(result)
    [problem] = data_of(result)["problems"]
    assert problem["field"] == f"safety_answers.{next(iter(more))}"


def test_a_relayed_unsure_stops():
    assert data_of(relayed({**ALL_NO, "acute_state": "unsure"}))["disposition"] == "stop"


def test_a_raised_flag_beside_relayed_answers_stops():
    assert data_of(relayed(ALL_NO, raised_flags=["acute_state"]))["disposition"] == "stop"


def test_where_the_person_can_be_asked_nothing_is_relayed():
    person = Person(ALL_NO)
    result = relayed({**ALL_NO, "self_harm": "unsure"}, person)
    assert len(person.forms) == 1
    assert data_of(result)["disposition"] == "stop", "what the assistant relays as unsure is raised"
    assert result.meta["safety_answered_by"] == "person"
    assert has_no_plan(relayed(ALL_NO, Person("decline")))


def test_relayed_answers_have_a_schema_that_requires_each():
    tools = talked(lambda client: client.list_tools(), served=at_hand(relayed=True)).tools
    schema = next(one for one in tools if one.name == "make_plan").input_schema
    check = Draft202012Validator(schema["properties"]["safety_answers"])
    assert check.is_valid(ALL_NO)
    assert not check.is_valid(dict.fromkeys(FLAGS[1:], "no"))
    assert not check.is_valid({**ALL_NO, "self_harm": "maybe"})
