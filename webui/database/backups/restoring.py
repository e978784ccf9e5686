"""Restoring: a backup in place of everything, or no change at all.

A damaged file, one that was sealed with a key that is not at hand, and one whose history is broken
are refused before or within the one transaction. What was taken from people since the backup stays
taken: see `standing_now`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, insert
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from webui.database import history
from webui.database.account_tables import Invitation, RecoveryLink, Token
from webui.database.audit import binding, witness
from webui.database.audit.auditing import looked_at
from webui.database.audit.sealing import seal_old_chain
from webui.database.backups import backup_rows
from webui.database.backups.backup_file import Backup, Damaged
from webui.database.backups.older_backup import Older
from webui.database.backups.standing_now import Standing, can_administer
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.migrating import HEAD, revisions, step
from webui.database.refusals import told
from webui.database.sealed.key_check import remember_key
from webui.database.sealed.keys import Keys
from webui.database.sealed.wiping import end_sealing
from webui.database.upgrade import hold, lock

SEALED_SINCE = "0011"
"""The step from which on the history is sealed with a key that is not in the database."""
ENDED = (Token, Invitation, RecoveryLink)
"""What a backup holds, because its history tells of it, and does not bring back: nobody knows which
of them were revoked since."""
CONTENT = "What was read back is not what the file says. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it: the digest, and what whoever restores should be told."""

    digest: str
    sealed: bool
    """Whether the file was sealed; one of version 1 was not, and could have been changed."""
    gone: tuple[str, ...] = ()
    """Names of the people who had an account and are not in the backup."""
    kept: tuple[str, ...] = ()
    """Names of the people from whom something was taken since, which stays taken."""
    back: int = 0
    """How many plans are back that had been erased since."""
    administered: bool = True
    """Whether there is an administrator who can sign in."""


@dataclass(slots=True)
class _Read:
    """An opened backup, once all of it was read and believed."""

    backup: Backup
    revision: str
    tally: backup_rows.Tally = field(default_factory=backup_rows.Tally)


def restore(
    database: Database,
    file: Path,
    at: datetime | None = None,
    *,
    keys: Keys | None = None,
    before_end: Callable[[], None] = lambda: None,
) -> Restored:
    """Put a backup in place of everything, or change nothing. Raises Damaged.

    Everyone has to sign in again, and programs need new keys. A backup of an older release is
    brought up to date. `keys` are those to read it with, where they are not the database's;
    `before_end` is called when nothing but the last step can fail.
    """
    used = keys or database.keys
    reading = closing(database.again(keys=used))  # what is restored may be sealed with another key
    with _opened(file, used) as backup, reading as reader, reader.write() as session:
        read = _believed(backup)
        lock(session)
        connection = session.connection()
        hold(connection)  # what somebody uses up or takes away in this moment stays so
        standing = Standing.of(session)
        _fill(connection, read, used)
        if read.revision != revisions()[-1]:
            step(connection, HEAD, used)
        remember_key(connection, database.keys.current.id)
        seal_old_chain(session, at or now())
        _check_content(session)
        binding.take_as_it_is(session)
        for ended in ENDED:
            session.execute(delete(ended))
        moment = at or now()
        kept = standing.keep(session, moment, database.keys)
        _record(session, moment, backup.digest, standing)
        session.flush()
        before_end()
        found = (standing.gone(session), kept, standing.erased(session), can_administer(session))
        done = Restored(backup.digest, backup.sealed, *found)
    with suppress(OSError):  # `audit` says where it could not be written
        witness.renew(database)
    with told():
        end_sealing(database.engine)
    return done


@contextmanager
def _opened(file: Path, keys: Keys) -> Iterator[Backup]:
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "this is no file", str(file))
    with file.open("rb") as stream:
        yield Backup(stream, keys)


def _believed(backup: Backup) -> _Read:
    """Read all of it once before anything is touched. Raises Damaged."""
    older = Older()
    for one in backup.lines():
        older.look(*backup_rows.read(one))
    revision = backup.header.revision if backup.header else older.revision()
    if revision not in revisions():
        raise Damaged(
            f"It was made by a newer version of the program (step {revision!a}). "
            "Restore it with that version. Nothing was changed."
        )
    if revision < SEALED_SINCE:
        older.check()
    return _Read(backup, revision)


def _fill(connection: Connection, read: _Read, keys: Keys) -> None:
    """Make the tables anew as they were when the backup was made, with its rows and no others."""
    _empty(connection)
    step(connection, read.revision, keys)
    tables = backup_rows.tables_of(connection)
    for table in tables:
        if table.name != "history":  # its guard lets nothing be deleted; it is empty
            connection.execute(delete(table))
    try:
        _put_in(connection, {table.name: table for table in tables}, read)
    except (IntegrityError, DataError, StatementError) as error:
        raise Damaged(backup_rows.UNKNOWN) from error
    back = backup_rows.Tally()
    for line in backup_rows.lines(connection, tables):
        back.add(line)
    if not back.same(read.tally):
        raise Damaged(CONTENT)
    for table in tables:
        backup_rows.count_on(connection, table)


def _empty(connection: Connection) -> None:
    """Drop every table: the guards of the history let no row of it be deleted."""
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS history_is_only_added_to()")


def _put_in(connection: Connection, tables: dict[str, Table], read: _Read) -> None:
    """Insert every lasting row, many of one table at once."""
    rows = (backup_rows.read(told) for told in read.backup.lines())
    lasting = ((name, row) for name, row in rows if backup_rows.lasting(name, row))
    for name, of_one in groupby(lasting, key=lambda one: one[0]):
        if name not in tables:
            raise Damaged(backup_rows.UNKNOWN)
        waiting: list[dict[str, Any]] = []
        for _name, row in of_one:
            told = {column.name: row.get(column.name) for column in tables[name].c}
            waiting.append(backup_rows.values(tables[name], row))
            read.tally.add(backup_rows.line(name, told))
            if len(waiting) == backup_rows.AT_ONCE:
                connection.execute(insert(tables[name]), waiting)
                waiting = []
        if waiting:
            connection.execute(insert(tables[name]), waiting)


def _check_content(session: Session) -> None:
    """Raise Damaged where the history is broken, or anything is not what it says."""
    found = looked_at(session)
    if found.chain.bad_row is not None:
        raise Damaged(
            f"Row {found.chain.bad_row} of its history is bad: {found.chain.why}. "
            "Nothing was changed."
        )
    if found.findings:
        raise Damaged(f"It is not what its history says: {found.findings[0]}. Nothing was changed.")


def _record(session: Session, at: datetime, digest: str, standing: Standing) -> None:
    """Say from which backup this is, and which history it took the place of."""
    history.record(session, at, None, Event("restored", detail=digest))
    if standing.length:
        event = Event("history_replaced", version=standing.length, detail=standing.head)
        history.record(session, at, None, event)
