"""Backups: everything that lasts, in one sealed file, taken from one moment while others work.

A backup of SQLite can be restored into PostgreSQL. What belongs to the moment (sessions, failed
sign-ins, plans in work) stands in none.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from webui.database import modes
from webui.database.backups import backup_file, backup_rows
from webui.database.connection import Database
from webui.database.migrating import release, revision_of
from webui.database.refusals import told
from webui.database.sealed.keys import Key
from webui.database.tables import Setting

LAST = "last_backup"
"""The setting that says when the last backup was made by the command."""


def backup(database: Database, file: Path) -> str:
    """Write everything into a file, sealed, readable by its owner only, and give its digest.

    Raises OSError where the file cannot be written: a link, a pipe, a directory and the database's
    own files are never written over.
    """
    _check(database, file)
    with told(), _part(file) as stream, _snapshot(database) as connection:
        return write(connection, stream, database.keys.current)


def write_new(connection: Connection, file: Path, key: Key) -> str:
    """Write what this connection sees into a file that must be new, and give its digest."""
    with _part(file) as stream:
        return write(connection, stream, key)


def write(connection: Connection, stream: BinaryIO, key: Key) -> str:
    """Write what this connection sees, row by row, and give its digest."""
    tables = backup_rows.tables_of(connection)
    made = (revision_of(connection) or "", release())
    return backup_file.seal(stream, backup_rows.lines(connection, tables), key, made)


def record(database: Database, at: datetime) -> None:
    """Remember that a backup was made, so that an administrator need not be reminded of one."""
    with database.write() as session:
        session.merge(Setting(name=LAST, value=at.isoformat(timespec="seconds")))


def digest_of(database: Database) -> str:
    """The digest of what a backup of this moment would hold."""
    digest = sha256()
    with told(), _snapshot(database) as connection:
        for line in backup_rows.lines(connection, backup_rows.tables_of(connection)):
            digest.update(line)
    return digest.hexdigest()


def _snapshot(database: Database) -> Connection:
    """A connection that sees one moment, however long it reads."""
    connection = database.engine.connect()
    if not database.is_sqlite:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _check(database: Database, file: Path) -> None:
    """Refuse to write where no backup belongs. Raises OSError."""
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode):
        raise OSError(errno.EEXIST, "this is no file that a backup could replace", str(file))
    if not file.parent.is_dir():
        raise OSError(errno.ENOENT, "there is no such directory", str(file.parent))
    place = file.resolve()
    own = [database.key_file.resolve()]
    if database.path:
        beside = database.path.resolve()
        own += [beside.with_name(beside.name + end) for end in modes.BESIDE]
    if place in own:
        raise OSError(errno.EEXIST, "a backup would replace what it is to be made of", str(file))


@contextmanager
def _part(file: Path) -> Iterator[BinaryIO]:
    """A new file beside this one, for its owner alone, that takes its place once all is written."""
    part = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, modes.NEW, modes.OWNER_ONLY)
    except OSError as error:
        error.filename = str(file.parent)
        raise
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        _to_disk(file.parent)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(directory: Path) -> None:
    """See that the new name of a file outlives a power cut, where a directory can be opened."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
