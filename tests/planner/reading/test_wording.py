"""The wording in one file or in a folder of files: read alike, and nothing passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import RulebookError
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import rulebook_of
from tests.planner.support.small_rules import refused, small_rules

PACK_WORDS = """\
items:
  C2:
    parts:
      - part: apology
        variants:
          - id: clinic.c2.ending
            when: {context.apology: token, context.phase: ending}
            say: I am sorry.
            because: It is short.
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The small rulebook, each item's words in a file of its own."""
    rules = small_rules(tmp_path)
    single = rules / "wording.yaml"
    text = single.read_text("utf-8")
    single.unlink()
    first, second, slots = text.index("  C1:"), text.index("  C2:"), text.index("slots:")
    (rules / "wording").mkdir()
    for name, part in (
        ("c1", f"items:\n{text[first:second]}"),
        ("c2", f"items:\n{text[second:slots]}"),
        ("shared", text[slots:]),
    ):
        (rules / "wording" / f"{name}.yaml").write_text(part, "utf-8")
    return rules


def test_a_folder_says_what_one_file_says(rules: Path, tmp_path: Path) -> None:
    """The words, the blanks and the summary are the same; paths name the folder's files."""
    single = read_rulebook(small_rules(tmp_path / "single"))
    folder = read_rulebook(rules)
    assert [one.id for one in folder.variants] == [one.id for one in single.variants]
    assert (folder.slots, folder.summary) == (single.slots, single.summary)
    assert {one.path for one in folder.variants} == {
        "rules/wording/c1.yaml",
        "rules/wording/c2.yaml",
    }


def test_the_edition_and_what_is_kept_know_each_file_of_the_folder(rules: Path) -> None:
    before = rulebook_of(rules)
    file = rules / "wording" / "c2.yaml"
    file.write_text(file.read_text("utf-8").replace("for being late", "for the wait"), "utf-8")
    after = rulebook_of(rules)
    assert after.edition != before.edition
    assert "for the wait" in after.wording["C2"].parts[0].variants[0].say


def test_an_item_or_sentence_that_stands_in_two_files_is_told(rules: Path) -> None:
    folder = rules / "wording"
    (folder / "d1.yaml").write_bytes(
        (folder / "c1.yaml").read_bytes() + b"summary:\n  one: Another sentence.\n"
    )
    told = [str(problem) for problem in refused(rules)]
    assert any('item of the wording "C1" is used twice' in one for one in told)
    assert any("It stands already at rules/wording/c1.yaml:2" in one for one in told)
    assert any('the sentence "one" is used twice' in one for one in told)


@pytest.mark.parametrize("name", ["wording/more.yml", "wording/old/c1.yaml"])
def test_a_file_of_the_folder_that_would_not_be_read_is_told(rules: Path, name: str) -> None:
    (rules / name).parent.mkdir(exist_ok=True)
    (rules / name).write_text("items: {}\n", "utf-8")
    (told,) = refused(rules)
    assert told.path == f"rules/{name}"
    assert "would not be read" in told.message


def test_the_file_of_the_summary_is_missed(rules: Path) -> None:
    """Without its sentences every plan would fail, so the rulebook is refused."""
    shared = rules / "wording" / "shared.yaml"
    shared.write_text(shared.read_text("utf-8").partition("summary:")[0], "utf-8")
    (told,) = refused(rules)
    assert told.path == "rules/wording/c1.yaml"
    assert told.message == (
        "no file of the wording has a `summary`.\n"
        "    Every plan begins with its sentences. Write `summary:` in wording/shared.yaml."
    )


def test_a_pack_may_have_the_folder_too(rules: Path, tmp_path: Path) -> None:
    pack = tmp_path / "clinic"
    (pack / "wording").mkdir(parents=True)
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n', "utf-8")
    (pack / "wording" / "c2.yaml").write_text(PACK_WORDS, "utf-8")
    (part,) = read_rulebook(rules, [pack]).wording["C2"].parts
    assert part.variants[0].id == "clinic.c2.ending"


GROUPED = """\
items:
  C2:
    parts:
      - part: apology
        variants:
          - group: Said before
            when: {context.apology: token}
            because: An apology was said before, so this is another one.
            variants:
              - id: clinic.c2.ending
                when: {context.phase: ending}
                say: I am sorry.
                because: It is short.
              - id: clinic.c2.late
                when: {context.phase: late}
                say: I am so sorry.
                because: It is short.
"""


def test_a_variant_of_a_group_is_as_if_it_were_written_whole(rules: Path, tmp_path: Path) -> None:
    """Here of a pack, whose variants must have all conditions of one that ships."""
    pack = tmp_path / "clinic"
    pack.mkdir()
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n', "utf-8")
    (pack / "wording.yaml").write_text(GROUPED, "utf-8")
    (part,) = read_rulebook(rules, [pack]).wording["C2"].parts
    assert [one.id for one in part.variants[:2]] == ["clinic.c2.ending", "clinic.c2.late"]
    first, _, own = part.variants[:3]
    assert [str(one) for one in first.when] == ["context.apology: token", "context.phase: ending"]
    group = part.group_of(first)
    assert group is not None
    assert group.when == first.when[:1]
    assert part.group_of(own) is None


def test_a_case_of_a_grouped_variant_may_list_values(rules: Path, tmp_path: Path) -> None:
    """The deepest place that a rule file has: what a case asks not to be there."""
    pack = tmp_path / "clinic"
    pack.mkdir()
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n', "utf-8")
    case = "{context.phase: ending, context.feelings: {none_of: [angry, hurt]}}"
    cases = f"{{any: [{case}, {{context.alliance: strong}}]}}"
    grouped = GROUPED.replace("{context.phase: ending}", cases)
    (pack / "wording.yaml").write_text(grouped, "utf-8")
    (part,) = read_rulebook(rules, [pack]).wording["C2"].parts
    first = part.variants[0]
    assert [len(branch) for branch in first.branches] == [3, 2]


def test_an_idea_in_two_files_of_a_pack_is_told(rules: Path, tmp_path: Path) -> None:
    pack = tmp_path / "clinic"
    (pack / "wording").mkdir(parents=True)
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n', "utf-8")
    idea = (
        "items:\n  D5:\n    title: Tea\n    purpose: To sit.\n    source: the clinic\n    parts:\n"
        "      - part: tea\n        variants:\n          - id: clinic.tea\n"
        "            say: Would you like tea?\n            because: It is warm.\n"
    )
    (pack / "wording.yaml").write_text(idea, "utf-8")
    (pack / "wording" / "d5.yaml").write_text(idea.replace("clinic.tea", "clinic.cup"), "utf-8")
    with pytest.raises(RulebookError, match='item of the wording "D5" is used twice'):
        read_rulebook(rules, [pack])
