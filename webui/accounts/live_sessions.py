"""Sessions that have begun: whose they are, how long they last, and how they are ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webui.accounts import session_secrets, set_back
from webui.accounts.ending import end_sessions
from webui.accounts.set_back import ABSOLUTE, IDLE, is_alive
from webui.database import binding, history, subjects
from webui.database.account_tables import Account, SignIn
from webui.database.base import now
from webui.database.connection import Database
from webui.database.history import Event
from webui.database.person import Person

SEEN_EVERY = timedelta(seconds=30)
"""How often `seen_at` is written; a session may end too early by this much."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """How many seconds a session still has, and whether staying would give it more."""

    seconds: int
    renewable: bool


@dataclass(frozen=True)
class LiveSessions:
    """The sessions that live, on one database and by one clock."""

    database: Database
    clock: Callable[[], datetime] = now

    def who(self, secret: str) -> Person | None:
        """The person of a session that still lives; None for any other."""
        at = self.clock()
        with self.database.read() as session:
            found = session_secrets.found(session, secret)
            account = session.get(Account, found.account_id) if found else None
            if account is not None:
                binding.expect(session, subjects.account(account.id), row=account)
            behind = set_back.is_behind(session, at)
        if found is None or account is None:
            return None
        if behind:
            set_back.mend(self.database, at)
            return self.who(secret)
        if not is_alive(found, at):
            set_back.remember(self.database, at)
            return None
        if account.disabled:
            return None
        if at - found.seen_at >= SEEN_EVERY:
            with self.database.write() as session:
                session.query(SignIn).filter_by(id_hash=found.id_hash).update({"seen_at": at})
                set_back.saw(session, at)
        return person_of(account)

    def remaining(self, secret: str) -> Remaining | None:
        """How long a session still lives without another request; None for any other."""
        at = self.clock()
        with self.database.read() as session:
            found = session_secrets.found(session, secret)
        if found is None or not is_alive(found, at):
            return None
        idle, last = found.seen_at + IDLE, found.began_at + ABSOLUTE
        return Remaining(int((min(idle, last) - at).total_seconds()), last > idle)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self.database.write() as session:
            found = session_secrets.found(session, secret)
            if found:
                self._note(session, found.account_id, "signed_out")
                session.delete(found)

    def sign_out_everywhere(self, person: Person) -> None:
        """End every session of this person."""
        with self.database.write() as session:
            end_sessions(session, person.id)
            self._note(session, person.id, "signed_out_everywhere")

    def _note(self, session: Session, actor: int | None, action: str, detail: str = "") -> None:
        subject = f"account-{actor}" if actor else ""
        history.record(session, self.clock(), actor, Event(action, subject, detail=detail))


def person_of(account: Account) -> Person:
    """An account as the register knows it."""
    return Person(account.id, account.name, **dict.fromkeys(account.roles, True))
