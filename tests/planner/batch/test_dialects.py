"""A table comes back whole, however it is written: separators, encodings, packing, stops."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import ObservationError, Planner
from planner.batch.choosing import Asked
from planner.batch.running import Progress, Wishes, run_batch
from planner.batch.sinks import csv_of
from planner.cli import main
from tests.support.long import times

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

ENCODINGS = {
    "utf-8": None, "utf-8-sig": None, "utf-16": None, "utf-32": None,
    "windows-1252": "windows-1252", "utf-16-le": "utf-16-le", "shift_jis": "Shift-JIS",
}  # fmt: skip
FIELDS = {"lateness.who": "client", "safety.flags": "none"}
NAMES = st.sampled_from(
    ["", " ", "row", "#", "site", "site_2", "Unnamed: 0", "note", "phase", "session_date",
     "Zürich", "a;b", "a,b", 'a"b', "=x", "*", "two\nlines", "^.*$", "plan", "refused"]
)  # fmt: skip
CELLS = st.text(st.sampled_from("ab Züé\"',;\t|=+-@\n.0"), max_size=8) | st.sampled_from(
    ["", "=cmd|' /C calc'!A0", "-5", "+49 30", "'=x", "1,5", "TRUE", "None", "\r\n"]
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """A header with the fields somewhere in it, and rows of which some are empty."""
    own = draw(st.lists(NAMES, max_size=4))
    names = draw(st.permutations([*own, *FIELDS]))
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        if draw(st.booleans()):
            rows.append([FIELDS.get(name) or draw(CELLS) for name in names])
        else:
            rows.append([draw(st.sampled_from(["", "  "])) for _ in names])
    return names, rows


def safe(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it."""
    run = re.match("[' ]*[=+\\-@\t\r\n]", cell[1:])
    return cell[1:] if cell.startswith("'") and run else cell


@dataclass(frozen=True)
class Written:
    """How a table is written."""

    separator: str
    encoding: str
    quoting: Any
    ends: str
    says: bool
    packed: bool


WAYS = st.builds(
    Written,
    st.sampled_from(",;\t"),
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)


@settings(
    max_examples=times(30, 1_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=tables(), way=WAYS)
def test_whatever_is_written_comes_back(
    table: Any, way: Written, tmp_path: Path, planner: Planner
) -> None:
    names, rows = table
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=way.separator, quoting=way.quoting, lineterminator=way.ends)
    writer.writerows([names, *rows])
    written = (f"sep={way.separator}{way.ends}" if way.says else "") + text.getvalue()
    try:
        data = written.encode(way.encoding)
    except UnicodeEncodeError:
        return
    path = tmp_path / ("in.csv.gz" if way.packed else "in.csv")
    path.write_bytes(gzip.compress(data, 1) if way.packed else data)
    wishes = Wishes(again=True, asked=Asked(encoding=ENCODINGS[way.encoding]))
    out = tmp_path / "out.csv"
    done = run_batch(path, out, planner, wishes)
    full = [number for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    assert (done.rows, done.refused, done.rows + done.empty) == (len(full), 0, len(rows))
    told = io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")
    back = list(csv.reader(told, delimiter=_as_in(way.separator)))
    columns = [place for place, name in enumerate(names) if name not in FIELDS]
    header = [place for place, name in enumerate(back[0]) if not name.startswith("plan.")][1:]
    assert len(header) == len(columns)
    assert len(set(back[0])) == len(back[0])
    assert [int(row[0]) for row in back[1:]] == full
    cells = [[safe(row[place]) for place in header] for row in back[1:]]
    assert cells == [[rows[number - 1][place] for place in columns] for number in full]


def _as_in(separator: str) -> str:
    """A table named `.csv` is written with the separator that it came with, but for tabs."""
    return "," if separator == "\t" else separator


# --- encodings ----------------------------------------------------------------------------------

SOUND = "case;lateness.who;safety.flags\r\nMüller;client;none\r\nŒ;client;none\r\n"


@pytest.mark.parametrize(
    ("data", "encoding", "says"),
    [
        (SOUND.encode(), "klingon", "There is no encoding called `klingon`. Names are utf-8"),
        (SOUND.encode(), "rot13", "There is no encoding called `rot13`"),
        (SOUND.encode(), "idna", "There is no encoding called `idna`"),
        (SOUND.encode(), "", "There is no encoding called ``"),
        (SOUND.encode("utf-16"), "windows-1252", "by its first bytes that it is UTF-16, not"),
        (SOUND.encode("utf-8-sig"), "latin-1", "is UTF-8, not latin-1. Leave --encoding out."),
        ("cäse,x\n".encode("cp1252"), None, "column 1 begins with `c\\xe4"),
        ("a,cäse,x\n".encode("cp1252"), None, "column 2 begins with `c\\xe4"),
        ("a,cäse,x\n".encode("cp1252"), None, "--encoding windows-1252"),
    ],
)
def test_an_encoding_is_named_and_never_guessed(
    data: bytes, encoding: str | None, says: str, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / "in.csv").write_bytes(data)
    named = [] if encoding is None else ["--encoding", encoding]
    assert main(["batch", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), *named]) == 2
    assert says in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("data", "encoding", "shown"),
    [
        (SOUND.encode("cp1252"), None, "M\\xfcller"),
        (SOUND.encode("utf-16").replace("M".encode("utf-16-le"), b"\x00\xd8"), None, "üller"),
        (SOUND.encode("cp1252").replace(b"M", b"\x81"), "windows-1252", "üller"),
    ],
)
def test_bytes_that_are_no_text_are_refused_by_row_and_column(
    data: bytes, encoding: str | None, shown: str, tmp_path: Path, planner: Planner
) -> None:
    (tmp_path / "in.csv").write_bytes(data)
    wishes = Wishes(asked=Asked(encoding=encoding))
    done = run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner, wishes)
    lines = (tmp_path / "out.csv.refused.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert (told[0]["row"], told[0]["sheet_row"]) == (1, 2)
    assert told[0]["problems"][0]["field"] == "case"
    assert shown in told[0]["problems"][0]["value"]
    assert "--encoding" in told[0]["problems"][0]["message"]
    assert done.refused == len(told)


def test_lines_that_are_no_text_are_refused_by_number_and_key(
    tmp_path: Path, planner: Planner
) -> None:
    one = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
    text = "".join(json.dumps(one | {"notes": word}, ensure_ascii=False) + "\n" for word in "aü")
    (tmp_path / "in.jsonl").write_bytes(text.encode("cp1252"))
    run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", planner)
    [line] = (tmp_path / "out.jsonl.refused.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["row"], told["problems"][0]["field"]) == (2, "notes")
    assert "--encoding windows-1252" in told["problems"][0]["message"]
    asked = Wishes(asked=Asked(encoding="windows-1252"))
    run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", planner, asked)
    plans = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [plan["plan"]["observation"]["notes"] for plan in plans] == ["a", "ü"]


# --- formulas -------------------------------------------------------------------------------------


def test_no_cell_of_a_table_is_run_as_a_formula(tmp_path: Path, planner: Planner) -> None:
    cells = {
        "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
        "@SUM(A1)": "'@SUM(A1)",
        "+49 30 123": "'+49 30 123",
        "-2+3": "'-2+3",
        "'=x": "''=x",
        "-5": "-5",
        "+1,5": "+1,5",
        "'s Gravenhage": "'s Gravenhage",
        "a=b": "a=b",
    }
    frame = {"case": list(cells), "x": list(cells), "lateness.who": "client"}
    pl.DataFrame(frame).with_columns(pl.lit("none").alias("safety.flags")).write_csv(
        tmp_path / "in.csv"
    )
    for name in ("out.csv", "out.parquet", "out.jsonl"):
        run_batch(tmp_path / "in.csv", tmp_path / name, planner)
    back = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    assert back["x"].to_list() == back["case"].to_list() == list(cells.values())
    assert pl.read_parquet(tmp_path / "out.parquet")["x"].to_list() == list(cells)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["carried"]["x"] for line in lines] == list(cells)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (" =cmd", "' =cmd"), ("\n=cmd", "'\n=cmd"), ("\t=cmd", "'\t=cmd"), ("\r@x", "'\r@x"),
        ("\uff1dcmd", "'\uff1dcmd"), ("\uff0bcmd", "'\uff0bcmd"), ("' =cmd", "'' =cmd"),
        ("-1e5", "-1e5"), ("-1.000,5", "-1.000,5"), ("K-1", "K-1"), (" a", " a"), ("' a", "' a"),
    ],
)  # fmt: skip
def test_a_sign_behind_blanks_and_a_wide_one_are_made_harmless_too(cell: str, written: str) -> None:
    told = csv_of(pl.DataFrame({"x": [cell]}), header=True)
    [back] = pl.read_csv(told, infer_schema=False)["x"].to_list()
    assert back == written


# --- packed, cut off, stopped -------------------------------------------------------------------


def test_a_file_that_was_cut_off_gives_no_plans(tmp_path: Path, capsys: Any) -> None:
    rows = "case,lateness.who,safety.flags\n" + "K-1,client,none\n" * 50
    for data in (gzip.compress(rows.encode())[:-12], b"\x1f\x8b\x08junk that is not packed"):
        (tmp_path / "in.csv.gz").write_bytes(data)
        assert main(["batch", str(tmp_path / "in.csv.gz"), str(tmp_path / "out.csv")]) == 2
        assert "in.csv.gz is no whole gzip file: " in capsys.readouterr().err
        assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("in.csv.gz", "utf-8"), ("in.csv", "utf-16"), ("in.csv", "cp1252"), ("in.jsonl.gz", "utf-16")],
)
def test_a_stopped_run_goes_on_wherever_its_bytes_come_from(
    name: str, encoding: str, tmp_path: Path, planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sources", "tables"):
        monkeypatch.setattr(f"planner.batch.{module}.BLOCK", 400)
    rows = [f"Kä-{number};client;{'none' if number % 7 else 'perhaps'}" for number in range(60)]
    text = "\n".join(["sep=;", "case;lateness.who;safety.flags", *rows])
    if ".jsonl" in name:
        one = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
        text = "\n".join(json.dumps(one | {"case": row[:4]}) for row in rows)
    data = text.encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    asked = Asked(encoding="cp1252" if encoding == "cp1252" else None)
    run_batch(tmp_path / name, tmp_path / "whole.csv", planner, Wishes(asked=asked))
    seen: list[Progress] = []

    def tell(now: Progress) -> None:
        seen.append(now)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(tmp_path / name, tmp_path / "out.csv", planner, Wishes(asked=asked), tell)
    assert 0 < seen[-1].rows < 60
    other = Wishes(go_on=True, asked=Asked(carry=("x",), encoding=asked.encoding))
    with pytest.raises(ObservationError, match="reading differ"):
        run_batch(tmp_path / name, tmp_path / "out.csv", planner, other)
    run_batch(tmp_path / name, tmp_path / "out.csv", planner, Wishes(go_on=True, asked=asked))
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    ends = [tmp_path / f"{stem}.csv.refused.jsonl" for stem in ("out", "whole")]
    assert [end.read_bytes() if end.exists() else b"" for end in ends].count(b"") in {0, 2}


@pytest.mark.parametrize("name", ["in.tsv", "in.txt", "in.csv"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_header_tells_the_separator_and_not_the_ending(
    name: str, separator: str, tmp_path: Path, planner: Planner
) -> None:
    """A comma, a semicolon and a `|` in its cells change nothing."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["a;b", "c,d", "context.feelings", "lateness.who", "safety.flags"])
    writer.writerow(["1;2", "3,4", "hurt|sad", "client", "none"])
    (tmp_path / name).write_text(text.getvalue(), newline="")
    run_batch(tmp_path / name, tmp_path / "out.jsonl", planner)
    [line] = (tmp_path / "out.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert told["carried"] == {"a;b": "1;2", "c,d": "3,4"}
    assert told["plan"]["observation"]["context"]["feelings"] == ["hurt", "sad"]


# --- rows -----------------------------------------------------------------------------------------


def test_empty_rows_are_passed_over_and_keep_their_numbers(tmp_path: Path, capsys: Any) -> None:
    rows = ["sep=;", "case;lateness.who;safety.flags", "K-1;client;none", ";;", "", " ;\t; ",
            '"";"";""', "K-6;client;none", "K-7;client;", ";;;;;", ";;", ""]  # fmt: skip
    (tmp_path / "in.csv").write_text("\r\n".join(rows))
    assert main(["batch", str(tmp_path / "in.csv"), str(tmp_path / "out.csv")]) == 1
    told = capsys.readouterr()
    assert told.out == (
        "3 rows, 2 different observations read, 1 rows refused. 6 empty rows were passed over.\n"
    )
    assert "Row 7 (8 in the sheet): safety.flags: `safety.flags` is blank: write" in told.err
    back = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines(), delimiter=";"))
    assert [(row["row"], row["case"]) for row in back] == [("1", "K-1"), ("6", "K-6")]


def test_a_line_above_the_header_that_is_empty_is_counted(tmp_path: Path, planner: Planner) -> None:
    (tmp_path / "in.csv").write_text(",,\n\n,,\ncase,lateness.who,safety.flags\nK-1,client,\n")
    run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner)
    [line] = (tmp_path / "out.csv.refused.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["row"], told["sheet_row"]) == (1, 5)


def test_the_number_that_a_frame_gives_an_empty_row_is_nothing(
    tmp_path: Path, planner: Planner
) -> None:
    for name in ("", "Unnamed: 0"):
        text = f"{name},lateness.who,safety.flags\n0,client,none\n1,,\n2,client,none\n"
        (tmp_path / "in.csv").write_text(text)
        done = run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner)
        assert (done.rows, done.empty, done.refused) == (2, 1, 0)
    (tmp_path / "in.csv").write_text("mine,lateness.who,safety.flags\n1,,\n")
    assert run_batch(tmp_path / "in.csv", tmp_path / "out.csv", planner).refused == 1
