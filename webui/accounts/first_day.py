"""What an administrator has left to do on the first day, known from what is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from webui.database.account_tables import Account, Supervision
from webui.database.backup import LAST
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
        able = ~Account.disabled
        supervised = exists().where(Supervision.therapist_id == Account.id)
        alone = select(func.count()).where(Account.therapist, able, ~supervised)
        asked = select(
            select(func.count()).select_from(Account).where(able).scalar_subquery(),
            alone.select_from(Account).scalar_subquery(),
            select(func.count()).select_from(SiteContact).scalar_subquery(),
            select(func.count()).select_from(Setting).where(Setting.name == LAST).scalar_subquery(),
            select(func.count()).select_from(Setting).where(Setting.name == AWAY).scalar_subquery(),
        )
        with self.database.read() as session:
            people, unsupervised, contacts, backups, away = session.execute(asked).one()
        if away:
            return ()
        return (
            Task("invite", people > 1),
            Task("supervise", not unsupervised, unsupervised),
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
