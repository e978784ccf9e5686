"""FHIR R4: the vocabulary as a Questionnaire, a response read, a plan as CarePlan and Provenance.

Pure functions over plain mappings: no FHIR package, no clock, no network. R4 only, since R5's
CarePlan is another. `base` is what the canonical addresses of our own resources begin with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.contract.observation import Observation
from planner.errors import ResponseError
from planner.interop.fhir import answers, codes, form, origin, plans, reading
from planner.interop.fhir.naming import DEFAULT_BASE, MEDIA_TYPE, checked_base
from planner.interop.fhir.reading import Read, reference_of, subject_of
from planner.plan.plan import Plan
from planner.rulebook.rulebook import Rulebook

__all__ = [
    "DEFAULT_BASE",
    "MEDIA_TYPE",
    "Read",
    "ResponseError",
    "bundle",
    "care_plan",
    "checked_base",
    "code_systems",
    "observation_of",
    "provenance",
    "questionnaire",
    "reference_of",
    "response_of",
    "subject_of",
]

Refers = str | Mapping[str, Any] | None
"""A reference as text ("Patient/12"), a whole Reference, or none."""


def questionnaire(rulebook: Rulebook, *, base: str = DEFAULT_BASE) -> dict[str, Any]:
    """The Questionnaire that asks for an observation, in the words of this rulebook."""
    return form.questionnaire(rulebook, base=base)


def code_systems(rulebook: Rulebook, *, base: str = DEFAULT_BASE) -> dict[str, Any]:
    """A Bundle of what every code of ours means, for a server that looks codes up."""
    return codes.code_systems(rulebook, base=base)


def observation_of(response: object, rulebook: Rulebook, *, base: str = DEFAULT_BASE) -> Read:
    """The observation that a QuestionnaireResponse tells, with notes on how it was read.

    Raises ResponseError, which is an ObservationError: each problem's field is a linkId, and
    `unanswered` has the safety flags that nobody has answered.
    """
    return reading.observation_of(response, rulebook, base=base)


def response_of(
    observation: Observation | Mapping[str, Any], rulebook: Rulebook, *, base: str = DEFAULT_BASE
) -> dict[str, Any]:
    """The QuestionnaireResponse that tells this observation; raises ObservationError."""
    return answers.response_of(observation, rulebook, base=base)


def care_plan(
    plan: Plan | Mapping[str, Any],
    *,
    base: str = DEFAULT_BASE,
    subject: Refers = None,
    authored: str | None = None,
    response: Refers = None,
) -> dict[str, Any]:
    """The plan as a CarePlan in draft; `authored` is a FHIR dateTime. Raises ValueError."""
    return plans.care_plan(plan, base=base, subject=subject, authored=authored, response=response)


def provenance(
    plan: Plan | Mapping[str, Any],
    *,
    base: str = DEFAULT_BASE,
    recorded: str,
    target: str | Mapping[str, Any],
    response: Refers = None,
) -> dict[str, Any]:
    """What made the CarePlan `target`; `recorded` is a FHIR instant. Raises ValueError."""
    return origin.provenance(plan, base=base, recorded=recorded, target=target, response=response)


def bundle(
    plan: Plan | Mapping[str, Any],
    *,
    base: str = DEFAULT_BASE,
    recorded: str,
    subject: Refers = None,
    response: Refers = None,
) -> dict[str, Any]:
    """The CarePlan and its Provenance in one Bundle of the type collection. Raises ValueError."""
    return origin.bundle(plan, base=base, recorded=recorded, subject=subject, response=response)
