"""The roles of an account: which can be given, how they are written, and by whom.

An administrator gives them to others by the pages. On the machine itself, where nobody is signed
in, the command `repair-planner roles` does, also for somebody who works there alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.accounts.names import name_key
from webui.accounts.resets import able, end_asked_by
from webui.database import history
from webui.database.account_tables import Account, Supervision
from webui.database.history import Event
from webui.database.person import FIRST_ROLE, ROLES
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository
from webui.words.texts import text


class RolesHere(Repository):
    """Roles as they are changed on the machine itself."""

    def change(
        self, name: str, add: Collection[str], remove: Collection[str]
    ) -> tuple[str, Sequence[str]]:
        """Add and remove roles; give the person's name and the roles held then.

        Raises NotHere for a name that nobody has, Unfit where no role or no administrator would
        be left.
        """
        with self.database.write() as session:
            wanted = select(Account).where(Account.name_key == name_key(name)).with_for_update()
            account = session.scalars(wanted).one_or_none()
            if account is None:
                raise NotHere
            roles = [one for one in ROLES if one in {*account.roles, *add} and one not in remove]
            problems = roles_problem(roles) or last_problem(session, account, roles)
            if problems:
                raise Unfit(problems)
            if tuple(roles) != account.roles:
                give(session, self.clock(), None, account, roles)
            return account.name, account.roles


def give(
    session: Session, at: datetime, actor: int | None, account: Account, roles: Collection[str]
) -> None:
    """Write exactly these roles into an account; without an `actor` on the machine itself.

    Whose supervisor becomes one again, or is none any more, is told as well.
    """
    supervised = account.supervisor
    for role in ROLES:
        setattr(account, role, role in roles)
    if not account.administrator:
        end_asked_by(session, account.id)
    session.flush()
    changed = Event("roles_changed", f"account-{account.id}", detail=" ".join(account.roles))
    history.record(session, at, actor, changed)
    if account.supervisor != supervised:
        action = "supervisor_begun" if account.supervisor else "supervisor_ended"
        below = select(Supervision.therapist_id).where(Supervision.supervisor_id == account.id)
        for one in session.scalars(below.order_by(Supervision.therapist_id)).all():
            told = Event(action, f"account-{one}", detail=f"account-{account.id}")
            history.record(session, at, actor, told)


def roles_problem(roles: Collection[str]) -> dict[str, str]:
    """Why these cannot be someone's roles."""
    if not roles or set(roles) - set(ROLES):
        return {"roles": text("roles_problem")}
    return {}


def last_problem(session: Session, account: Account, roles: Collection[str]) -> dict[str, str]:
    """That the last administrator stays one."""
    if FIRST_ROLE not in roles and is_last(session, account):
        return {"roles": text("roles_last_administrator")}
    return {}


def is_last(session: Session, account: Account) -> bool:
    """Whether no other administrator could come in."""
    return account.administrator and not able(session, but=(account.id,))
