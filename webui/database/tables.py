"""The tables of kept plans. A version, a decision and an outcome are written once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Connection, Date, ForeignKey, Integer, String, Text, select
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship
from sqlalchemy.orm.util import identity_key

from webui.database.account_tables import Account
from webui.database.base import Base, Moment
from webui.database.refusals import NotOpened
from webui.database.sealed.case_keys import Ring
from webui.database.sealed.sealed_columns import Part, Sealed, SealedRow, together


def _account(*, key: bool = False, index: bool | None = None) -> Mapped[int]:
    return mapped_column(ForeignKey("accounts.id"), primary_key=key, index=index)


def _plan(*, key: bool = False, index: bool | None = None) -> Mapped[int]:
    plan = ForeignKey("plans.id", ondelete="CASCADE")
    return mapped_column(plan, primary_key=key, index=index)


class KeptPlan(SealedRow, Base):
    """A plan that someone kept; what it says stands in its versions.

    Plans of one case have one key. `draft_key` marks an untouched first draft by its answers, so
    that pressing twice keeps one; like every mark, it tells nothing of them.
    """

    __tablename__ = "plans"
    sealed_with = ("id",)
    __table_args__ = (Unique("owner_id", "draft_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    owner_id: Mapped[int] = _account(index=True)
    key_id: Mapped[int] = mapped_column(default=0, server_default="0", index=True)
    """The key of its case: what two plans of one case have in common."""
    listed = together()
    """What lists show: all of it is opened at once."""
    case_code = Part[str | None]("listed", None)
    session_number = Part[int | None]("listed", None)
    kinds = Part[str]("listed", "")
    """What was noticed, in the contract's words, separated by spaces."""
    first_words = Part[str]("listed", "")
    """How the first step begins, so that no list has to read the steps."""
    _plain_code: Mapped[str | None] = mapped_column("case_code", String(64))
    _plain_session: Mapped[int | None] = mapped_column("session_number")
    _plain_kinds: Mapped[str] = mapped_column("kinds", String(80), default="")
    _plain_words: Mapped[str] = mapped_column("first_words", String(160), default="")
    """These four are empty: a backup of an older release fills them until it is sealed."""
    disposition: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    version: Mapped[int]
    revision: Mapped[int] = mapped_column()
    escalated: Mapped[bool] = mapped_column(default=False)
    draft_key: Mapped[str | None] = mapped_column(String(64))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was first handed in."""
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    shared_from: Mapped[int | None]
    """The first version that anyone but the owner may read; None while nobody may read any."""
    shared_to: Mapped[int | None]
    """The last version that was handed in or decided on: nobody else reads what came after it."""

    owner: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name

    @property
    def opens(self) -> bool:
        """Whether what lists show of it can be opened; a list goes on without it."""
        try:
            return bool(self.listed)
        except NotOpened:
            return False

    def plan_number(self, connection: Connection) -> int:
        """Its own number."""
        del connection
        return self.id

    def known_to(self, ring: Ring) -> None:
        """Which key is its own."""
        ring.belongs(self.id, self.key_id)


class ChosenReviewer(Base):
    """Whom the owner asked to review one plan, where nobody is assigned to them."""

    __tablename__ = "chosen_reviewers"

    plan_id: Mapped[int] = _plan(key=True)
    account_id: Mapped[int] = _account(index=True)


class Version(SealedRow, Base):
    """What a plan said at one time: the plan as the rules made it, and the steps as edited."""

    __tablename__ = "versions"
    sealed_with = ("plan_id", "number")

    plan_id: Mapped[int] = _plan(key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = _account()
    made_at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(String(16))
    plan_json = Sealed[str]()
    steps_json = Sealed[str]()
    edition: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))


class Decision(SealedRow, Base):
    """What a reviewer decided, on which version, of which content, by which rules."""

    __tablename__ = "decisions"
    sealed_with = ("plan_id", "version", "id")

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = _plan(index=True)
    version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    edition: Mapped[str] = mapped_column(String(80))
    author_id: Mapped[int] = _account()
    kind: Mapped[str] = mapped_column(String(24))
    text = Sealed[str]()
    at: Mapped[datetime] = mapped_column(Moment)

    comments: Mapped[list[Comment]] = relationship(
        order_by="Comment.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Comment(SealedRow, Base):
    """What a reviewer said of one step, sent with a decision."""

    __tablename__ = "comments"
    sealed_with = ("decision_id", "step", "id")

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decisions.id", ondelete="CASCADE"), index=True
    )
    step: Mapped[str] = mapped_column(String(16))
    tag: Mapped[str] = mapped_column(String(16))
    text = Sealed[str]()

    def plan_number(self, connection: Connection) -> int:
        """The plan of its decision, which a session that read the comment has mostly read too."""
        session = object_session(self)
        key = identity_key(Decision, self.decision_id)
        decision = session.identity_map.get(key) if session else None
        if isinstance(decision, Decision):
            return decision.plan_id
        decisions = Decision.__table__.c
        plan = select(decisions.plan_id).where(decisions.id == self.decision_id)
        return connection.scalar(plan) or 0


class ReviewDraft(SealedRow, Base):
    """What a reviewer typed and did not send yet."""

    __tablename__ = "review_drafts"
    sealed_with = ("plan_id", "author_id")

    plan_id: Mapped[int] = _plan(key=True)
    author_id: Mapped[int] = _account(key=True)
    version: Mapped[int]
    data = Sealed[str]()
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Outcome(SealedRow, Base):
    """What came of a plan. `srs_tenths` and `wai` are totals as typed in, never interpreted."""

    __tablename__ = "outcomes"
    sealed_with = ("plan_id", "version", "id")
    __table_args__ = (CheckConstraint("resolved BETWEEN 1 AND 5", name="resolved"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = _plan(index=True)
    version: Mapped[int]
    author_id: Mapped[int] = _account()
    at: Mapped[datetime] = mapped_column(Moment)
    tried: Mapped[str] = mapped_column(String(16))
    response = Sealed[str]()
    resolved: Mapped[int | None]
    new_rupture: Mapped[bool]
    srs_tenths: Mapped[int | None]
    wai: Mapped[int | None]

    details: Mapped[list[OutcomeDetail]] = relationship(
        order_by="OutcomeDetail.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="selectin",
    )

    @property
    def said(self) -> tuple[str, ...]:
        """The steps whose words were said, by their keys."""
        return self._told("said")

    @property
    def cues(self) -> tuple[str, ...]:
        """The held items whose cue came."""
        return self._told("cue")

    @property
    def landed(self) -> str:
        """How it landed; empty where that was not told."""
        return next(iter(self._told("landed")), "")

    def _told(self, kind: str) -> tuple[str, ...]:
        return tuple(one.key for one in self.details if one.kind == kind)


class OutcomeDetail(Base):
    """One thing that was ticked of an outcome: a step that was said, a cue, or how it landed."""

    __tablename__ = "outcome_details"

    outcome_id: Mapped[int] = mapped_column(
        ForeignKey("outcomes.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    position: Mapped[int]


class CaseFile(Base):
    """What a therapist decided about a case as a whole: until when it must be kept."""

    __tablename__ = "case_files"

    owner_id: Mapped[int] = _account(key=True)
    case: Mapped[str] = mapped_column("code", String(64), primary_key=True)
    """The case by the number of its key, as `case_of` says it: no code stands here."""
    retain_until: Mapped[date | None] = mapped_column(Date)


class HistoryRow(Base):
    """One line of the record: who did what, when, on which version. It holds no content.

    Nothing here points to another table: a line outlives what it tells of.
    """

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    actor: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(40), index=True)
    version: Mapped[int | None]
    detail: Mapped[str] = mapped_column(String(80))
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    bound: Mapped[str | None] = mapped_column(Text)
    """JSON: what each thing that was changed with it is like since, as a keyed digest; empty where
    it changed nothing, None in rows that were written before there were seals."""
    key_id: Mapped[str | None] = mapped_column(String(8))
    seal: Mapped[str | None] = mapped_column(String(64))
    """Made of the hash with the key of this id, which is not in the database."""


class HistoryHead(Base):
    """How long the record is and how it ends, so that a missing end is noticed too."""

    __tablename__ = "history_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Setting(Base):
    """A value that the application's processes share, such as the key that signs forms."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class SiteContact(Base):
    """Somebody whom people here can reach, such as a duty number or a crisis line; in order."""

    __tablename__ = "site_contacts"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    label: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(200))
