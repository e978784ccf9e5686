"""What people practiced and wanted to keep: theirs alone, and never a line of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from planner.practice.answering import Answer
from webui.database.person import Person
from webui.database.practice_tables import Practiced as Row
from webui.database.repository import Repository


@dataclass(frozen=True, slots=True)
class Kept:
    """One case that somebody practiced: its address, what they answered, and when."""

    key: str
    answer: Answer
    at: datetime


class Practiced(Repository):
    """One row a person and case: the last answer. What they would say is not among it.

    Nobody but the person reads or deletes it, and the history does not tell of it: what somebody
    practices is no act on anyone's plan.
    """

    def keep(self, person: Person, key: str, answer: Answer) -> None:
        """Keep an answer, in the place of an earlier one to the same case."""
        mine = (Row.account_id == person.id, Row.case_key == key)
        with self.database.write() as session:
            session.execute(delete(Row).where(*mine))
            session.add(
                Row(
                    account_id=person.id,
                    case_key=key,
                    goes_on=answer.disposition,
                    first_item=answer.first,
                    waits=" ".join(sorted(answer.waits)),
                    at=self.clock(),
                )
            )

    def listed(self, person: Person) -> Sequence[Kept]:
        """What this person kept, the last first."""
        query = (
            select(Row).where(Row.account_id == person.id).order_by(Row.at.desc(), Row.id.desc())
        )
        with self.database.read() as session:
            return tuple(_kept(row) for row in session.scalars(query))

    def forget(self, person: Person) -> None:
        """Delete all that this person kept."""
        with self.database.write() as session:
            session.execute(delete(Row).where(Row.account_id == person.id))


def _kept(row: Row) -> Kept:
    """A row as the answer that it is."""
    answer = Answer(row.goes_on, row.first_item, frozenset(row.waits.split()))
    return Kept(row.case_key, answer, row.at)
