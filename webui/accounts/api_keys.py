"""Keys for programs: shown once, stored as a hash, good for named things until a named day."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webui.accounts import set_back
from webui.accounts.live_sessions import person_of
from webui.accounts.throttle import SKEW
from webui.accounts.tokens import mark, new_secret
from webui.database.account_tables import Account, Token
from webui.database.audit import binding, subjects
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Busy, Full, NotHere, Unfit
from webui.database.repository import Repository
from webui.database.typed_text import one_line
from webui.words.texts import text

SCOPES = ("plans:read", "plans:write", "plans:submit")
PREFIX = "rp_"
LONGEST_DAYS = 365
MOST = 20
USED_EVERY = timedelta(minutes=1)
"""How often a key's use is written: this is what is written of it, not each request."""


class Keys(Repository):
    """One's own keys."""

    def add(self, person: Person, name: str, scopes: Sequence[str], days: int) -> str:
        """Make a key and give it, this once."""
        problems = {}
        plain = one_line(name[:200], 200)
        if not plain or len(plain) > 64:
            problems["label"] = text("key_label_problem")
        if not scopes or set(scopes) - set(SCOPES):
            problems["scopes"] = text("key_scopes_problem")
        if not 1 <= days <= LONGEST_DAYS:
            problems["days"] = text("key_days_problem", most=LONGEST_DAYS)
        secret, at = PREFIX + new_secret(), self.clock()
        with self.database.write() as session:
            owned = select(Token).where(Token.account_id == person.id)
            if len(session.scalars(owned).all()) >= MOST:
                problems["label"] = text("key_too_many", most=MOST)
            if problems:
                raise Unfit(problems)
            token = Token(
                account_id=person.id,
                name=plain,
                token_hash=mark(secret),
                scopes=" ".join(scope for scope in SCOPES if scope in scopes),
                made_at=at,
                expires_at=at + timedelta(days=days),
            )
            session.add(token)
            session.flush()
            self._did(session, person, "key_made", token.id)
        return secret

    def listed(self, person: Person) -> Sequence[Token]:
        """One's own keys, newest first; the keys themselves are known to no one."""
        own = select(Token).where(Token.account_id == person.id).order_by(Token.id.desc())
        with self.database.read() as session:
            return session.scalars(own).all()

    def revoke(self, person: Person, number: int) -> str:
        """End a key at once; give what it was called."""
        with self.database.write() as session:
            token = session.get(Token, number)
            if token is None or token.account_id != person.id:
                raise NotHere
            session.delete(token)
            session.flush()
            self._did(session, person, "key_revoked", number)
            return token.name

    def _did(self, session: Session, person: Person, action: str, number: int) -> None:
        """A line for the key, and one for the account, from which its owner is told."""
        self.note(session, person, Event(action, f"key-{number}"))
        self.note(session, person, Event(action, f"account-{person.id}", detail=f"key-{number}"))

    def who(self, secret: str) -> tuple[Person, frozenset[str]] | None:
        """Whose key this is and what it may do; None if it is old, revoked or none.

        That it was used is written down, once a minute at most.
        """
        at = self.clock()
        with self.database.read() as session:
            behind = set_back.is_behind(session, at)
            token = session.scalars(
                select(Token).where(Token.token_hash == mark(secret))
            ).one_or_none()
            account = session.get(Account, token.account_id) if token else None
            if account is not None:
                keys = subjects.of_account(account.id, Token.__tablename__)
                binding.expect(session, subjects.account(account.id), keys, row=account)
        if behind:
            set_back.mend(self.database, at)
            return self.who(secret)
        if token is None or account is None or account.disabled:
            return None
        if not token.made_at - SKEW <= at < token.expires_at:
            set_back.remember(self.database, at)
            return None
        if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
            with suppress(Busy, Full), self.database.write() as session:
                used = update(Token).where(Token.id == token.id)
                session.execute(used.values(last_used_at=at))
        return person_of(account), frozenset(token.scopes.split())
