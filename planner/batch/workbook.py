"""A sheet of a workbook (.xlsx) as a table of text, read by fastexcel."""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from planner.batch.columns import known_columns
from planner.batch.sources import ROW, ROWS, Stretch, first_line, refusal, without_empty
from planner.batch.workbook_cells import Cells, left_blank
from planner.errors import printable

_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
"""A date alone: a workbook keeps it as the moment at which it begins."""
_HOUR = r"^1899-12-3[01] (\d\d:\d\d:\d\d)$"
"""A time alone: a workbook keeps it as a moment of the day from which it counts."""


class Workbook:
    """The first sheet that can be seen, or the one that was asked for; its rows are positions."""

    def __init__(self, file: Any, carry: Collection[str], sheet: str | None) -> None:
        """`file` is a path, or what holds the bytes; `carry` names columns that are no fields."""
        if importlib.util.find_spec("fastexcel") is None:
            what = "Workbooks (.xlsx) need fastexcel: pip install '.[excel]'."
            raise refusal(f'{what} Or save the sheet as "CSV UTF-8".')
        rows, self.notes = _sheet(file, sheet)
        head = next((number for number, row in enumerate(rows.iter_rows()) if any(row)), None)
        if head is None:
            what = "The sheet is empty: it has no header with the names of its columns."
            raise refusal(f"{what} Name the sheet that has one: --sheet NAME.")
        self.above: int | None = head + 1
        self.known = known_columns(list(rows.row(head)), carry, (ROW,))
        self._rows = rows.slice(head + 1)
        self._rows.columns = list(self.known.names)

    def done(self, rows: int) -> float:
        """What share of the rows lies behind."""
        return rows / max(int(self._rows.height), 1)

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Slices of the rows, each as a frame of text."""
        for start in range(position, self._rows.height, ROWS):
            frame = self._rows.slice(start, ROWS)
            rows = start + frame.height
            frame, empty = without_empty(frame.with_row_index(ROW, offset=start + 1), self.known)
            yield Stretch(rows, rows, frame=frame, empty=empty)


def _sheet(file: Any, asked: str | None) -> tuple[Any, tuple[str, ...]]:
    """Every cell of a sheet as text, from its first row on, and a note where there are others."""
    import fastexcel

    try:
        book = fastexcel.read_excel(file if isinstance(file, bytes) else str(file))
        name, note = _chosen(book, asked)
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        return _with_errors(_texts(sheet.to_polars()), left_blank(file, name, sheet.width)), note
    except (fastexcel.FastExcelError, OSError, zipfile.BadZipFile) as error:
        what = f"The file cannot be read as a workbook: {first_line(error)}."
        raise refusal(f'{what} Save it as .xlsx without a password, or as "CSV UTF-8".') from None


def _chosen(book: Any, asked: str | None) -> tuple[str, tuple[str, ...]]:
    """The name of the sheet, and what to say of the others."""
    names: list[str] = book.sheet_names
    listed = ", ".join(f'"{printable(name)}"' for name in names)
    if asked is not None:
        if asked not in names:
            what = f'There is no sheet "{printable(asked)}".'
            raise refusal(f"{what} Sheets: {listed}.")
        return asked, ()
    seen = [name for name in names if _visible(book, name)]
    first = (seen or names)[0]
    if len(names) == 1:
        return first, ()
    return first, (f'Sheet "{printable(first)}" is read, of {listed}; --sheet NAME reads another.',)


def _visible(book: Any, name: str) -> bool:
    """Whether a person sees the sheet when the workbook is opened."""
    return bool(
        book.load_sheet(name, header_row=None, n_rows=1, dtypes="string").visible == "visible"
    )


def _with_errors(frame: Any, errors: Cells) -> Any:
    """The cells with the errors among them, as a spreadsheet shows them."""
    import polars as pl

    for column in {place[1] for place in errors}:
        name = frame.columns[column]
        texts = frame[name].to_list()
        for row, _ in (place for place in errors if place[1] == column):
            texts[row] = errors[row, column]
        frame = frame.with_columns(pl.Series(name, texts, dtype=pl.String))
    return frame


def _texts(frame: Any) -> Any:
    """Cells as text, blank where there is none; a date or a time alone as it is written."""
    import polars as pl

    cells = [
        column.cast(pl.String).fill_null("").str.replace(_MIDNIGHT, "$1").str.replace(_HOUR, "$1")
        for column in frame.iter_columns()
    ]
    return pl.DataFrame(cells)
