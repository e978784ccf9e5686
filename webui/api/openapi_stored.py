"""The part of the interface's description that is about kept plans and the keys they need."""

from __future__ import annotations

from typing import Any

JSON = "application/json"
PROBLEM = "application/problem+json"
SECURITY = {"key": {"type": "http", "scheme": "bearer"}}
REFUSALS = {
    "400": "The request could not be understood",
    "401": "No key was sent that fits",
    "403": "The key may not do this",
    "404": "There is no such plan for this key's owner",
    "503": "The database is busy or away; nothing was stored",
    "507": "There is no room left; nothing was stored",
}


def schemas() -> dict[str, Any]:
    """The shapes of kept plans."""
    text, number = {"type": "string"}, {"type": "integer"}
    summary = {
        "ref": text,
        "case": {"type": ["string", "null"]},
        "session": {"type": ["integer", "null"]},
        "disposition": text,
        "state": text,
        "version": number,
        "made_at": text,
        "changed_at": text,
    }
    step = dict.fromkeys(("key", "title", "where", "words", "reason"), text)
    steps = {"type": "array", "items": _object(step)}
    return {
        "KeptSummary": _object(summary),
        "KeptPlan": _object({**summary, "plan": _ref("Plan"), "steps": steps}),
        "KeptList": _object({"plans": {"type": "array", "items": _ref("KeptSummary")}}),
        "Submission": _object({"version": {"type": "integer", "minimum": 1}}),
    }


def paths() -> dict[str, Any]:
    """Every route, with every answer it gives."""
    ref = {"name": "ref", "in": "path", "required": True, "schema": {"type": "string"}}
    sent = {"413": "The body is too large", "422": "The body breaks the contract"}
    media = {"415": "The body is not JSON"}
    keeping = _route("keepPlan", "Make a plan and keep it", "KeptPlan", {**sent, **media}, 201)
    keeping["responses"]["201"]["links"] = _links()
    return {
        "/api/v1/kept-plans": {
            "get": _route("listPlans", "List one's own plans", "KeptList"),
            "post": {**keeping, "requestBody": _body("Observation")},
        },
        "/api/v1/kept-plans/{ref}": {
            "parameters": [ref],
            "get": _route("readPlan", "Read a plan; that is recorded", "KeptPlan"),
        },
        "/api/v1/kept-plans/{ref}/submit": {
            "parameters": [ref],
            "post": {
                **_route(
                    "submitPlan",
                    "Hand a plan in for review",
                    "KeptSummary",
                    {**sent, "409": "The plan moved on, or is not a draft"},
                ),
                "requestBody": _body("Submission"),
            },
        },
    }


def _links() -> dict[str, Any]:
    """What can be done next with a plan that was just kept."""
    ref = {"parameters": {"ref": "$response.body#/ref"}}
    version = {"version": "$response.body#/version"}
    return {
        "read": {"operationId": "readPlan", **ref},
        "submit": {"operationId": "submitPlan", **ref, "requestBody": version},
    }


def _route(
    name: str, summary: str, schema: str, more: dict[str, str] | None = None, status: int = 200
) -> dict[str, Any]:
    refusals = {**REFUSALS, **(more or {})}
    problem = {"content": {PROBLEM: {"schema": _ref("Problem")}}}
    answer = {"description": summary, "content": {JSON: {"schema": _ref(schema)}}}
    answers = {code: {"description": text, **problem} for code, text in refusals.items()}
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"key": []}],
        "responses": {str(status): answer, **answers},
    }


def _body(schema: str) -> dict[str, Any]:
    return {"required": True, "content": {JSON: {"schema": _ref(schema)}}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
