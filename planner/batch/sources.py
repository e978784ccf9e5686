"""Where observations come from: JSONL, CSV and Parquet files, a stretch at a time.

A stretch knows where the next one begins, so that a run that was stopped goes on there. Nothing
larger than a stretch is held, and a line that never ends is passed over without being held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol

from planner.batch.columns import Known, known_columns
from planner.batch.flat import SAFETY
from planner.contract.json_text import LARGEST
from planner.errors import FieldProblem, ObservationError

BLOCK = 16_000_000
"""Bytes of a CSV file or of JSON lines in one stretch, at most (but for one line)."""
ROWS = 131_072
"""Rows in one stretch, at most."""

BOM = b"\xef\xbb\xbf"
"""The byte order mark, which some programs write at the start of UTF-8."""
ROW = "row"
"""The column that a stretch's frame, and the output, has beside those of the file: its number."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some rows of a file: JSON texts, or a Polars frame of text with the column `row`.

    `refused` are rows that could not be read at all, `empty` counts those of a table that hold
    nothing. `position` is where the next stretch begins, `rows` the number of the last row.
    """

    position: int
    rows: int
    texts: tuple[tuple[int, bytes], ...] = ()
    frame: Any = None
    refused: tuple[tuple[int, tuple[FieldProblem, ...]], ...] = ()
    empty: int = 0


class Source(Protocol):
    """A file of observations.

    `above` counts what stands above the first row where a person looks at the table (its header),
    None where nothing does. `known` are its columns, `notes` what a person is told of the file.
    """

    above: int | None
    known: Known
    notes: tuple[str, ...]

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """The stretches from a position on, behind so many rows."""

    def done(self, rows: int) -> float:
        """What share of the file lies behind so many rows, from 0 to 1."""


def no_rows(known: Known) -> Any:
    """A frame of a table's columns without a row; None for lines, which have no columns."""
    if not known.names:
        return None
    import polars as pl

    return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(known.names, pl.String)})


def refusal(message: str) -> ObservationError:
    """An error about the file as a whole."""
    return ObservationError([FieldProblem("", None, message)])


class Lines:
    """JSON, one observation a line; a blank line is none, but counts as a line."""

    above: int | None = None
    known = Known(())
    notes: tuple[str, ...] = ()

    def __init__(self, text: IO[bytes], share: Callable[[], float]) -> None:
        """`text` is UTF-8; `share` tells what part of the bytes behind it was read."""
        self._text = text
        self._share = share

    def done(self, _: int) -> float:
        """What share of the bytes was read."""
        return self._share()

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Lines until a stretch is full."""
        skip(self._text, position)
        while True:
            texts: list[tuple[int, bytes]] = []
            refused: list[tuple[int, tuple[FieldProblem, ...]]] = []
            here, room = position, BLOCK
            while room > 0 and len(texts) < ROWS:
                line, length = _line(self._text)
                if not line:
                    break
                rows, room, here = rows + 1, room - len(line), here + length
                if len(line) > LARGEST:
                    refused.append((rows, (too_long(),)))
                elif text := line.removeprefix(BOM if rows == 1 else b"").strip():
                    texts.append((rows, text))
            if here == position:
                return
            position = here
            yield Stretch(here, rows, tuple(texts), refused=tuple(refused))


def _line(file: IO[bytes]) -> tuple[bytes, int]:
    """The next line and its length; of one that is too long only so much that this shows."""
    line = file.readline(LARGEST + 1)
    length = len(line)
    if len(line) > LARGEST and not line.endswith(b"\n"):
        while rest := file.readline(LARGEST):
            length += len(rest)
            if rest.endswith(b"\n"):
                break
    return line, length


def skip(text: IO[bytes], position: int, read: int = 0) -> None:
    """Go on to a position from where so much was read, by reading where a stream cannot be set."""
    if text.seekable():
        text.seek(position)
        return
    position -= read
    while position > 0 and (passed := text.read(min(position, 1 << 20))):
        position -= len(passed)


def without_empty(frame: Any, known: Known) -> tuple[Any, int]:
    """The rows of a table that hold anything, and how many hold nothing but blanks.

    The number that a data frame gives to each row is nothing by itself.
    """
    import polars as pl

    blank = frame.filter(pl.col(SAFETY).str.strip_chars() == "")
    if not blank.height:
        return frame, 0
    cells = [blank[name].str.strip_chars() == "" for name in known.names if name != known.index]
    empty = blank[ROW].filter(pl.select(pl.all_horizontal(cells)).to_series())
    return (frame.filter(~frame[ROW].is_in(empty.implode())) if len(empty) else frame), len(empty)


def too_long() -> FieldProblem:
    """The message for a row that is too long."""
    return FieldProblem("", None, f"The row is longer than {LARGEST:,} bytes. Shorten its notes.")


class Columns:
    """Parquet in the flat form; its rows are its positions."""

    above: int | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, file: Any, carry: Collection[str]) -> None:
        """`file` is a path or what is read as one; `carry` names columns that are no fields."""
        import polars as pl

        from planner.batch.frame import refuse_kinds

        self._file = file
        try:
            schema: Mapping[str, Any] = pl.read_parquet_schema(file)
            self._size = int(pl.scan_parquet(file).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError, ValueError) as error:
            what = f"The file cannot be read as Parquet: {first_line(error)}."
            raise refusal(f"{what} Write it anew, or as CSV: `plans.csv`.") from None
        self.known = known_columns(list(schema), carry, (ROW,))
        refuse_kinds(schema)

    def done(self, rows: int) -> float:
        """What share of the rows lies behind."""
        return rows / max(self._size, 1)

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Slices of the rows, each as a frame of text."""
        import polars as pl

        from planner.batch.frame import texts

        for start in range(position, self._size, ROWS):
            try:
                frame = pl.scan_parquet(self._file).slice(start, ROWS).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                what = f"The file cannot be read on: {first_line(error)}."
                raise refusal(f"{what} Write it anew, or as CSV: `plans.csv`.") from None
            rows = start + frame.height
            frame.columns = list(self.known.names)
            frame = texts(frame).with_row_index(ROW, offset=start + 1)
            frame, empty = without_empty(frame, self.known)
            yield Stretch(rows, rows, frame=frame, empty=empty)


def first_line(error: Exception) -> str:
    """The first line of what another library says."""
    return str(error).strip().partition("\n")[0].rstrip(".")
