"""Backups: everything but open sessions, in one file that tells whether it is whole.

The file is its own hash, then compressed lines of JSON, one a row; so a backup of SQLite can be
restored into PostgreSQL. It is taken from one moment while others go on working.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from alembic import command
from sqlalchemy import Connection, Date, Table, func, inspect, select, text

from webui.database.account_tables import Attempt, SignIn
from webui.database.base import Moment
from webui.database.cds_tables import UsedToken
from webui.database.connection import Database
from webui.database.key_tables import CaseKey
from webui.database.migrations.versions import s0007_handing_in, s0008_shared_to
from webui.database.refusals import told
from webui.database.sealing_rows import seal_rows
from webui.database.tables import HistoryHead, KeptPlan, Setting
from webui.database.upgrade import configured
from webui.database.wiping import end_sealing
from webui.database.work_tables import PlanInWork

MAGIC = b"repair-planner-backup 1 "
HEADER = len(MAGIC) + 64 + 1
BLOCK = 1 << 20
PASSING = {one.__tablename__ for one in (SignIn, Attempt, PlanInWork, UsedToken)}
LAST = "last_backup"
"""The setting that says when the last backup was made by the command."""
SINCE: dict[str, Callable[[Connection], None]] = {
    "first_words": s0007_handing_in.fill,
    "shared_to": s0008_shared_to.fill,
}
"""Columns of plans that an older backup lacks, and what fills each, in their order."""
TABLES = [one for one in CaseKey.metadata.sorted_tables if one.name not in PASSING]


class Damaged(Exception):  # noqa: N818 - it says what the file is
    """The file is no backup, or not all of it is there as it was written. Nothing was changed."""


def backup(database: Database, file: Path) -> str:
    """Write everything into a file, readable by its owner only, and give its digest."""
    if file.exists() and not file.is_file():
        raise OSError(errno.EEXIST, "this is no file that a backup could replace", str(file))
    if not file.parent.is_dir():
        raise OSError(errno.ENOENT, "there is no such directory", str(file.parent))
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with told(), os.fdopen(descriptor, "wb") as stream, _snapshot(database) as connection:
            digest = _write(stream, _lines(connection))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return digest


def record(database: Database, at: datetime) -> None:
    """Remember that a backup was made, so that an administrator need not be reminded of one."""
    with database.write() as session:
        session.merge(Setting(name=LAST, value=at.isoformat(timespec="seconds")))


def restore(database: Database, file: Path) -> str:
    """Put a backup in place of everything, or change nothing. Raises Damaged.

    Who was signed in has to sign in again. A backup of an older release is brought up to date.
    """
    _check(file)
    with told(), database.engine.execution_options(immediate=True).begin() as connection:
        configuration = configured(connection, database.keys)
        if inspect(connection).has_table("alembic_version"):
            command.downgrade(configuration, "base")
        command.upgrade(configuration, "head")
        connection.execute(HistoryHead.__table__.delete())  # type: ignore[attr-defined]  # a Table
        _fill(connection, file)
        digest = _read_back(connection, file)
        if digest != _digest_of(file):
            raise Damaged("What was read back is not what the file says.")
        had = _columns_of(file, KeptPlan.__tablename__)
        for column, fill in SINCE.items():
            if column not in had:
                fill(connection)
        seal_rows(connection, database.keys)
    end_sealing(database.engine)
    return digest


def digest_of(database: Database) -> str:
    """The digest of what a backup of this moment would hold."""
    digest = sha256()
    with told(), _snapshot(database) as connection:
        for line in _lines(connection):
            digest.update(line)
    return digest.hexdigest()


def _snapshot(database: Database) -> Connection:
    """A connection that sees one moment, however long it reads."""
    connection = database.engine.connect()
    if not database.is_sqlite:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _lines(connection: Connection) -> Iterator[bytes]:
    """Every row of every lasting table, in an order that is always the same."""
    for table in TABLES:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns))
        for row in rows.yield_per(200).mappings():
            line = [table.name, {column.name: _told(row[column.name]) for column in table.columns}]
            yield json.dumps(line).encode() + b"\n"


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _write(stream: BinaryIO, lines: Iterator[bytes]) -> str:
    """Compress the lines behind a header that holds their hash and the hash of the whole."""
    stream.write(b" " * (HEADER + 65))
    content, whole, packer = sha256(), sha256(), zlib.compressobj(6)
    for line in lines:
        content.update(line)
        _put(stream, packer.compress(line), whole)
    _put(stream, packer.flush(), whole)
    digest = content.hexdigest()
    whole.update(digest.encode())
    stream.seek(0)
    stream.write(MAGIC + whole.hexdigest().encode() + b"\n" + digest.encode() + b"\n")
    return digest


def _put(stream: BinaryIO, packed: bytes, whole: Any) -> None:
    stream.write(packed)
    whole.update(packed)


def _check(file: Path) -> None:
    """Read the whole file once before anything is touched. Raises Damaged."""
    with file.open("rb") as stream:
        header, digest = stream.read(HEADER), stream.read(65)
        whole = sha256()
        while block := stream.read(BLOCK):
            whole.update(block)
    whole.update(digest[:-1])
    expected = MAGIC + whole.hexdigest().encode() + b"\n"
    if header != expected or digest[-1:] != b"\n":
        raise Damaged("This file is no backup, or it is damaged. Nothing was changed.")


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        stream.seek(HEADER)
        return stream.read(64).decode()


def _fill(connection: Connection, file: Path) -> None:
    """Put every row back; times become times again, as the columns say."""
    tables = {table.name: table for table in TABLES}
    for line in _unpacked(file):
        name, row = json.loads(line)
        if name not in tables:
            raise Damaged("It holds what this version of the program does not know.")
        connection.execute(tables[name].insert(), _read(tables[name], row))
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            _count_on(connection, table)


def _read_back(connection: Connection, file: Path) -> str:
    """The digest of the rows as they now stand, each with the columns that the file gave it."""
    tables, digest = {table.name: table for table in TABLES}, sha256()
    counted: Counter[str] = Counter()
    for line in _unpacked(file):
        name, row = json.loads(line)
        table = tables[name]
        same = (column == _read(table, row)[column.name] for column in table.primary_key.columns)
        found = connection.execute(select(table).where(*same)).mappings().one()
        told = {key: _told(found[key]) for key in row}
        digest.update(json.dumps([name, told]).encode() + b"\n")
        counted[name] += 1
    for table in TABLES:
        if connection.scalar(select(func.count()).select_from(table)) != counted[table.name]:
            raise Damaged("There are more rows than the file says.")
    return digest.hexdigest()


def _columns_of(file: Path, table: str) -> Iterable[str]:
    """The columns that the file gives to a table's rows; none where it has no row."""
    for line in _unpacked(file):
        name, row = json.loads(line)
        if name == table:
            return tuple(row)
    return ()


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were put back with their own numbers."""
    number = table.primary_key.columns.values()[0]
    quoted = {"table": table.name, "column": number.name}
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = connection.scalar(sequence, quoted)
    if name:
        highest = select(func.coalesce(func.max(number), 0) + 1)
        connection.execute(select(func.setval(name, highest.scalar_subquery(), False)))


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for column in table.columns:
        told = values.get(column.name)
        if told and isinstance(column.type, Moment):
            values[column.name] = datetime.fromisoformat(told)
        elif told and isinstance(column.type, Date):
            values[column.name] = date.fromisoformat(told)
    return values


def _unpacked(file: Path) -> Iterator[bytes]:
    """The lines of a backup, one by one."""
    unpacker, rest = zlib.decompressobj(), b""
    with file.open("rb") as stream:
        stream.seek(HEADER + 65)
        while block := stream.read(BLOCK):
            *lines, rest = (rest + unpacker.decompress(block)).split(b"\n")
            yield from lines
    *lines, rest = (rest + unpacker.flush()).split(b"\n")
    yield from lines
