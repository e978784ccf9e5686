"""The first line of a table in text: what parts its cells, and what its columns are called."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from planner.batch.columns import field_of
from planner.batch.flat import JOINED
from planner.batch.sources import BOM, refusal
from planner.contract.json_text import LARGEST
from planner.errors import printable

SEPARATORS = (",", ";", "\t")
_SAYS = re.compile(rb'"?sep=(.)"?[,;\t]*\r?\n?', re.IGNORECASE | re.DOTALL)
"""Excel's line before the header, by which a file names its separator."""
_BLANK = b' \t\r\n,;"'
"""What an empty row is made of; some stand above the header of a sheet."""
_ENOUGH = 2
"""A table has a column about safety and one about a rupture, so that two names are known."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns as they are written, the separator, and where the rows begin.

    `end` counts bytes, and `above` the rows that a spreadsheet shows above the first one.
    """

    names: tuple[str, ...]
    separator: str
    end: int
    above: int


def read_header(text: IO[bytes], separator: str | None = None) -> Header:
    """Read the header at the start of a table; ObservationError where there is none.

    `separator` is what a person says (`--from tsv`); a line `sep=;` goes before it, and else
    the separator is the one by which most of the columns are known.
    """
    line = text.readline(LARGEST + 2)
    end, above = len(line), 1
    line = line.removeprefix(BOM)
    if says := _SAYS.fullmatch(line):
        separator = _said(says[1])
        line = text.readline(LARGEST + 2)
        end += len(line)
    while line and not line.strip(_BLANK):
        line = text.readline(LARGEST + 2)
        end, above = end + len(line), above + 1
    if not line:
        what = "The file is empty: it has no header with the names of its columns."
        raise refusal(f"{what} Write one into the first line: `case,lateness.who,safety.flags`.")
    while line.count(b'"') % 2 and len(line) <= LARGEST and (more := text.readline(LARGEST)):
        line, end = line + more, end + len(more)
    names, found = _parted(_decoded(line), [separator] if separator else SEPARATORS)
    return Header(tuple(names), found, end, above)


def _said(sign: bytes) -> str:
    """The separator that a file names in its first line."""
    separator = sign.decode("latin-1")
    if separator not in SEPARATORS:
        what = f"The first line says that `{printable(separator)}` parts the cells."
        raise refusal(f"{what} Save the file with commas, semicolons or tabs.")
    return separator


def not_text(encoding: str) -> str:
    """The end of a sentence about bytes that are no text, with the mend."""
    if encoding != "utf-8":
        return f"{encoding}. Save the file as CSV in UTF-8, or name its encoding: --encoding NAME."
    excel = 'Excel writes it so as plain "CSV": --encoding windows-1252.'
    return f"UTF-8. {excel} Or save the file as CSV in UTF-8."


def _decoded(line: bytes) -> str:
    """The header as text."""
    if line.count(b'"') % 2:
        what = "The first line is not a row of CSV."
        raise refusal(f'{what} Close each quotation mark in it: "my site",lateness.who')
    if len(line) > LARGEST or b"\x00" in line:
        hint = "Save it as CSV in UTF-8, or name its encoding, such as --encoding utf-16-le."
        raise refusal(f"The first line is no header. {hint}")
    try:
        header = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        place = max(line.count(one.encode(), 0, error.start) for one in SEPARATORS) + 1
        begun = line[: error.end].decode("utf-8", "backslashreplace")
        shown = printable(re.split(r"[,;\t]", begun)[-1].lstrip('"'))
        what = f"The header is not CSV in UTF-8: column {place} begins with `{shown}`."
        raise refusal(f"{what} The file is not {not_text('utf-8')}") from None
    if "\r" in header and "\n" not in header:
        what = "The lines end as on an old Macintosh."
        raise refusal(f'{what} Save the file as "CSV UTF-8".')
    return header


def _parted(header: str, separators: Sequence[str]) -> tuple[list[str], str]:
    """The names of the columns, and the separator by which most of them are known."""
    parted = {one: _cells(header, one) for one in (*separators, JOINED)}
    fitting = {one: names for one in separators if (names := parted[one])}
    if not fitting:
        what = "The first line is not a row of CSV."
        raise refusal(f'{what} Close each quotation mark in it: "my site",lateness.who')
    found = max(fitting, key=lambda one: (_known(fitting[one]), len(fitting[one])))
    if _known(fitting[found]) < _ENOUGH <= _known(parted[JOINED]):
        what = f"The columns are parted by `{JOINED}`, which joins the answers of a list."
        raise refusal(f"{what} Save the file with commas, semicolons or tabs.")
    return fitting[found], found


def _cells(header: str, separator: str) -> list[str]:
    """The names that a header has with this separator; none where it is no row of CSV so."""
    try:
        [names] = csv.reader([header], strict=True, delimiter=separator)
    except (csv.Error, ValueError):
        return []
    return names


def _known(names: Sequence[str]) -> int:
    return len({field for name in names if (field := field_of(name))})
