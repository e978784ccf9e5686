"""What becomes of sessions, links and keys when the clock is set back: nothing ended lives again.

The latest time that was seen stands in the database. Where the clock says more than a minute less,
everything that had ended by then is deleted, and so is what began or was seen later than now.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webui.accounts.throttle import SKEW
from webui.database import history
from webui.database.account_tables import Invitation, LatestMoment, RecoveryLink, SignIn, Token
from webui.database.connection import Database
from webui.database.history import Event

IDLE, ABSOLUTE = timedelta(minutes=15), timedelta(hours=12)
"""How long a session lives without a request, and at most."""
INVITED_FOR = timedelta(days=3)
"""How long an invitation works."""
LINK_FOR = timedelta(hours=1)
"""How long a link of `repair-planner recover` works."""
NOTED_EVERY = timedelta(seconds=30)
ONE = 1


def is_alive(found: SignIn, at: datetime) -> bool:
    """Whether a session lives: whole, neither idle nor old, and not from later than now."""
    if found.half:  # it waits for a second factor, and lets nobody in
        return False
    return at - IDLE < found.seen_at <= at + SKEW and at - ABSOLUTE < found.began_at <= at + SKEW


def may_be_used(expires_at: datetime, lasts: timedelta, at: datetime) -> bool:
    """Whether a link that lasts so long has begun and not ended."""
    return at < expires_at <= at + lasts + SKEW


def saw(session: Session, at: datetime) -> None:
    """Remember a time that was seen, every half a minute, within a transaction that writes."""
    latest = session.get(LatestMoment, ONE)
    if latest is None:
        session.merge(LatestMoment(id=ONE, at=at))
    elif at - latest.at >= NOTED_EVERY:
        latest.at = at


def is_behind(session: Session, at: datetime) -> bool:
    """Whether the clock says less than was seen here before."""
    latest = session.get(LatestMoment, ONE)
    return latest is not None and latest.at > at + SKEW


def remember(database: Database, at: datetime) -> None:
    """Remember the time at which something was found to have ended."""
    with database.read() as session:
        latest = session.get(LatestMoment, ONE)
    if latest is None or at - latest.at >= NOTED_EVERY:
        with database.write() as session:
            saw(session, at)


def mend(database: Database, at: datetime) -> None:
    """Where the clock was set back, end what had ended and what is dated later than now."""
    with database.read() as session:
        if not is_behind(session, at):
            return
    with database.write() as session:
        latest = session.get(LatestMoment, ONE, with_for_update=True)
        if latest is not None and latest.at > at + SKEW:
            _end(session, latest.at, at)
            latest.at = at
            history.record(session, at, None, Event("clock_set_back", "site"))


def _end(session: Session, latest: datetime, at: datetime) -> None:
    """Delete what had ended at the latest time, and what is dated later than now."""
    begun, seen = SignIn.began_at, SignIn.seen_at
    old = (seen <= latest - IDLE) | (begun <= latest - ABSOLUTE)
    session.execute(delete(SignIn).where(old | (seen > at + SKEW) | (begun > at + SKEW)))
    for link, lasts in ((Invitation, INVITED_FOR), (RecoveryLink, LINK_FOR)):
        ends = link.expires_at
        session.execute(delete(link).where((ends <= latest) | (ends > at + lasts + SKEW)))
    ended = (Token.expires_at <= latest) | (Token.made_at > at + SKEW)
    owners: Counter[int] = Counter()
    for number, owner in session.execute(select(Token.id, Token.account_id).where(ended)).all():
        session.execute(delete(Token).where(Token.id == number))
        history.record(session, at, None, Event("key_ended", f"key-{number}", detail="clock"))
        owners[owner] += 1
    for owner, number in sorted(owners.items()):
        history.record(
            session, at, None, Event("keys_ended", f"account-{owner}", detail=str(number))
        )
