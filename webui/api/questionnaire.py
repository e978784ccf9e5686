"""The vocabulary as a FHIR R4 Questionnaire, for a clinic's record to ask with."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from planner.errors import PlannerError
from planner.interop.fhir import DEFAULT_BASE, MEDIA_TYPE, checked_base, questionnaire
from webui.api.describing import (
    BAD,
    ETAG,
    FHIR,
    SAME,
    TAG,
    TEXT,
    answer,
    described,
    listed,
    operation,
    ref,
    whole,
)
from webui.knowledge import knowledge

blueprint = Blueprint("fhir", __name__)
OPEN: dict[str, Any] = {"type": "object", "additionalProperties": True}
"""FHIR's own shape, of which only what a program reads first is told."""
FIRST = {
    "resourceType": {"type": "string", "const": "Questionnaire"},
    "url": {"type": "string", "format": "uri"},
    "version": TEXT,
    "status": {"type": "string", "const": "active"},
    "item": listed(OPEN),
}


class WrongBase(PlannerError, ValueError):  # noqa: N818 - it says what is wrong
    """The setting `FHIR_BASE` is no address; the text says what to write."""


def _begun() -> dict[str, Any]:
    """The form as far as its first question."""
    told: dict[str, Any] = json.loads(_form(knowledge().rulebook.edition, _base()))
    return {**told, "item": told["item"][:1]}


FOUND = {**answer("interface_questionnaire_answer", ref("Questionnaire"), MEDIA_TYPE, _begun),
         "headers": ETAG}  # fmt: skip


@blueprint.record_once
def check_base(state: BlueprintSetupState) -> None:
    """Refuse to start with a `FHIR_BASE` that is no address, and not at the first request.

    Raises WrongBase.
    """
    try:
        checked_base(state.app.config.get("FHIR_BASE") or DEFAULT_BASE)
    except ValueError as error:
        message = f"FHIR_BASE does not work: {error}"
        raise WrongBase(message) from None


@blueprint.get("/api/v1/questionnaire")
@described(
    operation(
        "readQuestionnaire",
        "interface_questionnaire",
        {"200": FOUND, "304": SAME},
        BAD,
        tags=[FHIR],
        description="interface_questionnaire_more",
        parameters=[TAG],
    ),
    {"Questionnaire": {**OPEN, **whole(FIRST)}},
)
def read() -> Response:
    """Give the Questionnaire, with canonical addresses below the setting `FHIR_BASE`."""
    response = Response(_form(knowledge().rulebook.edition, _base()), content_type=MEDIA_TYPE)
    response.add_etag()
    response.make_conditional(request)
    return response


def _base() -> str:
    """Below which address the form and its codes are named."""
    return str(current_app.config.get("FHIR_BASE") or DEFAULT_BASE)


@lru_cache(maxsize=4)
def _form(_edition: str, base: str) -> str:
    """Write the form once for each edition and base."""
    return json.dumps(questionnaire(knowledge().rulebook, base=base), ensure_ascii=False)
