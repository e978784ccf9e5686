"""Which second factors somebody has, and what ends with one of them.

A recovery code is no factor of its own: it stands in for one that is not at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session

from webui.accounts import session_secrets
from webui.database.account_tables import SignIn
from webui.database.factor_tables import Authenticator, Challenge, Passkey, RecoveryCode
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository
from webui.words.texts import text

AUTHENTICATOR, PASSKEY = "authenticator", "passkey"
"""What a line of history says of a factor."""


@dataclass(frozen=True, slots=True)
class Held:
    """The second factors of one account, and how many recovery codes are left."""

    authenticator: Authenticator | None
    passkeys: Sequence[Passkey]
    codes: int

    def __bool__(self) -> bool:
        """Whether there is a second factor at all."""
        return self.authenticator is not None or bool(self.passkeys)

    def at(self, host: str) -> Sequence[Passkey]:
        """The passkeys that a browser has for this host."""
        return [one for one in self.passkeys if one.host == host]


class Factors(Repository):
    """What somebody has beside the password."""

    def of(self, account: int) -> Held:
        """Everything that counts; an authenticator that was not confirmed does not."""
        with self.database.read() as session:
            return Held(
                session.scalar(_confirmed(account)),
                session.scalars(_passkeys(account).order_by(Passkey.id)).all(),
                codes_left(session, account),
            )

    def any(self, account: int) -> bool:
        """Whether this account has a second factor."""
        with self.database.read() as session:
            return has_factor(session, account)

    def remove_authenticator(self, person: Person, browser: str, *, required: bool) -> None:
        """Remove the authenticator. Raises NotHere, or Unfit where a factor is `required`."""
        with self.database.write() as session:
            found = session.scalar(_confirmed(person.id).with_for_update())
            if found is None:
                raise NotHere
            session.delete(found)
            self._removed(session, person, browser, AUTHENTICATOR, required=required)

    def remove_passkey(self, person: Person, browser: str, number: int, *, required: bool) -> str:
        """Remove a passkey of one's own; gives its name. Raises as `remove_authenticator`."""
        with self.database.write() as session:
            found = session.get(Passkey, number, with_for_update=True)
            if found is None or found.account_id != person.id:
                raise NotHere
            session.delete(found)
            self._removed(session, person, browser, PASSKEY, required=required)
            return found.name

    def _removed(
        self, session: Session, person: Person, browser: str, which: str, *, required: bool
    ) -> None:
        """What follows: other sessions end, and with the last factor its recovery codes."""
        session.flush()
        if not has_factor(session, person.id):
            if required:
                raise Unfit({"factor": text("factor_last_required")})
            session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == person.id))
        self.note(session, person, Event("factor_removed", f"account-{person.id}", detail=which))
        end_other_sessions(session, person.id, browser)


def has_factor(session: Session, account: int) -> bool:
    """Whether a sign-in of this account needs more than the password."""
    found = exists(_confirmed(account)) | exists(_passkeys(account))
    return bool(session.scalar(select(found)))


def take_away(session: Session, account: int) -> bool:
    """Delete every factor and recovery code of an account; gives whether there was a factor.

    For a reset, whose transaction writes the line of history and ends the sessions.
    """
    had = has_factor(session, account)
    for table in (Authenticator, Passkey, RecoveryCode, Challenge):
        session.execute(delete(table).where(table.account_id == account))
    return had


def end_other_sessions(session: Session, account: int, browser: str) -> None:
    """End every session of an account but this browser's, also those that wait for a factor."""
    this = session_secrets.marked(session, browser)
    others = (SignIn.account_id == account, SignIn.id_hash != this)
    session.execute(delete(SignIn).where(*others))


def codes_left(session: Session, account: int) -> int:
    """How many recovery codes were not used yet."""
    own = RecoveryCode.account_id == account
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(own)) or 0


def _confirmed(account: int) -> Select[Authenticator]:
    return select(Authenticator).where(
        Authenticator.account_id == account, Authenticator.added_at.is_not(None)
    )


def _passkeys(account: int) -> Select[Passkey]:
    return select(Passkey).where(Passkey.account_id == account)
