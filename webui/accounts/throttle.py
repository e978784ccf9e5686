"""Slowing down whoever guesses: five failures a minute for each name, counted in the database.

A failure is written down before the password is looked at and taken back if it was right, so
that many tries at once, by several processes, do not slip through together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text

from webui.accounts.tokens import mark
from webui.database.account_tables import Attempt
from webui.database.connection import Database
from webui.database.refusals import Refusal

MOST = 5
WITHIN = timedelta(minutes=1)


class TooMany(Refusal):
    """More than five tries within a minute."""

    status = 429
    says = "refusal_too_many"


def begin(database: Database, at: datetime, key: str) -> int:
    """Write a try down and give its number. Raises TooMany after the fifth within a minute."""
    hashed = mark(key)
    with database.write() as session:
        if not database.is_sqlite:
            lock = int(hashed[:15], 16)
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        session.execute(delete(Attempt).where(Attempt.at <= at - WITHIN))
        tries = select(func.count()).select_from(Attempt).where(Attempt.key_hash == hashed)
        if session.scalar(tries) >= MOST:  # type: ignore[operator]  # a count is never None
            raise TooMany
        attempt = Attempt(key_hash=hashed, at=at)
        session.add(attempt)
        session.flush()
        return attempt.id


def succeeded(database: Database, attempt: int) -> None:
    """Take a try back: it was the right one."""
    with database.write() as session:
        session.execute(delete(Attempt).where(Attempt.id == attempt))
