"""The base class of the register's and the accounts' parts: the database and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webui.database import history
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.person import Person


@dataclass(frozen=True)
class Repository:
    """One kind of stored things. Each public method is one transaction and one line of history."""

    database: Database
    clock: Callable[[], datetime] = now

    def note(self, session: Session, person: Person, event: Event) -> None:
        """Write into the record who did this, within the transaction that does it."""
        history.record(session, self.clock(), person.id, event)
