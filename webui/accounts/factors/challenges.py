"""What a passkey is asked to sign: drawn for one browser, account and purpose, and used once."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes

from webui.accounts.tokens import mark
from webui.database.factor_tables import Challenge

FOR = timedelta(minutes=5)
"""How long a person has until the device has signed."""
ADDING, SIGNING_IN, AGAIN = "add", "sign_in", "again"
"""What is signed for."""
_BYTES = 32


def issue(session: Session, account: int, browser: str, purpose: str, at: datetime) -> bytes:
    """A new challenge; it ends this browser's earlier one, and those that have run out."""
    old = (Challenge.at <= at - FOR) | (Challenge.at > at)
    own = (Challenge.browser_hash == mark(browser)) & (Challenge.purpose == purpose)
    session.execute(delete(Challenge).where(old | own))
    challenge = secrets.token_bytes(_BYTES)
    row = Challenge(
        challenge_hash=_hashed(challenge),
        browser_hash=mark(browser),
        account_id=account,
        purpose=purpose,
        at=at,
    )
    session.add(row)
    return challenge


def take(
    session: Session, signed: object, account: int, browser: str, purpose: str, at: datetime
) -> bytes | None:
    """The challenge that was `signed`, which is used up by this; None where it is none of ours.

    `signed` is what the browser sent, of which nothing is believed yet.
    """
    challenge = _named(signed)
    if challenge is None:
        return None
    found = session.get(Challenge, _hashed(challenge), with_for_update=True)
    if found is None:
        return None
    session.delete(found)
    fits = (found.account_id, found.browser_hash, found.purpose) == (
        account,
        mark(browser),
        purpose,
    )
    return challenge if fits and found.at <= at < found.at + FOR else None


def _hashed(challenge: bytes) -> str:
    return mark(challenge.hex())


def _named(signed: object) -> bytes | None:
    """The challenge that the browser says was signed."""
    try:
        told = signed["response"]["clientDataJSON"]  # type: ignore[index]  # whatever was sent
        challenge = json.loads(base64url_to_bytes(told))["challenge"]
        return base64url_to_bytes(challenge)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return None
