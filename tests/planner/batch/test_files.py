"""Many observations in a file: the same plans as one by one, and every refusal in its place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from planner.batch.running import Wishes, run_batch
from planner.cli import main
from planner.contract.json_text import LARGEST
from tests.planner.support.flat_rows import flat_row, some_observations
from tests.support.command import COMMAND

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

GOOD = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
HEADER = "case,lateness.who,safety.flags\n"


@pytest.fixture(scope="module")
def observations() -> list[Any]:
    made = some_observations(120, seed=3, distinct=40)
    made[7] = made[7] | {"notes": 'She said "fine",\nand left. é “quoted” \\ \u2028'}
    return made


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def table(observations: list[Any]) -> Any:
    return pl.DataFrame([flat_row(one) for one in observations])


def source(directory: Path, suffix: str, observations: list[Any]) -> Path:
    path = directory / f"in{suffix}"
    if suffix == ".jsonl":
        return lines(path, observations)
    frame = table(observations)
    if suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def refused(out: Path) -> list[dict[str, Any]]:
    told = out.with_name(f"{out.name}.refused.jsonl")
    return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []


# --- the same plans --------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_lines_are_byte_for_byte_what_plan_many_gives(
    suffix: str, tmp_path: Path, planner: Planner, observations: list[Any]
) -> None:
    out = tmp_path / "out.jsonl"
    done = run_batch(source(tmp_path, suffix, observations), out, planner)
    expected = [
        f'{{"row":{row},"plan":{plan.to_json()}}}'
        for row, plan in enumerate(planner.plan_many(observations), 1)
    ]
    assert out.read_text().split("\n")[:-1] == expected
    unread = dict.fromkeys(("case", "session", "notes"))
    distinct = {json.dumps({**one, **unread}, sort_keys=True) for one in observations}
    assert (done.rows, done.planned, done.refused) == (120, len(distinct), 0)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("into", [".csv", ".parquet"])
def test_tables_hold_the_same_in_cells(
    suffix: str, into: str, tmp_path: Path, planner: Planner, observations: list[Any]
) -> None:
    out = tmp_path / f"out{into}"
    run_batch(source(tmp_path, suffix, observations), out, planner, Wishes(whole=True))
    read = pl.read_csv(out, infer_schema=False) if into == ".csv" else pl.read_parquet(out)
    for row, one in zip(read.iter_rows(named=True), observations, strict=True):
        rest = {key: value for key, value in one.items() if key not in ("case", "session", "notes")}
        plan = planner.plan(rest)
        assert (row["case"], row["session"] or None) == (one["case"], str(one["session"]))
        assert row["plan.json"] == plan.to_json()
        assert row["plan.disposition"] == plan.disposition
        steps = "|".join(f"{step.item} {step.when}" for step in plan.steps)
        assert (row["plan.steps"] or "") == steps


def test_planned_in_several_processes_it_is_the_same(
    tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch, observations: list[Any]
) -> None:
    monkeypatch.setattr("planner.batch.answering._WORTH_IT", 5)
    given = source(tmp_path, ".csv", observations)
    run_batch(given, tmp_path / "one.jsonl", planner)
    run_batch(given, tmp_path / "two.jsonl", planner, Wishes(processes=2))
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_stretches_leave_no_seam(
    tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch, observations: list[Any]
) -> None:
    """However small the stretches: the same rows, quoted cells and their line breaks included."""
    whole: dict[str, bytes] = {}
    for suffix in (".jsonl", ".csv", ".parquet"):
        given = source(tmp_path, suffix, observations)
        run_batch(given, tmp_path / "out.jsonl", planner)
        whole[suffix] = (tmp_path / "out.jsonl").read_bytes()
    monkeypatch.setattr("planner.batch.sources.BLOCK", 3000)
    monkeypatch.setattr("planner.batch.sources.ROWS", 7)
    monkeypatch.setattr("planner.batch.tables.BLOCK", 3000)
    for suffix, bytes_whole in whole.items():
        run_batch(tmp_path / f"in{suffix}", tmp_path / "out.jsonl", planner)
        assert (tmp_path / "out.jsonl").read_bytes() == bytes_whole


def test_without_polars_lines_work_and_tables_say_what_to_do(
    tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch, observations: list[Any]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "polars", None)
    given = lines(tmp_path / "in.jsonl", observations)
    assert run_batch(given, tmp_path / "out.jsonl", planner).rows == 120
    (tmp_path / "in.csv").write_text(HEADER)
    with pytest.raises(Exception, match="need Polars: pip install"):
        run_batch(tmp_path / "in.csv", tmp_path / "out.jsonl", planner)
    with pytest.raises(Exception, match="need Polars: pip install"):
        run_batch(given, tmp_path / "out.parquet", planner)


# --- rows that are refused ---------------------------------------------------------------------


def test_bad_lines_are_told_by_their_number_and_good_ones_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    bad = json.dumps({**GOOD, "ruptures": [{"kind": "lateness", "who": "therapis"}]})
    twice = '{"safety": {"flags": {"self_harm": "yes"}}, "safety": {"flags": {}}}'
    long = json.dumps({**GOOD, "notes": "x" * LARGEST})
    good = json.dumps(GOOD)
    session = json.dumps({**GOOD, "session": 0})
    nan = '{"ruptures":[{"kind":"lateness","who":"client","minutes":NaN}],"safety":{"flags":{}}}'
    rows = ["\ufeff" + good, bad, "", "{", twice, long, "7", session, nan, good]
    given.write_text("\n".join(rows), encoding="utf-8")
    assert main(["batch", str(given), str(out)]) == 1
    assert [json.loads(line)["row"] for line in out.read_text().splitlines()] == [1, 10]
    told = {one["row"]: one["problems"][0] for one in refused(out)}
    assert list(told) == [2, 4, 5, 6, 7, 8, 9]
    assert (told[2]["field"], told[2]["nearest"]) == ("ruptures[0].who", "therapist")
    assert "twice" in told[5]["message"]
    assert told[6]["message"].endswith("bytes. Shorten its notes.")
    assert told[8]["field"] == "session"
    assert "7 rows refused" in capsys.readouterr().out


def test_bad_rows_of_a_table_are_told_by_their_number_and_column(
    tmp_path: Path, planner: Planner
) -> None:
    given, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [
        b"K-1,client,none",
        b"K-2,therapis,none",
        b"K-3,client",
        b"K-4,client,none,more",
        b"K-5,client,",
        b"K-\xff,client,none",
        b'"K,7",client,none',
        b"x" * 65 + b",client,none",
        b"",
        b"K-9,client,none",
    ]
    given.write_bytes(b"\xef\xbb\xbf" + HEADER.encode() + b"\r\n".join(rows))
    done = run_batch(given, out, planner)
    assert (done.rows, done.refused) == (9, 6)
    read = pl.read_csv(out, infer_schema=False)
    assert read["case"].to_list() == ["K-1", "K,7", "K-9"]
    assert read["row"].to_list() == ["1", "7", "10"]
    told = {one["row"]: one["problems"][0] for one in refused(out)}
    assert list(told) == [2, 3, 4, 5, 6, 8]
    assert told[2]["field"] == "lateness.who"
    assert "2 cells; the header has 3 columns. Put a cell with a comma" in told[3]["message"]
    assert [told[row]["field"] for row in (3, 4, 5, 6)] == [*["safety.flags"] * 3, "case"]
    assert "not UTF-8" in told[6]["message"]
    assert told[8]["field"] == "case"


def test_the_quick_way_refuses_the_same_rows_as_the_careful_one(
    tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch, observations: list[Any]
) -> None:
    frame = table(observations).with_columns(notes=pl.lit(""))
    frame = frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 9 == 0)
        .then(pl.lit("?"))
        .otherwise("case")
        .alias("session")
    )
    frame.write_csv(tmp_path / "in.csv")
    run_batch(tmp_path / "in.csv", tmp_path / "quick.csv", planner)
    monkeypatch.setattr("planner.batch.tables._quick", lambda *_: None)
    run_batch(tmp_path / "in.csv", tmp_path / "slow.csv", planner)
    assert refused(tmp_path / "quick.csv") == refused(tmp_path / "slow.csv") != []
    assert (tmp_path / "quick.csv").read_bytes() == (tmp_path / "slow.csv").read_bytes()


def test_an_endless_row_is_passed_over(
    tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.batch.tables.BLOCK", 3000)
    given = tmp_path / "in.csv"
    given.write_text(HEADER + "x" * 9000 + ",client,none\nK-2,client,none\n")
    done = run_batch(given, tmp_path / "out.csv", planner)
    assert (done.rows, done.refused) == (2, 1)
    assert "longer than" in refused(tmp_path / "out.csv")[0]["problems"][0]["message"]


def test_refusals_of_an_earlier_run_do_not_stay(tmp_path: Path, planner: Planner) -> None:
    out = tmp_path / "out.jsonl"
    run_batch(lines(tmp_path / "in.jsonl", [{}]), out, planner)
    assert refused(out)
    run_batch(lines(tmp_path / "in.jsonl", [GOOD]), out, planner)
    assert not refused(out)


# --- files that are refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("in.csv", b"", "Write one into the first line: `case,lateness.who,safety.flags`."),
        ("in.csv", b"\xef\xbb\xbf", "The file is empty"),
        ("in.csv", b"case|lateness.who|safety.flags\n", "parted by `|`, which joins the answers"),
        ("in.csv", b"sep=|\ncase|lateness.who|safety.flags\n", "says that `|` parts the cells"),
        ("in.csv", HEADER.replace("who", "whom").encode(), "Did you mean `lateness.who`"),
        ("in.csv", "c\u00e4se,x\n".encode("latin-1"), "not CSV in UTF-8"),
        ("in.csv", HEADER.encode("utf-16-le"), "such as --encoding utf-16-le"),
        ("in.csv", HEADER.replace("\n", "\r").encode() * 2, 'Save the file as "CSV UTF-8".'),
        ("in.csv", b"PK\x03\x04", "say --from xlsx"),
        ("in.csv", b"PAR1", "its first bytes are those of parquet"),
        ("in.csv.gz", b"PK\x03\x04", "a zip archive: unpack that"),
        ("in.csv", b"x" * (LARGEST + 9), "is no header"),
        ("in.parquet", b"", "Write it anew, or as CSV: `plans.csv`."),
        ("in.parquet", b"PAR1 but not really PAR1", "cannot be read as Parquet"),
        ("in.doc", b"", "must end in .jsonl, .csv, .parquet, .ndjson, .tsv, .txt, .xlsx, "),
        ("in.parquet.gz", b"", "Save it as one of them: `in.csv`."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    name: str, data: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    assert main(["batch", str(tmp_path / name), str(tmp_path / "out.csv")]) == 2
    assert says in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "data"), [("in.jsonl", b""), ("in.jsonl", b"\n \n"), ("in.csv", HEADER.encode())]
)
@pytest.mark.parametrize("into", ["out.jsonl", "out.csv", "out.parquet"])
def test_no_rows_give_no_plans(name: str, data: bytes, into: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert main(["batch", str(tmp_path / name), str(tmp_path / into)]) == 0
    if into == "out.jsonl":
        assert (tmp_path / into).read_bytes() == b""
    else:
        read = pl.read_csv if into == "out.csv" else pl.read_parquet
        assert read(tmp_path / into).height == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, into])


def test_in_and_out_are_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = lines(tmp_path / "in.jsonl", [GOOD])
    (tmp_path / "link.jsonl").symlink_to(given)
    for out in (given, tmp_path / "link.jsonl"):
        assert main(["batch", str(given), str(out)]) == 2
        assert "the same file. Name another OUT, like `in-plans.jsonl`." in capsys.readouterr().err
    assert json.loads(given.read_text()) == GOOD


@pytest.mark.parametrize("out", ["in.jsonl", "link.jsonl"])
def test_a_file_that_a_shell_hands_over_is_not_written_over(out: str, tmp_path: Path) -> None:
    given = lines(tmp_path / "in.jsonl", [GOOD])
    (tmp_path / "link.jsonl").symlink_to(given)
    with given.open("rb") as shell:
        done = subprocess.run(
            [*COMMAND, "batch", "-", out],
            stdin=shell,
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
    assert (done.returncode, b"the same file. Name another OUT" in done.stderr) == (2, True)
    assert json.loads(given.read_text()) == GOOD


def test_what_was_refused_before_is_not_written_over_while_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = lines(tmp_path / "out.csv.refused.jsonl", [GOOD])
    assert main(["batch", str(given), str(tmp_path / "out.csv")]) == 2
    assert "file of refused rows are the same file" in capsys.readouterr().err
    assert json.loads(given.read_text()) == GOOD


@pytest.mark.parametrize("end", ["x", '"x"'])
def test_lines_that_an_open_quotation_mark_takes_in_are_told_with_the_row(
    end: str, tmp_path: Path, planner: Planner
) -> None:
    """A flag in one of them must not be gone without a word."""
    rows = f'K-1,client,none\n"K-2,client,none\nK-3,client,self_harm\nK-4,client,{end}\n'
    (tmp_path / "in.csv").write_text(HEADER + rows)
    run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner)
    [line] = (tmp_path / "out.csv.refused.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["row"], told["sheet_row"]) == (2, 3)
    assert "the 2 lines below are taken for a part of this row" in told["problems"][0]["message"]


def test_a_row_that_ends_early_may_be_filled_up(tmp_path: Path, planner: Planner) -> None:
    (tmp_path / "in.csv").write_text(HEADER + "K-1,client\n")
    run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner)
    [line] = (tmp_path / "out.csv.refused.jsonl").read_text().splitlines()
    [problem] = json.loads(line)["problems"]
    assert problem["field"] == "safety.flags"
    assert problem["message"].endswith("Or add the cells that are missing, blank ones too.")


def test_places_that_are_not_there_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = lines(tmp_path / "in.jsonl", [GOOD])
    assert main(["batch", str(tmp_path / "no.jsonl"), str(tmp_path / "out.jsonl")]) == 2
    assert main(["batch", str(given), str(tmp_path / "no" / "out.jsonl")]) == 2
    (tmp_path / "dir.jsonl").mkdir()
    assert main(["batch", str(given), str(tmp_path / "dir.jsonl")]) == 2
    assert capsys.readouterr().err.count("no.jsonl") == 1
