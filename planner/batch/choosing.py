"""Which source reads what a person hands over, and how the plans are written."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.batch.kinds import (
    GZ,
    LINES,
    PARQUET,
    TAB,
    TABLE,
    WORKBOOK,
    Form,
    form_of,
    form_of_bytes,
)
from planner.batch.opening import Opened, is_stdin
from planner.batch.sources import Columns, Lines, Source, refusal

SAME = "same"
"""Written as it was read: lines as lines, and every table as a table in text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of the files; None where the files tell it themselves.

    `carry` names columns that are carried along although they are nearly called like fields,
    `encoding` how the text is encoded, `sheet` the sheet of a workbook, `read_as` and `write_as`
    the forms of IN and OUT.
    """

    carry: tuple[str, ...] = ()
    encoding: str | None = None
    sheet: str | None = None
    read_as: str | None = None
    write_as: str | None = None

    @property
    def told(self) -> list[Any]:
        """What makes a run another one."""
        return [sorted(self.carry), self.sheet, self.read_as]


@dataclass(frozen=True, slots=True)
class Written:
    """How the plans are written: their form, and of a table its separator and Excel's mark."""

    form: Form
    separator: str = ","
    marked: bool = False

    @property
    def kind(self) -> str:
        """Lines of JSON, a table or Parquet."""
        return self.form.kind

    @property
    def told(self) -> list[Any]:
        """What makes a run another one."""
        return [self.form.kind, self.form.packed, self.separator, self.marked]


def source_of(given: Opened, asked: Asked) -> Source:
    """The source for a file's form; ObservationError where the file cannot be used."""
    form = form_of_bytes(given, asked.read_as)
    if asked.sheet is not None and form.kind != WORKBOOK:
        raise refusal(f"{given.name} has no sheets: leave --sheet out.")
    if form.kind in {PARQUET, WORKBOOK} and asked.encoding:
        raise refusal(f"{given.name} is no text: leave --encoding out.")
    if form.kind == LINES:
        return Lines(given.text(asked.encoding), given.share)
    need_polars()
    if form.kind == TABLE:
        from planner.batch.tables import Table

        text = given.text(asked.encoding)
        named = form.separator if asked.read_as else None  # else the header tells it
        return Table(text, given.share, asked.carry, separator=named, encoding=given.encoding)
    file = given.whole() if given.piped else given.path
    if form.kind == PARQUET:
        return Columns(io.BytesIO(file) if isinstance(file, bytes) else file, asked.carry)
    from planner.batch.workbook import Workbook

    return Workbook(file, asked.carry, asked.sheet)


def written_as(out: Path, given: Opened, source: Source, asked: Asked) -> Written:
    """How the plans are written, by the ending of OUT; a table as IN is where both are tables.

    So a German Excel, which writes semicolons, can open what it gets; and Excel needs the mark of
    UTF-8 to see that it is there, which files have that came from it.
    """
    if asked.write_as == SAME:
        same = Form(LINES if isinstance(source, Lines) else TABLE)
        return Written(same, getattr(source, "separator", ","), given.marked)
    form = form_of(out.name, asked.write_as)
    if form.kind == WORKBOOK:
        what = f"{out.name}: workbooks are read, and not written."
        raise refusal(f"{what} Name OUT `{out.stem}.csv`: a spreadsheet opens it.")
    if form.kind != TABLE:
        return Written(form)
    own = getattr(source, "separator", ",")
    separator = form.separator or (own if own != TAB or form.ending == ".txt" else ",")
    return Written(form, separator, given.marked)


def need_polars() -> None:
    """CSV and Parquet need Polars; say how to get it."""
    if importlib.util.find_spec("polars") is None:
        what = "CSV and Parquet need Polars: pip install '.[batch]'."
        raise refusal(f"{what} JSONL works without it.")


def _read_from(source: Path) -> os.stat_result | None:
    """The file that is read, standard input too where a shell put one there."""
    if not is_stdin(source):
        return source.stat()
    try:
        return os.fstat(sys.stdin.fileno())
    except (OSError, ValueError):
        return None


def refuse_same(source: Path, out: Path) -> None:
    """Refuse a run that would overwrite its input, by plans or by refused rows, or a directory."""
    read = _read_from(source)
    for written in (out, out.with_name(f"{out.name}.refused.jsonl")):
        if read and written.exists() and os.path.samestat(read, written.stat()):
            which = "IN and OUT are" if written == out else "IN and the file of refused rows are"
            name = source.name if written == out and not is_stdin(source) else out.name
            stem = Path(name.removesuffix(GZ)).stem
            mend = f"Name another OUT, like `{stem}-plans{name.removeprefix(stem)}`."
            raise refusal(f"{which} the same file. {mend}")
    if out.is_dir():
        raise IsADirectoryError(21, "this is a directory", str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(2, "there is no such directory", str(out.parent))
