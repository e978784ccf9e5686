"""A plan as a FHIR R4 CarePlan, a proposal in draft (https://hl7.org/fhir/R4/careplan.html).

An activity is a step and nothing else: whoever opens the record may take every activity for
something to do. So what is held, barred or to be avoided stands in notes, in words, and never as
an activity with `doNotPerform`, which a reader that skips the modifier shows as a to-do.
A plan that stops has no activity, whatever its steps are, and no words of a repair.

The client may read the record. So nothing of what the therapist felt stands in it: a reason that
names it is left out, and so are cautions, questions, supervision and the notes that were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from planner.interop.fhir.form import Resource
from planner.interop.fhir.naming import identifier_system, system_of
from planner.plan.outline import DISPOSITIONS, TIMES, may_be_filed
from planner.plan.parts import Because, Step
from planner.plan.plan import Plan

AFTER_CONSULTATION = "To be used only after consultation."
NOTHING_TO_USE = "Stop: first actions only, and no words for a repair."
NOT_NAMED = "Not named"
"""What stands for a client where neither a subject nor a case code is given."""

CATEGORY = ("alliance-repair", "Repair of the alliance")
"""The code and the label of what every plan is for."""

_MOMENT = re.compile(
    r"(?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)))?)?)?"
)  # FHIR's dateTime (R4, 2.24.0.1): a year, a month, a day, or a moment with its zone


def plan_of(plan: Plan | Mapping[str, Any]) -> Plan:
    """The plan itself, or read back from its JSON shape; ValueError where it is no plan."""
    if isinstance(plan, Plan):
        return plan
    whole = Plan.from_dict(plan)
    try:
        whole.to_json()
    except TypeError as error:  # half a letter beyond the first plane, or a number without end
        message = f"the plan holds what JSON cannot carry: {error}."
        raise ValueError(message) from None
    return whole


def care_plan(
    plan: Plan | Mapping[str, Any],
    *,
    base: str,
    subject: str | Mapping[str, Any] | None = None,
    authored: str | None = None,
    response: str | Mapping[str, Any] | None = None,
) -> Resource:
    """The plan as a CarePlan: status draft, intent proposal, one activity a step.

    `subject` is a reference ("Patient/12") or a whole Reference; without one the case code stands
    in as an identifier, and never a name. `authored` is a FHIR dateTime. `response` refers to the
    QuestionnaireResponse that the plan was made from. ValueError where one of them is no such.
    """
    whole = plan_of(plan)
    made: Resource = {
        "resourceType": "CarePlan",
        "status": "draft",
        "intent": "proposal",
        "category": [_coded(base, "plan-category", *CATEGORY)],
        "title": _title(whole),
        "description": _description(whole),
        "subject": _subject(whole, base, subject),
    }
    if authored is not None:
        made["created"] = moment(authored)
    if response is not None:
        made["supportingInfo"] = [reference(response)]
    if not stops(whole) and whole.steps:
        made["activity"] = [_activity(whole, step, base) for step in whole.steps]
    notes = [{"text": text} for text in _notes(whole)]
    return made | ({"note": notes} if notes else {})


def stops(plan: Plan) -> bool:
    """Whether anything in the plan says stop; then it has first actions and no activity."""
    return "stop" in (plan.disposition, plan.safety.level)


def _reviewed(plan: Plan) -> bool:
    """Whether anything in the plan says that it is for after consultation, and nothing stop."""
    return not stops(plan) and "review_first" in (plan.disposition, plan.safety.level)


def reference(given: str | Mapping[str, Any]) -> Resource:
    """A Reference as it was given, or made of its text; ValueError where it refers to nothing."""
    if not isinstance(given, str):
        if not {"reference", "identifier", "display"} & given.keys():
            message = "a reference needs `reference`, `identifier` or `display`."
            raise ValueError(message)
        return dict(given)
    relative = r"[A-Za-z]+/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?"
    absolute = r"(https?://|urn:(uuid|oid):)\S+"
    if not re.fullmatch(f"{relative}|{absolute}", given):
        message = f'"{given}" is no reference; write it like Patient/12.'
        raise ValueError(message)
    return {"reference": given}


def without_name(subject: Resource) -> Resource:
    """A Reference to a client without what it displays, which is mostly a name."""
    shapes = {"reference": object, "type": str, "identifier": Mapping}
    kept: Resource = {
        key: subject[key]
        for key, shape in shapes.items()
        if subject.get(key) is not None and isinstance(subject[key], shape)
    }
    if not kept.keys() & {"reference", "identifier"}:
        message = "the subject needs `reference` or `identifier`; a name is not written."
        raise ValueError(message)
    if "reference" in kept:
        reference(str(kept["reference"]))  # one within the response (#1) leads nowhere from a plan
    return kept


def moment(given: str) -> str:
    """A FHIR dateTime; ValueError where it is none."""
    if not (_MOMENT.fullmatch(given) and _is_day(given[:10])):
        message = f'"{given}" is no FHIR dateTime; write it like 2026-03-04T09:30:00+01:00.'
        raise ValueError(message)
    return given


def _is_day(day: str) -> bool:
    """Whether the calendar has this day; a year or a month alone is none to ask about."""
    try:
        return len(day) < len("2026-03-04") or bool(date.fromisoformat(day))
    except ValueError:
        return False


def _coded(base: str, system: str, code: str, label: str) -> Resource:
    told = {"system": system_of(base, system), "code": code, "display": label}
    return {"coding": [told], "text": label}


def _title(plan: Plan) -> str:
    if stops(plan):
        return "Repair plan: stop"
    if _reviewed(plan):
        return f"Repair plan: {DISPOSITIONS['review_first']}. {AFTER_CONSULTATION}"
    return f"Repair plan: {DISPOSITIONS[plan.disposition]}"


def _description(plan: Plan) -> str:
    """The summary; without the reasons for a consultation where one is the therapist's feeling."""
    if stops(plan) and plan.disposition != "stop":
        return NOTHING_TO_USE  # the parts of such a plan contradict each other
    lead = f"{AFTER_CONSULTATION} " if _reviewed(plan) else ""
    summary = plan.summary
    for reason in plan.safety.reasons if _has_private(plan) else ():
        summary = " ".join(summary.replace(reason, "").split())
    return f"{lead}{summary}"


def _subject(plan: Plan, base: str, subject: str | Mapping[str, Any] | None) -> Resource:
    """Whom it is about: R4 asks for one subject, and a plan knows at most a case code."""
    if subject is not None:
        return without_name(reference(subject))
    case = plan.observation.get("case")
    if not (isinstance(case, str) and case.strip()):
        return {"type": "Patient", "display": NOT_NAMED}
    return {
        "type": "Patient",
        "identifier": {"system": identifier_system(base, "case"), "value": case},
    }


def _activity(plan: Plan, step: Step, base: str) -> Resource:
    """A step: what is done, the words for it, and when."""
    label = f"{step.item}: {step.title}"
    told = [f"{label}.", _sentence(step.line), step.words]
    when = _when(step)
    if _reviewed(plan):  # a reader may show the words or the time, and no `statusReason`
        told = [AFTER_CONSULTATION, *told]
        when = f"{when}; only after consultation"
    detail: Resource = {
        "code": _coded(base, "handout-item", step.item, step.title),
        "status": "not-started",
        "scheduledString": when,
        "description": "\n\n".join(text for text in told if text),
    }
    if _reviewed(plan):
        detail["statusReason"] = {"text": AFTER_CONSULTATION}
    return {"detail": detail}


def _sentence(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}." if line else ""


def _when(step: Step) -> str:
    after = f", after {', '.join(step.after)}" if step.after else ""
    return f"{TIMES[step.when]}{after}"


def _notes(plan: Plan) -> Iterator[str]:
    """What is no step: safety first, then what is held, barred and to be avoided."""
    yield from _safety(plan)
    if not stops(plan):
        for held in plan.held:
            yield f"Held, not to be used yet: {held.item}, until {held.until}"
        for barred in plan.barred:
            yield " ".join([f"Must not be used here: {barred.item}.", *_reasons(barred.because)])
    for avoid in plan.avoid:
        if not avoid.because or any(map(may_be_filed, avoid.because)):
            yield f"Avoid: {avoid.text}"


def _safety(plan: Plan) -> Iterator[str]:
    """The safety notice; without its sentences where one of them is the therapist's feeling."""
    if stops(plan):
        yield NOTHING_TO_USE
    elif _reviewed(plan):
        yield AFTER_CONSULTATION
    safety = plan.safety
    private = _has_private(plan)
    for reason in _reasons(safety.because) if private else safety.reasons:
        yield f"Before anything else: {reason}"
    if private and not stops(plan):
        return  # one of the first actions says what was felt, and nothing tells which
    yield from _each("Do first", safety.first_actions)
    yield from _each("Tell", safety.contacts)
    yield from _each("Record", safety.record)


def _each(label: str, texts: Iterable[str]) -> Iterator[str]:
    return (f"{label}: {text}" for text in texts)


def _reasons(because: Iterable[Because]) -> list[str]:
    """The reasons that may stand in a record."""
    return [one.text for one in because if may_be_filed(one)]


def _has_private(plan: Plan) -> bool:
    """Whether what the therapist felt is among the grounds of the safety notice."""
    return not all(map(may_be_filed, plan.safety.because))
