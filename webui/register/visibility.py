"""Which plans someone may see, and which they may change."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from webui.database.account_tables import Supervision
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.tables import ChosenReviewer, KeptPlan


def seen_by(person: Person) -> ColumnElement[bool]:
    """Which plans someone may see: their own, and what was handed in to them.

    That is what their supervisees hand in, and single plans for which they were chosen.
    A draft that was never handed in is its owner's alone; an administrator sees no plan.
    """
    own = KeptPlan.owner_id == (person.id if person.therapist else -1)
    if not person.supervisor:
        return own
    supervisees = select(Supervision.therapist_id).where(Supervision.supervisor_id == person.id)
    chosen = select(ChosenReviewer.plan_id).where(ChosenReviewer.account_id == person.id)
    theirs = or_(KeptPlan.owner_id.in_(supervisees), KeptPlan.id.in_(chosen))
    handed_in = and_(KeptPlan.submitted_at.is_not(None), theirs)
    return or_(own, and_(handed_in, KeptPlan.owner_id != person.id))


def shows(kept: KeptPlan, person: Person, number: int) -> bool:
    """Whether someone who sees a plan also sees this version of it.

    What the owner wrote before handing in stays theirs: notes that were left out, for one.
    """
    return kept.owner_id == person.id or number >= (kept.shared_from or 1)


def plan_for(session: Session, person: Person, ref: str, *, change: bool = False) -> KeptPlan:
    """The plan of this reference. Raises NotHere where it is none of this person's."""
    query = select(KeptPlan).where(KeptPlan.ref == ref, seen_by(person))
    if change:
        query = query.with_for_update(of=KeptPlan)
    plan = session.scalars(query).unique().one_or_none()
    if plan is None:
        raise NotHere
    return plan


def own_plan(session: Session, person: Person, ref: str) -> KeptPlan:
    """A plan of this person's own, to be changed. Raises NotHere for anyone else's."""
    plan = plan_for(session, person, ref, change=True)
    if plan.owner_id != person.id:
        raise NotHere
    return plan


def supervised_plan(session: Session, person: Person, ref: str, *, change: bool = True) -> KeptPlan:
    """A supervisee's plan, to be reviewed. Nobody reviews their own: it is not there for them."""
    plan = plan_for(session, person, ref, change=change)
    if plan.owner_id == person.id:
        raise NotHere
    return plan
