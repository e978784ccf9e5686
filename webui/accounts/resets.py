"""A new link for somebody who has a password already: one administrator asks, another confirms.

An administrator sees no plan, so none can come in as somebody who does: the link is shown to the
one who asks, and works once another one has confirmed it. Where there is no other, only
`repair-planner recover` on the machine itself makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from shlex import quote

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webui.accounts.ending import end_links
from webui.accounts.set_back import INVITED_FOR
from webui.accounts.tokens import mark, new_secret
from webui.database.account_tables import Account, Invitation
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit, WrongState
from webui.database.repository import Repository
from webui.words.texts import text

RECOVER = "repair-planner recover"


class Unconfirmed(NotHere):
    """A new link that another administrator has to confirm first."""

    status = 409
    says = "reset_waits_lead"


@dataclass(frozen=True, slots=True)
class Reset:
    """A new link that was asked for, and not used yet."""

    asked_by: int
    asker: str
    asked_at: datetime
    confirmer: str
    """The name of who confirmed it; empty while it waits."""
    theirs: bool
    """Whether the administrator who looks asked for it."""


class Resets(Repository):
    """New links for people who have a password."""

    def ask(self, person: Person, number: int) -> str:
        """Ask for a new link and give its secret, which works once somebody else confirmed it.

        Raises Unfit for oneself, and where there is no other administrator who could confirm.
        """
        with self.database.write() as session:
            account = _of(session, person, number)
            if account.id == person.id:
                raise Unfit({"link": text("reset_own")})
            if not able(session, but=(person.id, number)):
                raise Unfit(
                    {"link": text("reset_alone", command=f"{RECOVER} {quote(account.name)}")}
                )
            end_links(session, number)
            secret, at = new_secret(), self.clock()
            link = Invitation(
                token_hash=mark(secret),
                account_id=number,
                expires_at=at + INVITED_FOR,
                asked_by=person.id,
                asked_at=at,
            )
            session.add(link)
            session.flush()
            self.note(session, person, Event("reset_asked", f"account-{number}"))
        return secret

    def confirm(self, person: Person, number: int) -> str:
        """Let a link work that another administrator asked for; give the account's name."""
        with self.database.write() as session:
            account, link = _of(session, person, number), _waiting(session, number, self.clock())
            if person.id in (link.asked_by, number):
                raise Unfit({"link": text("reset_not_oneself")})
            link.confirmed_by = person.id
            session.flush()
            self.note(session, person, Event("reset_confirmed", f"account-{number}"))
            return account.name

    def refuse(self, person: Person, number: int) -> str:
        """End a link that was asked for, whoever asked; give the account's name."""
        with self.database.write() as session:
            account = _of(session, person, number)
            if not end_links(session, number):
                raise WrongState(text("reset_none_waits"))
            self.note(session, person, Event("reset_refused", f"account-{number}"))
            return account.name

    def of(self, person: Person, number: int) -> Reset | None:
        """The link that was asked for this account, where it is not used and has not run out."""
        if not person.administrator:
            raise NotHere
        with self.database.read() as session:
            link = session.scalars(
                select(Invitation).where(
                    Invitation.account_id == number,
                    Invitation.asked_by.is_not(None),
                    Invitation.expires_at > self.clock(),
                )
            ).one_or_none()
            return _told(session, person, link) if link else None

    def can_confirm(self, person: Person, number: int) -> Sequence[str]:
        """The names of those who could confirm a link for this account that one asks for."""
        with self.database.read() as session:
            return [one.name for one in able(session, but=(person.id, number))]


def able(session: Session, but: tuple[int, ...] = ()) -> Sequence[Account]:
    """The administrators who can come in, by name, `but` for these."""
    here = (Account.administrator, ~Account.disabled, Account.password.is_not(None))
    found = select(Account).where(*here, Account.id.not_in(but)).order_by(Account.name_key)
    return session.scalars(found).all()


def usable(link: Invitation) -> None:
    """Raise Unconfirmed where a link waits for another administrator."""
    if link.asked_by is not None and link.confirmed_by is None:
        raise Unconfirmed


def end_asked_by(session: Session, administrator: int) -> None:
    """End what somebody asked for or confirmed who is no administrator any more."""
    theirs = (Invitation.asked_by == administrator) | (Invitation.confirmed_by == administrator)
    session.execute(delete(Invitation).where(theirs))


def _of(session: Session, person: Person, number: int) -> Account:
    """The account that a link is for. Raises NotHere where it has no password to reset."""
    account = session.get(Account, number, with_for_update=True)
    absent = account is None or account.disabled or not account.password
    if not person.administrator or account is None or absent:
        raise NotHere
    return account


def _waiting(session: Session, number: int, at: datetime) -> Invitation:
    """The link of an account that waits to be confirmed."""
    waits = (Invitation.asked_by.is_not(None), Invitation.confirmed_by.is_(None))
    link = session.scalars(
        select(Invitation).where(Invitation.account_id == number, *waits).with_for_update()
    ).one_or_none()
    if link is None or link.expires_at <= at:
        raise WrongState(text("reset_none_waits"))
    return link


def _told(session: Session, person: Person, link: Invitation) -> Reset:
    def name(account: int | None) -> str:
        found = session.get(Account, account) if account else None
        return found.name if found else ""

    assert link.asked_by is not None  # noqa: S101 - only such links are looked for
    assert link.asked_at is not None  # noqa: S101 - written with `asked_by`
    theirs = link.asked_by == person.id
    return Reset(link.asked_by, name(link.asked_by), link.asked_at, name(link.confirmed_by), theirs)
