"""The tables of accounts, sessions, invitations and API keys. Secrets are stored as hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base, Moment
from webui.database.person import roles_held

DIGEST = 64


def _whose() -> Mapped[int]:
    return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class Account(Base):
    """A person. Without a password they were invited and have not come yet."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(String(128), unique=True)
    password: Mapped[str | None] = mapped_column(Text)
    therapist: Mapped[bool]
    supervisor: Mapped[bool]
    administrator: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    told_upto: Mapped[int | None]
    """The last row of the history that this person was told of and put away."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held."""
        return roles_held(self)


class Supervision(Base):
    """Who supervises whom. Nobody supervises themselves."""

    __tablename__ = "supervision"
    __table_args__ = (CheckConstraint("supervisor_id <> therapist_id", name="two_people"),)

    supervisor_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    therapist_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Invitation(Base):
    """A link that lets its holder choose a password, once, for a while.

    For an account that has a password already an administrator can only ask for one: it works
    once another administrator has confirmed it.
    """

    __tablename__ = "invitations"

    token_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account_id: Mapped[int] = _whose()
    expires_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[int | None]
    """The administrator who asked for a new link; None where somebody was invited."""
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[int | None]


class SignIn(Base):
    """A session of a signed-in browser. Deleting the row ends it at once.

    Where the account has a second factor, the right password begins `half` a session: it lets
    nobody in, and waits for the second factor.
    """

    __tablename__ = "sessions"

    id_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account_id: Mapped[int] = _whose()
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the password or a second factor was given last."""
    half: Mapped[bool] = mapped_column(default=False, server_default=false())


class Attempt(Base):
    """How often something failed in a row, by its key's hash: one row a key, however often."""

    __tablename__ = "attempts"

    key_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    failures: Mapped[int]
    since: Mapped[datetime] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    until: Mapped[datetime | None] = mapped_column(Moment)


class Device(Base):
    """A browser in which this person signed in before, by its secret's hash."""

    __tablename__ = "devices"

    id_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime] = mapped_column(Moment)


class RecoveryLink(Base):
    """A link for somebody who cannot sign in any more, made on the machine itself; used once."""

    __tablename__ = "recovery_links"

    token_hash: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account_id: Mapped[int] = _whose()
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    without_second_factor: Mapped[bool]


class LatestMoment(Base):
    """The latest time that was seen here, so that a clock set back is noticed."""

    __tablename__ = "latest_moment"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Token(Base):
    """A key for a program that acts for someone, within its scopes, until it expires."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = _whose()
    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    scopes: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    """Written once a minute at most."""
