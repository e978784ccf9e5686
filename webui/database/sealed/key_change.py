"""Another key in place of the one outside the database, and forgetting those that were replaced.

The file is written first, with the new key before the old one, then the rows are sealed anew and
the change is recorded, in one transaction. So wherever it is cut off every row can be read, and
the next run ends what was begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from webui.database import history, modes
from webui.database.audit import binding
from webui.database.audit.auditing import looked_at
from webui.database.backups.backup_file import key_of
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.refusals import WrongState
from webui.database.sealed import factor_secrets
from webui.database.sealed.key_check import key_id, remember_key
from webui.database.sealed.keys import VARIABLE, Key, Keys, new_key, write
from webui.database.sealed.sealing_rows import rewrap, still_needed
from webui.database.upgrade import lock

SEALED_ANEW: tuple[Callable[[Session, Keys], object], ...] = (rewrap, factor_secrets.seal_anew)
"""What seals its rows anew with the key in use: each part that seals rows names its function."""
NEEDED: tuple[Callable[[Session], Iterable[str]], ...] = (
    still_needed,
    binding.still_needed,
    factor_secrets.still_needed,
)
"""What still needs keys, by their ids: each part that seals rows names its function.

The history is not among them: a row of a key that is gone is held by those that follow it.
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """The ids of the key in use and of those that were replaced.

    `to_set` is the line for `HISTORY_KEY`, where somebody has to set it before anything happens.
    """

    current: str
    replaced: tuple[str, ...]
    to_set: str = ""


def change_key(database: Database, at: datetime) -> Changed:
    """Seal with another key from now on; the one before stays, so that backups can be read.

    A change that was begun is ended instead. Raises OSError where the file cannot be written.
    """
    with database.write() as session:
        lock(session)
        connection, keys = session.connection(), database.keys
        before = key_id(connection)
        if keys.current.id == before:
            drawn = (new_key(), *keys.all)
            if keys.where == VARIABLE:
                return _told(drawn, " ".join(key.line() for key in drawn))
            write(database.key_file.resolve(), drawn, instead=True)
            keys = database.keys
        _refuse_altered(session)
        binding.take_as_it_is(session)
        for seal_anew in SEALED_ANEW:
            seal_anew(session, keys)
        remember_key(connection, keys.current.id)
        history.record(
            session, at, None, Event("key_changed", detail=f"{before} {keys.current.id}")
        )
        return _told(keys.all)


def forget_replaced(database: Database, at: datetime) -> Changed:
    """Take the replaced keys away, once nothing needs them.

    Raises WrongState, which says what does.
    """
    with database.write() as session:
        lock(session)
        keys = database.keys
        replaced = {key.id for key in keys.all[1:]} - {keys.current.id}
        _refuse_needed(session, database, replaced)
        if keys.where == VARIABLE:
            return _told(keys.all[:1], keys.current.line())
        if replaced:
            detail = " ".join(sorted(replaced))[:80]
            history.record(session, at, None, Event("keys_forgotten", detail=detail))
    if replaced:
        write(database.key_file.resolve(), keys.all[:1], instead=True)
    return _told(keys.all[:1])


def _refuse_altered(session: Session) -> None:
    """Raise WrongState where something is not as the history says: it would be sealed as it is."""
    found = looked_at(session)
    if not found.whole:
        what = found.chain.why or found.findings[0]
        raise WrongState(
            f"What is stored is not as it was written ({what}), and is not sealed anew like that. "
            "`repair-planner audit` lists everything; restore a backup first."
        )


def _refuse_needed(session: Session, database: Database, replaced: set[str]) -> None:
    """Raise WrongState where rows, or backups in the data directory, are sealed with these."""
    told = {key_id(session.connection())}
    for needed in NEEDED:
        told.update(needed(session))
    if told & replaced:
        raise WrongState(
            f"The key {min(one for one in told & replaced if one)} is still needed by what is "
            "stored. Run `repair-planner change-key` first, which seals it anew."
        )
    files = [str(file) for file in _backups(database) if key_of(file) in replaced]
    if files:
        raise WrongState(
            "A key that was replaced is still needed to restore these backups: "
            f"{', '.join(files)}. Make a new backup, and move these or remove them."
        )


def _backups(database: Database) -> list[Path]:
    return [one for one in sorted(database.directory.glob(modes.BACKUPS)) if one.is_file()]


def _told(keys: tuple[Key, ...], to_set: str = "") -> Changed:
    return Changed(keys[0].id, tuple(key.id for key in keys[1:]), to_set)
