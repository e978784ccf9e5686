"""Where observations come from: JSONL, CSV and Parquet files, a stretch at a time.

A stretch knows where the next one begins, so that a run that was stopped goes on there. Nothing
larger than a stretch is held, and a line that never ends is passed over without being held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from planner.batch.flat import refuse_columns
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

    `refused` are rows that could not be read at all. `position` is where the next stretch begins,
    `rows` the number of the last row, `read` what part of the file's `size` lies behind.
    """

    position: int
    rows: int
    read: int
    texts: tuple[tuple[int, bytes], ...] = ()
    frame: Any = None
    refused: tuple[tuple[int, tuple[FieldProblem, ...]], ...] = ()


class Source(Protocol):
    """A file of observations."""

    size: int

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """The stretches from a position on, behind so many rows."""


def refusal(message: str) -> ObservationError:
    """An error about the file as a whole."""
    return ObservationError([FieldProblem("", None, message)])


class Lines:
    """JSON, one observation a line; a blank line is none, but counts as a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Lines until a stretch is full."""
        with self._path.open("rb") as file:
            file.seek(position)
            while True:
                texts: list[tuple[int, bytes]] = []
                refused: list[tuple[int, tuple[FieldProblem, ...]]] = []
                before, room = file.tell(), BLOCK
                while room > 0 and len(texts) < ROWS and (line := _line(file)):
                    rows, room = rows + 1, room - len(line)
                    if len(line) > LARGEST:
                        refused.append((rows, (too_long(),)))
                    elif text := line.removeprefix(BOM if rows == 1 else b"").strip():
                        texts.append((rows, text))
                if file.tell() == before:
                    return
                here = file.tell()
                yield Stretch(here, rows, here, tuple(texts), refused=tuple(refused))


def _line(file: IO[bytes]) -> bytes:
    """The next line; of one that is too long only so much that this shows."""
    line = file.readline(LARGEST + 1)
    if len(line) > LARGEST and not line.endswith(b"\n"):
        while (rest := file.readline(LARGEST)) and not rest.endswith(b"\n"):
            pass
    return line


def too_long() -> FieldProblem:
    """The message for a row that is too long."""
    return FieldProblem("", None, f"The row is longer than {LARGEST:,} bytes. Shorten its notes.")


@dataclass
class Columns:
    """Parquet in the flat form; its rows are its positions."""

    path: Path
    size: int = field(init=False)
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        import polars as pl

        from planner.batch.frame import refuse_kinds

        try:
            schema: Mapping[str, Any] = pl.read_parquet_schema(self.path)
            self.size = int(pl.scan_parquet(self.path).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError, ValueError) as error:
            what = f"The file cannot be read as Parquet: {_first(error)}."
            raise refusal(f"{what} Write it anew, or as CSV: `{self.path.stem}.csv`.") from None
        self.names = list(schema)
        refuse_columns(self.names, (ROW,))
        refuse_kinds(schema)

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Slices of the rows, each as a frame of text."""
        import polars as pl

        from planner.batch.frame import texts

        for start in range(position, self.size, ROWS):
            try:
                frame = pl.scan_parquet(self.path).slice(start, ROWS).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                what = f"The file cannot be read on: {_first(error)}."
                raise refusal(f"{what} Write it anew, or as CSV: `{self.path.stem}.csv`.") from None
            rows = start + frame.height
            frame = texts(frame).with_row_index(ROW, offset=start + 1)
            yield Stretch(rows, rows, rows, frame=frame)


def _first(error: Exception) -> str:
    """The first line of what another library says."""
    return str(error).strip().partition("\n")[0].rstrip(".")
