"""Cells as people and spreadsheets write them: folded where that is certain, else refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner import ObservationError, Planner
from planner.batch.flat import FLAT, observation_of
from planner.batch.running import run_batch
from tests.planner.support.flat_rows import flat_row, some_observations

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

YES_OR_NO = [name for name, field in FLAT.items() if {"yes", "no"} <= set(field.values)]
UNCLEAR = ["N/A", "n/a", "maybe", "0", "1", "-", "?", "None", "null", "NaN", "y", "n", "ja", "#N/A"]
REQUIRED = {
    "lateness.who": "client",
    "boundary_request.nature": "gift",
    "deflection.response": "joke",
    "authority_frustration.toward": "therapist",
    "disconnection.act": "forgot_or_misnamed",
}
ROW = {"lateness.who": "client", "safety.flags": "none"}


def told(directory: Path, rows: list[dict[str, Any]], planner: Planner) -> dict[int, Any]:
    """The problems of the rows of a table, by their numbers."""
    out = directory / "out.jsonl"
    pl.DataFrame(rows).write_csv(directory / "in.csv")
    run_batch(directory / "in.csv", out, planner)
    refused = out.with_name("out.jsonl.refused.jsonl")
    lines = refused.read_text().splitlines() if refused.exists() else []
    return {one["row"]: one["problems"] for one in map(json.loads, lines)}


def answered(name: str, cell: str) -> dict[str, str]:
    """A row in which a field is answered so, and its kind is there."""
    owner = name.partition(".")[0] + "."
    own = {one: what for one, what in REQUIRED.items() if one.startswith(owner)}
    return {**dict.fromkeys(REQUIRED, ""), "safety.flags": "none", **(own or ROW), name: cell}


@pytest.mark.parametrize("shout", [str.upper, str.title, lambda text: f" \u00a0{text}\t "])
def test_capitals_and_outer_blanks_change_no_observation(shout: Any) -> None:
    """But those of `None`, which programs write for a blank."""
    own = ("case", "notes")
    for observation in some_observations(150, seed=12):
        row = flat_row(observation)
        loud = {
            name: cell if name in own or not cell else shout(cell) for name, cell in row.items()
        }
        loud = {name: "none" if cell == "None" else cell for name, cell in loud.items()}
        assert observation_of(loud) == observation_of(row)


@pytest.mark.parametrize("name", YES_OR_NO)
def test_truth_is_yes_where_a_field_is_yes_or_no(name: str) -> None:
    owner, _, answer = name.partition(".")
    for cells, word in [
        ("true TRUE True wahr WAHR VRAI WAAR Yes YES", "yes"),
        ("false FALSE False FALSCH Faux ONWAAR No NO", "no"),
    ]:
        for cell in cells.split():
            data = observation_of(answered(name, cell))
            parts = [data["context"], *(one for one in data["ruptures"] if one["kind"] == owner)]
            assert [part[answer] for part in parts if answer in part] == [word]


@pytest.mark.parametrize("name", [*YES_OR_NO, "context.leaving", "context.apology", "safety.flags"])
def test_what_is_unclear_is_refused_and_nothing_is_put_in_its_place(
    name: str, tmp_path: Path, planner: Planner
) -> None:
    rows = [answered(name, cell) for cell in UNCLEAR]
    refused = told(tmp_path, rows, planner)
    assert list(refused) == list(range(1, len(UNCLEAR) + 1))
    for row, [problem] in refused.items():
        assert problem["field"] == name
        assert problem["nearest"] is None, UNCLEAR[row - 1]
        if name == "safety.flags":
            assert "where you asked and none applies" in problem["message"]
        assert "Did you mean" not in problem["message"] or UNCLEAR[row - 1] in {"y", "n"}


@pytest.mark.parametrize("name", ["context.leaving", "context.outside_pattern", "safety.flags"])
def test_truth_is_no_answer_to_another_question(
    name: str, tmp_path: Path, planner: Planner
) -> None:
    refused = told(
        tmp_path, [answered(name, cell) for cell in ("TRUE", "FALSE", "FALSCH")], planner
    )
    assert [one["nearest"] for [one] in refused.values()] == [None] * 3


def test_none_in_pythons_writing_is_a_blank_that_asks(tmp_path: Path, planner: Planner) -> None:
    cells = ("None", "none", "NONE", " none ")
    refused = told(tmp_path, [ROW | {"safety.flags": cell} for cell in cells], planner)
    [(row, [problem])] = refused.items()
    assert row == 1
    assert "is what programs write where nothing was answered" in problem["message"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("20", 20), ("20.0", 20), ("20,0", 20), ("20,00", 20), ("20.0000", 20), (" 20 ", 20),
        ("20.5", None), ("20,5", None), ("1.000", None), ("1,000", None), ("20.", None),
        ("1e1", None), ("0x10", None), ("1 0", None), ("soon", None), ("TRUE", None),
    ],
)  # fmt: skip
def test_a_number_is_whole_or_refused(
    cell: str, number: int | None, tmp_path: Path, planner: Planner
) -> None:
    """Three zeros behind a point may be thousands: which is meant, only a person knows."""
    row = ROW | {"lateness.minutes": cell}
    if number is not None:
        assert observation_of(row)["ruptures"][0]["minutes"] == number
    else:
        [[problem]] = told(tmp_path, [row], planner).values()
        assert (problem["field"], problem["nearest"]) == ("lateness.minutes", None)


def test_truth_in_parquet_is_understood(tmp_path: Path, planner: Planner) -> None:
    frame = pl.DataFrame(
        {
            "lateness.who": ["client"] * 3,
            "lateness.notice_given": [True, False, None],
            "lateness.minutes": [20.0, float("nan"), None],
            "safety.flags": pl.Series(["None", "none", "None"]).str.to_lowercase(),
        }
    )
    frame.write_parquet(tmp_path / "in.parquet")
    run_batch(tmp_path / "in.parquet", tmp_path / "out.jsonl", planner)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    late = [one["plan"]["observation"]["ruptures"][0] for one in lines]
    assert [one["notice_given"] for one in late] == ["yes", "no", "unknown"]
    assert [one["minutes"] for one in late] == [20, None, None]


def test_json_is_told_to_write_yes_or_no(planner: Planner) -> None:
    late = {"kind": "lateness", "who": "client", "notice_given": True}
    with pytest.raises(ObservationError, match='write "yes" or "no"'):
        planner.plan({"ruptures": [late], "safety": {"flags": {}}})
    with pytest.raises(ObservationError):
        planner.plan({"ruptures": [late | {"notice_given": "Yes"}], "safety": {"flags": {}}})


def test_items_are_read_in_any_case() -> None:
    row = {**ROW, "context.earlier_items": "c1| d4 |D5"}
    assert observation_of(row)["context"]["earlier_items"] == ["C1", "D4", "D5"]


MENDED_IN_A_CELL = {
    "lateness.minutes": ("20 min", 'from 0 to 600; this is "20 min". Leave the cell blank'),
    "lateness.occurrences": ("0", "from 1 to 999; this is 0. Leave the cell blank"),
    "session": ("abc", 'from 1 to 9999; this is "abc". Leave the cell blank'),
    "context.feelings": ("hurt, sad", "Join several answers by `|`."),
    "context.signs": ("unknown", "Leave the cell blank where it is not known."),
}


@pytest.mark.parametrize("into", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("name", MENDED_IN_A_CELL)
def test_a_mend_is_one_that_a_cell_can_have(
    name: str, into: str, tmp_path: Path, planner: Planner
) -> None:
    """No quotation marks, null or brackets: they would be refused in turn."""
    cell, mend = MENDED_IN_A_CELL[name]
    pl.DataFrame([{**ROW, name: cell}]).write_csv(tmp_path / "in.csv")
    run_batch(tmp_path / "in.csv", tmp_path / into, planner)
    [line] = (tmp_path / f"{into}.refused.jsonl").read_text("utf-8").splitlines()
    [problem] = json.loads(line)["problems"]
    assert mend in problem["message"]
    assert "null" not in problem["message"]


@pytest.mark.parametrize("cell", ["NaN", "None", "self-harms", "none|self_harm"])
def test_of_what_is_no_flag_the_word_is_told_and_not_an_answer_that_nobody_gave(
    cell: str, tmp_path: Path, planner: Planner
) -> None:
    [problem] = told(tmp_path, [{**ROW, "safety.flags": cell}], planner)[1]
    assert problem["value"] in (cell, cell.casefold(), "none")
