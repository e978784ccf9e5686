"""What in a note could tell who someone is; and where an adapted run stands in a text."""

import time

import pytest

from planner.contract.note_hints import hints, parts
from webui.show.adapted_runs import marked

SEEN = [
    ("She gave me 212-555-0134 to call.", "phone", "212-555-0134"),
    ("Her number is +44 20 7946 0958.", "phone", "+44 20 7946 0958"),
    ("Write to a.b+c@example.org.", "email", "a.b+c@example.org"),
    ("Born 03/04/1987 in the city.", "date", "03/04/1987"),
    ("Born on March 4, 1987.", "date", "March 4, 1987"),
    ("Born on 1987-03-04.", "date", "1987-03-04"),
    ("See MRN 123456 for it.", "record", "MRN 123456"),
    ("SSN is 078-05-1120.", "record", "078-05-1120"),
    ("Then Maria laughed.", "name", "Maria"),
    ("Maria said it was fine.", "name", "Maria"),
    ("I spoke to Dr. Miller about it.", "name", "Dr. Miller"),
]
QUIET = [
    "",
    "I was twenty minutes late for the second time, she said it was fine and went quiet.",
    "The client laughed. I did not. We meet on Monday in January.",
    "Session 12 was hard. Next time I want to listen first.",
    "He speaks Spanish at home. I do not.",
]


@pytest.mark.parametrize(("note", "kind", "text"), SEEN)
def test_what_may_name_someone_is_seen(note: str, kind: str, text: str) -> None:
    assert (kind, text) in [(hint.kind, hint.text) for hint in hints(note)]


@pytest.mark.parametrize("note", QUIET)
def test_an_ordinary_note_is_left_in_peace(note: str) -> None:
    assert hints(note) == []


@pytest.mark.parametrize("note", [note for note, _, _ in SEEN])
def test_the_parts_make_up_the_note(note: str) -> None:
    assert "".join(text for text, _ in parts(note, hints(note))) == note


@pytest.mark.parametrize("piece", ["1", "1-", "(1) ", "a.b+", "Aa ", "Aa'", "@", "+1 ", "12/", "٣"])
def test_a_hostile_note_is_read_in_time(piece: str) -> None:
    begun = time.perf_counter()
    hints((piece * 4000)[:4000])
    assert time.perf_counter() - begun < 1.5


def test_adapted_runs_are_marked_in_order_and_the_text_is_kept() -> None:
    runs = marked("I was late today, and today counts.", ["today", "", "Counts", "not there"])
    assert runs == [
        (False, "I was late "),
        (True, "today"),
        (False, ", and today "),
        (True, "counts"),
        (False, "."),
    ]
    assert "".join(text for _, text in runs) == "I was late today, and today counts."
