"""What counts of what an assistant took from a narrative: only what has its quote there."""

from typing import Any

import pytest

from planner.contract.fields import FIELDS
from planner.contract.values import FLAGS
from planner.interop.mcp.quotes import folded, is_evidence, stands_in
from planner.interop.mcp.told import (
    DENIALS,
    NO_QUOTE,
    SAFETY,
    TOO_SHORT,
    TWICE,
    Told,
    checkable,
    read_told,
)

STORY = (
    "I was twenty minutes late on Monday, for the second time. She said \u201cIt\u2019s fine\u201d "
    "and made a joke.\nI had not let her know.  We have worked well together for a year."
)


def answer(field: str, value: Any, quote: Any) -> dict[str, Any]:
    return {"field": field, "value": value, "quote": quote}


def told(*answers: object, story: str = STORY) -> Told:
    return read_told(story, answers)


def reasons(found: Told) -> list[str]:
    return [one.reason for one in found.dropped]


WHO = answer("lateness.who", "therapist", "I was twenty minutes late")


def test_an_answer_with_its_quote_is_in_the_draft():
    found = told(
        WHO,
        answer("lateness.occurrences", 2, "for the second time"),
        answer("context.signs", ["denial"], "It's fine"),
        answer("deflection.response", "joke", "made a joke"),
    )
    assert found.draft() == {
        "ruptures": [
            {"kind": "lateness", "who": "therapist", "occurrences": 2},
            {"kind": "deflection", "response": "joke"},
        ],
        "context": {"signs": ["denial"]},
    }
    assert found.dropped == []
    assert found.missing() == ()


@pytest.mark.parametrize(
    "quote",
    [
        "i WAS   twenty\nminutes LATE",
        '"I was twenty minutes late"',
        "I was twenty minutes late on Monday,",
        "twenty\u00a0minutes late",
        'she said "it\'s fine" and made a joke',
        "She said \u2018it\u2019s fine\u2019 and".replace("\u2018", "\u201c").replace(
            "fine\u2019", "fine\u201d"
        ),
    ],
)
def test_capitals_blanks_and_the_shape_of_quote_marks_are_forgiven(quote):
    assert reasons(told({**WHO, "quote": quote})) == []


@pytest.mark.parametrize(
    "quote",
    [
        "I was thirty minutes late",
        "I was late",
        "I was twenty ... late",
        "twenty minutes lat",
        "enty minutes late",
        "late minutes twenty",
        "The therapist was late",
        "I was twenty minutes late, and I am sorry",
    ],
)
def test_a_quote_that_is_not_in_the_text_is_dropped(quote):
    found = told({**WHO, "quote": quote})
    assert reasons(found) == [NO_QUOTE]
    assert found.draft()["ruptures"] == []
    assert found.missing() == ("kind",)


@pytest.mark.parametrize("quote", ["", " ", ".", "I", "on", "was", '""', "...", "20", None, 5, []])
def test_a_quote_that_is_empty_or_too_short_is_no_evidence(quote):
    assert reasons(told({**WHO, "quote": quote})) == [TOO_SHORT]


def test_a_quote_of_a_script_without_capitals_and_blanks_is_found():
    story = "\u4eca\u5929\u6211\u8fdf\u5230\u4e86\u5341\u5206\u949f\u3002"
    quote = "\u6211\u8fdf\u5230\u4e86"
    assert reasons(told({**WHO, "quote": quote}, story=story)) == []
    assert is_evidence(quote)
    assert not is_evidence(quote[0])


def test_composed_and_decomposed_letters_are_one():
    assert stands_in("cafe\u0301 late", folded("The caf\u00e9 late one"))
    assert stands_in("Stra\u00dfe late", folded("die STRASSE LATE"))


@pytest.mark.parametrize(
    "field",
    ["safety", "safety.flags", "safety.flags.self_harm", "self_harm", "context.acute_state",
     "flags", "Safety.Flags", "raised_flags", *FLAGS],
)  # fmt: skip
@pytest.mark.parametrize("value", ["no", "yes", {}, None])
def test_safety_is_dropped_always(field, value):
    found = told(WHO, answer(field, value, "I was twenty minutes late"))
    assert reasons(found) == [SAFETY]
    assert "safety" not in found.draft()
    assert found.draft()["ruptures"] == [{"kind": "lateness", "who": "therapist"}]


def test_every_no_waits_for_the_person():
    found = told(
        WHO,
        answer("lateness.notice_given", "no", "I had not let her know"),
        answer("context.therapist_part", "none", "We have worked well together"),
        answer("context.apology", "none", "I had not let her know"),
    )
    assert found.denials == {
        "lateness.notice_given": "no",
        "context.therapist_part": "none",
        "context.apology": "none",
    }
    assert found.draft() == {
        "ruptures": [{"kind": "lateness", "who": "therapist"}],
        "context": {},
    }


@pytest.mark.parametrize(
    "field",
    [
        "safety . flags",
        " Safety",
        "safety_flags",
        "safety/flags",
        "$.safety.flags",
        "context.safety",
        "self harm",
        "SELF_HARM ",
        "context.self_harm",
    ],
)
def test_safety_in_any_spelling_is_dropped_as_the_persons_own(field):
    """And never with a question whether `context.severity` was meant."""
    [dropped] = told(answer(field, "none", "I was twenty minutes late")).dropped
    assert dropped.reason == SAFETY


def test_every_value_that_denies_is_known_as_one():
    """A value that begins with no- and says that something is so stands here by name."""
    says_so = {
        "no_change",
        "norm_explains_behaviour",
        "not_known",
        "noticed_not_discussed",
    }
    begins = {
        value
        for field in FIELDS.values()
        for value in field.values
        if value.startswith(("no", "none"))
    }
    assert begins - says_so == DENIALS


def test_an_unknown_needs_no_quote_and_stays_unknown():
    found = told(WHO, answer("context.phase", "unknown", ""), answer("context.signs", [], ""))
    assert found.draft()["context"] == {}
    assert found.dropped == []


def test_two_different_answers_to_one_field_are_both_dropped():
    found = told(WHO, {**WHO, "value": "client"}, answer("kind", "lateness", "I was twenty"))
    assert reasons(found) == [TWICE, TWICE]
    assert found.draft()["ruptures"] == [{"kind": "lateness"}]
    assert found.missing() == ("lateness.who",)
    assert told(WHO, WHO).answers == {"lateness.who": "therapist"}


def test_answers_to_a_list_are_put_together_in_the_contracts_order():
    found = told(
        answer("context.feelings", ["hurt", "angry"], "made a joke"),
        answer("context.feelings", "irritated", "made a joke"),
    )
    assert found.draft()["context"] == {"feelings": ["angry", "irritated", "hurt"]}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lateness.who", "therapists", 'Did you mean "therapist"?'),
        ("lateness.who", ["therapist"], "takes one answer"),
        ("lateness.who", True, "Values:"),
        ("lateness.minutes", "20", "without quotation marks"),
        ("lateness.minutes", 20.5, "whole number"),
        ("lateness.minutes", 10**400, "whole number"),
        ("context.signs", ["denail"], 'Did you mean "denial"?'),
        ("context.signs", {"a": 1}, "is a list"),
        ("context.phase", {"a": []}, "Values:"),
        ("context.phaze", "middle", "Did you mean"),
        ("notes", "late", "There is no field"),
        ("ruptures[0].who", "therapist", "There is no field"),
        ("", "late", "There is no field"),
    ],
)
def test_a_wrong_field_or_value_is_dropped_with_its_mend(field, value, words):
    found = told(answer(field, value, "I was twenty minutes late"))
    [dropped] = found.dropped
    assert words in dropped.reason
    assert found.answers == {}
    assert dropped.as_dict()["field"] == field


@pytest.mark.parametrize("wrong", [None, 3, "lateness.who: therapist", [], {}, {"field": 3}])
def test_an_answer_that_is_none_is_dropped(wrong):
    [dropped] = told(wrong).dropped
    assert "An answer has field, value or quote" in dropped.reason


def test_a_whole_number_written_with_a_point_is_one():
    assert told(answer("lateness.minutes", 20.0, "twenty minutes late")).answers == {
        "lateness.minutes": 20
    }


def test_no_answer_is_worse_than_an_unknown_one():
    """Whatever is dropped, the draft has nothing of it: no default, and no no."""
    wrong = [answer(field, "no", "this was never said") for field in FIELDS]
    assert told(*wrong).draft() == {"ruptures": [], "context": {}}


def test_what_is_too_long_is_refused():
    assert "at most 20,000" in checkable("a" * 20_001, [])
    assert checkable("a" * 20_000, []) == ""
    assert "at most 200" in checkable("a", [WHO] * 201)
    assert "is a list" in checkable("a", {"field": "kind"})
