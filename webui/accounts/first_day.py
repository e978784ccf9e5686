"""What an administrator has left to do on the first day, known from what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select

from webui.database.account_tables import Account, Supervision
from webui.database.backups.backup import LAST
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.repository import Repository
from webui.database.tables import Setting, SiteContact

AWAY = "first_day"
"""The setting that says that an administrator put the list away."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its name, whether it is done, and how many are left of it."""

    name: str
    done: bool
    number: int = 0


class FirstDay(Repository):
    """The list that leads an administrator until all is done, or until it is put away."""

    def tasks(self, person: Person) -> tuple[Task, ...]:
        """Every task in its order; empty for others, and once the list was put away."""
        if not person.administrator:
            return ()
        with self.database.read() as session:
            found = session.execute(_counts()).one()
        people, supervisors, therapists, unsupervised, contacts, backups, away = found
        if away:
            return ()
        return (
            Task("invite", people > 1 and supervisors > 0 and therapists > 0),
            Task("supervise", therapists > 0 and not unsupervised, unsupervised),
            Task("contacts", contacts > 0),
            Task("backup", backups > 0),
        )

    def put_away(self, person: Person) -> None:
        """Show the list no more, as where somebody works alone."""
        if not person.administrator:
            raise NotHere
        with self.database.write() as session:
            session.merge(Setting(name=AWAY, value="away"))
            self.note(session, person, Event("first_day_put_away", "site"))


def _counts() -> Select[Any]:
    """How many people there are, by their work, and what else is stored, in one query."""
    able = ~Account.disabled
    supervised = exists().where(Supervision.therapist_id == Account.id)
    people = (
        (able,),
        (able, Account.supervisor),
        (able, Account.therapist),
        (able, Account.therapist, ~supervised),
    )
    settings = (Setting.name == LAST, Setting.name == AWAY)
    counts = (
        *(select(func.count()).select_from(Account).where(*wanted) for wanted in people),
        select(func.count()).select_from(SiteContact),
        *(select(func.count()).select_from(Setting).where(wanted) for wanted in settings),
    )
    return select(*(one.scalar_subquery() for one in counts))
