"""The record of who did what: each row carries the hash of the one before.

A changed, missing, added or moved row breaks the chain, and the head tells of a missing end.
It cannot tell of someone who rewrites the whole chain and its head: note the last hash that
`repair-planner audit` prints somewhere else, and compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.tables import HistoryHead, HistoryRow

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: to what, in which version. `detail` is a code, never content."""

    action: str
    subject: str = ""
    version: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """What became of checking the chain: its length and last hash, or the first bad row."""

    length: int
    hash: str
    bad_row: int | None = None
    why: str = ""


def record(session: Session, at: datetime, actor: int | None, event: Event) -> None:
    """Add a line within the transaction that does what it tells of, or with neither."""
    head = session.get_one(HistoryHead, 1, with_for_update=True, populate_existing=True)
    row = HistoryRow(
        id=head.length + 1,
        at=at.isoformat(timespec="microseconds"),
        actor=actor,
        action=event.action,
        subject=event.subject,
        version=event.version,
        detail=event.detail,
        before=head.hash,
    )
    row.hash = digest(row)
    session.add(row)
    head.length, head.hash = row.id, row.hash
    session.flush()


def digest(row: HistoryRow) -> str:
    """The hash over everything that the row says, and over the row before it."""
    said = [row.before, row.id, row.at, row.actor, row.action, row.subject, row.version, row.detail]
    return sha256(json.dumps(said).encode()).hexdigest()


def audit(session: Session) -> Audit:
    """Check the whole chain, from its first row to its head."""
    head = session.get(HistoryHead, 1)
    chain = select(HistoryRow).order_by(HistoryRow.id).execution_options(yield_per=500)
    with closing(session.scalars(chain)) as rows:
        return verify(rows, head)


def verify(rows: Iterable[HistoryRow], head: HistoryHead | None) -> Audit:
    """Walk the chain; the first row that does not fit is named."""
    length, last = 0, BEGINNING
    for row in rows:
        length += 1
        if row.id != length:
            return Audit(length, last, length, "a row is missing, or stands where it should not")
        if row.before != last:
            return Audit(length, last, length, "it does not follow from the row before it")
        if row.hash != digest(row):
            return Audit(length, last, length, "it does not say what it said when it was written")
        last = row.hash
    if head is None or (head.length, head.hash) != (length, last):
        return Audit(length, last, length + 1, "the end is missing, or the head was changed")
    return Audit(length, last)


def of_subject(session: Session, subject: str) -> list[HistoryRow]:
    """Everything that happened to one thing, oldest first."""
    found = select(HistoryRow).where(HistoryRow.subject == subject).order_by(HistoryRow.id)
    return list(session.scalars(found))
