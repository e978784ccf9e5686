"""One mistake a file, and what must be told of it: the line, and the words that help.

Each file in `tests/broken_rules` begins with comments: `line:` where the mistake is told,
`says:` words of the message, and `file:` the file that it replaces in the small rulebook
(`broken.yaml`, one more file of rules, where nothing is said). With `adds to:` it is the end of
that file instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.checking.scenarios import prove_scenarios
from planner.errors import RulebookError, RuleProblem
from planner.reading.properties import read_properties
from planner.reading.rulebook import read_rulebook
from tests.planner.support.small_rules import ROOT, ToyPlanner, small_rules

BROKEN = sorted((ROOT / "tests" / "broken_rules").glob("*.yaml"))
_COMMENT = re.compile(r"^\ufeff?# (line|says|file|adds to|pack): (.*)$", re.MULTILINE)
_EXAMPLE = re.compile(r"`[^`]+`|Did you mean \"|: \w+(, \w+)*\.| true of it: ")
"""What a person can write: a line or a word in marks, the nearest name, or the names there are."""


@dataclass
class Mistake:
    """What a broken file says about itself."""

    file: str
    line: int
    says: list[str]
    adds: bool = False
    pack: bool = False


def mistake_of(path: Path) -> Mistake:
    """The comments at the head of a broken file."""
    told = _COMMENT.findall(path.read_bytes().decode("utf-8", errors="replace"))
    words: dict[str, list[str]] = {"line": [], "says": [], "file": [], "adds to": [], "pack": []}
    for key, value in told:
        words[key].append(value.strip())
    file = [*words["file"], *words["adds to"], *words["pack"], "broken.yaml"][0]
    adds, pack = bool(words["adds to"]), bool(words["pack"])
    return Mistake(file, int(words["line"][0]), words["says"], adds=adds, pack=pack)


def problems_of(rules: Path, packs: Sequence[Path] = ()) -> tuple[RuleProblem, ...]:
    """Every problem that reading the rules tells, their properties, or proving their scenarios."""
    try:
        rulebook = read_rulebook(rules, packs)
        read_properties(rules, packs)
    except RulebookError as error:
        return error.problems
    return prove_scenarios(rules, rulebook, ToyPlanner(rulebook))


def broken(path: Path, directory: Path) -> tuple[Mistake, Path, list[Path]]:
    """A small rulebook with one mistake in it: where the mistake stands, and what to read."""
    rules = small_rules(directory)
    mistake = mistake_of(path)
    if not mistake.pack:
        return mistake, rules / mistake.file, []
    pack = directory / "clinic"
    pack.mkdir()
    (pack / "rulebook.yaml").write_text('name: clinic\nversion: "1"\n')
    return mistake, pack / mistake.file, [pack]


def test_the_small_rulebook_has_no_mistake_of_its_own(tmp_path: Path) -> None:
    assert problems_of(small_rules(tmp_path)) == ()


def test_there_are_enough_mistakes_to_learn_from() -> None:
    assert len(BROKEN) >= 100


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_mistake_is_told_once_where_it_stands(path: Path, tmp_path: Path) -> None:
    mistake, file, packs = broken(path, tmp_path)
    before = file.read_bytes() if mistake.adds else b""
    file.write_bytes(before + path.read_bytes())
    found = problems_of(tmp_path / "rules", packs)
    problems = [problem for problem in found if "scenario misses" not in str(problem)]
    told = "\n".join(map(str, problems))
    assert len(problems) == 1, told
    assert problems[0].path == file.relative_to(tmp_path).as_posix(), told
    assert problems[0].line == before.count(b"\n") + mistake.line, told
    for words in mistake.says:
        assert words in told
    assert _EXAMPLE.search(problems[0].message.partition("\n")[2]), told
