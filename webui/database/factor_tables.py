"""The tables of second factors: authenticator apps, passkeys, recovery codes, and challenges.

What could be used stands here sealed or as a hash; a passkey's own secret never leaves its device.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.account_tables import DIGEST
from webui.database.base import Base, Moment


def _whose(*, key: bool = False) -> Mapped[int]:
    account = ForeignKey("accounts.id", ondelete="CASCADE")
    return mapped_column(account, primary_key=key, index=None if key else True)


class Authenticator(Base):
    """An authenticator app. It counts only once a code of it was typed: then `added_at` is set."""

    __tablename__ = "authenticators"

    account_id: Mapped[int] = _whose(key=True)
    sealed: Mapped[str] = mapped_column(Text)
    """The secret, sealed with the key outside the database for this account alone."""
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The half minute since 1970 whose code was used last: no earlier one is taken any more."""
    added_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Passkey(Base):
    """The public half of a passkey, and the host for which the browser made it."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = _whose()
    name: Mapped[str] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(String(255))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often its device says that it signed; 0 for ever where the device does not count."""
    added_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class RecoveryCode(Base):
    """A recovery code that was not used yet, as a hash."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account_id: Mapped[int] = _whose()
    made_at: Mapped[datetime] = mapped_column(Moment)


class Challenge(Base):
    """What a passkey was asked to sign: once, in one browser, for one account and purpose."""

    __tablename__ = "challenges"

    challenge_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(DIGEST))
    account_id: Mapped[int] = _whose()
    purpose: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
