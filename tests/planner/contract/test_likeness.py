"""`nearest` is a slip of the pen mended, never a guess: a program may put it in unread."""

import copy
from difflib import SequenceMatcher
from typing import Any

import pytest

from planner.contract.fields import FIELDS, Field
from planner.contract.likeness import did_you_mean, nearest
from planner.contract.observation import FLAGS, KINDS, Observation
from planner.contract.ruptures import RUPTURES
from planner.errors import FieldProblem, ObservationError

LEAST_ALIKE = 0.75
"""As the standard library counts likeness, which nothing in the planner does."""
NOTHING_SAID = ("N/A", "n/a", "NA", "NaN", "NULL", "null", "None", "none", "nil", "-", "?", " ")
NO_WORD = ("maybe", "0", "1", "FALSE", "TRUE", "False", "true", "y", "n", "yes?", "no?", "not")
OPPOSITE = ("unjustified", "unavoidable", "disengaged", "not known", "not_known", "not tried")
OTHER = ("x", "other thing", "client therapist", "complaint_about_pace", "nope", "-1", "9999")
UNLIKE: tuple[object, ...] = (
    *NOTHING_SAID,
    *NO_WORD,
    *OPPOSITE,
    *OTHER,
    True,
    False,
    None,
    0,
    1,
    1.5,
    -1,
    [],
    {},
)

REQUIRED: dict[str, dict[str, Any]] = {
    kind: {"kind": kind}
    | {
        name: FIELDS[f"{kind}.{name}"].values[0]
        for name in model.model_fields
        if name != "kind" and FIELDS[f"{kind}.{name}"].required
    }
    for kind, model in RUPTURES.items()
}
ASKED = [one for name, one in FIELDS.items() if not name.startswith(("ruptures.", "safety."))]


def observation_with(field: Field, value: object) -> dict[str, Any]:
    """An observation that is sound but for one answer."""
    owner, _, name = field.name.partition(".")
    told: dict[str, Any] = {
        "ruptures": [copy.deepcopy(REQUIRED[field.rupture or "lateness"])],
        "context": {},
        "safety": {"flags": {}},
    }
    (told["ruptures"][0] if field.rupture else told[owner])[name] = value
    return told


def problems(told: object) -> tuple[FieldProblem, ...]:
    """What is wrong with it; nothing where it is read."""
    try:
        Observation.read(told)
    except ObservationError as error:
        return error.problems
    return ()


def is_alike(word: object, value: str) -> bool:
    """Whether a word is a value but for a slip, as another counts it."""
    plain = str(word).strip().casefold().replace(" ", "_").replace("-", "_")
    return SequenceMatcher(None, plain, value.casefold(), autojunk=False).ratio() >= LEAST_ALIKE


@pytest.mark.parametrize("field", ASKED, ids=lambda field: field.name)
def test_no_answer_of_any_field_is_guessed(field: Field) -> None:
    """What is unlike every value has no `nearest`: alone, and as a member of a list."""
    tried = 0
    for value in UNLIKE:
        for given in (value, [value]):
            for one in problems(observation_with(field, given)):
                if field.kind == "number":
                    assert one.nearest in (None, value), one  # digits in quotation marks
                elif one.nearest is not None:
                    assert value in OPPOSITE, (value, one)
                    assert is_alike(value, one.nearest), one
                tried += 1
    assert tried >= len(UNLIKE)


@pytest.mark.parametrize("value", UNLIKE)
def test_no_kind_key_or_flag_is_guessed(value: object) -> None:
    told: dict[str, Any] = {"ruptures": [{"kind": value}], "safety": {"flags": {}}}
    assert [one.nearest for one in problems(told)] == [None]
    if isinstance(value, str):
        told = {"ruptures": [REQUIRED["lateness"] | {value: "yes"}], "safety": {"flags": {}}}
        assert [one.nearest for one in problems(told)] == [None]
        told = {"ruptures": [REQUIRED["lateness"]], "safety": {"flags": {value: "yes"}}}
        assert [one.nearest for one in problems(told)] == [None]
    told = {"ruptures": [REQUIRED["lateness"]], "safety": {"flags": {FLAGS[0]: value}}}
    assert [one.nearest for one in problems(told)] == [None]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("context.raised_by_client", "FALSE"),
        ("context.raised_by_client", "0"),
        ("context.raised_by_client", "maybe"),
        ("context.raised_by_client", "N/A"),
        ("context.outside_pattern", "not known"),
        ("context.therapist_part", "None"),
        ("context.apology", "NONE"),
        ("lateness.who", "NULL"),
        ("lateness.cause", "unavoidable"),
        ("authority_frustration.grievance", "unjustified"),
        ("context.signs", ["disengaged"]),
        ("context.earlier_items", ["C4"]),
        ("lateness.minutes", -1),
        ("lateness.minutes", "9999"),
        ("lateness.occurrences", 0),
    ],
)
def test_an_unknown_is_never_turned_into_an_answer(field: str, value: object) -> None:
    (found,) = problems(observation_with(FIELDS[field], value))
    assert found.nearest is None


@pytest.mark.parametrize("word", [True, False, "true", "false", "TRUE", "False", " true "])
def test_true_and_false_are_told_to_be_written_yes_or_no(word: object) -> None:
    yes_no = [field for field in ASKED if "yes" in field.values]
    assert yes_no
    for field in yes_no:
        (found,) = problems(observation_with(field, word))
        assert 'write "yes" or "no", or leave it out where it is not known' in found.message
        assert found.nearest is None


@pytest.mark.parametrize("word", [True, "true", "TRUE"])
def test_a_flag_that_is_true_is_told_to_be_written_yes_or_unsure(word: object) -> None:
    told = {"ruptures": [REQUIRED["lateness"]], "safety": {"flags": {"self_harm": word}}}
    (found,) = problems(told)
    assert 'write "yes" or "unsure"' in found.message
    assert "leave it out" not in found.message
    assert found.nearest is None


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("therapst", "therapist"),
        ("Therapist", "therapist"),
        (" THERAPIST ", "therapist"),
        ("theraipst", "therapist"),
        ("las_session", "last_session"),
        ("last-session", "last_session"),
        ("Last session", "last_session"),
        ("lastsession", "last_session"),
        ("yess", "yes"),
        ("Yes", "yes"),
        ("NO", "no"),
        ("UNKNOWN", "unknown"),
        ("c1", "C1"),
        ("clinet", "client"),
    ],
)
def test_a_slip_of_the_pen_is_mended(word: str, value: str) -> None:
    values = ("therapist", "client", "both", "last_session", "yes", "no", "unknown", "C1", "C2")
    assert nearest(word, values) == value


@pytest.mark.parametrize("field", ASKED, ids=lambda field: field.name)
def test_every_value_of_every_field_is_known_again_with_a_letter_missing(field: Field) -> None:
    for value in field.values:
        if len(value) > 5 and value[2:] != value[1:-1]:
            slip = value[:2] + value[3:]
            assert nearest(slip, field.values) == value
        assert nearest(value.upper(), field.values) == (None if value == "none" else value)


def test_of_two_values_that_are_equally_near_neither_is_taken() -> None:
    assert nearest("cart", ("cars", "care")) is None
    assert nearest("kindd", KINDS) is None


@pytest.mark.parametrize("word", ["no?", "yes?", "therapist?", "?"])
def test_a_word_with_a_question_mark_is_unsure_and_nothing_is_proposed_for_it(word: str) -> None:
    assert did_you_mean(word, ("yes", "no", "therapist")) == ""
    assert nearest(word, ("yes", "no", "therapist")) is None
