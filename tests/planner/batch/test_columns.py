"""Columns of a person's own: carried along, or refused by name with nothing left behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from planner import ObservationError, Planner
from planner.batch import plan_frame
from planner.batch.running import run_batch
from planner.cli import main

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

SOUND = {"lateness.who": ["client", "therapist"], "safety.flags": ["none", "none"]}


def source(directory: Path, suffix: str, columns: dict[str, Any]) -> Path:
    path = directory / f"in{suffix}"
    frame = pl.DataFrame(columns)
    if suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def read(path: Path) -> Any:
    return pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)


def refused(given: Path, planner: Planner, into: str = ".csv") -> str:
    """What is said of a file that is refused, after which it stands alone in its directory."""
    with pytest.raises(ObservationError) as caught:
        run_batch(given, given.with_name(f"out{into}"), planner)
    assert [path.name for path in given.parent.iterdir()] == [given.name]
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("into", [".csv", ".parquet"])
@pytest.mark.parametrize("name", ["#", "*", "^[a-z]*$", "refused", "plan", "site", "ä b"])
def test_a_column_of_ones_own_is_carried_along(
    name: str, suffix: str, into: str, tmp_path: Path, planner: Planner
) -> None:
    given = source(tmp_path, suffix, {name: ["one", "two"], **SOUND})
    run_batch(given, tmp_path / f"out{into}", planner)
    out = read(tmp_path / f"out{into}")
    assert out[name].to_list() == ["one", "two"]
    assert out["row"].cast(pl.String).to_list() == ["1", "2"]
    assert out["plan.disposition"].null_count() == 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("row", "The output has a column `row` of its own, or may have one. Call yours otherwise"),
        ("Row ", "The output has a column `row` of its own"),
        ("plan.steps", "The output has a column `plan.steps` of its own"),
        ("plan.json", "Call yours otherwise, `my_plan_json` say, or take it out."),
        ("plan.refused", "The output has a column `plan.refused` of its own"),
        ("plan.#", "The output has a column `plan.#` of its own"),
        ("Notes", "Did you mean `notes`?"),
        (" case ", "Did you mean `case`?"),
        ("Lateness.Who", "Did you mean `lateness.who`?"),
        ("^.*$", "A column of your own has no dot in its name."),
        ("", "Column 1 has no name. Call it `site`"),
        (" ", "Column 1 has no name. Call it `site`"),
    ],
)
def test_a_column_that_cannot_be_carried_is_named(
    name: str, says: str, suffix: str, tmp_path: Path, planner: Planner
) -> None:
    given = source(tmp_path, suffix, {name: ["one", "two"], **SOUND})
    assert says in refused(given, planner)


@pytest.mark.parametrize("into", [".jsonl", ".csv", ".parquet"])
def test_the_command_tells_it_without_a_traceback(into: str, tmp_path: Path, capsys: Any) -> None:
    given = source(tmp_path, ".csv", {"row": ["one", "two"], **SOUND})
    assert main(["batch", str(given), str(tmp_path / f"out{into}")]) == 2
    assert capsys.readouterr().err.startswith("row: The output has a column `row` of its own")
    assert [path.name for path in tmp_path.iterdir()] == [given.name]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "site,lateness.who,site,safety.flags\na,client,b,none\n",
            "The column `site` is there twice. Take one out, or call it `site_2`.",
        ),
        (
            'lateness.who,safety.flags,"my\nsite"\nclient,none,a\n',
            "Close each quotation mark in it",
        ),
        ("lateness.who,safety.flags,\nclient,none,\n", "Column 3 has no name."),
        ("lateness.who,,safety.flags,\nclient,,none,\n", "Column 2 has no name."),
    ],
)
def test_a_header_that_cannot_be_told_apart_is_refused(
    text: str, says: str, tmp_path: Path, planner: Planner
) -> None:
    given = tmp_path / "in.csv"
    given.write_text(text)
    assert says in refused(given, planner)


KINDS = {
    "numbers": [1, None],
    "yes_or_no": [True, False],
    "list": [["a", "b"], []],
    "numbers_in_a_list": [[1], [2, 3]],
    "nothing": pl.Series([None, None], dtype=pl.Null),
    "choice": pl.Series(["a", "b"], dtype=pl.Categorical),
}


@pytest.mark.parametrize("name", KINDS)
def test_cells_that_have_a_form_in_text_are_carried(
    name: str, tmp_path: Path, planner: Planner
) -> None:
    given = source(tmp_path, ".parquet", {name: KINDS[name], **SOUND})
    run_batch(given, tmp_path / "out.parquet", planner)
    assert read(tmp_path / "out.parquet")[name].dtype == pl.String


@pytest.mark.parametrize(
    "cells",
    [
        [b"\xff\xfe", b"a"],
        [{"a": 1}, {"a": 2}],
        [[{"a": 1}], []],
        [[["a"]], []],
        [timedelta(days=1), None],
        pl.Series([[b"\xff"], []], dtype=pl.List(pl.Binary)),
        pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2)),
    ],
)
@pytest.mark.parametrize("name", ["mine", "lateness.cause"])
def test_other_cells_are_refused_by_the_name_of_their_column(
    name: str, cells: Any, tmp_path: Path, planner: Planner
) -> None:
    told = refused(source(tmp_path, ".parquet", {name: cells, **SOUND}), planner)
    assert f"The cells of `{name}` are " in told
    assert "Make them text, numbers or a list of text joined by `|`: `hurt|angry`." in told


def test_a_frame_keeps_columns_that_only_a_file_of_plans_would_add(planner: Planner) -> None:
    mine = pl.DataFrame({"row": ["a", "b"], "#": ["c", "d"], "*": ["e", "f"], **SOUND})
    planned = plan_frame(mine, planner)
    assert planned.select("row", "#").rows() == [("a", "c"), ("b", "d")]
    with pytest.raises(ObservationError, match=r"has a column `plan\.steps` of its own"):
        plan_frame(mine.with_columns(pl.lit("x").alias("plan.steps")), planner)
    with pytest.raises(ObservationError, match=r"The cells of `lateness\.cause` are Binary"):
        plan_frame(mine.with_columns(pl.lit(b"\xff").alias("lateness.cause")), planner)
