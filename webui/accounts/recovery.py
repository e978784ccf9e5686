"""A link for somebody who cannot sign in any more, made by whoever is on the machine itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webui.accounts import names
from webui.accounts.set_back import LINK_FOR, saw
from webui.accounts.tokens import mark, new_secret
from webui.database import history
from webui.database.account_tables import Account, RecoveryLink
from webui.database.history import Event
from webui.database.refusals import Refusal
from webui.database.repository import Repository
from webui.words.texts import text


class Nobody(Refusal):
    """No account has this name, or the one that has it is shut out; it says whom to name."""

    status = 404
    says = "recover_nobody"


@dataclass(frozen=True, slots=True)
class Link:
    """For whom a link is, by their name, and its secret."""

    name: str
    secret: str


class Recovery(Repository):
    """The sole administrator's way back in too."""

    def link(self, typed: str, *, without_second_factor: bool = False) -> Link:
        """A link that works once, for an hour; an earlier one ends. Raises Nobody.

        It lets its holder choose a password, which ends every session of this person. Their second
        factor stays, unless they are to go on `without_second_factor`.
        """
        at = self.clock()
        with self.database.write() as session:
            account = _meant(session, typed)
            ended = RecoveryLink.account_id == account.id
            session.execute(delete(RecoveryLink).where(ended | (RecoveryLink.expires_at <= at)))
            secret = new_secret()
            session.add(
                RecoveryLink(
                    token_hash=mark(secret),
                    account_id=account.id,
                    made_at=at,
                    expires_at=at + LINK_FOR,
                    without_second_factor=without_second_factor,
                )
            )
            saw(session, at)
            detail = "without_second_factor" if without_second_factor else ""
            event = Event("recovery_link", f"account-{account.id}", detail=detail)
            history.record(session, at, None, event)
            return Link(account.name, secret)


def _meant(session: Session, typed: str) -> Account:
    """The account of this name. Raises Nobody, with the nearest names."""
    account = names.found(session, typed)
    if account is None:
        near = ", ".join(names.nearest(session, typed))
        raise Nobody(text("recover_near", names=near) if near else text("recover_nobody"))
    if account.disabled:
        raise Nobody(text("recover_shut_out", who=account.name))
    return account
