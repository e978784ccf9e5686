"""What a supervisor does: the queue, and one decision on one version of one plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Stale, Unfit, as_stored
from webui.database.repository import Repository
from webui.database.tables import Comment, Decision, KeptPlan, ReviewDraft, Version
from webui.database.typed_text import checked
from webui.register import states
from webui.register.own_plans import Opened
from webui.register.steps import Edit, Step, edited
from webui.register.versions import Content, content_of, current, new_version
from webui.register.visibility import seen_by, supervised_plan
from webui.words import texts

TAGS = ("", "agree", "adjust", "unsafe", "question")
LONGEST_TEXT = 4000
LONGEST_DRAFT = 200_000


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of one step."""

    tag: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A decision as it is sent: on exactly what was read, with everything that is said of it."""

    kind: str
    version: int
    content_hash: str
    text: str = ""
    remarks: Mapping[str, Remark] = field(default_factory=dict)
    edits: Mapping[str, Edit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Since:
    """The last decision on a plan, with the steps that it was made on."""

    decision: Decision
    steps: tuple[Step, ...]
    edition: str


class Reviews(Repository):
    """Supervisees' plans."""

    def queue(self, person: Person) -> Sequence[KeptPlan]:
        """What waits for this reviewer: flagged plans first, then those that waited longest."""
        urgency = case(
            (KeptPlan.escalated, 0),
            (KeptPlan.disposition == "stop", 1),
            (KeptPlan.disposition == "review_first", 2),
            else_=3,
        )
        waiting = (seen_by(person), KeptPlan.owner_id != person.id)
        query = select(KeptPlan).where(*waiting, KeptPlan.state == states.TO_REVIEW)
        with self.database.read() as session:
            ordered = query.order_by(urgency, KeptPlan.waiting_since, KeptPlan.id)
            return session.scalars(ordered).unique().all()

    def decided(self, person: Person, most: int = 100) -> Sequence[KeptPlan]:
        """Supervisees' plans that are not waiting, the last changed first."""
        others = (seen_by(person), KeptPlan.owner_id != person.id)
        query = select(KeptPlan).where(*others, KeptPlan.state != states.TO_REVIEW)
        with self.database.read() as session:
            ordered = query.order_by(KeptPlan.changed_at.desc(), KeptPlan.id).limit(most)
            return session.scalars(ordered).unique().all()

    def open(self, person: Person, ref: str) -> tuple[Opened, dict[str, Any]]:
        """A plan that waits, with what this reviewer typed before. Reading it is recorded.

        Raises WrongState, with the reason, where it does not wait.
        """
        with self.database.write() as session:
            kept = supervised_plan(session, person, ref, change=False)
            states.after(kept.state, "escalate")
            version = current(session, kept)
            draft = session.get(ReviewDraft, (kept.id, person.id))
            self.note(session, person, Event("read", kept.ref, kept.version, "review"))
            with as_stored():
                typed: dict[str, Any] = json.loads(draft.data) if draft else {}
            return Opened(kept, version, content_of(version)), typed

    def since(self, person: Person, ref: str) -> Since | None:
        """The last decision, to be read first at the next one; None before the first."""
        with self.database.read() as session:
            kept = supervised_plan(session, person, ref, change=False)
            made = select(Decision).where(Decision.plan_id == kept.id)
            loaded = made.options(selectinload(Decision.comments)).order_by(Decision.id.desc())
            last = session.scalars(loaded.limit(1)).one_or_none()
            if last is None:
                return None
            then = session.get_one(Version, (kept.id, last.version))
            return Since(last, content_of(then).steps, then.edition)

    def keep_draft(self, person: Person, ref: str, version: int, typed: Mapping[str, str]) -> None:
        """Keep what was typed and not sent; it is the reviewer's alone."""
        data = json.dumps(dict(typed))
        if len(data) > LONGEST_DRAFT:
            raise Unfit({"text": texts.text("decide_too_long")})
        with self.database.write() as session:
            kept = supervised_plan(session, person, ref)
            states.after(kept.state, "escalate")
            draft = session.get(ReviewDraft, (kept.id, person.id)) or ReviewDraft(
                plan_id=kept.id, author_id=person.id
            )
            draft.version, draft.data, draft.saved_at = version, data, self.clock()
            session.add(draft)
            self.note(session, person, Event("review_draft", kept.ref, version))

    def decide(self, person: Person, ref: str, review: Review, edition: str) -> None:
        """Decide, once, on the version that was read.

        `edition` is the rulebook's of today: an approval holds for plans made by today's rules.
        Raises Stale where the plan or the rules moved on, Unfit where words are missing.
        """
        with self.database.write() as session:
            kept = supervised_plan(session, person, ref)
            version = current(session, kept)
            state = states.after(_as_read(kept, version, review), review.kind, stop=_stops(kept))
            text, remarks = _said(review, content_of(version).steps)
            if review.kind in states.APPROVALS and version.edition != edition:
                raise Stale(texts.text("decide_other_rules"))
            version = self._changed(session, kept, version, person, review)
            self._write(session, kept, version, person, (review.kind, text, remarks))
            kept.state, kept.changed_at = state, self.clock()
            kept.escalated = review.kind == "escalate"
            if state != states.TO_REVIEW:
                kept.waiting_since = None

    def _changed(
        self, session: Session, kept: KeptPlan, version: Version, person: Person, review: Review
    ) -> Version:
        """The version that is decided on, with the reviewer's changes where they come along."""
        before = content_of(version)
        steps = edited(before.steps, review.edits)
        changes = steps != before.steps
        if review.kind == "approve" and changes:
            raise Unfit({"kind": texts.text("decide_changed")})
        if review.kind == "approve_with_changes" and not changes:
            raise Unfit({"kind": texts.text("decide_unchanged")})
        if review.kind != "approve_with_changes":
            return version
        kept.version += 1
        kept.shared_to = kept.version
        content = Content(before.plan_json, steps)
        newer = new_version(kept, content, person, self.clock(), "reviewed")
        session.add(newer)
        self.note(session, person, Event("edited", kept.ref, kept.version, "review"))
        return newer

    def _write(
        self,
        session: Session,
        kept: KeptPlan,
        version: Version,
        person: Person,
        said: tuple[str, str, list[Comment]],
    ) -> None:
        """The decision with its comments; what was kept as a draft has been sent."""
        kind, text, remarks = said
        decision = Decision(
            plan_id=kept.id,
            version=version.number,
            content_hash=version.content_hash,
            edition=version.edition,
            author_id=person.id,
            kind=kind,
            text=text,
            at=self.clock(),
            comments=remarks,
        )
        session.add(decision)
        draft = session.get(ReviewDraft, (kept.id, person.id))
        if draft:
            session.delete(draft)
        self.note(session, person, Event(kind, kept.ref, version.number, version.content_hash[:16]))


NEEDS_WORDS = ("ask_for_changes", "escalate", "acknowledge")


def _stops(kept: KeptPlan) -> bool:
    return kept.disposition == "stop"


def _as_read(kept: KeptPlan, version: Version, review: Review) -> str:
    """The plan's state, if it still is what the reviewer read, to the letter."""
    if (kept.version, version.content_hash) != (review.version, review.content_hash):
        raise Stale
    return kept.state


def _said(review: Review, steps: Sequence[Step]) -> tuple[str, list[Comment]]:
    """What comes with the decision, cleaned. Raises Unfit with every problem."""
    problems: dict[str, str] = {}
    text = checked(review.text, LONGEST_TEXT, "text", problems)
    comments = [one for step in steps if (one := _comment(step, review, problems))]
    remarked = review.kind == "ask_for_changes" and any(one.text for one in comments)
    if review.kind in NEEDS_WORDS and not text and not remarked:
        problems["text"] = texts.text(f"decide_needs_{review.kind}")
    unsafe = any(one.tag == "unsafe" for one in comments)
    if unsafe and review.kind in states.APPROVALS:
        problems["kind"] = texts.text("decide_unsafe")
    if problems:
        raise Unfit(problems)
    return text, comments


def _comment(step: Step, review: Review, problems: dict[str, str]) -> Comment | None:
    """What is said of one step; words that do not go into the plan are said as a suggestion."""
    remark, edit = review.remarks.get(step.key, Remark()), review.edits.get(step.key, Edit())
    said = checked(remark.text, LONGEST_TEXT, f"comment-{step.key}", problems)
    if review.kind not in states.APPROVALS:
        said = "\n\n".join(filter(None, (said, *_suggested(step, edit))))
    if remark.tag not in TAGS:
        problems[f"tag-{step.key}"] = texts.text("decide_tag_missing")
    return Comment(step=step.key, tag=remark.tag, text=said) if said or remark.tag else None


def _suggested(step: Step, edit: Edit) -> Iterator[str]:
    """The words that a reviewer typed into a step without approving them."""
    for name in ("words", "short", "line"):
        typed = (getattr(edit, name) or "").replace("\r\n", "\n").strip()
        if typed and typed != getattr(step, name):
            yield f"{texts.text(f'decide_suggested_{name}')}\n{typed[:LONGEST_TEXT]}"
