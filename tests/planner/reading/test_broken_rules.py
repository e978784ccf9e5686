"""One mistake a file, and what must be told of it: the line, and the words that help.

Each file in `tests/broken_rules` begins with comments: `line:` where the mistake is told,
`says:` words of the message, and `file:` the file that it replaces in the small rulebook
(`broken.yaml`, one more file of rules, where nothing is said). With `adds to:` it is the end of
that file instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.checking.scenarios import prove_scenarios
from planner.errors import RulebookError, RuleProblem
from planner.reading.rulebook import read_rulebook
from tests.planner.support.small_rules import ROOT, ToyPlanner, small_rules

BROKEN = sorted((ROOT / "tests" / "broken_rules").glob("*.yaml"))
_COMMENT = re.compile(r"^\ufeff?# (line|says|file|adds to): (.*)$", re.MULTILINE)


@dataclass
class Mistake:
    """What a broken file says about itself."""

    file: str
    line: int
    says: list[str]
    adds: bool = False


def mistake_of(path: Path) -> Mistake:
    """The comments at the head of a broken file."""
    told = _COMMENT.findall(path.read_bytes().decode("utf-8", errors="replace"))
    words: dict[str, list[str]] = {"line": [], "says": [], "file": [], "adds to": []}
    for key, value in told:
        words[key].append(value.strip())
    file = [*words["file"], *words["adds to"], "broken.yaml"][0]
    return Mistake(file, int(words["line"][0]), words["says"], adds=bool(words["adds to"]))


def problems_of(rules: Path) -> tuple[RuleProblem, ...]:
    """Every problem that reading the rules, or proving their scenarios, tells."""
    try:
        rulebook = read_rulebook(rules)
    except RulebookError as error:
        return error.problems
    return prove_scenarios(rules, rulebook, ToyPlanner(rulebook))


def test_the_small_rulebook_has_no_mistake_of_its_own(tmp_path: Path) -> None:
    assert problems_of(small_rules(tmp_path)) == ()


def test_there_are_enough_mistakes_to_learn_from() -> None:
    assert len(BROKEN) >= 100


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_mistake_is_told_once_where_it_stands(path: Path, tmp_path: Path) -> None:
    rules = small_rules(tmp_path)
    mistake = mistake_of(path)
    before = (rules / mistake.file).read_bytes() if mistake.adds else b""
    (rules / mistake.file).write_bytes(before + path.read_bytes())
    problems = [problem for problem in problems_of(rules) if "scenario misses" not in str(problem)]
    told = "\n".join(map(str, problems))
    assert len(problems) == 1, told
    assert problems[0].path == f"rules/{mistake.file}", told
    assert problems[0].line == before.count(b"\n") + mistake.line, told
    for words in mistake.says:
        assert words in told
