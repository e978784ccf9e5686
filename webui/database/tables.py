"""The tables of kept plans. A version, a decision and an outcome are written once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webui.database.account_tables import Account
from webui.database.base import Base, Moment


def _account(*, key: bool = False, index: bool | None = None) -> Mapped[int]:
    return mapped_column(ForeignKey("accounts.id"), primary_key=key, index=index)


def _plan(*, key: bool = False, index: bool | None = None) -> Mapped[int]:
    plan = ForeignKey("plans.id", ondelete="CASCADE")
    return mapped_column(plan, primary_key=key, index=index)


class KeptPlan(Base):
    """A plan that someone kept; what it says stands in its versions.

    `draft_key` marks an untouched first draft by its answers, so that pressing twice keeps one.
    """

    __tablename__ = "plans"
    __table_args__ = (Unique("owner_id", "draft_key"), Index(None, "owner_id", "case_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    owner_id: Mapped[int] = _account(index=True)
    case_code: Mapped[str | None] = mapped_column(String(64))
    session_number: Mapped[int | None]
    kinds: Mapped[str] = mapped_column(String(80))
    """What was noticed, in the contract's words, separated by spaces: shown in lists."""
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
    first_words: Mapped[str] = mapped_column(String(160), default="")
    """How the first step begins: shown in lists, so that no list has to read the steps."""
    shared_from: Mapped[int | None]
    """The first version that anyone but the owner may read; None while nobody may read any."""
    shared_to: Mapped[int | None]
    """The last version that was handed in or decided on: nobody else reads what came after it."""

    owner: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name


class ChosenReviewer(Base):
    """Whom the owner asked to review one plan, where nobody is assigned to them."""

    __tablename__ = "chosen_reviewers"

    plan_id: Mapped[int] = _plan(key=True)
    account_id: Mapped[int] = _account(index=True)


class Version(Base):
    """What a plan said at one time: the plan as the rules made it, and the steps as edited."""

    __tablename__ = "versions"

    plan_id: Mapped[int] = _plan(key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = _account()
    made_at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(String(16))
    plan_json: Mapped[str] = mapped_column(Text)
    steps_json: Mapped[str] = mapped_column(Text)
    edition: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))


class Decision(Base):
    """What a reviewer decided, on which version, of which content, by which rules."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = _plan(index=True)
    version: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    edition: Mapped[str] = mapped_column(String(80))
    author_id: Mapped[int] = _account()
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)

    comments: Mapped[list[Comment]] = relationship(
        order_by="Comment.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Comment(Base):
    """What a reviewer said of one step, sent with a decision."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decisions.id", ondelete="CASCADE"), index=True
    )
    step: Mapped[str] = mapped_column(String(16))
    tag: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)


class ReviewDraft(Base):
    """What a reviewer typed and did not send yet."""

    __tablename__ = "review_drafts"

    plan_id: Mapped[int] = _plan(key=True)
    author_id: Mapped[int] = _account(key=True)
    version: Mapped[int]
    data: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Outcome(Base):
    """What came of a plan. `srs_tenths` and `wai` are totals as typed in, never interpreted."""

    __tablename__ = "outcomes"
    __table_args__ = (CheckConstraint("resolved BETWEEN 1 AND 5", name="resolved"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = _plan(index=True)
    version: Mapped[int]
    author_id: Mapped[int] = _account()
    at: Mapped[datetime] = mapped_column(Moment)
    tried: Mapped[str] = mapped_column(String(16))
    response: Mapped[str] = mapped_column(Text)
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
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
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
