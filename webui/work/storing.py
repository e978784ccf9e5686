"""Where sealed plans in work lie for a day: in the database, or in memory where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from sqlalchemy import delete, func, select

from webui.database.base import now
from webui.database.connection import Database
from webui.database.work_tables import PlanInWork

FOR = timedelta(days=1)
MOST = 20_000
"""Plans in work at once, about 40 MB; the oldest go first."""


class Storing(Protocol):
    """A place for sealed plans."""

    def save(self, ref: str, chain: str, box: bytes) -> None:
        """Store it, in place of an older one of this reference; whatever is a day old goes.

        All plans of one chain were made from one another, and are forgotten together.
        """

    def find(self, ref: str) -> bytes | None:
        """What was stored under this reference within a day."""

    def forget(self, chain: str) -> list[str]:
        """Delete a whole chain; gives the references that were in it."""


class InMemory:
    """For an application without a database: one process, and nothing is on the disk."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        """Begin with none; `clock` is another one in tests."""
        self._clock = clock
        self._boxes: dict[str, tuple[datetime, str, bytes]] = {}
        self._lock = Lock()

    def save(self, ref: str, chain: str, box: bytes) -> None:
        """Store it; the oldest go first where there is no room."""
        with self._lock:
            self._boxes.pop(ref, None)
            self._boxes[ref] = (self._clock(), chain, box)
            since = self._clock() - FOR
            while len(self._boxes) > MOST or next(iter(self._boxes.values()))[0] <= since:
                del self._boxes[next(iter(self._boxes))]

    def find(self, ref: str) -> bytes | None:
        """What was stored within a day."""
        at, _chain, box = self._boxes.get(ref, (None, "", b""))
        return box if at is not None and at > self._clock() - FOR else None

    def forget(self, chain: str) -> list[str]:
        """Delete a whole chain."""
        with self._lock:
            gone = [ref for ref, (_at, one, _box) in self._boxes.items() if one == chain]
            for ref in gone:
                del self._boxes[ref]
        return gone


class InDatabase:
    """For everything else: one row a plan, shared by all processes."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        """Use the table of this database."""
        self._database = database
        self._clock = clock

    def save(self, ref: str, chain: str, box: bytes) -> None:
        """Store it. Raises Stale where another request stored the same in this moment."""
        at = self._clock()
        with self._database.write() as session:
            session.execute(delete(PlanInWork).where(PlanInWork.made_at <= at - FOR))
            row = session.get(PlanInWork, ref) or PlanInWork(ref=ref)
            row.chain, row.box, row.made_at = chain, box, at
            session.add(row)
            session.flush()
            extra = (session.scalar(select(func.count()).select_from(PlanInWork)) or 0) - MOST
            if extra > 0:
                oldest = select(PlanInWork.ref).order_by(PlanInWork.made_at).limit(extra)
                session.execute(delete(PlanInWork).where(PlanInWork.ref.in_(oldest)))

    def find(self, ref: str) -> bytes | None:
        """What was stored within a day."""
        with self._database.read() as session:
            row = session.get(PlanInWork, ref)
            return row.box if row and row.made_at > self._clock() - FOR else None

    def forget(self, chain: str) -> list[str]:
        """Delete a whole chain."""
        with self._database.write() as session:
            of_it = PlanInWork.chain == chain
            gone = list(session.scalars(select(PlanInWork.ref).where(of_it)))
            session.execute(delete(PlanInWork).where(of_it))
        return gone
