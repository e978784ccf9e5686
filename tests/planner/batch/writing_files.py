"""Writes `files/`: the same five observations, as each program that people have writes them.

`python -m tests.planner.batch.writing_files [SOFFICE]` writes all of them anew; it needs openpyxl
and pandas, and for the files of LibreOffice its command. `files/README.md` tells of each.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent / "files"
COLUMNS = (
    "case", "session", "session_date", "lateness.who", "lateness.minutes", "lateness.notice_given",
    "deflection.response", "boundary_request.nature", "boundary_request.answer",
    "boundary_request.pressed", "context.alliance", "context.feelings",
    "context.raised_by_client", "safety.flags", "notes",
)  # fmt: skip
NONE = (None,) * len(COLUMNS)
DAY = dt.date(2026, 3, 1)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("K-1", 12, DAY, "Therapist", 20, False, None, None, None, None,
     "good", "Hurt | sad", True, "none", None),
    ("K-2", 3, DAY, "client", None, None, "Joke", None, None, None,
     "strong", None, None, "self_harm:unsure", None),
    NONE,
    ("Müller-4", 5, DAY, None, None, None, None, "gift", "Declined ", True,
     "weak", None, False, "none", 'Sie sagte "gut", und ging; 5 € übrig'),
    ("K-5", None, DAY, "both", 52.0, True, None, None, None, None,
     None, "ANGRY", None, "formal_complaint|discrimination_claim:unsure", None),
    ("K-6", 7, None, None, None, None, "silence", None, None, None,
     "none_yet", None, None, "none", None),
    NONE,
    NONE,
)  # fmt: skip
"""As a person typed them into a sheet, with an empty row between and two behind."""
TWIN: tuple[dict[str, Any] | None, ...] = (
    {
        "case": "K-1",
        "session": 12,
        "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20, "notice_given": "no"}],
        "context": {"alliance": "good", "feelings": ["hurt", "sad"], "raised_by_client": "yes"},
        "safety": {"flags": {}},
    },
    {
        "case": "K-2",
        "session": 3,
        "ruptures": [
            {"kind": "lateness", "who": "client"},
            {"kind": "deflection", "response": "joke"},
        ],
        "context": {"alliance": "strong"},
        "safety": {"flags": {"self_harm": "unsure"}},
    },
    None,
    {
        "case": "Müller-4",
        "session": 5,
        "ruptures": [
            {
                "kind": "boundary_request",
                "nature": "gift",
                "answer": "declined",
                "pressed": "yes",
            }
        ],
        "context": {"alliance": "weak", "raised_by_client": "no"},
        "safety": {"flags": {}},
        "notes": 'Sie sagte "gut", und ging; 5 € übrig',
    },
    {
        "case": "K-5",
        "ruptures": [{"kind": "lateness", "who": "both", "minutes": 52, "notice_given": "yes"}],
        "context": {"feelings": ["angry"]},
        "safety": {"flags": {"formal_complaint": "yes", "discrimination_claim": "unsure"}},
    },
    {
        "case": "K-6",
        "session": 7,
        "ruptures": [{"kind": "deflection", "response": "silence"}],
        "context": {"alliance": "none_yet"},
        "safety": {"flags": {}},
    },
)

Shown = Callable[[Any], str]


def english(cell: Any) -> str:
    """A cell as an English spreadsheet shows it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, dt.date):
        return f"{cell.month}/{cell.day}/{cell.year}"
    return f"{cell:g}" if isinstance(cell, float) else str(cell or "")


def german(cell: Any) -> str:
    """The same in German, with one decimal shown."""
    if isinstance(cell, bool):
        return "WAHR" if cell else "FALSCH"
    if isinstance(cell, dt.date):
        return cell.strftime("%d.%m.%Y")
    return f"{cell:.1f}".replace(".", ",") if isinstance(cell, float) else str(cell or "")


def google(cell: Any) -> str:
    """A cell as Google Sheets writes it."""
    return str(cell) if isinstance(cell, dt.date) else english(cell)


def excel(separator: str, shown: Shown) -> str:
    """What Excel writes: a row of separators for an empty row, CRLF behind each row."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=separator)
    writer.writerow(COLUMNS)
    writer.writerows([shown(cell) for cell in row] for row in ROWS)
    return table.getvalue()


def of_google(separator: str) -> str:
    """What Google Sheets writes: no line break behind the last row, and no empty rows there."""
    text = excel(separator, google)
    return (
        text.rstrip("\r\n")
        .removesuffix("\r\n" + separator * 14)
        .removesuffix("\r\n" + separator * 14)
    )


def of_pandas(suffix: str, **written: Any) -> str:
    """What `to_csv` writes; with an index, its column has no name."""
    pd = import_module("pandas")

    frame = pd.DataFrame(ROWS[:-2], columns=list(COLUMNS))
    return str(frame.to_csv(sep="\t" if suffix == ".tsv" else ",", **written))


def workbook() -> bytes:
    """The sheet in a workbook of two, under a blank row."""
    book = import_module("openpyxl").Workbook()
    sheet: Any = book.active
    sheet.title = "Fälle"
    for number, row in enumerate((COLUMNS, *ROWS), 2):
        for place, cell in enumerate(row, 1):
            sheet.cell(number, place, cell)
    book.create_sheet("Notizen").append(["nothing to plan here"])
    bytes_of = io.BytesIO()
    book.save(bytes_of)
    return bytes_of.getvalue()


def written() -> dict[str, bytes]:
    """Every file that needs no other program, by its name."""
    lines = "".join((json.dumps(one) if one else "") + "\n" for one in TWIN)
    unicode_text = excel("\t", german).encode("utf-16-le")
    return {
        "twin.jsonl": lines.encode(),
        "twin.ndjson": lines.encode(),
        "excel-german-utf-8.csv": excel(";", german).encode("utf-8-sig"),
        "excel-german-ansi.csv": excel(";", german).encode("cp1252"),
        "excel-german-sep.csv": ("sep=;\r\n" + excel(";", german)).encode("utf-8"),
        "excel-english-utf-8.csv": excel(",", english).encode("utf-8-sig"),
        "excel-english-ansi.csv": excel(",", english).encode("cp1252"),
        "excel-unicode-text.txt": b"\xff\xfe" + unicode_text,
        "google-sheets.csv": of_google(",").encode(),
        "google-sheets.tsv": of_google("\t").encode(),
        "pandas.csv": of_pandas(".csv", index=False).encode(),
        "pandas-index.csv": of_pandas(".csv").encode(),
        "pandas-index.tsv": of_pandas(".tsv").encode(),
        "openpyxl.xlsx": workbook(),
    }


def converted(soffice: str, name: str, form: str, kept: str) -> None:
    """Have LibreOffice write a file from the workbook."""
    line = [soffice, "--headless", "--convert-to", form, "--outdir", str(FILES)]
    subprocess.run([*line, str(FILES / name)], check=True, capture_output=True)
    suffix = form.partition(":")[0]
    (FILES / f"{Path(name).stem}.{suffix}").replace(FILES / kept)


def main(arguments: Sequence[str]) -> None:
    """Write them all."""
    FILES.mkdir(exist_ok=True)
    for name, data in written().items():
        (FILES / name).write_bytes(data)
    for name in ("excel-german-utf-8.csv", "google-sheets.tsv", "twin.jsonl", "twin.ndjson"):
        (FILES / f"{name}.gz").write_bytes(gzip.compress((FILES / name).read_bytes(), mtime=0))
    if arguments:
        text = "csv:Text - txt - csv (StarCalc)"
        converted(
            arguments[0],
            "openpyxl.xlsx",
            f"{text}:44,34,76,1,,0,false,true,false",
            "libreoffice.csv",
        )
        converted(
            arguments[0],
            "openpyxl.xlsx",
            f"{text}:59,34,76,1,,1031,false,true,false",
            "libreoffice-german.csv",
        )
        (FILES / "from-calc.ods").unlink(missing_ok=True)
        converted(arguments[0], "openpyxl.xlsx", "ods", "from-calc.ods")
        converted(arguments[0], "from-calc.ods", "xlsx", "libreoffice.xlsx")
        (FILES / "from-calc.ods").unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
