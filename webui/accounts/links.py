"""Links that let their holder choose a password: invitations, and those of `recover`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from webui.accounts import resets
from webui.accounts.factors.held import has_factor
from webui.accounts.set_back import INVITED_FOR, LINK_FOR, may_be_used
from webui.accounts.tokens import mark
from webui.database.account_tables import Account, Invitation, RecoveryLink
from webui.database.audit import binding, subjects
from webui.database.refusals import Spent


def keeps_factor(session: Session, link: Invitation | RecoveryLink) -> bool:
    """Whether somebody still has a second factor after they used this link."""
    if isinstance(link, RecoveryLink) and link.without_second_factor:
        return False
    return has_factor(session, link.account_id)


def opened(
    session: Session, secret: str, at: datetime
) -> tuple[Invitation | RecoveryLink, Account]:
    """What a link lets somebody do, and whom. Raises Spent."""
    key = mark(secret)
    found: Invitation | RecoveryLink | None = session.get(Invitation, key, with_for_update=True)
    found = found or session.get(RecoveryLink, key, with_for_update=True)
    lasts = LINK_FOR if isinstance(found, RecoveryLink) else INVITED_FOR
    if found is None or not may_be_used(found.expires_at, lasts, at):
        raise Spent
    account = session.get_one(Account, found.account_id)
    links = subjects.of_account(account.id, found.__tablename__)
    binding.expect(session, subjects.account(account.id), links, row=account)
    if account.disabled:
        raise Spent
    if isinstance(found, Invitation):
        resets.usable(found)
    return found, account
