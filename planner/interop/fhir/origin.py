"""Where a CarePlan comes from, as FHIR R4 Provenance, and both together as a Bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from planner.interop.fhir.form import Resource
from planner.interop.fhir.naming import checked_base, identifier_system
from planner.interop.fhir.plans import care_plan, moment, plan_of, reference
from planner.plan.plan import Plan

_ROLE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_MADE_FROM = "The observation that the plan was made from"


def provenance(
    plan: Plan | Mapping[str, Any],
    *,
    base: str,
    recorded: str,
    target: str | Mapping[str, Any],
    response: str | Mapping[str, Any] | None = None,
) -> Resource:
    """What made the CarePlan `target`: this program, by a rulebook's edition, from a response.

    `recorded` is a FHIR instant: a moment with its zone. ValueError where it is none, or where a
    reference refers to nothing.
    """
    whole = plan_of(plan)
    if "T" not in moment(recorded):
        message = f'"{recorded}" is no FHIR instant; write it like 2026-03-04T09:30:00+01:00.'
        raise ValueError(message)
    agent = {"type": "Device", "display": "Repair Planner"}
    mark = whole.rulebook
    edition = {"system": identifier_system(base, "rulebook-edition"), "value": mark.edition}
    return {
        "resourceType": "Provenance",
        "target": [reference(target)],
        "recorded": recorded,
        "agent": [{"type": _participant("assembler", "Assembler"), "who": agent}],
        "entity": [
            {
                "role": "derivation",
                "what": {"display": _MADE_FROM} if response is None else reference(response),
            },
            {
                "role": "source",
                "what": {"identifier": edition, "display": f"Rulebook {mark.version}"},
            },
        ],
    }


def bundle(
    plan: Plan | Mapping[str, Any],
    *,
    base: str,
    recorded: str,
    subject: str | Mapping[str, Any] | None = None,
    response: str | Mapping[str, Any] | None = None,
) -> Resource:
    """The CarePlan and its Provenance as a collection, each by an address of its own.

    The same plan, base, moment, subject and response give the same addresses; equal plans for two
    clients have two. ValueError as in the two parts.
    """
    whole = plan_of(plan)
    whose = json.dumps([subject, response], default=str, sort_keys=True)
    name = f"{checked_base(base)} {recorded} {whose} {whole.to_json()}"
    planned, made = (f"urn:uuid:{uuid5(NAMESPACE_URL, f'{part} {name}')}" for part in ("p", "m"))
    entries = {
        planned: care_plan(whole, base=base, subject=subject, authored=recorded, response=response),
        made: provenance(whole, base=base, recorded=recorded, target=planned, response=response),
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": recorded,
        "entry": [{"fullUrl": url, "resource": one} for url, one in entries.items()],
    }


def _participant(code: str, label: str) -> Resource:
    return {"coding": [{"system": _ROLE, "code": code, "display": label}]}
