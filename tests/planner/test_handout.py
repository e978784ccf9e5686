"""Every word of the handout is accounted for, and none is changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.reading.rulebook import read_rulebook
from planner.rulebook.handout import Handout, accounted_for, plain, quoted, stands_in
from tests.planner.small_rules import SHIPPED, small_rules

ITEMS = [
    *("A1", "A2", "A3", "A4"),
    *("B1", "B2", "B3", "B4", "B5", "B6"),
    *("C1", "C2", "C3"),
    *("D1", "D2", "D3", "D4", "D5"),
]


@pytest.fixture(scope="module")
def handout(tmp_path_factory: pytest.TempPathFactory) -> Handout:
    """The handout that ships, read beside five plain rules."""
    return read_rulebook(small_rules(tmp_path_factory.mktemp("handout"))).handout


def test_the_text_is_kept_to_the_byte(handout: Handout) -> None:
    assert handout.text.encode() == (SHIPPED / "handout.txt").read_bytes()


def test_every_item_is_there_in_the_handouts_order(handout: Handout) -> None:
    assert list(handout.items) == ITEMS
    assert list(handout.sections) == ["A", "B", "C", "D"]


@pytest.mark.parametrize("key", ITEMS)
def test_an_items_words_stand_in_the_text_exactly(handout: Handout, key: str) -> None:
    words = handout.item(key).words
    assert stands_in(words, plain(handout.text))
    for line in words.splitlines():
        assert line in handout.text.replace("*", "")


@pytest.mark.parametrize("key", ITEMS)
def test_a_script_stands_in_the_text_between_quotation_marks(handout: Handout, key: str) -> None:
    for script in handout.item(key).scripts:
        assert any(f"{mark}{script}" in handout.text for mark in '“"')
        assert script in quoted(handout.item(key).words)


@pytest.mark.parametrize("key", ITEMS[4:])
def test_every_line_that_an_item_offers_to_say_is_a_script(handout: Handout, key: str) -> None:
    assert handout.item(key).scripts == quoted(handout.item(key).words)


def test_nothing_of_the_four_sections_is_left_over(handout: Handout) -> None:
    told = accounted_for(handout.sections, handout.items)
    whole = plain(handout.text)
    assert whole.endswith(told)
    assert whole.removesuffix(told).split("\n") == [
        "For your toolbox",
        "The Therapeutic Alliance",
        "Building, Protecting, and Making Constructive Use of Therapeutic Relationships",
        "",
    ]


def test_cutting_out_words_takes_marks_and_no_letter(handout: Handout) -> None:
    marks = re.compile(r"^\s*(?:\d+\. |- (?:[a-z]\. )?)|[*\s]", re.MULTILINE)
    assert marks.sub("", handout.text) == plain(handout.text).replace(" ", "").replace("\n", "")


def test_the_blank_item_has_nothing_to_say(handout: Handout) -> None:
    assert handout.item("D5").scripts == ()


def test_words_that_are_half_a_line_do_not_stand_in_a_text() -> None:
    assert not stands_in("half a", "half a line")
    assert not stands_in("", "a line")


def test_a_readers_copy_may_be_anywhere(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    assert read_rulebook(rules).handout == read_rulebook(rules).handout
