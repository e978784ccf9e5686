"""What an administrator cannot do to their own account, and who can instead.

Nobody gives themselves a role or supervision. Another administrator can; where there is none, a
command on the machine itself can. Each check gives the problem by field, empty where there is none.
"""

from __future__ import annotations

from collections.abc import Collection
from shlex import quote

from sqlalchemy.orm import Session

from webui.accounts.resets import able
from webui.database.account_tables import Account
from webui.database.person import FIRST_ROLE, Person
from webui.words.texts import text

Problems = dict[str, str]


def check_roles(
    session: Session, person: Person, account: Account, roles: Collection[str]
) -> Problems:
    """That of one's own roles one can only give up being administrator."""
    kept = set(account.roles)
    if account.id != person.id or set(roles) in (kept, kept - {FIRST_ROLE}):
        return {}
    alone = text("own_roles_alone", who=quote(person.name))
    return {"roles": f"{text('own_roles')} {_who_can(session, person, alone)}"}


def check_supervision(
    session: Session, person: Person, account: Account, added: Collection[int]
) -> Problems:
    """That nobody makes themselves a supervisor."""
    if person.id not in added:
        return {}
    who = _who_can(session, person, text("own_supervision_alone"), but=account.id)
    return {"supervisors": f"{text('own_supervision')} {who}"}


def check_shut_out(session: Session, person: Person, account: Account) -> Problems:
    """That nobody shuts themselves out or lets themselves in."""
    if account.id != person.id:
        return {}
    who = _who_can(session, person, text("own_shut_out_alone"))
    return {"disable": f"{text('own_shut_out')} {who}"}


def _who_can(session: Session, person: Person, alone: str, but: int = 0) -> str:
    """Who can do it in one's place: the other administrators by name, or else what to do."""
    names = [one.name for one in able(session, but=(person.id, but))]
    return text("own_others", names=", ".join(names)) if names else alone
