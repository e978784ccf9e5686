"""Bringing a database to the shape that this version of the program needs.

What an earlier version made is backed up first, then changed, then sealed; all of it in one
transaction, by one process, while those that start at the same time wait.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from webui.database import modes
from webui.database.audit import sealing, witness
from webui.database.backups.backup import write_new
from webui.database.base import now
from webui.database.connection import Database
from webui.database.migrating import HEAD, known, release, revision_of, revisions, step
from webui.database.refusals import Full, NoDatabase, told
from webui.database.sealed.key_check import check_keys, key_id, remember_key
from webui.database.sealed.wiping import end_sealing
from webui.database.two_roles import as_owner

PATIENCE = 600.0
"""Seconds that a process waits for another that brings the database up to date."""
NEWER = "This version of the program needs other tables than there are"
_LOCK = 7_230_114
"""Any number that no one else uses: two processes that start at once change one after another."""
_log = logging.getLogger(__name__)


def prepare(database: Database) -> None:
    """Make every table, or bring those of an earlier version up to date.

    Raises NoKey where the key that sealed it is missing or another one, NoDatabase where it cannot
    be backed up first, and NotOwner where only the owner of the tables may change them; nothing was
    changed then.
    """
    try:
        _prepare(database)
    except BaseException:
        database.close()  # nobody uses it now
        raise
    for line in modes.standing_open(database.directory, database.key_file, database.path):
        _log.warning("%s", line)
    if why := witness.hindrance(database.witness):
        _log.warning("The history's end cannot be written to %s: %s.", database.witness, why)


def _prepare(database: Database) -> None:
    if database.path:
        modes.make_alone(database.path)
    with told(), database.engine.connect() as connection:
        ready = revision_of(connection) == revisions()[-1]
        sealed = check_keys(connection, database)
    what = "" if ready and sealed else NEWER
    with as_owner(database, what=what) as owner:
        if what:
            _bring_up(owner)
        with owner.write() as session:
            sealing.refuse_unsealed(session, owner)
            sealing.seal_old_chain(session, now())
        with told():
            end_sealing(owner.engine)


def change(database: Database, to: str, *, down: bool = False) -> None:
    """Go to a named step, up or down, in one transaction."""
    with database.write() as session:
        lock(session)
        step(session.connection(), to, database.keys, down=down)
    if down and database.witness is not None:
        database.witness.unlink(missing_ok=True)  # below the step that seals there is no such head


def lock(session: Session) -> None:
    """Let nobody else change the tables until this transaction has ended."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _bring_up(database: Database) -> None:
    """Do it, unless another process did it meanwhile."""
    another = database.again(patience=PATIENCE, keys=database.keys)
    with closing(another) as patient, patient.write() as session:
        lock(session)
        connection = session.connection()
        before = revision_of(connection)
        if before is None:
            step(connection, HEAD, database.keys)
        elif before != revisions()[-1]:
            known(before)
            _from(before, session, database)
        if key_id(connection) is None:
            remember_key(connection, database.keys.current.id)


def _from(before: str, session: Session, database: Database) -> None:
    """Back up, migrate, seal. Where that fails, no backup of nothing changed is left behind."""
    connection = session.connection()
    file = _backed_up(connection, database)
    try:
        step(connection, HEAD, database.keys)
        sealing.seal_old_chain(session, now())
        session.flush()
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    _log.warning(
        "The database was brought from step %s to %s, for version %s. As it was before, it stands "
        "in %s",
        *(before, revisions()[-1], release(), file),
    )


def _backed_up(connection: Connection, database: Database) -> Path:
    """Write what stands there now beside the database. Raises NoDatabase, before any change."""
    stamp = now().astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    file = database.directory / f"before-{release()}-{stamp}.backup"
    try:
        database.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        hold(connection)
        with told():
            write_new(connection, file, database.keys.current)
    except (OSError, Full) as error:
        raise NoDatabase(
            f"The database has to be brought up to date for version {release()}, and a backup is "
            f"made first; it cannot be written in {file.parent} ({error}). Nothing was changed. "
            "Make room there and let this user write there, or name another directory in "
            "REPAIR_PLANNER_DATA; then start again."
        ) from error
    return file


def hold(connection: Connection) -> None:
    """Let nobody write between what is read and the change, as SQLite does by itself."""
    names = inspect(connection).get_table_names()
    if connection.dialect.name == "sqlite" or not names:
        return
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
    connection.execute(text(f"LOCK TABLE {quoted} IN EXCLUSIVE MODE"))
