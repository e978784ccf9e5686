"""Kept plans for programs: a key in the header, the same rules of who may see what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from planner import Observation, ObservationError
from planner.plan.plan import Plan
from webui.access.problems import problem
from webui.access.refused_requests import BAD_KEY, KEY_SCOPE, ROLE, note_refusal
from webui.api import examples
from webui.api.describing import (
    BAD,
    JSON,
    KEPT,
    TEXT,
    Example,
    answer,
    body,
    described,
    listed,
    operation,
    or_null,
    ref,
    whole,
)
from webui.api.sent import sent_json
from webui.database.person import Person
from webui.database.refusals import Stale, as_stored
from webui.database.tables import KeptPlan
from webui.knowledge import knowledge
from webui.metrics import count_plan
from webui.register.own_plans import Opened
from webui.register.states import STATES, TO_REVIEW
from webui.store import store
from webui.words.texts import text

blueprint = Blueprint("api_kept", __name__)
SCHEME = "bearer"
MOMENT = {"type": "string", "format": "date-time"}
REFUSED = {
    **BAD,
    "401": "interface_401",
    "403": "interface_403",
    "404": "interface_404",
    "409": "interface_409_altered",
    "503": "interface_503",
    "507": "interface_507",
}
MOVED = {"409": "interface_409", "413": "interface_413", "422": "interface_422_submit"}
NUMBER = {"type": "integer", "minimum": 1}
SUMMARY = {
    "ref": TEXT,
    "case": or_null(TEXT),
    "session": or_null({"type": "integer"}),
    "disposition": {"type": "string", "enum": ["proceed", "review_first", "stop"]},
    "state": {"type": "string", "enum": list(STATES)},
    "version": NUMBER,
    "made_at": MOMENT,
    "changed_at": MOMENT,
}
STEP = whole(dict.fromkeys(("key", "title", "where", "words", "short", "line", "reason"), TEXT))
SAID = {
    key: {**told, "description": f"interface_of_keptsummary_{key}"} for key, told in SUMMARY.items()
}
WHOLE = {**SAID, "plan": ref("Plan"), "steps": listed(ref("KeptStep"))}
OF_REF = {"parameters": {"ref": "$response.body#/ref"}}
OF_VERSION = {"version": "$response.body#/version"}
NEXT = {
    "read": {"operationId": "readPlan", "description": "interface_read", **OF_REF},
    "submit": {
        "operationId": "submitPlan",
        "description": "interface_submit",
        **OF_REF,
        "requestBody": OF_VERSION,
    },
}
"""What can be done next with a plan that was just kept."""


def _keyed(
    name: str,
    said: str,
    shape: str,
    example: Example,
    refused: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Describe a route that a key opens."""
    answers = {"200": answer(f"{said}_answer", ref(shape), JSON, example)}
    known = {**REFUSED, **(refused or {})}
    return operation(name, said, answers, known, tags=[KEPT], security=[{"key": []}], **more)


def _making() -> dict[str, Any]:
    """Describe how a plan is made and kept."""
    sent = {"413": "interface_413", "415": "interface_415", "422": "interface_422"}
    asked = body("Observation", "interface_observation_body", examples.SENT)
    made = _keyed(
        "keepPlan", "interface_keep", "KeptPlan", examples.kept_plan, sent, requestBody=asked
    )
    made["responses"]["422"] = examples.REFUSED
    made["responses"]["201"] = {**made["responses"].pop("200"), "links": NEXT}
    return made


@blueprint.get("/api/v1/kept-plans")
@described(
    _keyed("listPlans", "interface_list", "KeptList", examples.kept_list),
    {"KeptList": whole({"plans": listed(ref("KeptSummary"))}), "KeptSummary": whole(SUMMARY)},
)
def own() -> Response:
    """List the key owner's plans, without their content."""
    plans = store().own_plans.listed(_holder("plans:read"))
    return _json({"plans": [_summary(kept) for kept in plans]})


@blueprint.post("/api/v1/kept-plans")
@described(_making(), {"KeptPlan": whole(WHOLE), "KeptStep": STEP})
def keep() -> Response:
    """Make a plan and keep it as a draft."""
    person = _holder("plans:write")
    try:
        plan = knowledge().planner.plan(Observation.read_json(sent_json(request)))
    except ObservationError as error:
        return problem(422, text("interface_422_detail"), error.problems)
    ref = store().own_plans.keep(person, plan)
    count_plan(lambda: plan.disposition)
    return _json(_whole(store().own_plans.open(person, ref)), 201)


@blueprint.get("/api/v1/kept-plans/<ref>")
@described(_keyed("readPlan", "interface_read", "KeptPlan", examples.kept_plan))
def one(ref: str) -> Response:
    """Give a plan in its newest version. Reading it is recorded."""
    return _json(_whole(store().own_plans.open(_holder("plans:read"), ref)))


@blueprint.post("/api/v1/kept-plans/<ref>/submit")
@described(
    _keyed(
        "submitPlan",
        "interface_submit",
        "KeptSummary",
        partial(examples.kept_summary, TO_REVIEW),
        MOVED,
        requestBody=body("Submission", "interface_submit_body", examples.SUBMITTED),
    ),
    {"Submission": whole({"version": NUMBER})},
)
def submit(ref: str) -> Response:
    """Hand a plan in for review, in the version that the body names."""
    person = _holder("plans:submit")
    sent = request.get_json(silent=True)
    version = sent.get("version") if isinstance(sent, dict) else None
    if type(version) is not int:
        return problem(422, text("interface_422_version"))
    if not 0 < version < 1_000_000:
        raise Stale
    store().own_plans.submit(person, ref, version)
    return _json(_summary(store().own_plans.open(person, ref).kept))


def _holder(scope: str) -> Person:
    """Whose key this is; 401 for no key that fits, 403 for one that may not do this."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    found = store().api_keys.who(secret.strip()) if scheme.lower() == SCHEME else None
    if found is None:
        note_refusal(BAD_KEY)
        raise Unauthorized(www_authenticate=WWWAuthenticate(SCHEME))
    person, scopes = found
    g.person = person
    if scope not in scopes:
        note_refusal(KEY_SCOPE)
        abort(403)
    if not person.therapist:
        note_refusal(ROLE)
        abort(404)
    return person


def _summary(kept: KeptPlan) -> dict[str, Any]:
    return {
        "ref": kept.ref,
        "case": kept.case_code if kept.opens else None,
        "session": kept.session_number if kept.opens else None,
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
    return {**_summary(opened.kept), "plan": _of_today(opened.content.plan), "steps": steps}


def _of_today(plan: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plan with every key that there is now; one of contract 1.0 had fewer."""
    with as_stored():
        return plan if "contract" in plan else Plan.from_dict(plan).to_dict()


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type=JSON)
