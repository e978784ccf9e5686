"""Everything of one case together: handing it out, keeping it until a date, erasing it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import DeclarativeBase, Session, selectinload

from webui.database import history
from webui.database.account_tables import Account
from webui.database.audit import binding
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import Refusal, Unfit, as_stored
from webui.database.repository import Repository
from webui.database.sealed.case_keys import case_of
from webui.database.sealed.key_tables import CaseKey
from webui.database.sealed.sealed_columns import plain
from webui.database.tables import CaseFile, Decision, HistoryRow, KeptPlan, Outcome, Version
from webui.register.versions import content_of
from webui.register.visibility import own_plan
from webui.words.texts import text

LATEST_YEAR = 2200


class Retained(Refusal):
    """The case is not removed before its retention date."""

    status = 409
    says = "refusal_retained"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one therapist. A plan without a code is a case of its own."""

    code: str | None
    plans: Sequence[KeptPlan]
    retain_until: date | None


class Cases(Repository):
    """One's own cases, found by one of their plans, so that no code stands in an address."""

    def open(self, person: Person, ref: str) -> Case:
        """The case that this plan belongs to."""
        with self.database.read() as session:
            return _case(session, own_plan(session, person, ref))

    def exported(self, person: Person, ref: str) -> dict[str, Any]:
        """Everything that is stored of a case, as plain data. Handing it out is recorded."""
        with self.database.write() as session:
            case = _case(session, own_plan(session, person, ref))
            for kept in case.plans:
                self.note(session, person, Event("exported", kept.ref, kept.version))
            until = case.retain_until.isoformat() if case.retain_until else None
            plans = [_everything(session, kept) for kept in case.plans]
            people = _names(session, plans)
            return {"case": case.code, "retain_until": until, "plans": plans, "people": people}

    def retain(self, person: Person, ref: str, typed: str) -> None:
        """Refuse to erase the case before a date; an empty text lifts that."""
        try:
            until = date.fromisoformat(typed.strip()) if typed.strip() else None
        except ValueError:
            raise Unfit({"retain": text("retain_problem")}) from None
        if until and until.year > LATEST_YEAR:
            raise Unfit({"retain": text("retain_too_late", year=LATEST_YEAR)})
        with self.database.write() as session:
            kept = own_plan(session, person, ref)
            if kept.case_code is None:
                raise Unfit({"retain": text("retain_without_code")})
            file = CaseFile(owner_id=person.id, case=case_of(kept.key_id), retain_until=until)
            session.merge(file)
            self.note(session, person, Event("retention", kept.ref, detail=str(until or "")))

    def erase(self, person: Person, ref: str, confirmed: str) -> int:
        """Erase a case with all its versions, comments and outcomes; give how many plans it was.

        The history keeps one line for each, without content. Raises Retained before the date,
        Unfit where the code was not typed as it is.
        """
        with self.database.write() as session:
            case = _case(session, own_plan(session, person, ref))
            if case.retain_until and self.clock().date() < case.retain_until:
                raise Retained(text("retained", date=case.retain_until.isoformat()))
            word = case.code or text("erase_word")
            if confirmed.strip() != word:
                raise Unfit({"confirmed": text("erase_problem", word=word)})
            for kept in case.plans:
                self.note(session, person, Event("erased", kept.ref))
            key = case.plans[0].key_id
            session.expunge_all()
            session.execute(delete(KeptPlan).where(KeptPlan.key_id == key))
            same = (CaseFile.owner_id == person.id, CaseFile.case == case_of(key))
            session.execute(delete(CaseFile).where(*same))
            session.execute(delete(CaseKey).where(CaseKey.id == key))
            return len(case.plans)


def _case(session: Session, plan: KeptPlan) -> Case:
    if plan.case_code is None:
        return Case(None, [plan], None)
    same = (KeptPlan.owner_id == plan.owner_id, KeptPlan.key_id == plan.key_id)
    plans = session.scalars(select(KeptPlan).where(*same).order_by(KeptPlan.id)).unique().all()
    for kept in plans:
        binding.expect(session, kept.ref, row=kept)
    file = session.get(CaseFile, (plan.owner_id, case_of(plan.key_id)))
    return Case(plan.case_code, plans, file.retain_until if file else None)


def _everything(session: Session, kept: KeptPlan) -> dict[str, Any]:
    """A plan with all that hangs on it."""
    versions = session.scalars(
        select(Version).where(Version.plan_id == kept.id).order_by(Version.number)
    ).all()
    for version in versions:
        content_of(version)
    decisions = session.scalars(
        select(Decision)
        .where(Decision.plan_id == kept.id)
        .options(selectinload(Decision.comments))
        .order_by(Decision.id)
    )
    outcomes = session.scalars(
        select(Outcome).where(Outcome.plan_id == kept.id).order_by(Outcome.id)
    )
    trail: list[HistoryRow] = history.of_subject(session, kept.ref)
    return {
        **_plain(kept),
        "versions": [_plain(one) for one in versions],
        "decisions": [
            {**_plain(one), "comments": [_plain(said) for said in one.comments]}
            for one in decisions
        ],
        "outcomes": [
            {**_plain(one), "said": one.said, "cues": one.cues, "landed": one.landed}
            for one in outcomes
        ],
        "history": [_plain(row) for row in trail],
    }


def _names(session: Session, plans: Sequence[dict[str, Any]]) -> dict[int, str]:
    """What the people are called who decided and did something here, by their accounts' numbers."""
    actors = {row["actor"] for plan in plans for row in plan["history"]}
    found = select(Account.id, Account.name).where(Account.id.in_(actors - {None}))
    return {number: name for number, name in session.execute(found).all()}  # noqa: C416 - rows are no pairs to `dict`


def _plain(row: DeclarativeBase) -> dict[str, Any]:
    """A row as plain data; JSON that was stored as text is opened, times are ISO 8601."""
    found: dict[str, Any] = {}
    for name, value in plain(row).items():
        if name.endswith("_json"):
            with as_stored():
                found[name.removesuffix("_json")] = json.loads(value)
        else:
            found[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return found
