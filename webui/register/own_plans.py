"""What a therapist does with plans of their own: keep, edit, plan again, hand in, take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.plan.plan import Plan
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Stale, Unfit, WrongState
from webui.database.repository import Repository
from webui.database.sealed.at_rest import DRAFT
from webui.database.sealed.sealed_columns import ring_of
from webui.database.tables import KeptPlan, Outcome, Version
from webui.database.typed_text import checked, seen
from webui.register import states
from webui.register.reviewers import choose, end_choice, used_as
from webui.register.steps import Edit, FreeStep, edited, opening, steps_of
from webui.register.versions import Content, content_of, current, new_ref, new_version, with_notes
from webui.register.visibility import (
    last_shown,
    own_plan,
    plan_for,
    seen_by,
    shows,
    unshare,
    with_owner,
)
from webui.words.texts import text

MOST_LISTED = 500
LONGEST_NOTES = 4000


@dataclass(frozen=True, slots=True)
class Opened:
    """A kept plan with one of its versions, as it was when it was read."""

    kept: KeptPlan
    version: Version
    content: Content

    @property
    def stop(self) -> bool:
        """Whether the plan says to stop, and holds no wording."""
        return self.kept.disposition == "stop"

    @property
    def notes(self) -> str:
        """The notes that this version holds."""
        notes: str = self.content.plan["observation"].get("notes") or ""
        return notes


class OwnPlans(Repository):
    """One's own plans."""

    def keep(self, person: Person, plan: Plan) -> str:
        """Store a new plan as a draft and give its reference.

        The same answers by the same rules, kept twice, are one draft until it is changed.
        """
        if not person.therapist:
            raise NotHere
        answers = sha256(plan.to_json().encode()).hexdigest()
        try:
            return self._keep(person, plan, answers)
        except Stale:  # another request kept the very same draft, or case, in this moment
            return self._keep(person, plan, answers)

    def _keep(self, person: Person, plan: Plan, answers: str) -> str:
        """Store a plan, or find the draft that is the same."""
        storage = self.database.storage
        marks = storage.marks(DRAFT, person.id, answers)
        key = storage.mark(DRAFT, person.id, answers)
        with self.database.write() as session:
            same = (KeptPlan.owner_id == person.id, KeptPlan.draft_key.in_(marks))
            found = session.scalars(select(KeptPlan).where(*same)).unique().first()
            if found:
                return found.ref
            return self._new(session, person, plan, key).ref

    def open(self, person: Person, ref: str, number: int | None = None) -> Opened:
        """A plan in its newest version, or in one of its earlier ones. Reading it is recorded."""
        with self.database.write() as session:
            kept = plan_for(session, person, ref)
            version = session.get(Version, (kept.id, number or last_shown(kept, person)))
            if version is None or not shows(kept, person, version.number):
                raise NotHere
            self.note(session, person, Event("read", kept.ref, version.number))
            return Opened(kept, version, content_of(version))

    def use(self, person: Person, ref: str) -> tuple[Opened, str]:
        """One's own plan for use, and how it is used: approved, or not reviewed.

        Raises WrongState with the reason where it may not be used.
        """
        with self.database.write() as session:
            kept = own_plan(session, person, ref)
            how = used_as(session, kept)
            version = current(session, kept)
            self.note(session, person, Event("read", kept.ref, version.number))
            return Opened(kept, version, content_of(version)), how

    def listed(
        self,
        person: Person,
        state: str = "",
        fits: Callable[[KeptPlan], bool] | None = None,
    ) -> Sequence[KeptPlan]:
        """One's own plans, the last changed first: all, those in a state, those that fit."""
        own = select(KeptPlan).where(seen_by(person), KeptPlan.owner_id == person.id)
        if state:
            own = own.where(KeptPlan.state == state)
        order = own.order_by(KeptPlan.changed_at.desc(), KeptPlan.id.desc())
        with self.database.read() as session:
            if fits is None:
                return session.scalars(order.limit(MOST_LISTED)).unique().all()
            found = session.scalars(order).unique().all()
            return [kept for kept in found if fits(kept)][:MOST_LISTED]

    def edit(
        self,
        person: Person,
        ref: str,
        based_on: int,
        edits: Mapping[str, Edit],
        added: FreeStep | None = None,
    ) -> int:
        """Store edited steps as a new version and give its number; no change makes none.

        Raises Stale when there is a newer version than the one that was edited.
        """
        with self.database.write() as session:
            kept = _fresh(own_plan(session, person, ref), based_on)
            state = states.after(kept.state, "edit", stop=kept.disposition == "stop")
            before = content_of(current(session, kept))
            steps = edited(before.steps, edits, added)
            if steps != before.steps:
                self._next(session, kept, person, Content(before.plan_json, steps), "edited")
                kept.state = state
            return kept.version

    def replan(self, person: Person, ref: str, based_on: int, plan: Plan) -> int:
        """Store what today's rules make of the same answers as a new version."""
        with self.database.write() as session:
            kept = _fresh(own_plan(session, person, ref), based_on)
            kept.state = states.after(kept.state, "replan")
            kept.disposition = plan.disposition
            content = Content(plan.to_json(), steps_of(plan.to_dict()))
            self._next(session, kept, person, content, "replanned")
            return kept.version

    def reopen(self, person: Person, ref: str, based_on: int) -> int:
        """Begin a new version of an approved plan; the approved one stays as it is."""
        with self.database.write() as session:
            kept = _fresh(own_plan(session, person, ref), based_on)
            kept.state = states.after(kept.state, "reopen")
            self._next(session, kept, person, content_of(current(session, kept)), "reopened")
            return kept.version

    def submit(
        self,
        person: Person,
        ref: str,
        based_on: int,
        *,
        reviewer: int | None = None,
        notes: str | None = None,
    ) -> Sequence[str]:
        """Hand a plan in, to one's supervisors or to whom one chose, and give their names.

        Other `notes` make a new version, and nobody else reads those before it.
        Raises Unassigned where nobody would have the plan, Unfit where the chosen one cannot.
        """
        with self.database.write() as session:
            kept = _fresh(own_plan(session, person, ref), based_on)
            state = states.after(kept.state, "submit")
            names = [one.name for one in choose(session, kept, reviewer)]
            if notes is not None:
                self._renote(session, kept, person, notes)
            kept.state = state
            kept.shared_from, kept.shared_to = kept.shared_from or kept.version, kept.version
            kept.waiting_since = kept.changed_at = self.clock()
            kept.submitted_at = kept.submitted_at or kept.waiting_since
            kept.draft_key = None
            self.note(session, person, Event("submitted", kept.ref, kept.version))
            return names

    def _renote(self, session: Session, kept: KeptPlan, person: Person, notes: str) -> None:
        """Store other notes as a new version, and share none of those before it."""
        problems: dict[str, str] = {}
        plain = checked(notes, LONGEST_NOTES, "notes", problems)
        if problems:
            raise Unfit(problems)
        before = content_of(current(session, kept))
        if plain == (before.plan["observation"].get("notes") or ""):
            return
        content = Content(with_notes(before.plan_json, plain), before.steps)
        self._next(session, kept, person, content, "notes_changed")
        kept.shared_from = kept.version

    def take_back(self, person: Person, ref: str, based_on: int) -> None:
        """Take a plan out of the queue, to work on it again; whom one chose has it no more."""
        with self.database.write() as session:
            kept = _fresh(own_plan(session, person, ref), based_on)
            unshare(session, kept)
            end_choice(session, kept)
            self._move(session, kept, person, "take_back", "taken_back")

    def withdraw(self, person: Person, ref: str, based_on: int) -> None:
        """Say that a plan is not to be used: its owner may, and who reviews what was handed in.

        Raises WrongState where a reviewer wants what its owner is working on.
        """
        with self.database.write() as session:
            kept = plan_for(session, person, ref, change=True)
            withdrawable(kept, person)
            self._move(session, _fresh(kept, based_on), person, "withdraw", "withdrawn")

    def _move(self, session: Session, kept: KeptPlan, person: Person, move: str, told: str) -> None:
        """Take a plan out of everything that waits, into the state that the move leads to."""
        kept.state = states.after(kept.state, move)
        kept.changed_at = self.clock()
        kept.waiting_since, kept.escalated, kept.draft_key = None, False, None
        self.note(session, person, Event(told, kept.ref, kept.version))

    def _new(self, session: Session, person: Person, plan: Plan, key: str) -> KeptPlan:
        """The row of a plan that was not kept before, with its first version."""
        at, content = self.clock(), Content(plan.to_json(), steps_of(plan.to_dict()))
        code = _case_of(plan)
        case = ring_of(session).of_case(session.connection(), person.id, code)
        kept = KeptPlan(
            ref=new_ref(),
            owner_id=person.id,
            key_id=case,
            case_code=code,
            session_number=plan.observation.get("session"),
            kinds=" ".join(one["kind"] for one in plan.observation["ruptures"]),
            disposition=plan.disposition,
            state=states.DRAFT,
            version=1,
            draft_key=key,
            first_words=opening(content.steps),
            follows_id=_followed(session, case) if code else None,
            made_at=at,
            changed_at=at,
        )
        session.add(kept)
        session.flush()
        session.add(new_version(kept, content, person, at, "made"))
        self.note(session, person, Event("kept", kept.ref, 1))
        return kept

    def _next(
        self, session: Session, kept: KeptPlan, person: Person, content: Content, why: str
    ) -> None:
        """Add a version; those before it stay as they are."""
        kept.version += 1
        kept.changed_at = self.clock()
        kept.draft_key = None
        session.add(new_version(kept, content, person, kept.changed_at, why))
        self.note(session, person, Event(why, kept.ref, kept.version))


def _case_of(plan: Plan) -> str | None:
    """The case's code as it is stored: two that look the same are the same."""
    code = plan.observation.get("case")
    return seen(code) if code else code


def _followed(session: Session, case: int) -> int | None:
    """The plan of the same case after which a new rupture was told, if there is one."""
    same = (KeptPlan.key_id == case, Outcome.new_rupture)
    told = select(KeptPlan.id).join(Outcome, Outcome.plan_id == KeptPlan.id).where(*same)
    return session.scalar(told.order_by(Outcome.id.desc()).limit(1))


def withdrawable(kept: KeptPlan, person: Person) -> None:
    """Raise WrongState, with the reason, where a plan is not for this person to withdraw."""
    states.after(kept.state, "withdraw")
    if kept.owner_id != person.id and with_owner(kept):
        raise WrongState(text("moved_with_owner"))


def _fresh(kept: KeptPlan, based_on: int) -> KeptPlan:
    """The plan, if it is still at the version that the person looked at."""
    if kept.version != based_on:
        raise Stale
    return kept
