"""The record of who did what: each row carries the hash of the one before, and a seal.

A changed, missing, added or moved row breaks the chain, and the head tells of a missing end. Who
owns the database can write a whole chain anew, but has no key to seal it with. Rows are written at
the end of a transaction, when what they tell of is done, and bind what it is like then.
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

from webui.database.audit import binding
from webui.database.sealed.keys import Keys
from webui.database.tables import HistoryHead, HistoryRow

BEGINNING = "0" * 64
WAITING, WRITTEN = "rows to write", "heads before and after"
"""What a session keeps of its transaction, under these names in its `info`."""


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
    """Add a line within the transaction that does what it tells of, or with neither.

    It is written when the transaction ends, or when the history is read in it.
    """
    session.info.setdefault(WAITING, []).append((at, actor, event))


def hold_end(session: Session) -> HistoryHead:
    """The end of the history, which nobody else goes on from until this transaction has ended."""
    return session.get_one(HistoryHead, 1, with_for_update=True, populate_existing=True)


def write(session: Session, changed: Iterable[str]) -> None:
    """Write the lines that wait; the last of them binds what `changed` names."""
    waiting: list[tuple[datetime, int | None, Event]] = session.info.pop(WAITING, [])
    head = hold_end(session)
    last = head.length + len(waiting)
    before, _after = session.info.get(WRITTEN) or ((head.length, head.hash), None)
    states = binding.bind(session, changed, last)
    key = binding.keys_of(session).current
    for at, actor, event in waiting:
        row = HistoryRow(
            id=head.length + 1,
            at=at.isoformat(timespec="microseconds"),
            actor=actor,
            action=event.action,
            subject=event.subject,
            version=event.version,
            detail=event.detail,
            before=head.hash,
            key_id=key.id,
        )
        bound = states if row.id == last else {}
        row.bound = json.dumps(bound, sort_keys=True) if bound else ""
        row.hash = digest(row)
        row.seal = binding.sealed(key, "row", row.hash)
        session.add(row)
        head.length, head.hash = row.id, row.hash
    session.info[WRITTEN] = before, (head.length, head.hash)
    session.flush()


def digest(row: HistoryRow) -> str:
    """The hash over everything that the row says and binds, and over the row before it."""
    said = [row.before, row.id, row.at, row.actor, row.action, row.subject, row.version, row.detail]
    if row.bound is not None:
        said.append(row.bound)
    return sha256(json.dumps(said).encode()).hexdigest()


def audit(session: Session) -> Audit:
    """Check the whole chain with its seals, from its first row to its head.

    What the rows bind is not looked at: that is `auditing.examined`.
    """
    head = session.get(HistoryHead, 1)
    chain = select(HistoryRow).order_by(HistoryRow.id).execution_options(yield_per=500)
    with closing(session.scalars(chain)) as rows:
        return verify(rows, head, binding.keys_of(session))


def verify(rows: Iterable[HistoryRow], head: HistoryHead | None, keys: Keys | None = None) -> Audit:
    """Walk the chain; the first row that does not fit is named. Seals are checked with `keys`."""
    length, last, seals = 0, BEGINNING, _Seals(keys)
    for row in rows:
        length += 1
        why = _unchained(row, length, last) or seals.why_not(row)
        if why:
            return Audit(length, last, length, why)
        last = row.hash
    if seals.open is not None:
        return Audit(length, last, *seals.open)
    if head is None or (head.length, head.hash) != (length, last):
        return Audit(length, last, length + 1, "the end is missing, or the head was changed")
    return Audit(length, last)


def _unchained(row: HistoryRow, number: int, last: str) -> str:
    """Why a row does not stand where it should, or not as it was; empty where it does."""
    if row.id != number:
        return "a row is missing, or stands where it should not"
    if row.before != last:
        return "it does not follow from the row before it"
    if row.hash != digest(row):
        return "it does not say what it said when it was written"
    return ""


class _Seals:
    """The seals of the rows so far.

    A row's seal holds all rows before it. So one whose key was taken away since it was replaced is
    held by the next one whose key is here; where none follows, it is `open`.
    """

    def __init__(self, keys: Keys | None) -> None:
        """Begin before the first row; without keys no seal is looked at."""
        self._keys, self._begun = keys, False
        self.open: tuple[int, str] | None = None

    def why_not(self, row: HistoryRow) -> str:
        """Why a row's seal does not hold; empty where it does, or nobody can tell yet."""
        self._begun = self._begun or row.seal is not None
        if self._keys is None or not self._begun:
            return ""
        if row.seal is None or row.bound is None:
            return "it has no seal, and rows before it have one"
        key = self._keys.find(row.key_id or "")
        if key is None:
            why = f"it was sealed with the key {row.key_id}, which is not here"
            self.open = self.open or (row.id, why)
            return ""
        if row.seal != binding.sealed(key, "row", row.hash):
            return (
                "its seal is not one of this key: it was written, or written anew, by somebody else"
            )
        self.open = None
        return ""


def of_subject(session: Session, subject: str) -> list[HistoryRow]:
    """Everything that happened to one thing, oldest first."""
    found = select(HistoryRow).where(HistoryRow.subject == subject).order_by(HistoryRow.id)
    return list(session.scalars(found))
