"""What a clinic's record sends to the service: the shape of a call, and what is refused.

A call is read strictly where a mistake could put a plan into the wrong chart, and kindly elsewhere:
what is not named here is passed over, since clients may add extensions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from planner import ObservationError
from planner.contract.json_text import LARGEST, parsed
from planner.errors import FieldProblem, json_safe
from planner.interop.fhir.plans import reference

PREFETCH = "response"
"""The key under which the answered form is sent."""
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
"""An id of FHIR R4."""
FORM = "QuestionnaireResponse"

Told = Mapping[str, Any]
Reference = str | dict[str, Any]


class Declined(Exception):  # noqa: N818 - it says what becomes of the call
    """The call is not taken. `status` is the answer's, `problems` name each place in the body."""

    def __init__(self, status: int, detail: str, problems: Sequence[FieldProblem] = ()) -> None:
        """Say why, and where."""
        super().__init__(detail)
        self.status = status
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that fits: the answered form, its reference, and whose it is, if that was told."""

    response: dict[str, Any]
    reference: str
    subject: Reference | None


def read_body(sent: bytes) -> dict[str, Any]:
    """The body as an object. Raises Declined: 413, 400 where it is no JSON or says a key twice."""
    if len(sent) > LARGEST:
        raise Declined(413, f"The body is longer than {LARGEST:,} bytes.")
    try:
        told, twice = parsed(sent)
    except ObservationError as error:
        raise Declined(400, "The body is no JSON that can be read.", error.problems) from None
    if twice:
        raise Declined(400, "The body gives a key twice.", twice)
    if not isinstance(told, dict):
        raise unfit([_problem("", told, "The body must be an object.")])
    return told


def read_call(told: Told, hook: str) -> Call:
    """The call of this hook. Raises Declined: 400 for another hook, 412 without the form, 422."""
    if isinstance(told.get("hook"), str) and told["hook"] != hook:
        raise Declined(400, f"This service answers the hook {hook} and no other.")
    problems = list(_head(told))
    context = told.get("context")
    if isinstance(context, dict):
        problems += _context(context)
    else:
        problems.append(_problem("context", context, "The context must be an object."))
    prefetch = told.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        problems.append(_problem("prefetch", prefetch, "The prefetch must be an object."))
    if problems or not isinstance(context, dict):
        raise unfit(problems)
    response = _form(prefetch or {})
    subject = _same_chart(response, context)
    return Call(response, f"{FORM}/{context['observationId']}", subject)


def unfit(problems: Sequence[FieldProblem]) -> Declined:
    """A body that does not have its shape."""
    return Declined(422, "Something in the body does not fit.", problems)


def is_uuid(told: object) -> bool:
    """Whether this is a UUID as it is usually written."""
    try:
        return isinstance(told, str) and len(told) == 36 and bool(UUID(told))
    except ValueError:
        return False


def _problem(field: str, value: object, message: str) -> FieldProblem:
    """What is wrong with one place; a text is not quoted, since it could be of anyone."""
    quoted = None if isinstance(value, str | dict | list) else json_safe(value)
    return FieldProblem(field, quoted, message)


def _head(told: Told) -> list[FieldProblem]:
    """What is wrong with hook and instance."""
    found = []
    if not isinstance(told.get("hook"), str):
        found.append(_problem("hook", told.get("hook"), "The hook must be named."))
    if not is_uuid(told.get("hookInstance")):
        found.append(_problem("hookInstance", told.get("hookInstance"), "This must be a UUID."))
    return found


def _context(context: Told) -> list[FieldProblem]:
    """What is wrong with the hook's context: `observationId`, and `patientId` where it is given."""
    found = []
    for name, needed in (("observationId", True), ("patientId", False)):
        told = context.get(name)
        if (needed or told is not None) and not (isinstance(told, str) and ID.fullmatch(told)):
            found.append(_problem(f"context.{name}", told, "This must be the id of a resource."))
    return found


def _form(prefetch: Told) -> dict[str, Any]:
    """The answered form. Raises Declined, 412, where it was not sent: nothing is fetched here."""
    response = prefetch.get(PREFETCH)
    failed = isinstance(response, dict) and response.get("resourceType") == "OperationOutcome"
    if response is None or failed:
        raise Declined(
            412,
            f"The answered form is missing. Send it as prefetch.{PREFETCH}: this service fetches "
            "nothing from a FHIR server.",
        )
    if not isinstance(response, dict) or response.get("resourceType") != FORM:
        where = f"prefetch.{PREFETCH}"
        raise unfit([_problem(where, response, f"This must be a {FORM} of FHIR R4.")])
    return response


def _same_chart(response: Told, context: Told) -> Reference | None:
    """Whose form it is. Raises Declined where form and context do not agree, or it is unclear."""
    found = []
    if response.get("id", context["observationId"]) != context["observationId"]:
        message = "The form's id must be the context's observationId."
        found.append(FieldProblem(f"prefetch.{PREFETCH}.id", None, message))
    subject = response.get("subject")
    patient = f"Patient/{context['patientId']}" if context.get("patientId") else None
    message = _unclear(subject) or _another(subject, patient)
    if message:
        found.append(FieldProblem(f"prefetch.{PREFETCH}.subject", None, message))
    if found:
        raise unfit(found)
    if patient or subject is None:
        return patient
    return {name: subject[name] for name in ("reference", "type", "identifier") if name in subject}


def _unclear(subject: object) -> str:
    """What is wrong with a subject as such; empty where nothing is."""
    if subject is None:
        return ""
    told = subject.get("reference") if isinstance(subject, dict) else None
    if isinstance(subject, dict) and told is None and isinstance(subject.get("identifier"), dict):
        return ""
    try:
        reference(str(told))
    except ValueError:
        return "The subject must be a reference, like Patient/12."
    return "" if isinstance(told, str) else "The subject's reference must be a text."


def _another(subject: Any, patient: str | None) -> str:
    """Whether the form is of another patient than the context; empty where it is not."""
    named = subject.get("reference") if subject else None
    if named and patient and not f"/{named.partition('/_history/')[0]}".endswith(f"/{patient}"):
        return "The form's subject must be the context's patient."
    return ""
