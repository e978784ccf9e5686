"""The vocabulary as a FHIR R4 Questionnaire, for a clinic's record to ask with."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from planner.interop.fhir import DEFAULT_BASE, MEDIA_TYPE, checked_base, questionnaire
from webui.api.describing import BAD, TEXT, answer, described, operation
from webui.knowledge import knowledge

blueprint = Blueprint("fhir", __name__)
FORM = "The vocabulary as a FHIR R4 Questionnaire; a question without an answer is not known"
SHAPE = {
    "type": "object",
    "description": "A FHIR R4 Questionnaire",
    "required": ["resourceType", "url", "version", "status", "item"],
    "properties": {
        "resourceType": {"const": "Questionnaire", "description": "What the resource is"},
        "url": {**TEXT, "description": "The canonical address of the form"},
        "version": {**TEXT, "description": "The contract's version, and a mark of the words"},
        "status": {"const": "active", "description": "The form is in use"},
        "item": {
            "type": "array",
            "items": {"type": "object"},
            "description": "The questions: safety first, then what happened",
        },
    },
}
TAG = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The mark of the form that you have",
    "schema": TEXT,
}
TAGGED = {
    **answer(FORM, SHAPE, MEDIA_TYPE),
    "headers": {"ETag": {"description": "The form's version", "schema": TEXT}},
}


@blueprint.record_once
def check_base(state: BlueprintSetupState) -> None:
    """Refuse to start with a `FHIR_BASE` that is no address, and not at the first request."""
    checked_base(state.app.config.get("FHIR_BASE") or DEFAULT_BASE)


@blueprint.get("/api/v1/questionnaire")
@described(
    operation(
        "readQuestionnaire",
        "Read the form as FHIR",
        {"200": TAGGED, "304": {"description": "You have this form already"}},
        BAD,
        tags=["FHIR"],
        parameters=[TAG],
    )
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
