"""learning.yaml: every item has its lesson, and each mistake in one has its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.learning import BLANK, read_lessons
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED, rulebook_of
from planner.rulebook.learning import PLACES
from planner.rulebook.rulebook import STEP_ITEMS

BOOK = rulebook_of(SHIPPED)
SHIPS = (SHIPPED / "learning.yaml").read_text("utf-8")


def refused(directory: Path, text: str) -> str:
    (directory / "learning.yaml").write_text(text, "utf-8")
    with pytest.raises(RulebookError) as caught:
        read_lessons(directory, BOOK)
    return "\n".join(f"{one.path}:{one.line}: {one.message}" for one in caught.value.problems)


def test_every_item_that_may_be_a_step_has_a_lesson_with_three_cases():
    lessons = read_lessons(SHIPPED, BOOK)
    assert tuple(lessons) == STEP_ITEMS
    for item, lesson in lessons.items():
        assert lesson.use, item
        assert lesson.leave, item
        assert lesson.wrong, item
        assert lesson.why, item
        wanted = () if item == BLANK else PLACES
        assert tuple(case.placed for case in lesson.cases) == wanted
        assert bool(lesson.evidence) == (item != BLANK)


def test_it_is_no_part_of_the_edition(tmp_path):
    same = tmp_path / "rules"
    shutil.copytree(SHIPPED, same)
    (same / "learning.yaml").write_text(SHIPS.replace("Experts agree", "Experts do agree"), "utf-8")
    assert read_rulebook(same).edition == BOOK.edition


def test_a_directory_without_it_has_none(tmp_path):
    assert read_lessons(tmp_path, BOOK) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("\nC2:\n", "\nC9:\n", 'unknown item "C9"'),
        ("\nC2:\n", "\nC9:\n", "C2 is missing."),
        ("\nC2:\n", "\nC9:\n", ":` with its `use:`, `leave:` …"),
        ("    barred:\n", "    forbidden:\n", ":` with a `case:` and what to `see:` in it"),
        (
            "source: rennie1994",
            "source: ladany1996",
            "Add a verified source, a handout item, or `derived`",
        ),
        ("source: rennie1994", "source: renie1994", 'Did you mean "rennie1994"?'),
        (
            "[handout C2, safran2001]",
            "[handout C7, safran2001]",
            'unknown item "C7" for the handout',
        ),
        (
            "bacp-framework2018 33]",
            "bacp-framework2018 999]",
            'locator "999" for bacp-framework2018',
        ),
        ("evidence: [apa-code 3.05", "evidence: [apa-cod", 'unknown source "apa-cod'),
        ("source: rennie1994", "source: ladany1996", "never carries a sentence alone"),
        ("    barred:\n", "    forbidden:\n", 'unknown place "forbidden"'),
        ("    barred:\n", "    forbidden:\n", "no case shows it barred."),
        ("      see: One turn", "      saw: One turn", 'unknown field "saw"'),
        ("  weight: >-\n", "  wight: >-\n", 'unknown field "wight"'),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, told):
    assert old in SHIPS
    found = refused(tmp_path, SHIPS.replace(old, new, 1))
    assert told in found
    assert "learning.yaml:" in found


def test_a_list_is_no_file_of_lessons(tmp_path):
    assert "Begin with `C1:`, and `use:` beneath it" in refused(tmp_path, "- C1\n")
