"""What a browser sends, without the one sign that no database takes: NUL.

PostgreSQL refuses it in any text, and SQLite ends a text at it now and then. In a field it is left
out, as other signs that nobody can see are; an address that has it leads nowhere.
"""

from __future__ import annotations

from functools import cached_property
from typing import IO, Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

NUL = "\0"
Pairs = MultiDict[str, Any]


class WithoutNul(FormDataParser):
    """Reads a form as usual, and leaves NUL out of its fields and their names."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], Pairs, Pairs]:
        """The fields of a form, each without NUL."""
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        return rest, without_nul(fields), files


class Sent(Request):
    """A request whose fields, in form and address, hold no NUL."""

    form_data_parser_class = WithoutNul

    @cached_property
    def args(self) -> Pairs:
        """What stands behind the question mark of the address."""
        return without_nul(super().args)


def init_app(app: Flask) -> None:
    """Read every request so; an address with NUL in its path is not found."""
    app.request_class = Sent
    app.before_request(_refuse_path)


def without_nul(fields: Pairs) -> Pairs:
    """The same fields; only where one of them holds NUL, they are made anew."""
    pairs = list(fields.items(multi=True))
    if not any(NUL in name or NUL in value for name, value in pairs):
        return fields
    return type(fields)((name.replace(NUL, ""), value.replace(NUL, "")) for name, value in pairs)


def _refuse_path() -> None:
    if NUL in request.path:
        abort(404)
