"""Standard input and output that are closed or full: told in a line, with a status that says so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.command import COMMAND

LATE = '{"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}'
ALONE = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
"""As most people have it: what is written waits until there is enough of it, or the end."""


def run(tmp_path: Path, *words: str, streams: str) -> subprocess.CompletedProcess[str]:
    """A command with streams as a shell sets them (`<&-`), beside an observation."""
    (tmp_path / "late.json").write_text(LATE, "utf-8")
    line = ["sh", "-c", f'"$@" {streams}', "sh", *COMMAND, *words]
    return subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=tmp_path, env=ALONE
    )


BRIEF = ("plan", "late.json", "--format", "brief")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [BRIEF, ("schema", "plan"), ("--version",), ("--help",)])
def test_a_full_disk_is_told_in_a_line_however_little_is_written(
    words: tuple[str, ...], tmp_path: Path
):
    done = run(tmp_path, *words, streams=">/dev/full")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "No space left" in done.stderr


def test_output_that_is_closed_is_told_in_a_line(tmp_path: Path):
    done = run(tmp_path, *BRIEF, streams=">&-")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "standard output" in done.stderr


def test_output_that_is_closed_does_not_hinder_a_file(tmp_path: Path):
    done = run(tmp_path, *BRIEF, "-o", "brief.txt", streams=">&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "brief.txt").stat().st_size


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan",), "The observation is empty. Write one, as JSON or YAML"),
        (("batch", "-", "plans.csv"), "The file is empty"),
    ],
)
def test_input_that_is_closed_is_empty(words: tuple[str, ...], says: str, tmp_path: Path):
    done = run(tmp_path, *words, streams="<&-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)


def test_errors_that_nobody_reads_do_not_go_among_the_plans(tmp_path: Path):
    done = run(tmp_path, "plan", "nowhere.json", streams="2>&-")
    assert (done.returncode, done.stdout) == (2, "")
