"""What came of a plan: typed in after the session, shown, never interpreted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from webui.database.audit import binding
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Unfit
from webui.database.repository import Repository
from webui.database.tables import KeptPlan, Outcome, OutcomeDetail, Version
from webui.database.typed_text import checked
from webui.register.reviewers import used_as
from webui.register.steps import in_order
from webui.register.versions import content_of, current
from webui.register.visibility import own_plan, plan_for, seen_by, shows
from webui.words.texts import text

TRIED = ("yes", "partly", "no")
LANDED = ("eased", "unchanged", "harder", "unclear")
LONGEST = 4000
SRS_HIGHEST, WAI_LOWEST, WAI_HIGHEST = 40, 12, 252


@dataclass(frozen=True, slots=True)
class Report:
    """An outcome as it is typed in; an empty text is "not given".

    `said` are steps of the plan by their keys, `cues` held items.
    """

    tried: str
    said: Sequence[str] = ()
    cues: Sequence[str] = ()
    landed: str = ""
    response: str = ""
    resolved: str = ""
    new_rupture: bool = False
    srs: str = ""
    wai: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome with its plan, and what the plan's steps were called by their keys."""

    plan: KeptPlan
    outcome: Outcome
    titles: Mapping[str, str]


def cued(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each held item that goes on with a cue of the client's, and the cue."""
    return [(one["item"], one["ready"]["cue"]) for one in plan["held"] if one.get("ready")]


class Outcomes(Repository):
    """Outcomes of one's own plans."""

    def add(self, person: Person, ref: str, told: Report) -> int:
        """Store what came of a plan that may be used. Raises Unfit with every problem."""
        with self.database.write() as session:
            kept = own_plan(session, person, ref)
            used_as(session, kept)
            content = content_of(current(session, kept))
            keys = {step.key for step in in_order(content.steps)}
            items = {item for item, _cue in cued(content.plan)}
            outcome = _outcome(told)
            outcome.details = _details(told, keys, items)
            outcome.plan_id, outcome.version = kept.id, kept.version
            outcome.author_id, outcome.at = person.id, self.clock()
            session.add(outcome)
            session.flush()
            self.note(session, person, Event("outcome", kept.ref, kept.version))
            return outcome.id

    def of_plan(self, person: Person, ref: str) -> Sequence[Outcome]:
        """The outcomes of a plan in the versions that this person may read, oldest first."""
        with self.database.read() as session:
            kept = plan_for(session, person, ref)
            told = select(Outcome).where(Outcome.plan_id == kept.id).order_by(Outcome.id)
            return [one for one in session.scalars(told) if shows(kept, person, one.version)]

    def of_case(self, person: Person, ref: str) -> Sequence[Told]:
        """Every outcome of the case that one's own plan belongs to, the last first."""
        with self.database.read() as session:
            kept = own_plan(session, person, ref)
            same = (KeptPlan.owner_id == person.id) & (KeptPlan.key_id == kept.key_id)
            version = (Version.plan_id == Outcome.plan_id) & (Version.number == Outcome.version)
            query = select(KeptPlan, Outcome, Version).where(same)
            joined = query.join(Outcome, Outcome.plan_id == KeptPlan.id).join(Version, version)
            rows = session.execute(joined.order_by(Outcome.id.desc())).unique().all()
            for plan in {one.id: one for one, _outcome, _version in rows}.values():
                binding.expect(session, plan.ref, row=plan)
            return [
                Told(plan, outcome, {one.key: one.title for one in content_of(version).steps})
                for plan, outcome, version in rows
            ]

    def before(self, person: Person, outcome: Outcome) -> Outcome | None:
        """The last earlier outcome in the same case, to compare the totals with."""
        with self.database.read() as session:
            kept = session.get_one(KeptPlan, outcome.plan_id)
            plan_for(session, person, kept.ref)
            if kept.case_code is None:
                return None
            case = (KeptPlan.owner_id == kept.owner_id, KeptPlan.key_id == kept.key_id)
            same = (seen_by(person), *case)
            query = select(Outcome).join(KeptPlan, Outcome.plan_id == KeptPlan.id)
            earlier = query.where(*same, Outcome.id < outcome.id).order_by(Outcome.id.desc())
            return session.scalars(earlier.limit(1)).one_or_none()


def _outcome(told: Report) -> Outcome:
    """The row of what was typed. Raises Unfit with every problem, by field."""
    problems: dict[str, str] = {}
    if told.tried not in TRIED:
        problems["tried"] = text("outcome_choose")
    if told.landed and told.landed not in LANDED:
        problems["landed"] = text("outcome_choose")
    outcome = Outcome(
        tried=told.tried,
        response=checked(told.response, LONGEST, "response", problems),
        resolved=_number(told.resolved, (1, 5), "resolved", problems),
        new_rupture=told.new_rupture,
        srs_tenths=_number(told.srs, (0, SRS_HIGHEST), "srs", problems, tenths=True),
        wai=_number(told.wai, (WAI_LOWEST, WAI_HIGHEST), "wai", problems),
    )
    if problems:
        raise Unfit(problems)
    return outcome


def _details(told: Report, keys: set[str], items: set[str]) -> list[OutcomeDetail]:
    """The rows of what was ticked; what the plan does not have cannot have been ticked."""
    ticked = [
        *(("said", key) for key in dict.fromkeys(told.said) if key in keys),
        *(("cue", item) for item in dict.fromkeys(told.cues) if item in items),
        *([("landed", told.landed)] if told.landed else []),
    ]
    return [
        OutcomeDetail(kind=kind, key=key, position=position)
        for position, (kind, key) in enumerate(ticked)
    ]


def _number(
    typed: str,
    bounds: tuple[int, int],
    field: str,
    problems: dict[str, str],
    *,
    tenths: bool = False,
) -> int | None:
    """A number within its bounds, or None where nothing was typed."""
    low, high = bounds
    if not typed.strip():
        return None
    try:
        value = Decimal(typed.strip().replace(",", "."))
        scaled = value * 10 if tenths else value
        if not (value.is_finite() and low <= value <= high and scaled == int(scaled)):
            raise InvalidOperation
    except InvalidOperation:
        name = "outcome_tenths" if tenths else "outcome_number"
        problems[field] = text(name, low=low, high=high)
        return None
    return int(scaled)
