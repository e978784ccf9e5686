"""How many plans wait for somebody, for the navigation: counted, never opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.database.person import Person
from webui.database.repository import Repository
from webui.database.tables import KeptPlan
from webui.register import states
from webui.register.visibility import seen_by


@dataclass(frozen=True, slots=True)
class Waiting:
    """Plans to be reviewed by a person, and plans of their own with changes asked for."""

    review: int = 0
    changed: int = 0


class WaitingPlans(Repository):
    """Counts for one person; one query for each role that they hold."""

    def of(self, person: Person) -> Waiting:
        """What waits for this person at this moment."""
        own = KeptPlan.owner_id == person.id
        with self.database.read() as session:
            review = changed = 0
            if person.supervisor:
                to_review = (seen_by(person), ~own, KeptPlan.state == states.TO_REVIEW)
                review = _count(session, *to_review)
            if person.therapist:
                changed = _count(session, own, KeptPlan.state == states.CHANGES_ASKED)
        return Waiting(review, changed)


def _count(session: Session, *conditions: object) -> int:
    counted = select(func.count()).select_from(KeptPlan).where(*conditions)  # type: ignore[arg-type]  # SQLAlchemy's conditions have many types
    return session.scalar(counted) or 0
