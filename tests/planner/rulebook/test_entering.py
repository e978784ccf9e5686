"""A line of free text as answers: what it says, nothing that it does not, and safety only asked."""

from __future__ import annotations

import pytest

from planner.reading.entering import read_entering
from planner.reading.shipped import SHIPPED

ENTERING = read_entering(SHIPPED)
KIND, WHO = "kind=lateness", "lateness.who="


def told(line: str) -> set[str]:
    return {f"{one.field}={one.value}" for one in ENTERING.read(line)}


def asked(line: str) -> set[str]:
    return {one.value for one in ENTERING.asks(line)}


def test_the_line_of_the_hint_is_read_and_leaves_open_who_was_late() -> None:
    assert told("twenty minutes late, second time, she said fine") == {
        KIND,
        "lateness.minutes=20",
        "lateness.occurrences=2",
        "context.signs=denial",
    }


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("I was late again", {KIND, f"{WHO}therapist", "lateness.occurrences=2"}),
        ("I kept him waiting", {KIND, f"{WHO}therapist"}),
        ("client was 10 min late", {KIND, f"{WHO}client", "lateness.minutes=10"}),
        ("He didn\u2019t come", {KIND, f"{WHO}client", "lateness.form=missed"}),
        ("I kept her waiting, waited half an hour", {KIND, f"{WHO}therapist"}),
        (
            "asked for my number twice, I said no, she insisted",
            {
                "kind=boundary_request",
                "boundary_request.nature=contact_outside_sessions",
                "boundary_request.occurrences=2",
                "boundary_request.answer=declined",
                "boundary_request.pressed=yes",
            },
        ),
        (
            "joked at a kind word for the third time",
            {
                "kind=deflection",
                "deflection.response=joke",
                "deflection.trigger=compliment_or_care",
                "deflection.occurrences=3",
            },
        ),
        (
            "I snapped at him last session",
            {
                "kind=disconnection",
                "disconnection.act=lost_temper",
                "context.happened=last_session",
            },
        ),
    ],
)
def test_what_a_line_says_is_read(line: str, answers: set[str]) -> None:
    assert answers <= told(line)


@pytest.mark.parametrize(
    "line",
    [
        "she was not late",
        "he wasn't late",
        "nobody was late",
        "never late",
        "a wonderful translation",  # a word inside another
        "",
        "   ",
        "Nothing of note.",
    ],
)
def test_what_a_line_does_not_say_stays_open(line: str) -> None:
    assert told(line) == set()


def test_a_negation_ends_with_its_clause() -> None:
    assert KIND in told("she did not laugh, I was late")


def test_a_count_beside_two_kinds_stays_open() -> None:
    answers = told("I was late, he joked, third time")
    assert {KIND, "kind=deflection"} <= answers
    assert not any("occurrences" in one for one in answers)


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ("she said she wants to die", "self_harm"),
        ("no suicidal thoughts", "self_harm"),
        ("he hears voices", "acute_state"),
        ("her husband hits her", "partner_violence"),
        ("she filed a complaint", "formal_complaint"),
        ("I kissed her", "therapist_sexual_contact"),
    ],
)
def test_words_of_danger_ask_even_where_they_are_denied_and_answer_nothing(
    line: str, flag: str
) -> None:
    assert flag in asked(line)
    assert not any(one.startswith("safety") for one in told(line))


@pytest.mark.parametrize("line", ["I was late", "a cut in the fee", "he cuts his sessions short"])
def test_ordinary_words_ask_nothing(line: str) -> None:
    assert asked(line) == set()


@pytest.mark.parametrize("line", ["late " * 5000, "a" * 100_000, "# _ / ( [ \\", "1" * 400, "\x00"])
def test_no_line_is_too_much(line: str) -> None:
    told(line)
    asked(line)
