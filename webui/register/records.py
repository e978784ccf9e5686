"""Everything that hangs on a plan, as those who may see it read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webui.database import history
from webui.database.account_tables import Account
from webui.database.history import Event
from webui.database.person import Person
from webui.database.repository import Repository
from webui.database.tables import Decision, HistoryRow, KeptPlan, Version
from webui.register.reviewers import Standing, standing_of
from webui.register.visibility import plan_for, shows


@dataclass(frozen=True, slots=True)
class Trail:
    """What happened to a plan, with the names of those who did it."""

    rows: Sequence[HistoryRow]
    names: Mapping[int, str]


class Records(Repository):
    """Lists beside a plan. None of them holds a plan's content except `decisions`."""

    def versions(self, person: Person, ref: str) -> Sequence[Version]:
        """Every version that this person may read, newest first."""
        with self.database.read() as session:
            kept = plan_for(session, person, ref)
            own = select(Version).where(Version.plan_id == kept.id)
            found = session.scalars(own.order_by(Version.number.desc())).all()
            return [one for one in found if shows(kept, person, one.number)]

    def standing(self, person: Person, ref: str) -> Standing:
        """Who has the plan or would get it, and how it may be used."""
        with self.database.read() as session:
            return standing_of(session, plan_for(session, person, ref))

    def decisions(self, person: Person, ref: str) -> Sequence[Decision]:
        """Every decision with its comments, newest first."""
        with self.database.read() as session:
            kept = plan_for(session, person, ref)
            made = select(Decision).where(Decision.plan_id == kept.id)
            loaded = made.options(selectinload(Decision.comments))
            return session.scalars(loaded.order_by(Decision.id.desc())).all()

    def trail(self, person: Person, ref: str) -> Trail:
        """The plan's lines of the history. Looking at them is one more."""
        with self.database.write() as session:
            kept = plan_for(session, person, ref)
            self.note(session, person, Event("read", kept.ref, kept.version, "history"))
            rows = history.of_subject(session, kept.ref)
        return Trail(rows, self.names(row.actor for row in rows))

    def names(self, numbers: Iterable[int | None]) -> Mapping[int, str]:
        """What people are called, by the numbers of their accounts."""
        wanted = {number for number in numbers if number is not None}
        with self.database.read() as session:
            found = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
            return {number: name for number, name in found.all()}  # noqa: C416 - rows are no pairs to `dict`

    def followers(self, person: Person, ref: str) -> Sequence[KeptPlan]:
        """Plans that were begun from a new rupture after this one."""
        with self.database.read() as session:
            kept = plan_for(session, person, ref)
            later = select(KeptPlan).where(KeptPlan.follows_id == kept.id)
            return session.scalars(later.order_by(KeptPlan.id)).unique().all()
