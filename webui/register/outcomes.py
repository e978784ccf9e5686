"""What came of a plan: typed in after the session, shown, never interpreted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Unfit
from webui.database.repository import Repository
from webui.database.tables import KeptPlan, Outcome
from webui.database.typed_text import checked
from webui.register.reviewers import used_as
from webui.register.visibility import own_plan, plan_for

TRIED = ("yes", "partly", "no")
LONGEST = 4000
SRS_HIGHEST, WAI_LOWEST, WAI_HIGHEST = 40, 12, 252


@dataclass(frozen=True, slots=True)
class Report:
    """An outcome as it is typed in; an empty text is "not given"."""

    tried: str
    response: str = ""
    resolved: str = ""
    new_rupture: bool = False
    srs: str = ""
    wai: str = ""


class Outcomes(Repository):
    """Outcomes of one's own plans."""

    def add(self, person: Person, ref: str, told: Report) -> int:
        """Store what came of a plan that may be used. Raises Unfit with every problem."""
        with self.database.write() as session:
            kept = own_plan(session, person, ref)
            used_as(session, kept)
            outcome = _outcome(told)
            outcome.plan_id, outcome.version = kept.id, kept.version
            outcome.author_id, outcome.at = person.id, self.clock()
            session.add(outcome)
            session.flush()
            self.note(session, person, Event("outcome", kept.ref, kept.version))
            return outcome.id

    def of_plan(self, person: Person, ref: str) -> Sequence[Outcome]:
        """The outcomes of a plan, oldest first."""
        with self.database.read() as session:
            kept = plan_for(session, person, ref)
            told = select(Outcome).where(Outcome.plan_id == kept.id).order_by(Outcome.id)
            return session.scalars(told).all()

    def before(self, person: Person, outcome: Outcome) -> Outcome | None:
        """The last earlier outcome in the same case, to compare the totals with."""
        with self.database.read() as session:
            kept = session.get_one(KeptPlan, outcome.plan_id)
            plan_for(session, person, kept.ref)
            if kept.case_code is None:
                return None
            same = (KeptPlan.owner_id == kept.owner_id, KeptPlan.case_code == kept.case_code)
            query = select(Outcome).join(KeptPlan, Outcome.plan_id == KeptPlan.id)
            earlier = query.where(*same, Outcome.id < outcome.id).order_by(Outcome.id.desc())
            return session.scalars(earlier.limit(1)).one_or_none()


def _outcome(told: Report) -> Outcome:
    """The row of what was typed. Raises Unfit with every problem, by field."""
    problems: dict[str, str] = {}
    if told.tried not in TRIED:
        problems["tried"] = "Choose one of the answers."
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


def _number(
    text: str,
    bounds: tuple[int, int],
    field: str,
    problems: dict[str, str],
    *,
    tenths: bool = False,
) -> int | None:
    """A number within its bounds, or None where nothing was typed."""
    low, high = bounds
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip().replace(",", "."))
        scaled = value * 10 if tenths else value
        if not (value.is_finite() and low <= value <= high and scaled == int(scaled)):
            raise InvalidOperation
    except InvalidOperation:
        kind = "number with at most one decimal" if tenths else "whole number"
        problems[field] = f"Enter a {kind} from {low} to {high}, or leave it empty."
        return None
    return int(scaled)
