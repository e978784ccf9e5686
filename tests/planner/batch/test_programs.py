"""The same observations, written by every program that people have, make the same plans."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.cli import main
from tests.planner.batch.writing_files import COLUMNS, FILES, ROWS, TWIN, written

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

NAMES = sorted(path.name for path in FILES.iterdir() if path.suffix not in {".md", ""})


def options(name: str) -> list[str]:
    """What the person has to say of a file: nothing, but of Windows-1252."""
    return ["--encoding", "windows-1252"] if "ansi" in name else []


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The plans of the observations as lines of JSON."""
    return planned("twin.jsonl", tmp_path_factory.mktemp("twin"))


def planned(name: str, directory: Path) -> list[Any]:
    """The plans of a file, each with the number of its row."""
    out = directory / "out.jsonl"
    if name.endswith(".xlsx"):
        pytest.importorskip("fastexcel", reason="fastexcel is not installed")
    assert main(["batch", str(FILES / name), str(out), *options(name)]) == 0
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_each_program_s_file_makes_the_same_plans(
    name: str, twin: list[Any], tmp_path: Path
) -> None:
    plans = planned(name, tmp_path)
    assert [one["row"] for one in plans] == [1, 2, 4, 5, 6]
    for one, same in zip(plans, twin, strict=True):
        assert {key: one[key] for key in ("row", "plan")} == same
    if "twin" not in name:
        assert all("session_date" in one["carried"] for one in plans)
        assert plans[0]["carried"]["session_date"] != ""


def test_the_twin_is_what_was_typed() -> None:
    assert len(TWIN) <= len(ROWS)
    assert [one and one["case"] for one in TWIN] == [row[0] for row in ROWS[: len(TWIN)]]
    assert {len(row) for row in ROWS} == {len(COLUMNS)}


def test_the_files_are_what_their_note_says() -> None:
    """Written anew they are the same bytes, but for workbooks, which hold the time of writing."""
    pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    for name, data in written().items():
        assert name.endswith(".xlsx") or (FILES / name).read_bytes() == data, name


@pytest.mark.parametrize("name", ["excel-german-ansi.csv", "excel-english-ansi.csv"])
def test_windows_1252_is_never_guessed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert main(["batch", str(FILES / name), str(out)]) == 1
    told = out.with_name("out.csv.refused.jsonl").read_text("utf-8")
    [refused] = [json.loads(line) for line in told.splitlines()]
    assert (refused["row"], refused["sheet_row"]) == (4, 5)
    assert refused["problems"][0]["field"] == "case"
    assert refused["problems"][0]["value"] == "M\\xfcller-4"
    assert "--encoding windows-1252" in refused["problems"][0]["message"]
    assert "Row 4 (5 in the sheet): case: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "separator", "mark"),
    [
        ("excel-german-utf-8.csv", ";", "\ufeff"),
        ("excel-german-sep.csv", ";", ""),
        ("excel-english-ansi.csv", ",", "\ufeff"),
        ("google-sheets.csv", ",", ""),
        ("google-sheets.tsv", ",", ""),
        ("openpyxl.xlsx", ",", ""),
    ],
)
def test_the_plans_open_in_the_program_that_the_table_came_from(
    name: str, separator: str, mark: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    assert main(["batch", str(FILES / name), str(out), *options(name)]) == 0
    text = out.read_text("utf-8")
    assert text.startswith(f"{mark}row{separator}case{separator}session{separator}session_date")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(mark)), delimiter=separator))
    assert [row["case"] for row in rows] == ["K-1", "K-2", "Müller-4", "K-5", "K-6"]
    assert [row["row"] for row in rows] == ["1", "2", "4", "5", "6"]


@pytest.mark.parametrize("out", ["plans.tsv", "plans.csv.gz", "plans.ndjson", "plans.jsonl.gz"])
def test_plans_are_written_as_the_ending_says(out: str, tmp_path: Path) -> None:
    given = FILES / "excel-german-utf-8.csv"
    for _ in range(2):
        assert main(["batch", str(given), str(tmp_path / out)]) == 0
    data = (tmp_path / out).read_bytes()
    text = (gzip.decompress(data) if out.endswith(".gz") else data).decode("utf-8-sig")
    begins = {"plans.tsv": "row\tcase\t", "plans.csv.gz": "row;case;"}.get(out, '{"row":1,')
    assert text.startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [out]


PIPED = ["twin.jsonl", "twin.ndjson.gz", "google-sheets.csv", "excel-german-utf-8.csv.gz",
         "excel-unicode-text.txt", "excel-german-ansi.csv", "openpyxl.xlsx"]  # fmt: skip


def piped(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, fed by a pipe."""
    code = "import sys; from planner.cli import main; sys.exit(main(sys.argv[1:]))"
    line = [sys.executable, "-c", code, "batch", *arguments]
    root = Path(__file__).resolve().parents[3]
    return subprocess.run(line, input=data, capture_output=True, check=False, cwd=root)


@pytest.mark.slow
@pytest.mark.parametrize("name", PIPED)
def test_standard_input_is_known_by_its_first_bytes(name: str, twin: list[Any]) -> None:
    done = piped((FILES / name).read_bytes(), "-", "-", "--to", "jsonl", *options(name))
    assert done.returncode == 0, done.stderr.decode()
    plans = [json.loads(line) for line in done.stdout.splitlines()]
    assert [{key: one[key] for key in ("row", "plan")} for one in plans] == twin
    assert b" rows, 5 different observations read, 0 rows refused." in done.stderr
