"""The rows of a database as lines of JSON, and lines as rows, in whatever shape its tables are.

Tables are taken as they stand in the database and not as the program knows them: so what an
earlier version made is backed up before it is changed, and restored into the shape that it had.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    select,
    text,
)

from webui.database.backups.backup_file import Damaged

PASSING = frozenset(
    (
        "sessions",
        "attempts",
        "challenges",
        "devices",
        "latest_moment",
        "plans_in_work",
        "cds_used_tokens",
        "alembic_version",
    )
)
"""What is of the moment: it stands in no backup, and one of before that has it brings none back."""
OF_THIS_DATABASE = frozenset(
    ("secret_key", "start_code", "start_opening", "start_browser", "key_id", "last_backup")
)
"""Settings that belong to a database and not to what people stored."""
AT_ONCE = 50
"""Rows in memory at a time: one may hold a megabyte."""
UNKNOWN = "It holds what this version of the program does not know. Nothing was changed."
_BYTES = "base64"


def tables_of(connection: Connection) -> list[Table]:
    """The lasting tables as they stand, those first that others point to."""
    found = MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name not in PASSING]


def lines(connection: Connection, tables: Sequence[Table]) -> Iterator[bytes]:
    """Every row of these tables, in an order that is the same in each kind of database."""
    for table in tables:
        rows = select(table).order_by(*_order(connection, table))
        if table.name == "settings":
            rows = rows.where(table.c.name.not_in(OF_THIS_DATABASE))
        found = connection.execute(rows.execution_options(yield_per=AT_ONCE))
        for row in found.mappings():
            yield line(table.name, {column.name: _told(row[column.name]) for column in table.c})


def line(name: str, row: dict[str, Any]) -> bytes:
    """One row, as it stands in a backup."""
    return json.dumps([name, row]).encode() + b"\n"


def read(told: bytes) -> tuple[str, dict[str, Any]]:
    """The table's name and the values of a line. Raises Damaged."""
    try:
        name, row = json.loads(told)
    except (ValueError, TypeError) as error:
        raise Damaged(UNKNOWN) from error
    if not isinstance(name, str) or not isinstance(row, dict):
        raise Damaged(UNKNOWN)
    return name, row


def lasting(name: str, row: dict[str, Any]) -> bool:
    """Whether a line is to be put back; older backups hold some that are not."""
    return name not in PASSING and not (name == "settings" and row.get("name") in OF_THIS_DATABASE)


def values(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """What is stored for a line: times are times again. Raises Damaged."""
    if row.keys() != set(table.c.keys()):
        raise Damaged(UNKNOWN)
    try:
        return {column.name: _value(column, row[column.name]) for column in table.c}
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise Damaged(UNKNOWN) from error


class Tally:
    """What was put in or read back, whatever its order: two that are equal hold the same lines."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.number = self.sum = 0

    def add(self, told: bytes) -> None:
        """Count one line."""
        self.number += 1
        self.sum = (self.sum + int.from_bytes(sha256(told).digest(), "big")) % (1 << 256)

    def same(self, other: Tally) -> bool:
        """Whether both were told the same lines."""
        return (self.number, self.sum) == (other.number, other.sum)


def count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were put back with their own numbers."""
    columns = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or not columns:
        return
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = connection.scalar(sequence, {"table": table.name, "column": columns[0].name})
    if name:
        highest = select(func.coalesce(func.max(columns[0]), 0) + 1)
        connection.execute(select(func.setval(name, highest.scalar_subquery(), False)))


def _order(connection: Connection, table: Table) -> list[Any]:
    """The primary key; text by its bytes, as SQLite does and PostgreSQL only where told."""
    plain = connection.dialect.name != "postgresql"
    keys = list(table.primary_key.columns) or list(table.c)
    return [key if plain or not isinstance(key.type, String) else key.collate("C") for key in keys]


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).isoformat()
    if isinstance(value, bytes | memoryview):
        return {_BYTES: base64.b64encode(value).decode()}
    return value.isoformat() if isinstance(value, date) else value


def _value(column: Column[Any], told: Any) -> Any:
    if told is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(told).astimezone(UTC)
    if isinstance(column.type, Date):
        return date.fromisoformat(told)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(told[_BYTES], validate=True)
    return told
