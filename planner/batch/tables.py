"""CSV and its kin: quickly where it is plain, row by row where anything is out of the ordinary."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import IO, Any

from planner.batch.columns import known_columns
from planner.batch.header import not_text, read_header
from planner.batch.sources import BLOCK, ROW, Stretch, skip, too_long, without_empty
from planner.contract.json_text import LARGEST
from planner.errors import FieldProblem, printable

_QUOTED = 'Put a cell with {} or a quotation mark in quotation marks: "so{} ""fine""".'
_CALLED = {",": "a comma", ";": "a semicolon", "\t": "a tab"}

Refused = tuple[tuple[int, tuple[FieldProblem, ...]], ...]


class Table:
    """A table in text with a header; quotation marks stand around cells with separators in them."""

    notes: tuple[str, ...] = ()

    def __init__(
        self,
        text: IO[bytes],
        share: Callable[[], float],
        carry: Collection[str] = (),
        *,
        separator: str | None = None,
        encoding: str = "utf-8",
    ) -> None:
        """`text` is UTF-8, from its start; `encoding` is what it was recoded from."""
        self._text = text
        self._share = share
        self._encoding = encoding
        header = read_header(text, separator)
        self._start = header.end
        self.above: int | None = header.above
        self.separator = header.separator
        self.known = known_columns(header.names, carry, (ROW,))

    def done(self, _: int) -> float:
        """What share of the bytes was read."""
        return self._share()

    def stretches(self, position: int, rows: int) -> Iterator[Stretch]:
        """Blocks of whole rows, each as a frame."""
        position = max(position, self._start)
        skip(self._text, position, self._start)
        for block, length in _blocks(self._text):
            position += length
            if not block:
                rows += 1
                yield Stretch(position, rows, refused=((rows, (too_long(),)),))
                continue
            frame, refused, rows = self._frame(block, rows)
            frame, empty = without_empty(frame, self.known)
            yield Stretch(position, rows, frame=frame, refused=refused, empty=empty)

    def _frame(self, block: bytes, rows: int) -> tuple[Any, Refused, int]:
        """The rows of a block, quickly where nothing in it is out of the ordinary."""
        names = self.known.names
        plain = _quick(block, names, self.separator.encode())
        if plain is not None:
            frame = plain.with_row_index(ROW, offset=rows + 1)
            return frame, (), rows + frame.height
        return _slowly(block, names, rows, (self.separator, self._encoding))


def _blocks(file: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Whole rows, about `BLOCK` bytes at a time, and how many bytes they are.

    A row that does not end is b"". A line break belongs to a cell when the quotation marks before
    it are odd in number.
    """
    rest = b""
    while block := rest + file.read(BLOCK - len(rest)):
        if len(block) < BLOCK:
            yield block, len(block)
            return
        cut = _last_even(block) if b'"' in block else block.rfind(b"\n") + 1
        if cut:
            yield block[:cut], cut
            rest = block[cut:]
            continue
        length, rest = len(block), b""
        while more := file.readline(LARGEST):
            length += len(more)
            if more.endswith(b"\n"):
                break
        yield b"", length


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


def _quick(block: bytes, names: Sequence[str], separator: bytes) -> Any:
    """The block as a frame, or None where Polars might read it otherwise than a careful reader.

    Without quotation marks a row is a line. No line has more separators than the header, or Polars
    refuses; and all lines together have as many as full rows have, so none has fewer, nor is any
    line blank.
    """
    import polars as pl

    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if b'"' in block:
        block = _without_blanks(block, separator)
    if len(names) == 1 or any(sign in block for sign in (b'"', b"\r", b"\x00")):
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if block.count(separator) != lines * (len(names) - 1):
        return None
    kinds = dict.fromkeys(names, pl.String)
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema=kinds,
            separator=separator.decode(),
            quote_char=None,
            empty_string_is_null=False,
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    return frame if frame.height == lines else None


def _without_blanks(block: bytes, separator: bytes) -> bytes:
    """The block with quoted blanks unquoted, as some programs write every blank.

    Left to right, the first mark of a row opens a cell; if that is a blank, the next mark opens
    one again. So where no mark is left, each was one of a blank; else the block is read slowly.
    """
    between = separator + b'""' + separator
    for quoted, plain in (
        (between, separator * 2),
        (between, separator * 2),
        (separator + b'""\n', separator + b"\n"),
        (b'\n""' + separator, b"\n" + separator),
    ):
        block = block.replace(quoted, plain)
    return block[2:] if block.startswith(b'""' + separator) else block


def _slowly(
    block: bytes, names: Sequence[str], rows: int, written: tuple[str, str]
) -> tuple[Any, Refused, int]:
    """The block read row by row, so that each bad row is told by its number."""
    import polars as pl

    separator, encoding = written
    good: list[list[Any]] = []
    refused: list[tuple[int, tuple[FieldProblem, ...]]] = []
    text = io.StringIO(block.decode("utf-8", "surrogateescape"), newline="")
    csv.field_size_limit(LARGEST)
    reader = csv.reader(text, strict=True, delimiter=separator)
    while True:
        rows += 1
        begin = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            what = f"The row is no CSV: {error}.{_swallowed(reader.line_num - begin - 1)}"
            refused.append((rows, (FieldProblem("", None, f"{what} {_quoted(separator)}"),)))
            continue
        if not any(cell.strip() for cell in cells):
            good.append([rows, *("" for _ in names)])
        elif problem := _unfit(cells, names, separator, encoding):
            refused.append((rows, (problem,)))
        else:
            good.append([rows, *cells])
    kinds = {ROW: pl.UInt32, **dict.fromkeys(names, pl.String)}
    return pl.DataFrame(good, schema=kinds, orient="row"), tuple(refused), rows - 1


def _unfit(
    cells: Sequence[str], names: Sequence[str], separator: str, encoding: str
) -> FieldProblem | None:
    """Why a row cannot be read as the header says, if so."""
    for name, cell in zip(names, cells, strict=False):
        if any("\udc80" <= sign <= "\udcff" for sign in cell):
            shown = cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            what = f'The cell of `{printable(name)}` ("{printable(shown)}") is not'
            return FieldProblem(name, printable(shown), f"{what} {not_text(encoding)}")
    if len(cells) != len(names):
        what = f"The row has {len(cells)} cells; the header has {len(names)} columns."
        name = names[min(len(cells), len(names) - 1)]
        few = (
            " Or add the cells that are missing, blank ones too." if len(cells) < len(names) else ""
        )
        return FieldProblem(name, None, f"{what} {_quoted(separator)}{few}")
    return too_long() if sum(map(len, cells)) > LARGEST else None


def _swallowed(lines: int) -> str:
    """What is said of the lines below that a quotation mark without its end takes into a row."""
    if lines < 1:
        return ""
    below = "the line below is" if lines == 1 else f"the {lines:,} lines below are"
    return f" A quotation mark may not be closed: {below} taken for a part of this row, and unread."


def _quoted(separator: str) -> str:
    """The mend for a row whose cells cannot be told apart."""
    return _QUOTED.format(_CALLED[separator], separator)
