"""What a reader of workbooks leaves blank: cells with an error, and formulas never calculated.

Blank is an answer not given; so an error (`#N/A`) is put back as it is shown, to be refused or
carried along, and a formula whose value nobody has worked out stops the file by its cell.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from planner.batch.sources import refusal

Cells = dict[tuple[int, int], str]
"""Texts by row and column, both counted from 0."""

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_SHOWS = re.compile(rb"<(?:\w+:)?(?:v(?:\s[^>]*)?>[^<]|is\b)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ERROR = b"e"
_TEXT = b"str"
"""The kind of a formula whose value is text, which may be empty."""


def left_blank(file: Any, sheet: str, width: int) -> Cells:
    """The errors of a sheet, by row and by column of a frame of this width.

    Raises ObservationError where a formula was never calculated, and where the frame's columns
    are not those of the sheet from the first to the last that holds anything.
    """
    with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as book:
        part = _part(book, sheet)
        data = book.read(part) if part else b""
    if b't="e"' not in data and not _FORMULA.search(data):
        return {}
    errors: Cells = {}
    used: set[int] = set()
    for row, column, kind, inner in _cells(data):
        value = _VALUE.search(inner)
        if _FORMULA.search(inner) and not value and kind != _TEXT:
            what = f"Cell {_letters(column)}{row + 1} holds a formula that was never calculated."
            raise refusal(f"{what} Open the workbook in a spreadsheet program, and save it there.")
        if _SHOWS.search(inner):
            used.add(column)
        if kind == _ERROR and value:
            errors[row, column] = html.unescape(value[1].decode())
    first = min(used, default=0)
    if errors and max(used) - first + 1 != width:
        row, column = min(errors)
        what = f"Cell {_letters(column)}{row + 1} holds the error {errors[row, column]}."
        raise refusal(f"{what} Mend it in a spreadsheet program, or clear it.")
    return {(row, column - first): text for (row, column), text in errors.items()}


def _cells(data: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Each cell's row and column, its kind, and what is inside it."""
    for found in _CELL.finditer(data):
        place, kind = _PLACE.search(found[1]), _KIND.search(found[1])
        if place:
            number = 0
            for letter in place[1]:
                number = number * 26 + letter - ord("A") + 1
            yield int(place[2]) - 1, number - 1, kind[1] if kind else b"", found[2] or b""


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the workbook that holds a sheet; None where it cannot be told."""
    names = set(book.namelist())
    home, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {home, relations} <= names:
        return None
    listed = _SHEET.findall(book.read(home).decode("utf-8", "replace"))
    wanted = next((one for one in listed if _named(one, "name") == sheet), "")
    known = _RELATION.findall(book.read(relations).decode("utf-8", "replace"))
    target = next((one for one in known if _named(one, "Id") == _named(wanted, r"\w+:id")), "")
    part = posixpath.normpath(posixpath.join("xl", _named(target, "Target"))).lstrip("/")
    return part if part in names else None


def _named(tag: str, attribute: str) -> str:
    """The value of an attribute."""
    found = re.search(rf'\s{attribute}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _letters(column: int) -> str:
    """A column as a spreadsheet calls it."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
