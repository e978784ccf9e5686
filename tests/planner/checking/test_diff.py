"""What a change of the rules changes: by class, with examples that the planner plans otherwise."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.checking.diff import difference
from planner.checking.revisions import rules_of
from planner.cli import main
from planner.errors import RulebookError
from planner.planning.planner import Planner
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED

slow = pytest.mark.slow
once = pytest.mark.reads_files_only


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the rules that ship, for a test to change."""
    rules = tmp_path / "rules"
    shutil.copytree(SHIPPED, rules)
    return rules


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def drop(path: Path, rule: str) -> None:
    """Take one rule out of a file."""
    text = path.read_text("utf-8")
    kept = re.sub(rf"- id: {re.escape(rule)}\n.*?(?=\n(- id:|# ---))", "", text, flags=re.DOTALL)
    assert kept != text
    path.write_text(kept, "utf-8")
    for scenarios in path.parent.glob("scenarios/*.yaml"):
        told = scenarios.read_text("utf-8")
        scenarios.write_text(told.replace(f"{rule},", "").replace(rule, ""), "utf-8")


@once
@slow
def test_a_bar_that_falls_is_told_with_an_example_that_the_planner_shows(changed):
    drop(changed / "together.yaml", "gates.repair-worsened")
    lines = list(difference(SHIPPED, changed))
    moved = [number for number, line in enumerate(lines) if line.startswith("- D2: held → ")]
    assert moved
    planners = [Planner(read_rulebook(rules)) for rules in (SHIPPED, changed)]
    for number in moved:
        becomes = lines[number].rpartition(" → ")[2]
        example = json.loads(lines[number + 1].strip(" `"))
        before, after = (planner.plan(example).to_dict() for planner in planners)
        assert "D2" in {one["item"] for one in before["held"]}
        where = {one["item"]: one["when"] for one in after["steps"]}
        assert where.get("D2", "nowhere") == becomes or "D2" in str(after["barred"])


@once
@slow
def test_other_words_are_told(changed):
    edit(
        changed / "wording" / "c1.yaml",
        "How did you understand my yes?",
        "How did you hear my yes?",
    )
    lines = list(difference(SHIPPED, changed))
    assert "- C1.question: one text → another" in lines
    assert not [line for line in lines if line.startswith("## Items")]


@once
@slow
def test_a_scenario_that_goes_is_told(changed):
    (changed / "scenarios" / "safety.yaml").unlink()
    assert any(line.startswith("- Gone: ") for line in difference(SHIPPED, changed))


def test_what_is_neither_directory_nor_revision_is_refused():
    with pytest.raises(RulebookError, match="no revision"), rules_of("no-such-thing"):
        pass


def test_an_option_in_place_of_a_revision_is_refused(tmp_path):
    with pytest.raises(RulebookError, match="no revision"), rules_of(f"--output={tmp_path}/x"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_revision_is_read_as_it_stood(monkeypatch, changed):
    def git(*words: str) -> None:
        name = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *name, *words], cwd=changed.parent, check=True, capture_output=True)

    git("init", "-q")
    git("add", "rules")
    git("commit", "-q", "-m", "as it stood")
    monkeypatch.setattr("planner.checking.revisions.SHIPPED", changed)
    (changed / "c1.yaml").unlink()
    with rules_of("HEAD") as rules:
        assert (rules / "c1.yaml").is_file()


@once
@slow
def test_the_same_rules_change_nothing_as_the_command_prints_in_markdown(changed, capsys):
    assert main(["diff", str(SHIPPED), str(changed)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# What this change of the rules changes\n")
    assert "\nNo observation gets another plan.\n" in told


@once
@slow
def test_the_command_prints_data_for_another_program(capsys):
    assert main(["diff", str(SHIPPED), str(SHIPPED), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    edition = read_rulebook(SHIPPED).edition
    assert told == {"old": edition, "new": edition, "changes": [], "scenarios": []}
