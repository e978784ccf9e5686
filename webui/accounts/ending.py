"""How an account's ways in end: its sessions, its links, and its keys for programs.

Each is called within the transaction that changes the account, before its line of history.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webui.database import history
from webui.database.account_tables import Invitation, RecoveryLink, SignIn, Token
from webui.database.history import Event


def end_sessions(session: Session, account: int) -> None:
    """End every session of an account, at once and everywhere."""
    session.execute(delete(SignIn).where(SignIn.account_id == account))


def end_links(session: Session, account: int) -> bool:
    """End every link that leads to an account; tell whether there was one."""
    found = False
    for kind in (Invitation, RecoveryLink):
        found |= bool(session.scalars(select(kind).where(kind.account_id == account)).all())
        session.execute(delete(kind).where(kind.account_id == account))
    return found


def end_keys(session: Session, at: datetime, actor: int | None, account: int, why: str) -> int:
    """End every key of an account, with a line of history for each; give how many there were.

    `why` is the code of what ended them, such as `password_changed`. The account has a line of
    its own, from which its owner is told.
    """
    numbers = session.scalars(select(Token.id).where(Token.account_id == account)).all()
    if not numbers:
        return 0
    session.execute(delete(Token).where(Token.account_id == account))
    for number in numbers:
        history.record(session, at, actor, Event("key_revoked", f"key-{number}", detail=why))
    ended = Event("keys_ended", f"account-{account}", detail=str(len(numbers)))
    history.record(session, at, actor, ended)
    return len(numbers)
