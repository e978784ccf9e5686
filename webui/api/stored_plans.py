"""Kept plans for programs: a key in the header, the same rules of who may see what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request

from planner import Observation, ObservationError
from webui.access.problems import problem
from webui.database.person import Person
from webui.database.refusals import Stale
from webui.database.tables import KeptPlan
from webui.knowledge import knowledge
from webui.register.own_plans import Opened
from webui.store import store

blueprint = Blueprint("api_kept", __name__)
JSON = "application/json"
SCHEME = "bearer"


@blueprint.get("/api/v1/kept-plans")
def listed() -> Response:
    """List the key owner's plans, without their content."""
    plans = store().own_plans.listed(_holder("plans:read"))
    return _json({"plans": [_summary(kept) for kept in plans]})


@blueprint.post("/api/v1/kept-plans")
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
    return _json(_whole(store().own_plans.open(person, ref)), 201)


@blueprint.get("/api/v1/kept-plans/<ref>")
def one(ref: str) -> Response:
    """Give a plan in its newest version. Reading it is recorded."""
    return _json(_whole(store().own_plans.open(_holder("plans:read"), ref)))


@blueprint.post("/api/v1/kept-plans/<ref>/submit")
def submit(ref: str) -> Response:
    """Hand a plan in for review, in the version that the body names."""
    person = _holder("plans:submit")
    body = request.get_json(silent=True)
    version = body.get("version") if isinstance(body, dict) else None
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
            "reason": step.reason,
        }
        for step in opened.content.steps
    ]
    return {**_summary(opened.kept), "plan": opened.content.plan, "steps": steps}


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type=JSON)
