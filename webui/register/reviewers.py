"""Who reviews a plan, whom its owner may ask, and when it may be used without a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from webui.database.account_tables import Account, Supervision
from webui.database.refusals import Refusal, Unfit, WrongState
from webui.database.tables import ChosenReviewer, Decision, KeptPlan
from webui.register import states
from webui.words.texts import text

PROCEED, STOP = "proceed", "stop"
NOT_REVIEWED = "not_reviewed"
"""How a plan is used that nobody reviewed; the other way is `states.APPROVED`."""
OBJECTIONS = ("ask_for_changes", "escalate")


class Unassigned(Refusal):
    """Nobody would have the plan in their queue, so it is not handed in."""

    status = 409
    says = "Nobody would have this plan in their queue, so it was not handed in."


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has a plan or would get it, and how it may be used at this moment."""

    reviewers: tuple[str, ...]
    """In whose queue it is, or would be; empty where it is in nobody's."""
    choosable: Mapping[int, str]
    """Whom the owner may ask to review it; empty where somebody is assigned."""
    administrators: tuple[str, ...]
    use: str
    """`approved`, `not_reviewed`, or empty where it may not be used."""


def standing_of(session: Session, kept: KeptPlan) -> Standing:
    """How a plan stands."""
    has = reviewers_of(session, kept)
    free = () if assigned(session, kept.owner_id) else _able(session, Account.supervisor.is_(True))
    return Standing(
        reviewers=tuple(one.name for one in has),
        choosable={one.id: one.name for one in free if one.id != kept.owner_id},
        administrators=tuple(one.name for one in _able(session, Account.administrator.is_(True))),
        use=_use(session, kept),
    )


def assigned(session: Session, therapist: int) -> Sequence[Account]:
    """The supervisors of a therapist who can sign in, by name."""
    whom = select(Supervision.supervisor_id).where(Supervision.therapist_id == therapist)
    return _able(session, and_(Account.supervisor, Account.id.in_(whom)))


def reviewers_of(session: Session, kept: KeptPlan) -> Sequence[Account]:
    """In whose queue a plan is or would be: the owner's supervisors, or whom the owner chose."""
    found = assigned(session, kept.owner_id)
    chosen = session.get(ChosenReviewer, kept.id)
    if found or chosen is None:
        return found
    return _able(session, and_(Account.supervisor, Account.id == chosen.account_id))


def choose(session: Session, kept: KeptPlan, reviewer: int | None) -> Sequence[Account]:
    """Settle who reviews a plan that is handed in, and give them; there is always somebody.

    Raises Unassigned where nobody is, Unfit where the one who was chosen cannot review.
    """
    chosen = session.get(ChosenReviewer, kept.id)
    if assigned(session, kept.owner_id):
        if chosen:
            session.delete(chosen)
    elif reviewer is not None:
        wanted = and_(Account.supervisor, Account.id == reviewer, Account.id != kept.owner_id)
        if not _able(session, wanted):
            raise Unfit({"reviewer": text("reviewer_unfit")})
        session.merge(ChosenReviewer(plan_id=kept.id, account_id=reviewer))
    session.flush()
    found = reviewers_of(session, kept)
    if not found:
        raise Unassigned(text("unassigned"))
    return found


def used_as(session: Session, kept: KeptPlan) -> str:
    """How a plan may be used: approved, or not reviewed by someone who works alone.

    Raises WrongState with the reason where it may not.
    """
    if kept.state == states.APPROVED:
        return states.APPROVED
    if kept.disposition == STOP:
        raise WrongState(text("unused_stopping"))
    if kept.state != states.DRAFT:
        raise WrongState(text(f"unused_{kept.state}"))
    if kept.disposition != PROCEED:
        raise WrongState(text("unused_consult"))
    if _supervised(session, kept.owner_id):
        raise WrongState(text("unused_draft"))
    made = select(Decision.kind).where(Decision.plan_id == kept.id).order_by(Decision.id.desc())
    if session.scalar(made.limit(1)) in OBJECTIONS:
        raise WrongState(text("unused_objected"))
    return NOT_REVIEWED


def _use(session: Session, kept: KeptPlan) -> str:
    try:
        return used_as(session, kept)
    except WrongState:
        return ""


def _supervised(session: Session, therapist: int) -> bool:
    """Whether somebody supervises a therapist, be it one who was invited and has not come yet."""
    whom = select(Supervision.supervisor_id).where(Supervision.therapist_id == therapist)
    here = (Account.supervisor, ~Account.disabled, Account.id.in_(whom))
    return session.scalar(select(Account.id).where(*here).limit(1)) is not None


def _able(session: Session, whom: ColumnElement[bool]) -> Sequence[Account]:
    """Those of these people who can sign in, by name."""
    here = (~Account.disabled, Account.password.is_not(None))
    return session.scalars(select(Account).where(whom, *here).order_by(Account.name_key)).all()
