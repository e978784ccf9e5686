"""Which tokens were used before, for as long as they could be used again.

In the database, so that a token used at one worker is known to all of them; in memory where there
is no database, and so one process.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from sqlalchemy import delete, func, select

from webui.database.base import now
from webui.database.cds_tables import UsedToken
from webui.database.connection import Database
from webui.database.refusals import Stale

MOST = 100_000
"""Tokens remembered at once. They run out within the hour, so that is 27 calls a second."""

SWEPT = timedelta(minutes=1)


class Crowded(Exception):  # noqa: N818 - it says how it is
    """More tokens were used than can be remembered; in a while some will have run out."""


class Seen(Protocol):
    """A memory of tokens."""

    def first(self, mark: str, until: datetime) -> bool:
        """Remember a token until it has run out; False where it was there before.

        Raises Crowded, and remembers nothing, where there are too many.
        """


class InMemory:
    """For an application without a database."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        """Begin with none; `clock` is another one in tests."""
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self._swept = clock()
        self._lock = Lock()

    def first(self, mark: str, until: datetime) -> bool:
        """Remember it, if it is new; once a minute what has run out is forgotten."""
        with self._lock:
            at = self._clock()
            if at - self._swept >= SWEPT:
                self._until = {one: end for one, end in self._until.items() if end > at}
                self._swept = at
            if self._until.get(mark, at) > at:
                return False
            if len(self._until) >= MOST:
                raise Crowded
            self._until[mark] = until
            return True


class InDatabase:
    """For everything else: one row a token, shared by all processes."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        """Use the table of this database."""
        self._database = database
        self._clock = clock

    def first(self, mark: str, until: datetime) -> bool:
        """Store it, if it is new. Of two processes at once one stores it, the other is told."""
        try:
            with self._database.write() as session:
                session.execute(delete(UsedToken).where(UsedToken.until <= self._clock()))
                if session.get(UsedToken, mark) is not None:
                    return False
                if (session.scalar(select(func.count()).select_from(UsedToken)) or 0) >= MOST:
                    raise Crowded
                session.add(UsedToken(mark=mark, until=until))
        except Stale:
            return False
        return True
