"""Which plans someone may see, and which they may change."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webui.database.account_tables import Supervision
from webui.database.audit import binding, subjects
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.tables import ChosenReviewer, Decision, KeptPlan
from webui.register import states


def reviews(account: ColumnElement[int] | InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Whether an account reviews a plan: as its owner's supervisor, or as whom the owner chose.

    Who sees a plan, in whose queue it is and whom its page names are all read from here.
    """
    supervision = select(Supervision.therapist_id).where(
        Supervision.therapist_id == KeptPlan.owner_id, Supervision.supervisor_id == account
    )
    chosen = select(ChosenReviewer.plan_id).where(
        ChosenReviewer.plan_id == KeptPlan.id, ChosenReviewer.account_id == account
    )
    return and_(KeptPlan.owner_id != account, or_(supervision.exists(), chosen.exists()))


def seen_by(person: Person) -> ColumnElement[bool]:
    """Which plans someone may see: their own, and what was handed in to them.

    That is what their supervisees hand in, and single plans for which they were chosen, until
    the owner takes those back. While a plan is a draft again, only who decided on it still reads
    what they decided on. A draft that was never handed in is its owner's alone; an administrator
    sees no plan.
    """
    own = KeptPlan.owner_id == (person.id if person.therapist else -1)
    if not person.supervisor:
        return own
    handed_in = or_(KeptPlan.state != states.DRAFT, _decided_by(person.id))
    return or_(own, and_(KeptPlan.shared_to.is_not(None), handed_in, reviews(person.id)))


def _decided_by(account: int) -> ColumnElement[bool]:
    """Whether this account decided on a plan."""
    own = (Decision.plan_id == KeptPlan.id, Decision.author_id == account)
    return select(Decision.id).where(*own).exists()


def unshare(session: Session, kept: KeptPlan) -> None:
    """Let others read no more of a plan that is taken back than what was decided on.

    Where nothing was, nobody but the owner sees it until it is handed in again.
    """
    first = (Decision.plan_id == kept.id, Decision.version >= (kept.shared_from or 1))
    kept.shared_to = session.scalar(select(func.max(Decision.version)).where(*first))
    kept.shared_from = kept.shared_from if kept.shared_to else None


def last_shown(kept: KeptPlan, person: Person) -> int:
    """The newest version that someone who sees a plan may read.

    For anyone but the owner that is what was handed in or decided on last.
    """
    return kept.version if kept.owner_id == person.id else kept.shared_to or 0


def shows(kept: KeptPlan, person: Person, number: int) -> bool:
    """Whether someone who sees a plan also sees this version of it.

    What the owner wrote before handing in stays theirs: notes that were left out, for one. So
    does what they write after they took it back, until they hand it in again.
    """
    first = 1 if kept.owner_id == person.id else kept.shared_from or 1
    return first <= number <= last_shown(kept, person)


def with_owner(kept: KeptPlan) -> bool:
    """Whether the owner has a plan to themselves: a draft, or changed since others read it."""
    return kept.state == states.DRAFT or kept.version != kept.shared_to


def plan_for(session: Session, person: Person, ref: str, *, change: bool = False) -> KeptPlan:
    """The plan of this reference. Raises NotHere where it is none of this person's.

    Raises Altered where it is not as the history says, or not theirs to review by it.
    """
    query = select(KeptPlan).where(KeptPlan.ref == ref, seen_by(person))
    if change:
        query = query.with_for_update(of=KeptPlan)
    plan = session.scalars(query).unique().one_or_none()
    if plan is None:
        raise NotHere
    supervised = subjects.of_account(plan.owner_id, Supervision.__tablename__)
    others = () if plan.owner_id == person.id else (supervised,)
    binding.expect(session, plan.ref, *others, row=plan)
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
