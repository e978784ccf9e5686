"""The database: how it is opened, and how a transaction begins.

SQLite on a laptop (write-ahead log, every commit on the disk before it is acknowledged, writers
one after another), PostgreSQL in a clinic.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from webui.database.address import DRIVER, normalized, usual_directory
from webui.database.audit import binding, recording, witness
from webui.database.audit.witness import Head
from webui.database.refusals import Away, Full, NoDatabase, Refusal, told
from webui.database.sealed import keys
from webui.database.sealed.at_rest import Storage
from webui.database.sealed.case_keys import Ring
from webui.database.sealed.keys import KeyFile, Keys
from webui.database.sealed.sealed_columns import RING, keep_keys
from webui.database.sealed.wiping import CASES, empty_log, erased_by
from webui.database.sealed.wiping import PATIENCE as PATIENCE_TO_WIPE

PATIENCE = 5.0
"""Seconds that a writer waits for another before the person is told to try again."""
WIPES_AGAIN = 30.0
"""Seconds until a write tries again to leave nothing of what was erased on PostgreSQL."""
SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "wal_autocheckpoint = 256",
    "journal_size_limit = 1048576",
)
"""What SQLite leaves loose, told to it anew for each connection: nothing that was acknowledged
is lost, nothing that was erased is left in the file, and the log beside it stays small."""
IN_MEMORY = (
    "DATABASE_URL names no file, and what is stored would be gone with the process. "
    "Write postgresql://user@host/name, or none and a directory in REPAIR_PLANNER_DATA."
)
_log = logging.getLogger(__name__)


class Database:
    """A database at an address; `write` and `read` give a session that is one transaction."""

    def __init__(self, address: str, patience: float = PATIENCE, keys: Keys | None = None) -> None:
        """Prepare to connect to this URL; nothing is opened yet.

        Without `keys` they are looked for in their usual place when they are first asked for.
        """
        self.patience, self._keys = patience, keys
        self._left = self._unwitnessed = False
        self._wipes_at = 0.0
        self._storage: Storage | None = None
        try:
            self.url = normalized(address)
            self.engine = self._engine()
        except (ArgumentError, ImportError, ValueError) as error:
            raise NoDatabase(_missing(error)) from error
        if self.is_sqlite and self.url.database in {None, "", ":memory:"}:
            raise NoDatabase(IN_MEMORY)
        self._writing = self.engine.execution_options(immediate=True)
        self._asking = self._for_asking()

    @property
    def path(self) -> Path | None:
        """The SQLite file; None where the database is a server."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @property
    def directory(self) -> Path:
        """Where a SQLite file stands, else the data directory; it may not be there."""
        return self.path.parent if self.path else usual_directory()

    @property
    def key_file(self) -> Path:
        """Where the key stands: beside a SQLite file, else in the data directory."""
        return self.directory / keys.FILE

    @cached_property
    def witness(self) -> Path | None:
        """Where the end of the history is written down outside the database.

        Beside the key; where that is told by the environment and the database is a server, only
        in a directory that was named for data. None where there is no such place.
        """
        if self.path is not None:
            return self.path.with_suffix(witness.SUFFIX)
        told = self.keys.where == keys.VARIABLE and not os.environ.get("REPAIR_PLANNER_DATA")
        name = re.sub(r"[^A-Za-z0-9_-]", "_", self.url.database or "")
        return None if told else self.key_file.with_name(f"{name}{witness.SUFFIX}")

    @property
    def keys(self) -> Keys:
        """The keys that seal what is stored; a key file is made where there is none.

        A file that was changed is read again, so that a change of keys reaches every process.
        Raises NoKey where they cannot be read.
        """
        return self._keys or self._told_keys or self._file_of_keys.made()

    def keys_at_hand(self) -> Keys | None:
        """The keys, or None where there are none: nothing is made. Raises NoKey."""
        return self._keys or self._told_keys or self._file_of_keys.read()

    @cached_property
    def _told_keys(self) -> Keys | None:
        return keys.from_environment()

    @cached_property
    def _file_of_keys(self) -> KeyFile:
        return KeyFile(self.key_file)

    @property
    def storage(self) -> Storage:
        """What the keys do for what is stored, as they are now. Raises NoKey."""
        keys = self.keys
        if self._storage is None or self._storage.keys != keys:
            self._storage = Storage(keys)
        return self._storage

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file on this machine."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that may change things; all of it happens, or nothing."""
        with told(), self._session(self._writing) as session, session.begin():
            yield session
            session.flush()
            keep_keys(session)
        self._wipe(erased_by(session))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only looks."""
        with told(), self._session(self.engine) as session, session.begin():
            yield session
            keep_keys(session)

    def _wipe(self, erased: frozenset[str]) -> None:
        """Leave nothing of what was erased; where that is kept out, a later write tries again.

        On SQLite that is the next one; on PostgreSQL, which writes a table anew for it, one after
        `WIPES_AGAIN` seconds.
        """
        waits = PATIENCE_TO_WIPE if erased & CASES else 0.0
        again = self._left and (self.is_sqlite or monotonic() >= self._wipes_at)
        if (erased if self.is_sqlite else erased & CASES) or again:
            self._left = not empty_log(self.engine, waits)
            self._wipes_at = monotonic() + WIPES_AGAIN

    def ask(self) -> None:
        """Raise a Refusal (503) where the database cannot be used as it stands now.

        A SQLite file is opened anew for it, and never made: a connection that is kept goes on
        with a file that is gone, and a new one would put an empty file in its place.
        """
        try:
            with told(), self._asking.connect() as connection:
                connection.execute(text("SELECT version_num FROM alembic_version"))
        except Full as error:
            raise Away from error

    def is_damaged(self) -> bool:
        """Whether a SQLite file does not hang together any more, as SQLite itself finds.

        It reads the whole file, a tenth of a second for thirty megabytes: asked only where
        something went wrong that nobody foresaw.
        """
        if not self.is_sqlite:
            return False
        try:
            with told(), self.engine.connect() as connection:
                return str(connection.scalar(text("PRAGMA quick_check(1)"))) != "ok"
        except Refusal:
            return True

    def close(self) -> None:
        """Let every connection go."""
        self.engine.dispose()

    def _session(self, engine: Engine) -> Session:
        """A session that knows where the keys are; they are looked for when they are needed."""
        info = {
            binding.KEYS: lambda: self.keys,
            recording.COMMITTED: self._committed,
            RING: Ring(lambda: self.storage),
        }
        return recording.RecordedSession(engine, expire_on_commit=False, info=info)

    def _committed(self, before: tuple[int, str], after: tuple[int, str]) -> None:
        """Write the end of the history down outside; work goes on where that cannot be."""
        try:
            witness.keep(self, Head(*after), Head(*before))
        except OSError as error:
            if not self._unwitnessed:
                self._unwitnessed = True
                _log.warning("%s cannot be written: %s", self.witness, error.strerror)

    def again(
        self, address: str = "", *, patience: float | None = None, keys: Keys | None = None
    ) -> Database:
        """Another connection to the same; the same address, patience and keys unless told."""
        same = self.url.render_as_string(hide_password=False)
        waits = self.patience if patience is None else patience
        return Database(address or same, waits, keys or self._keys)

    def _for_asking(self) -> Engine:
        """The engine that looks whether the database is there; opens a file that exists only."""
        if self.path is None:
            return self.engine
        file = self.path.absolute().as_uri()
        there = self.url.set(database=file, query={"mode": "rw", "uri": "true"})
        patience = {"timeout": self.patience}
        return create_engine(there, connect_args=patience, poolclass=NullPool)

    def _engine(self) -> Engine:
        if self.is_sqlite:
            engine = create_engine(
                self.url, connect_args={"timeout": self.patience}, hide_parameters=True
            )
            event.listen(engine, "connect", _open_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        wait = f"-c lock_timeout={int(self.patience * 1000)} -c timezone=UTC"
        options = {"options": wait, "connect_timeout": max(2, int(self.patience))}
        return create_engine(
            self.url, connect_args=options, pool_pre_ping=True, hide_parameters=True
        )


def _missing(error: Exception) -> str:
    """What to install where PostgreSQL's driver is missing; empty where something else is wrong."""
    missing = isinstance(error, ImportError) and error.name == DRIVER
    return f"DATABASE_URL needs {DRIVER}: pip install '.[clinic]'" if missing else ""


def _open_sqlite(connection: Any, _record: object) -> None:
    """Set what SQLite leaves loose; transactions are begun by us and not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where a write may follow, so that nothing read gets old."""
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
