"""The examples of docs/files.md, run as they are written."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.command import BIN
from tests.support.examples import blocks_of

pytest.importorskip("polars", reason="CSV and Parquet need Polars")
pytest.importorskip("fastexcel", reason="fastexcel is not installed")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")

PAGE = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
LINES = [line for block in blocks_of(PAGE, "sh") for line in block.splitlines()]
REFUSED_ROWS = 1


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the files that the page names."""
    [block] = blocks_of(PAGE, "csv")
    name, _, table = block.removeprefix("# ").partition("\n")
    (tmp_path / name).write_text(table, "utf-8")
    small = "case,{}lateness.who,safety.flags\nMüller,{}client,none\n"
    (tmp_path / "ansi.csv").write_text(small.format("", ""), "cp1252")
    (tmp_path / "notes.csv").write_text(small.format("context.phrase,", "late,"), "utf-8")
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    sheet = book.create_sheet("Cases")
    for line in small.format("", "").splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "cases.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """A line as a person types it, pipes included."""
    command = re.sub(r"^repair-planner", str(BIN / "repair-planner"), line)
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)


def test_the_table_at_the_top_is_told_of_as_the_page_says(desk: Path) -> None:
    done = shell(LINES[0])
    assert done.returncode == REFUSED_ROWS
    [said], [refused] = blocks_of(PAGE, "text"), blocks_of(PAGE, "json")
    first, last = said.splitlines()
    assert done.stdout == f"{last}\n"
    assert done.stderr.splitlines()[0] == first
    told = json.loads((desk / "plans.csv.refused.jsonl").read_text("utf-8"))
    assert told == json.loads(refused)
    assert (desk / "plans.csv").read_text("utf-8").startswith("row;case;session_date;plan.")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("line", LINES[1:])
def test_each_command_runs_as_written(line: str) -> None:
    done = shell(line)
    assert done.returncode == (REFUSED_ROWS if "cases.csv" in line else 0), done.stderr
    if line.startswith("repair-planner batch - -"):
        assert done.stdout.startswith("row;case;session_date;plan.disposition")
        assert '"row":4' in done.stderr
    else:
        assert "rows refused" in done.stdout


def test_the_frame_is_planned_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    [block] = blocks_of(PAGE, "python")
    exec(compile(block, "docs/files.md", "exec"), {})  # noqa: S102 - our own example
    assert capsys.readouterr().out == "['proceed', 'proceed']\n"
