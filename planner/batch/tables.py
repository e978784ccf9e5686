"""CSV files: quickly where they are plain, row by row where anything is out of the ordinary."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from planner.batch.flat import refuse_columns
from planner.batch.sources import BLOCK, BOM, ROW, Stretch, refusal, too_long
from planner.contract.json_text import LARGEST
from planner.errors import FieldProblem

_QUOTED = 'Put a cell with a comma or a quotation mark in quotation marks: "so, ""fine""".'

Refused = tuple[tuple[int, tuple[FieldProblem, ...]], ...]


@dataclass
class Table:
    """CSV with a header: commas, and quotation marks around cells that have commas in them."""

    path: Path
    size: int = field(init=False)
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.path.stat().st_size
        with self.path.open("rb") as file:
            header = file.readline(LARGEST + 2)
            self._start = file.tell()
        self.names = _header(header)

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Blocks of whole rows, each as a frame."""
        with self.path.open("rb") as file:
            file.seek(max(position, self._start))
            while block := file.read(BLOCK):
                whole, fits = _whole_rows(block, file)
                if not fits:
                    rows += 1
                    yield Stretch(file.tell(), rows, file.tell(), refused=((rows, (too_long(),)),))
                    continue
                frame, refused, rows = self._frame(whole, rows)
                yield Stretch(file.tell(), rows, file.tell(), frame=frame, refused=refused)

    def _frame(self, block: bytes, rows: int) -> tuple[Any, Any, int]:
        """The rows of a block, quickly where nothing in it is out of the ordinary."""
        plain = _quick(block, self.names)
        if plain is not None:
            frame = plain.with_row_index(ROW, offset=rows + 1)
            return frame, (), rows + frame.height
        return _slowly(block, self.names, rows)


def _header(line: bytes) -> list[str]:
    """The names of the columns; ObservationError when this is no header of the flat form."""
    line = line.removeprefix(BOM)
    if not line.strip():
        what = "The file is empty: it has no header with the names of its columns."
        raise refusal(f"{what} Write one into the first line: `case,lateness.who,safety.flags`.")
    if len(line) > LARGEST or b"\x00" in line:
        hint = "Save it as CSV in UTF-8."
        raise refusal(f"The first line is no header. {hint}")
    try:
        [names] = csv.reader([line.decode("utf-8").rstrip("\r\n")], strict=True)
    except (UnicodeDecodeError, ValueError):
        raise refusal("The header is not CSV in UTF-8; save it as such.") from None
    except csv.Error as error:
        what = f"The first line is not a row of CSV: {error}."
        raise refusal(f'{what} Close each quotation mark in it: "my site",lateness.who') from None
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        raise refusal("The columns are not parted by commas; save the file with commas.")
    refuse_columns(names, (ROW,))
    return names


def _whole_rows(block: bytes, file: IO[bytes]) -> tuple[bytes, bool]:
    """A block cut after its last whole row, with the file set there; False for an endless row.

    A line break belongs to a cell when the quotation marks before it are odd in number.
    """
    if len(block) < BLOCK:
        return block, True
    end = len(block)
    cut = _last_even(block) if b'"' in block else block.rfind(b"\n") + 1
    if cut:
        file.seek(cut - end, io.SEEK_CUR)
        return block[:cut], True
    while (more := file.readline(LARGEST)) and not more.endswith(b"\n"):
        pass
    return b"", False


def _last_even(block: bytes) -> int:
    """The end of the last row that is not inside quotation marks.

    Where marks are out of step all along, the last line break: the rows are told to be no CSV.
    """
    cut, marks = len(block), block.count(b'"')
    while (before := block.rfind(b"\n", 0, cut)) >= 0:
        marks -= block.count(b'"', before, cut)
        if marks % 2 == 0:
            return before + 1
        cut = before
    return block.rfind(b"\n") + 1


def _quick(block: bytes, names: Sequence[str]) -> Any:
    """The block as a frame, or None where Polars might read it otherwise than a careful reader.

    Without quotation marks a row is a line. No line has more commas than the header, or Polars
    refuses; and all lines together have as many as full rows have, so none has fewer, nor is any
    line blank.
    """
    import polars as pl

    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if b'"' in block:
        block = _without_blanks(block)
    if len(names) == 1 or any(sign in block for sign in (b'"', b"\r", b"\x00")):
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if block.count(b",") != lines * (len(names) - 1):
        return None
    kinds = dict.fromkeys(names, pl.String)
    try:
        frame = pl.read_csv(
            block, has_header=False, schema=kinds, quote_char=None, empty_string_is_null=False
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    return frame if frame.height == lines else None


def _without_blanks(block: bytes) -> bytes:
    """The block with quoted blanks unquoted, as some programs write every blank.

    Left to right, the first mark of a row opens a cell; if that is a blank, the next mark opens
    one again. So where no mark is left, each was one of a blank; else the block is read slowly.
    """
    for quoted, plain in (
        (b',"",', b",,"),
        (b',"",', b",,"),
        (b',""\n', b",\n"),
        (b'\n"",', b"\n,"),
    ):
        block = block.replace(quoted, plain)
    return block[2:] if block.startswith(b'"",') else block


def _slowly(block: bytes, names: Sequence[str], rows: int) -> tuple[Any, Any, int]:
    """The block read row by row, so that each bad row is told by its number."""
    import polars as pl

    good: list[list[Any]] = []
    refused: list[tuple[int, tuple[FieldProblem, ...]]] = []
    text = io.StringIO(block.decode("utf-8", "surrogateescape"), newline="")
    csv.field_size_limit(LARGEST)
    reader = csv.reader(text, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            rows += 1
            what = f"The row is no CSV: {error}. {_QUOTED}"
            refused.append((rows, (FieldProblem("", None, what),)))
            continue
        if not cells:
            continue
        rows += 1
        problem = _unfit(cells, names)
        if problem:
            refused.append((rows, (FieldProblem("", None, problem),)))
        else:
            good.append([rows, *cells])
    kinds = {ROW: pl.UInt32, **dict.fromkeys(names, pl.String)}
    return pl.DataFrame(good, schema=kinds, orient="row"), tuple(refused), rows


def _unfit(cells: Sequence[str], names: Sequence[str]) -> str:
    """Why a row cannot be read as the header says, if so."""
    if len(cells) != len(names):
        what = f"The row has {len(cells)} cells; the header has {len(names)} columns."
        return f"{what} {_QUOTED}"
    if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
        return "The row is not UTF-8; save the file as CSV in UTF-8."
    if sum(map(len, cells)) > LARGEST:
        return too_long().message
    return ""
