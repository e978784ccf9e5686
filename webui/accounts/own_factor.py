"""What sign-in and recovery need to know of somebody's second factor: asked in this one place."""

from __future__ import annotations

from sqlalchemy.orm import Session


def has_factor(session: Session, account: int) -> bool:
    """Whether this account has a second factor, so that a shorter password does."""
    del session, account
    return False


def take_away(session: Session, account: int) -> None:
    """Delete every second factor of an account."""
    del session, account
