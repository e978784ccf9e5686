"""Sealing what stood in a database before its history had seals."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.audit import binding, subjects, witness
from webui.database.audit.witness import Unread
from webui.database.history import Event, record
from webui.database.refusals import Altered
from webui.database.tables import HistoryHead, HistoryRow
from webui.words.texts import text

if TYPE_CHECKING:
    from webui.database.connection import Database

SEALED = "chain_sealed"
"""The action of the row that says that the rows before it had no seals."""


def seal_old_chain(session: Session, at: datetime) -> bool:
    """Seal a history that was written before there were seals, with one row that says so.

    The row tells the length and the hash of the chain before it, and binds every plan and account
    as it is at this moment. Does nothing where a row has a seal already, or where nothing is
    stored; tells whether it sealed anything.
    """
    if is_sealed(session):
        return False
    head = session.get_one(HistoryHead, 1)
    if not head.length and next(subjects.existing(session), None) is None:
        return False
    record(session, at, None, Event(SEALED, detail=f"{head.length}:{head.hash}"))
    binding.take_as_it_is(session)
    return True


def refuse_unsealed(session: Session, database: Database) -> None:
    """Raise Altered where a history that was sealed once has no seals any more.

    Only what stands outside the database can tell; where nothing does, nothing is refused.
    """
    if database.witness is None or is_sealed(session):
        return
    with suppress(Unread):
        head = witness.found(database.witness, database.keys)
        if head is not None:
            raise Altered(text("unsealed", file=database.witness, number=head.length))


def is_sealed(session: Session) -> bool:
    """Whether any row of the history has a seal."""
    found = select(HistoryRow.id).where(HistoryRow.seal.is_not(None)).limit(1)
    return session.scalar(found) is not None
