"""Who reviews a plan, whom its owner may ask, and when it may be used without a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from webui.database.account_tables import Account, Supervision
from webui.database.refusals import Refusal, Unfit, WrongState
from webui.database.tables import ChosenReviewer, Decision, KeptPlan
from webui.register import states
from webui.register.visibility import reviews
from webui.words.texts import text

PROCEED, STOP = "proceed", "stop"
NOT_REVIEWED = "not_reviewed"
"""How a plan is used that nobody reviewed; the other way is `states.APPROVED`."""
OBJECTIONS = ("ask_for_changes", "escalate")


class Unassigned(Refusal):
    """Nobody would have the plan in their queue, so it is not handed in."""

    status = 409
    says = "unassigned"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has a plan or would get it, and how it may be used at this moment."""

    reviewers: tuple[str, ...]
    """In whose queue it is, or would be without a choice; empty where it is in nobody's."""
    choosable: Mapping[int, str]
    """Whom the owner may ask to review it; empty where somebody is assigned."""
    chosen: int | None
    """Whom of these the owner asked the last time."""
    administrators: tuple[str, ...]
    use: str
    """`approved`, `not_reviewed`, or empty where it may not be used."""


def standing_of(session: Session, kept: KeptPlan) -> Standing:
    """How a plan stands."""
    has, chosen = reviewers_of(session, kept), session.get(ChosenReviewer, kept.id)
    free = () if assigned(session, kept.owner_id) else _able(session, Account.supervisor.is_(True))
    return Standing(
        reviewers=tuple(one.name for one in has),
        choosable={one.id: one.name for one in free if one.id != kept.owner_id},
        chosen=chosen.account_id if chosen else None,
        administrators=tuple(one.name for one in _able(session, Account.administrator.is_(True))),
        use=_use(session, kept),
    )


def assigned(session: Session, therapist: int) -> Sequence[Account]:
    """The supervisors of a therapist who can sign in, by name."""
    whom = select(Supervision.supervisor_id).where(Supervision.therapist_id == therapist)
    return _able(session, and_(Account.supervisor, Account.id.in_(whom)))


def reviewers_of(session: Session, kept: KeptPlan) -> Sequence[Account]:
    """In whose queue a plan is; where it is in none, who would have it if it were handed in.

    A choice holds for one handing in, so only the owner's supervisors would.
    """
    if kept.state != states.TO_REVIEW:
        return assigned(session, kept.owner_id)
    has = select(KeptPlan.id).where(KeptPlan.id == kept.id, reviews(Account.id))
    return _able(session, and_(Account.supervisor, has.exists()))


def choose(session: Session, kept: KeptPlan, reviewer: int | None) -> Sequence[Account]:
    """Settle who reviews a plan that is handed in, and give them; there is always somebody.

    Whom the owner chose at an earlier time is asked no more, unless they are chosen again.
    Raises Unassigned where nobody is, Unfit where the one who was chosen cannot review.
    """
    end_choice(session, kept)
    supervisors = assigned(session, kept.owner_id)
    if supervisors:
        return supervisors
    if reviewer is None:
        raise Unassigned
    wanted = and_(Account.supervisor, Account.id == reviewer, Account.id != kept.owner_id)
    found = _able(session, wanted)
    if not found:
        raise Unfit({"reviewer": text("reviewer_unfit")})
    session.add(ChosenReviewer(plan_id=kept.id, account_id=reviewer))
    session.flush()
    return found


def end_choice(session: Session, kept: KeptPlan) -> None:
    """Whom the owner chose for this plan has it no more."""
    session.execute(delete(ChosenReviewer).where(ChosenReviewer.plan_id == kept.id))


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
