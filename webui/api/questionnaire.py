"""The vocabulary as a FHIR R4 Questionnaire, for a clinic's record to ask with."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from planner.interop.fhir import DEFAULT_BASE, MEDIA_TYPE, checked_base, questionnaire
from webui.api.describing import BAD, FHIR, TEXT, answer, described, listed, operation, ref
from webui.knowledge import knowledge

blueprint = Blueprint("fhir", __name__)
SHAPES = {
    "Questionnaire": {
        "type": "object",
        "required": ["resourceType", "url", "version", "status", "item"],
        "properties": {
            "resourceType": {"type": "string", "const": "Questionnaire"},
            **dict.fromkeys(("url", "version"), TEXT),
            "status": {"type": "string", "const": "active"},
            "item": listed({"type": "object"}),
        },
    }
}
TAG = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "interface_if_none_match",
    "schema": TEXT,
}
TAGGED = {
    **answer("interface_questionnaire_answer", ref("Questionnaire"), MEDIA_TYPE),
    "headers": {"ETag": {"description": "interface_etag", "schema": TEXT}},
}


@blueprint.record_once
def check_base(state: BlueprintSetupState) -> None:
    """Refuse to start with a `FHIR_BASE` that is no address, and not at the first request."""
    checked_base(state.app.config.get("FHIR_BASE") or DEFAULT_BASE)


@blueprint.get("/api/v1/questionnaire")
@described(
    operation(
        "readQuestionnaire",
        "interface_questionnaire",
        {"200": TAGGED, "304": {"description": "interface_same"}},
        BAD,
        tags=[FHIR],
        parameters=[TAG],
    ),
    SHAPES,
)
def read() -> Response:
    """Give the Questionnaire, with canonical addresses below the setting `FHIR_BASE`."""
    base = current_app.config.get("FHIR_BASE") or DEFAULT_BASE
    response = Response(_form(knowledge().rulebook.edition, base), content_type=MEDIA_TYPE)
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache(maxsize=4)
def _form(_edition: str, base: str) -> str:
    """Write the form once for each edition and base."""
    return json.dumps(questionnaire(knowledge().rulebook, base=base), ensure_ascii=False)
