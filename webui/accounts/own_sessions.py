"""In which browsers a person is signed in, as they see it themselves, and how each is ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webui.accounts import session_secrets
from webui.accounts.set_back import is_alive
from webui.database.account_tables import SignIn
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.repository import Repository

NAMED = 16
"""Letters of a session's hash by which a page names it; they open nothing."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session: what names it, since when, when it was last seen, and whether it is this one."""

    name: str
    began_at: datetime
    seen_at: datetime
    this: bool


class OwnSessions(Repository):
    """One's own sessions."""

    def listed(self, person: Person, secret: str) -> Sequence[Begun]:
        """Every session that lives, the newest first; `secret` is that of this one."""
        own = select(SignIn).where(SignIn.account_id == person.id).order_by(SignIn.began_at.desc())
        at = self.clock()
        with self.database.read() as session:
            this = session_secrets.marked(session, secret)
            alive = [row for row in session.scalars(own) if is_alive(row, at)]
        return [
            Begun(row.id_hash[:NAMED], row.began_at, row.seen_at, row.id_hash == this)
            for row in alive
        ]

    def end(self, person: Person, name: str) -> None:
        """End one at once. Raises NotHere where this person has none of this name."""
        with self.database.write() as session:
            own = session.scalars(select(SignIn).where(SignIn.account_id == person.id)).all()
            found = [row for row in own if row.id_hash[:NAMED] == name]
            if not found:
                raise NotHere
            for row in found:
                session.delete(row)
            self.note(session, person, Event("session_ended", f"account-{person.id}"))
