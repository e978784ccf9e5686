"""Kept plans for programs: a key in the header, the same rules of who may see what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request

from planner import Observation, ObservationError
from webui.access.problems import problem
from webui.api.describing import (
    BAD,
    JSON,
    TEXT,
    answer,
    body,
    described,
    operation,
    ref,
    whole,
)
from webui.database.person import Person
from webui.database.refusals import Stale
from webui.database.tables import KeptPlan
from webui.knowledge import knowledge
from webui.metrics import count_plan
from webui.register.own_plans import Opened
from webui.store import store

blueprint = Blueprint("api_kept", __name__)
SCHEME = "bearer"
REFUSED = {
    **BAD,
    "401": "No key was sent that fits",
    "403": "The key may not do this",
    "404": "There is no such plan for this key's owner",
    "503": "The database is busy or away; nothing was stored",
    "507": "There is no room left; nothing was stored",
}
SENT = {"413": "The body is too large", "422": "The body breaks the contract"}
MOVED = {"409": "The plan moved on, is not a draft, or nobody is there to review it"}
NUMBER = {"type": "integer"}
SUMMARY = {
    "ref": TEXT,
    "case": {"type": ["string", "null"]},
    "session": {"type": ["integer", "null"]},
    "disposition": TEXT,
    "state": TEXT,
    "version": NUMBER,
    "made_at": TEXT,
    "changed_at": TEXT,
}
STEP = whole(dict.fromkeys(("key", "title", "where", "words", "short", "line", "reason"), TEXT))
WHOLE = {**SUMMARY, "plan": ref("Plan"), "steps": {"type": "array", "items": STEP}}
LIST = {"plans": {"type": "array", "items": ref("KeptSummary")}}
OF_REF = {"parameters": {"ref": "$response.body#/ref"}}
OF_VERSION = {"version": "$response.body#/version"}
NEXT = {
    "read": {"operationId": "readPlan", **OF_REF},
    "submit": {"operationId": "submitPlan", **OF_REF, "requestBody": OF_VERSION},
}
"""What can be done next with a plan that was just kept."""


def _keyed(
    name: str, summary: str, shape: str, refused: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Describe a route that a key opens."""
    answers = {"200": answer(summary, ref(shape))}
    known = {**REFUSED, **(refused or {})}
    return operation(name, summary, answers, known, security=[{"key": []}], **more)


def _making() -> dict[str, Any]:
    """Describe how a plan is made and kept."""
    media = {"415": "The body is not JSON"}
    made = _keyed(
        "keepPlan",
        "Make a plan and keep it",
        "KeptPlan",
        {**SENT, **media},
        requestBody=body("Observation"),
    )
    made["responses"]["201"] = {**made["responses"].pop("200"), "links": NEXT}
    return made


@blueprint.get("/api/v1/kept-plans")
@described(
    _keyed("listPlans", "List one's own plans", "KeptList"),
    {"KeptList": whole(LIST), "KeptSummary": whole(SUMMARY)},
)
def listed() -> Response:
    """List the key owner's plans, without their content."""
    plans = store().own_plans.listed(_holder("plans:read"))
    return _json({"plans": [_summary(kept) for kept in plans]})


@blueprint.post("/api/v1/kept-plans")
@described(_making(), {"KeptPlan": whole(WHOLE)})
def keep() -> Response:
    """Make a plan and keep it as a draft."""
    person = _holder("plans:write")
    if request.mimetype != JSON:
        abort(415)
    try:
        plan = knowledge().planner.plan(Observation.read_json(request.get_data(cache=False)))
    except ObservationError as error:
        return problem(422, "Some answers do not fit the contract.", error.problems)
    ref = store().own_plans.keep(person, plan)
    count_plan(lambda: plan.disposition)
    return _json(_whole(store().own_plans.open(person, ref)), 201)


@blueprint.get("/api/v1/kept-plans/<ref>")
@described(_keyed("readPlan", "Read a plan; that is recorded", "KeptPlan"))
def one(ref: str) -> Response:
    """Give a plan in its newest version. Reading it is recorded."""
    return _json(_whole(store().own_plans.open(_holder("plans:read"), ref)))


@blueprint.post("/api/v1/kept-plans/<ref>/submit")
@described(
    _keyed(
        "submitPlan",
        "Hand a plan in for review",
        "KeptSummary",
        {**SENT, **MOVED},
        requestBody=body("Submission"),
    ),
    {"Submission": whole({"version": {**NUMBER, "minimum": 1}})},
)
def submit(ref: str) -> Response:
    """Hand a plan in for review, in the version that the body names."""
    person = _holder("plans:submit")
    sent = request.get_json(silent=True)
    version = sent.get("version") if isinstance(sent, dict) else None
    if type(version) is not int:
        return problem(422, 'Send {"version": N}, the version that you have read.')
    if not 0 < version < 1_000_000:
        raise Stale
    store().own_plans.submit(person, ref, version)
    return _json(_summary(store().own_plans.open(person, ref).kept))


def _holder(scope: str) -> Person:
    """Whose key this is; 401 for no key that fits, 403 for one that may not do this."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    found = store().api_keys.who(secret.strip()) if scheme.lower() == SCHEME else None
    if found is None:
        abort(401)
    person, scopes = found
    if scope not in scopes:
        abort(403)
    if not person.therapist:
        abort(404)
    return person


def _summary(kept: KeptPlan) -> dict[str, Any]:
    return {
        "ref": kept.ref,
        "case": kept.case_code,
        "session": kept.session_number,
        "disposition": kept.disposition,
        "state": kept.state,
        "version": kept.version,
        "made_at": kept.made_at.isoformat(),
        "changed_at": kept.changed_at.isoformat(),
    }


def _whole(opened: Opened) -> dict[str, Any]:
    """A plan as the rules made it, and its steps as they were edited."""
    steps = [
        {
            "key": step.key,
            "title": step.title,
            "where": step.where,
            "words": step.words,
            "short": step.short,
            "line": step.line,
            "reason": step.reason,
        }
        for step in opened.content.steps
    ]
    return {**_summary(opened.kept), "plan": opened.content.plan, "steps": steps}


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type=JSON)
