"""An answer that comes later has to be put in or out of every set, before any rule is used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from tests.support.command import COMMAND

ROOT = Path(__file__).resolve().parents[3]
FIELD = "context.feelings"
CASE: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "client", "minutes": 4, "occurrences": 1}],
    "context": {"signs": ["engaged"], "feelings": ["humiliated"]},
    "safety": {"flags": {}},
}
BEGIN = "Where would you like to begin?"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the planner and its rules, to whose feelings `humiliated` was added."""
    for name in ("planner", "rules"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    (values,) = (path for path in (tmp_path / "planner").rglob("*.py") if "Feeling =" in _of(path))
    _change(values, '"overwhelmed",', '"overwhelmed", "humiliated",')
    words = "      overwhelmed:\n        label: Overwhelmed\n"
    more = words + "      humiliated:\n        label: Humiliated\n"
    _change(tmp_path / "rules" / "vocabulary.yaml", words, more)
    return tmp_path


def _of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _change(path: Path, old: str, new: str) -> None:
    text = _of(path)
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(house: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """One command of the copy."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def words(planned: subprocess.CompletedProcess[str]) -> str:
    """The whole words of the first step."""
    assert planned.returncode == 0
    said: str = json.loads(planned.stdout)["steps"][0]["words"]
    return said


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_a_new_painful_feeling_is_refused_until_it_is_known_to_be_one(house: Path) -> None:
    sets = [one.name for one in Planner().rulebook.sets.values() if FIELD in one.fields]
    assert "painful" in sets
    refused = run(house, "check", "--no-prove")
    assert refused.returncode == 1
    for name in sets:
        what = f'set "{name}": "humiliated" of {FIELD} stands neither in nor out.'
        assert re.search(rf"rules/vocabulary\.yaml:\d+: {re.escape(what)}", refused.stdout)
    assert run(house, "plan", given=json.dumps(CASE)).returncode != 0

    vocabulary = house / "rules" / "vocabulary.yaml"
    for name in sets:
        block = re.search(rf"^  {name}:\n(    .*\n)+", _of(vocabulary), re.MULTILINE)
        assert block is not None
        side = "in" if name == "painful" else "out"
        _change(
            vocabulary, block[0], block[0].replace(f"    {side}: [", f"    {side}: [humiliated, ")
        )
    assert "scenarios hold" in run(house, "check", "--no-prove").stdout
    assert BEGIN not in words(run(house, "plan", given=json.dumps(CASE)))
    calm = {**CASE, "context": {"signs": ["engaged"]}}
    assert BEGIN in words(run(house, "plan", given=json.dumps(calm)))
