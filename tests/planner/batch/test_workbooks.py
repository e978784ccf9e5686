"""Workbooks: dates, numbers, truth values, errors and formulas come as a spreadsheet shows them."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.cli import main

pytest.importorskip("polars", reason="CSV and Parquet need Polars")
pytest.importorskip("fastexcel", reason="fastexcel is not installed")
openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")

HEADER = ("case", "lateness.who", "lateness.minutes", "lateness.notice_given", "safety.flags", "x")


def book(path: Path, *sheets: tuple[str, list[Any]], corner: str = "A1") -> Path:
    """A workbook with these sheets, each from a corner on."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        begin = sheet[corner]
        for down, row in enumerate(rows):
            for right, cell in enumerate(row):
                sheet.cell(begin.row + down, begin.column + right, cell)
    made.save(path)
    return path


def planned(directory: Path, *options: str, status: int = 0) -> list[dict[str, str]]:
    """The rows that come back."""
    out = directory / "out.csv"
    assert main(["batch", str(directory / "in.xlsx"), str(out), *options]) == status
    if status == 2:
        assert [path.name for path in directory.iterdir()] == ["in.xlsx"]
        return []
    return list(csv.DictReader(out.read_text("utf-8").splitlines(keepends=True)))


def refused(directory: Path) -> list[dict[str, Any]]:
    lines = (directory / "out.csv.refused.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def row(carried: Any = None, **cells: Any) -> list[Any]:
    given = {"case": "K", "who": "client", "minutes": None, "given": None, "flags": "none"} | cells
    return [*given.values(), carried]


@pytest.mark.parametrize("corner", ["A1", "C4"])
def test_cells_come_as_a_spreadsheet_shows_them(corner: str, tmp_path: Path) -> None:
    shown = {
        dt.date(2026, 3, 1): "2026-03-01",
        dt.datetime.fromisoformat("2026-03-01T13:05"): "2026-03-01 13:05:00",
        dt.time(13, 5): "13:05:00",
        52.0: "52",
        20.5: "20.5",
        True: "true",
        "007": "007",
        " a ": " a ",
        "two\nlines": "two\nlines",
        "#N/A": "#N/A",
        123456789012: "123456789012",
    }
    rows = [HEADER, *(row(cell, case=114, minutes=52.0, given=True) for cell in shown)]
    book(tmp_path / "in.xlsx", ("Fälle", rows), corner=corner)
    back = planned(tmp_path)
    assert [one["x"] for one in back] == list(shown.values())
    assert {one["case"] for one in back} == {"114"}


def test_refusals_name_the_row_of_the_sheet_and_the_column(tmp_path: Path) -> None:
    rows = [
        HEADER,
        row(minutes=20.5),
        [None] * 6,
        row(given=0),
        row(flags="#N/A"),
        row(flags=False),
        row(minutes="#REF!"),
        row(minutes="20,0"),
    ]
    book(tmp_path / "in.xlsx", ("Fälle", rows), corner="B3")
    [good] = planned(tmp_path, status=1)
    assert good["row"] == "7"
    told = [(one["row"], one["sheet_row"], one["problems"][0]) for one in refused(tmp_path)]
    assert [(number, place, one["field"]) for number, place, one in told] == [
        (1, 4, "lateness.minutes"),
        (3, 6, "lateness.notice_given"),
        (4, 7, "safety.flags"),
        (5, 8, "safety.flags"),
        (6, 9, "lateness.minutes"),
    ]
    assert {one["nearest"] for _, _, one in told} == {None}
    assert [one["value"] for _, _, one in told][:2] == ["20.5", "0"]


def test_a_formula_that_was_never_calculated_is_no_blank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(tmp_path / "in.xlsx", ("Fälle", [HEADER, row("=1+1")]), corner="B3")
    planned(tmp_path, status=2)
    assert "Cell G4 holds a formula that was never calculated." in capsys.readouterr().err


def test_the_first_sheet_is_read_and_said_or_the_one_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = [HEADER, row(case="one")], [HEADER, row(case="two")]
    path = book(tmp_path / "in.xlsx", ("Lists", one), ("Fälle & mehr", one), ("zwei", two))
    made = openpyxl.load_workbook(path)
    made["Lists"].sheet_state = "hidden"
    made.save(path)
    assert [found["case"] for found in planned(tmp_path)] == ["one"]
    told = 'Sheet "Fälle & mehr" is read, of "Lists", "Fälle & mehr", "zwei"; --sheet NAME reads'
    assert told in capsys.readouterr().err
    assert [found["case"] for found in planned(tmp_path, "--sheet", "zwei")] == ["two"]
    assert "--sheet NAME" not in capsys.readouterr().err
    (tmp_path / "out.csv").unlink()
    planned(tmp_path, "--sheet", "drei", status=2)
    assert 'There is no sheet "drei". Sheets: "Lists", ' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "options", "says"),
    [
        (b"PK\x03\x04 and nothing", [], "cannot be read as a workbook"),
        (b"", [], "cannot be read as a workbook"),
        (None, ["--encoding", "utf-8"], "is no text: leave --encoding out"),
    ],
)
def test_what_is_no_workbook_is_refused(
    data: bytes | None,
    options: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = book(tmp_path / "in.xlsx", ("Fälle", [HEADER, row()]))
    if data is not None:
        path.write_bytes(data)
    planned(tmp_path, *options, status=2)
    assert says in capsys.readouterr().err


def test_an_empty_sheet_says_which_to_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(tmp_path / "in.xlsx", ("leer", []), ("Fälle", [HEADER, row()]))
    planned(tmp_path, status=2)
    assert "The sheet is empty" in capsys.readouterr().err


def test_without_its_reader_a_workbook_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book(tmp_path / "in.xlsx", ("Fälle", [HEADER, row()]))
    here = importlib.util.find_spec
    found = {"fastexcel": None}
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: found[name] if name in found else here(name)
    )
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    planned(tmp_path, status=2)
    assert "pip install '.[excel]'" in capsys.readouterr().err


def test_plans_are_not_written_into_workbooks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(tmp_path / "in.xlsx", ("Fälle", [HEADER, row()]))
    assert main(["batch", str(tmp_path / "in.xlsx"), str(tmp_path / "out.xlsx")]) == 2
    assert "Name OUT `out.csv`" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]


def test_nothing_is_said_but_what_a_person_can_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reader of workbooks logs how it guesses at the kinds of cells, which nobody asked for."""
    rows = [(None, *HEADER), (None, *row())]
    book(tmp_path / "in.xlsx", ("One", rows), ("Two", [(" ",)]))
    planned(tmp_path)
    assert caplog.messages == []
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "Sheet",
        "Carried",
    ]
