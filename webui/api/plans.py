"""The interface for programs: an observation in, a plan out, and the rulebook to read."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, current_app, request

from planner import Observation, ObservationError
from planner.plan.formats import Page, by_media
from planner.rulebook.conditions import Conjunction
from planner.rulebook.rulebook import Rule, Rulebook
from webui.access.problems import problem
from webui.api.describing import (
    BAD,
    JSON,
    TEXT,
    answer,
    body,
    described,
    mark_of_rules,
    operation,
    ref,
)
from webui.api.openapi import document
from webui.knowledge import knowledge
from webui.metrics import count_plan

blueprint = Blueprint("api", __name__)
REQUEST = {
    **BAD,
    "413": "The body is larger than one megabyte",
    "415": "The body is not JSON",
    "422": "The observation breaks the contract; every problem is named",
}
PLAN = {
    "description": "The plan, in the format that `Accept` prefers",
    "content": {media: {"schema": ref("Plan") if media == JSON else TEXT} for media in by_media()},
}
RULEBOOK = {
    "type": "object",
    "required": ["version", "edition", "rules", "handout", "sources"],
    "properties": {
        **mark_of_rules(),
        "rules": {"type": "array", "items": {"type": "object"}},
        "handout": {"type": "object"},
        "sources": {"type": "object"},
    },
}
RULES = "The rules, the handout and the sources"
TAGGED = {
    **answer(RULES, ref("Rulebook")),
    "headers": {"ETag": {"description": "The rulebook's edition", "schema": TEXT}},
}
TAG = {"name": "If-None-Match", "in": "header", "required": False, "schema": TEXT}
SAME = {"description": "You have this edition already"}
THIS = "This document"


@blueprint.post("/api/v1/plans")
@described(
    operation(
        "makePlan", "Make a repair plan", {"200": PLAN}, REQUEST, requestBody=body("Observation")
    )
)
def plans() -> Response:
    """Make a plan in the format that `Accept` prefers; nothing is stored.

    JSON where it prefers none that there is. 422 names every answer that breaks the contract.
    """
    if request.mimetype != JSON:
        abort(415)
    try:
        plan = knowledge().plan(Observation.read_json(request.get_data(cache=False)))
    except ObservationError as error:
        return problem(422, "Some answers do not fit the contract.", error.problems)
    count_plan(lambda: plan.disposition)
    offered = by_media()
    asked = request.accept_mimetypes.best_match(offered, default=JSON)
    response = Response(offered[asked].write(plan, Page()), content_type=_typed(asked))
    response.vary.add("Accept")
    return response


def _typed(media: str) -> str:
    """A media type as a header has it: text names its encoding, which JSON never does."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


@blueprint.get("/api/v1/rulebook")
@described(
    operation("readRulebook", RULES, {"200": TAGGED, "304": SAME}, BAD, parameters=[TAG]),
    {"Rulebook": RULEBOOK},
)
def rulebook() -> Response:
    """Give the rules that made the plans, tagged by their edition."""
    book = knowledge().rulebook
    response = Response(_rulebook_json(book.edition), content_type=JSON)
    response.set_etag(book.edition)
    response.make_conditional(request)
    return response


@blueprint.get("/api/v1/openapi.json")
@described(operation("describe", THIS, {"200": answer(THIS, {"type": "object"})}, BAD))
def openapi() -> Response:
    """Describe this interface."""
    app = current_app
    if "openapi" not in app.extensions:  # the routes of an application never change
        app.extensions["openapi"] = json.dumps(document(app))
    return Response(app.extensions["openapi"], content_type=JSON)


@lru_cache(maxsize=4)
def _rulebook_json(edition: str) -> str:
    """Write a rulebook once for each edition."""
    book: Rulebook = knowledge().rulebook
    handout = {
        key: {"title": one.title, "words": one.words} for key, one in book.handout.items.items()
    }
    content = {
        "version": book.version,
        "edition": edition,
        "rules": [_rule(rule) for rule in book.rules],
        "handout": handout,
        "sources": {
            key: {"status": one.status, "reference": one.reference, "strength": one.strength}
            for key, one in book.sources.items()
        },
    }
    return json.dumps(content)


def _asked(when: Conjunction) -> dict[str, str]:
    """What is asked of each field; several conditions on one field all have to hold."""
    asked: dict[str, list[str]] = {}
    for condition in when:
        asked.setdefault(condition.field, []).append(str(condition.test))
    return {field: ", and ".join(tests) for field, tests in asked.items()}


def _rule(rule: Rule) -> dict[str, Any]:
    """One rule as data: what it asks, what follows, and why."""
    return {
        "id": rule.id,
        "title": rule.title,
        "when": _asked(rule.when),
        "any": [_asked(case.when) for case in rule.cases],
        "verb": rule.verb,
        "items": list(rule.items),
        "codes": list(rule.codes),
        "object": rule.object,
        "at": rule.at,
        "until": rule.until,
        "text": rule.text,
        "because": rule.because,
        "sources": list(rule.sources),
        "formerly": list(rule.formerly),
    }
