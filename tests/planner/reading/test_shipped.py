"""The rulebook kept beside its rules: taken only when it is whole and of exactly these bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planner import RulebookError
from planner.reading.shipped import SHIPPED, rulebook_of
from planner.rulebook.rulebook import Rulebook


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    copy = tmp_path / "rules"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("__pycache__", "scenarios"))
    return copy


def kept(rules: Path) -> list[Path]:
    return sorted((rules / "__pycache__").glob("rulebook-*.pickle"))


def test_what_was_read_is_kept_and_taken_again(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time nothing is read: the reading package may even be broken."""
    first = rulebook_of(rules)
    assert len(kept(rules)) == 1
    monkeypatch.setattr(
        "planner.reading.rulebook.read_rulebook", lambda *_: pytest.fail("read again")
    )
    second = rulebook_of(rules)
    assert second is not first
    assert second == first
    assert second.edition == first.edition


def test_a_changed_rule_is_read_anew(rules: Path) -> None:
    """One changed letter in one file, and what was kept is not taken."""
    before = rulebook_of(rules)
    file = rules / "c1.yaml"
    changed = file.read_bytes().replace(b"Hear what the lost time was like", b"Hear how it was")
    file.write_bytes(changed)
    after = rulebook_of(rules)
    assert after.rule("lateness.hear-the-wait").title == "Hear how it was"
    assert before.edition != after.edition


def test_a_mistake_is_told_however_much_was_kept(rules: Path) -> None:
    """What was kept never hides a rule file that can no longer be read."""
    rulebook_of(rules)
    (rules / "c1.yaml").write_bytes(b"- id: nothing\n")
    with pytest.raises(RulebookError):
        rulebook_of(rules)


@pytest.mark.parametrize("damage", [b"", b"no pickle", None])
def test_a_damaged_one_is_read_anew(rules: Path, damage: bytes | None) -> None:
    """Empty, other or cut short: it is read from the rules, and kept anew."""
    whole = rulebook_of(rules)
    file = kept(rules)[0]
    file.write_bytes(file.read_bytes()[:-100] if damage is None else damage)
    again = rulebook_of(rules)
    assert isinstance(again, Rulebook)
    assert again == whole


@pytest.mark.parametrize("module", ["fields.py", "reading/rules.py", "reading/deep/down.py"])
def test_what_other_code_has_read_is_not_taken(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """A changed, a new and a renamed module, however deep, make what was kept another's."""
    code = tmp_path / "planner"
    monkeypatch.setattr("planner.reading.shipped._CODE", code)
    (code / module).parent.mkdir(parents=True)
    for text in ("a = 1", "a = 2", "a = 3"):
        (code / module).write_text(text, "utf-8")
        rulebook_of(rules)
        rulebook_of(rules)
    assert len(kept(rules)) == 3
    (code / module).rename((code / module).with_name("other.py"))
    rulebook_of(rules)
    assert len(kept(rules)) == 4


def test_only_the_last_few_stay(rules: Path) -> None:
    """Each edit leaves one more; the oldest go."""
    for number in range(8):
        (rules / "rulebook.yaml").write_text(f'version: "{number}.0"\n', encoding="utf-8")
        rulebook_of(rules)
    assert len(kept(rules)) == 4


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX systems")
def test_rules_that_may_not_be_written_beside_are_read(rules: Path) -> None:
    """An installed package that belongs to someone else plans all the same."""
    (rules / "__pycache__").write_text("a file where the directory would be", encoding="utf-8")
    assert rulebook_of(rules).rules
    assert (rules / "__pycache__").is_file()


def test_a_cold_start_does_not_load_the_reading(rules: Path) -> None:
    """What was kept saves the reading and its YAML parser, not only the time of parsing.

    `planner.reading.shipped` itself stays: it is what takes the kept rulebook.
    """
    rulebook_of(rules)
    code = (
        "import sys; from pathlib import Path; from planner import Planner\n"
        "from planner.reading.shipped import rulebook_of; Planner(rulebook_of(Path(sys.argv[1])))\n"
        "print([name for name in sys.modules if name.startswith(('ruamel', 'planner.reading.'))\n"
        "       and name != 'planner.reading.shipped'])"
    )
    command = [sys.executable, "-c", code, str(rules)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
