"""Leaving nothing of what was erased: in the write-ahead log, in free pages, in dead rows.

None of it is part of a transaction, and none of it fails a request: where somebody reads at that
moment, it is done at the next chance.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, column, delete, event, select, table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session

PATIENCE = 0.25
"""Seconds that emptying waits for those who read at that moment, where a case was erased."""
LONG = 5.0
"""Seconds that writing everything anew waits for others."""
SEALED = ("plans", "versions", "decisions", "comments", "review_drafts", "outcomes")
"""The tables that held plain text before they were sealed."""
SETTINGS = table("settings", column("name"), column("value"))
PLAIN_LEFT = "plain_text_left"
"""The setting that says that pages of the file may still hold what was plain."""
CASES = frozenset({"plans", "case_keys"})
SECRETS = frozenset({"sessions", "tokens", "invitations"})
"""Tables of which a deleted row leaves nothing: of cases, and of what lets somebody in."""
DEAD_LEFT = re.compile("[1-9]")
"""What is in the first line in which PostgreSQL tells, in its own language, of dead rows that it
had to leave, and in none that tells of no such rows."""
ERASED = "erased"
"""Where a session notes from which of these tables it deleted, in `session.info`."""


class Transaction(Session):
    """A session that notes from which tables it deleted."""


def erased_by(session: Session) -> frozenset[str]:
    """The tables from which a session deleted, of those of which nothing is left."""
    return frozenset(session.info.get(ERASED, ()))


def empty_log(engine: Engine, patience: float = PATIENCE) -> bool:
    """Copy the write-ahead log into the file and truncate it; False where somebody reads it.

    On PostgreSQL the dead rows of the keys of cases are taken away, where the table is ours; False
    where they stay for somebody, or for the server itself, that still reads how it was before.
    """
    if engine.dialect.name == "sqlite":
        return _sqlite(engine, "PRAGMA wal_checkpoint(TRUNCATE)", patience)
    wait = f"SET lock_timeout = {int(patience * 1000) or 1}"
    return _postgresql(engine, [wait, "VACUUM (FULL, VERBOSE) case_keys"])


def wipe(engine: Engine, patience: float = LONG) -> bool:
    """Write everything anew, so that no page holds what a row held before; False to be tried again.

    On PostgreSQL the owner of the tables does it; for anybody else it changes nothing.
    """
    if engine.dialect.name == "sqlite":
        return _sqlite(engine, "VACUUM", patience) and empty_log(engine)
    held = ", ".join((*SEALED, "case_files", "settings"))
    return _postgresql(engine, [f"VACUUM (FULL, VERBOSE) {held}"])


def end_sealing(engine: Engine) -> None:
    """Wipe what was plain before it was sealed, where that is still to be done; else empty the log.

    It is called at each start and after a restore, outside any transaction; where it fails it is
    done the next time.
    """
    left = (SETTINGS.c.name == PLAIN_LEFT,)
    with engine.connect() as connection:
        to_do = connection.scalar(select(SETTINGS.c.name).where(*left)) is not None
    if not to_do:
        empty_log(engine, patience=0)
    elif wipe(engine):
        with engine.execution_options(immediate=True).begin() as connection:
            connection.execute(delete(SETTINGS).where(*left))


def _sqlite(engine: Engine, statement: str, patience: float) -> bool:
    """Run a statement outside any transaction; a checkpoint says itself whether it was kept out."""
    file = Path(engine.url.database or "").absolute()
    address = f"{file.as_uri()}?mode=rw"
    try:
        opened = sqlite3.connect(address, timeout=patience, isolation_level=None, uri=True)
        with closing(opened) as connection:
            answer = connection.execute(statement).fetchone()
    except sqlite3.Error:
        return False
    return not answer or answer[0] == 0


def _postgresql(engine: Engine, statements: Sequence[str]) -> bool:
    """Run statements outside any transaction, on a connection that nobody uses afterwards.

    The details of what it tells say in their first line how many dead rows it had to leave.
    """
    told: list[str] = []
    try:
        with engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            driver: Any = connection.connection.driver_connection
            driver.add_notice_handler(lambda notice: told.append(notice.message_detail or ""))
            try:
                for one in statements:
                    connection.execute(text(one))
            finally:
                connection.invalidate()
    except SQLAlchemyError:
        return False
    return not any(map(leaves_dead, told))


def leaves_dead(detail: str) -> bool:
    """Whether a detail of what PostgreSQL tells is about dead rows that it had to leave."""
    return bool(DEAD_LEFT.search(detail.partition("\n")[0]))


def _deletes(state: ORMExecuteState) -> None:
    if state.is_delete and state.bind_mapper is not None:
        _note(state.session, str(state.bind_mapper.local_table))


def _deleted(session: Session, _context: Any) -> None:
    for row in session.deleted:
        _note(session, row.__tablename__)


def _note(session: Session, name: str) -> None:
    if name in CASES | SECRETS:
        session.info.setdefault(ERASED, set()).add(name)


event.listen(Transaction, "do_orm_execute", _deletes)
event.listen(Transaction, "after_flush", _deleted)
