"""The pages' texts: one name once, no part of the edition, replaced by a pack's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from tests.planner.support.small_rules import small_rules


def pages(rules: Path, *packs: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_rulebook(rules, packs).vocabulary["pages"]  # type: ignore[assignment]  # a mapping of texts
    return found


def pack(directory: Path, text: str) -> Path:
    made = directory / "clinic"
    (made / "pages").mkdir(parents=True)
    (made / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n')
    (made / "pages" / "ours.yaml").write_text(text)
    return made


def refused(rules: Path, *packs: Path) -> str:
    with pytest.raises(RulebookError) as caught:
        read_rulebook(rules, packs)
    return "\n".join(f"{one.path}:{one.line}: {one.message}" for one in caught.value.problems)


def test_the_texts_of_all_files_are_one_section(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / "pages" / "more.yaml").write_text("a_new_one: Good morning\n")
    found = pages(rules)
    assert found["a_new_one"] == "Good morning"
    assert found["plan_title"] == "Your repair plan"


def test_a_name_stands_once(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / "pages" / "zz.yaml").write_text("new: x\nplan_title: Another\n")
    assert refused(rules) == (
        "rules/pages/zz.yaml:2: `plan_title` stands in another file as well.\n"
        "    Give one of them another name, or take it out."
    )


@pytest.mark.parametrize("value", ["[a]", '" "', "{}"])
def test_what_is_no_text_is_refused(tmp_path: Path, value: str) -> None:
    rules = small_rules(tmp_path)
    (rules / "pages" / "zz.yaml").write_text(f"new: {value}\n")
    assert "pages/zz.yaml:1: `new` must be a text.\n    Write `new: " in refused(rules)


def test_a_list_is_refused(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    (rules / "pages" / "zz.yaml").write_text("- a\n")
    assert refused(rules) == (
        "rules/pages/zz.yaml:1: this file must have texts by name.\n"
        "    Write a name and its text a line, like `queue_title: Plans to review`."
    )


def test_another_label_leaves_the_edition_as_it_is(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    before = read_rulebook(rules).edition
    (rules / "pages" / "more.yaml").write_text("a_new_one: Good morning\n")
    assert read_rulebook(rules).edition == before


def test_a_pack_replaces_a_text(tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    assert pages(rules, pack(tmp_path, "plan_title: Plan\n"))["plan_title"] == "Plan"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plan_titl: Plan", 'Did you mean "plan_title"?'),
        ("stop_lead: Go on.", "a pack may not reword what is said about safety"),
        ("hint_like: 3", "this must be a text"),
    ],
)
def test_a_pack_replaces_no_more_than_it_may(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(small_rules(tmp_path), pack(tmp_path, f"{text}\n"))
