"""Columns of a person's own: carried along, or refused by name with nothing left behind."""

from __future__ import annotations

import csv
import io
import json
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
        ("plan.steps", "The output has a column `plan.steps` of its own"),
        ("plan.json", "Call yours otherwise, `my_plan_json` say, or take it out."),
        ("plan.refused", "The output has a column `plan.refused` of its own"),
        ("plan.#", "The output has a column `plan.#` of its own"),
        ("context.wether", "Did you mean"),
        ("lateness_who", "Did you mean `lateness.who`?"),
        ("Lateness Who", "column of your own: --carry 'Lateness Who'."),
        ("contxt.phase", "Did you mean `context.phase`?"),
        ("SELF_HARM", "What it says about safety is told in `safety.flags`, such as `self_harm`."),
        ("flags", "What it says about safety is told in `safety.flags`"),
    ],
)
def test_a_column_that_cannot_be_carried_is_named(
    name: str, says: str, suffix: str, tmp_path: Path, planner: Planner
) -> None:
    given = source(tmp_path, suffix, {name: ["one", "two"], **SOUND})
    assert says in refused(given, planner)


@pytest.mark.parametrize("into", [".jsonl", ".csv", ".parquet"])
def test_the_command_tells_it_without_a_traceback(into: str, tmp_path: Path, capsys: Any) -> None:
    given = source(tmp_path, ".csv", {"lateness.whom": ["one", "two"], **SOUND})
    assert main(["batch", str(given), str(tmp_path / f"out{into}")]) == 2
    assert capsys.readouterr().err.startswith("lateness.whom: No column is called")
    assert [path.name for path in tmp_path.iterdir()] == [given.name]


def carried(text: str, directory: Path, *options: str, into: str = "csv") -> Any:
    """What comes back of a table, read by csv, with the lines that were said of it."""
    (directory / "in.csv").write_text(text, "utf-8", newline="")
    out = directory / f"out.{into}"
    assert main(["batch", str(directory / "in.csv"), str(out), *options]) == 0
    return list(csv.DictReader(out.read_text("utf-8").splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("header", "back"),
    [
        (["row", "site"], ["row_2", "site"]),
        (["#", "site"], ["#", "site"]),
        (["", "site"], ["column_1", "site"]),
        (["", ""], ["column_1", "column_2"]),
        ([" ", "site"], ["column_1", "site"]),
        (["Unnamed: 0", "site"], ["Unnamed: 0", "site"]),
        (["site", "site"], ["site", "site_2"]),
        (["site", "site", "site_2"], ["site", "site_3", "site_2"]),
        (["row", "row_2"], ["row_3", "row_2"]),
        (["session_date", "note", "phase"], ["session_date", "note", "phase"]),
        (["client.id", "my\nsite"], ["client.id", "my\nsite"]),
        (["=1+1", "-5"], ["'=1+1", "-5"]),
    ],
)
def test_whatever_a_column_is_called_its_cells_come_back(
    header: list[str], back: list[str], tmp_path: Path, capsys: Any
) -> None:
    cells = [f"cell {number}" for number in range(len(header))]
    table = io.StringIO(newline="")
    csv.writer(table).writerows(
        [[*header, "lateness.who", "safety.flags"], [*cells, "client", "none"]]
    )
    [row] = carried(table.getvalue(), tmp_path)
    assert {name: row[name] for name in back} == dict(zip(back, cells, strict=True))
    assert row["row"] == "1"
    told = capsys.readouterr().err
    assert told.startswith("Carried along, not read: ")
    assert told.count("\n") == 1
    [line] = [json.loads(one) for one in lines_of(tmp_path)]
    assert list(line["carried"].values()) == cells


def lines_of(directory: Path) -> list[str]:
    """The same table as lines of JSON."""
    out = directory / "lines.jsonl"
    assert main(["batch", str(directory / "in.csv"), str(out)]) == 0
    return out.read_text("utf-8").splitlines()


def test_a_name_near_a_field_s_is_carried_where_it_is_asked_for(
    tmp_path: Path, capsys: Any
) -> None:
    text = "lateness.whom,plan.steps,lateness.who,safety.flags\nA,B,client,none\n"
    options = ["--carry", "lateness.whom", "--carry", "plan.steps"]
    [row] = carried(text, tmp_path, *options)
    assert (row["lateness.whom"], row["plan.steps_2"]) == ("A", "B")
    assert row["plan.steps"] != "B"
    assert "`lateness.whom`, `plan.steps` as `plan.steps_2`." in capsys.readouterr().err


def test_a_bare_word_that_a_field_ends_with_is_told_apart(tmp_path: Path, capsys: Any) -> None:
    carried("phase,lateness.who,safety.flags\nlate,client,none\n", tmp_path)
    assert "`phase` (the field is `context.phase`)." in capsys.readouterr().err


def test_columns_that_are_all_fields_need_no_word(tmp_path: Path, capsys: Any) -> None:
    carried("Case, Lateness.Who ,SAFETY.FLAGS\nK-1,client,none\n", tmp_path)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "lateness.who,safety.flags,LATENESS.WHO\nclient,none,a\n",
            "is there twice (`lateness.who`",
        ),
        ('lateness.who,safety.flags,"my\nclient,none,a\n', "Close each quotation mark in it"),
        ("," * 16_384 + "lateness.who,safety.flags\n", "a spreadsheet has 16,384 at most"),
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


@pytest.mark.parametrize(
    "name",
    [
        "self_harm",
        "Self-Harm",
        "self harm",
        "selfharm",
        "self_harm?",
        "self_harm (y/n)",
        "flags",
        "any_sign_of_self_harm",
        "Harm to others",
        "partner violence",
        "sexualised_request",
    ],
)
def test_a_safety_flag_in_any_spelling_is_no_column_of_ones_own(
    name: str, tmp_path: Path, planner: Planner
) -> None:
    given = source(tmp_path, ".csv", {**SOUND, name: ["yes", ""]})
    assert "What it says about safety is told in `safety.flags`" in refused(given, planner)


@pytest.mark.parametrize("unseen", ["\ufeff", "\u200b", "\u2060"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_signs_that_nobody_sees_hide_no_field(
    unseen: str, suffix: str, tmp_path: Path, planner: Planner
) -> None:
    """Such as the mark of UTF-8, where two programs wrote one each."""
    given = source(
        tmp_path,
        suffix,
        {
            f"{unseen}safety.flags{unseen}": ["self_harm", "none"],
            f"{unseen}lateness.who": ["client", "client"],
        },
    )
    told: list[str] = []
    run_batch(given, tmp_path / "out.csv", planner, note=told.append)
    assert told == []
    assert read(tmp_path / "out.csv")["plan.disposition"].to_list() == ["stop", "proceed"]
