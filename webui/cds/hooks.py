"""The routes of CDS Hooks 2.0 (https://cds-hooks.hl7.org/2.0/): discovery, service, feedback."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, current_app, request

from planner.interop.fhir import DEFAULT_BASE
from webui.access.here_and_now import site_contacts
from webui.access.problems import PROGRAMS, problem
from webui.api.describing import JSON
from webui.cds import feedback, seen
from webui.cds.asked import FORM, PREFETCH, Declined, read_body, read_call
from webui.cds.cards import Maker
from webui.cds.settings import SERVICE, Settings, read
from webui.cds.trust import NoToken, Trust, Unbelieved
from webui.database.base import now
from webui.knowledge import knowledge
from webui.words.texts import text

LOG = logging.getLogger(__name__)
REALM = 'Bearer realm="cds-services"'
PATH = "/cds-services"
CORS = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
FHIR_BASE = "FHIR_BASE"
"""The setting that names what the addresses of our FHIR resources begin with."""
RETRY = 60
"""Seconds after which some tokens will have run out."""

blueprint = Blueprint("cds", __name__)


@dataclass(frozen=True, slots=True)
class Cds:
    """What a running application holds of CDS Hooks."""

    settings: Settings
    trust: Trust
    counts: feedback.Counts


def init_app(app: Flask) -> None:
    """Add the routes as the configuration says. Raises WrongSettings."""
    settings = read(app.config)
    clock = app.config.get("CLOCK", now)
    store = app.extensions.get("store")
    memory: seen.Seen = seen.InMemory(clock)
    counts: feedback.Counts = feedback.InMemory()
    if store is not None:
        memory = seen.InDatabase(store.database, clock)
        counts = feedback.InDatabase(store.database)
    app.extensions["cds"] = Cds(settings, Trust(settings, memory), counts)
    app.config[PROGRAMS] = (*app.config[PROGRAMS], PATH)
    app.register_blueprint(blueprint)


@blueprint.get(PATH)
def services() -> Response:
    """Say what is offered here, to anyone: it is the same for all, and says nothing of anyone."""
    service = {
        "hook": _cds().settings.hook,
        "id": SERVICE,
        "title": text("cds_title"),
        "description": text("cds_description"),
        "prefetch": {PREFETCH: f"{FORM}/{{{{context.observationId}}}}"},
        "usageRequirements": text("cds_usage"),
    }
    return _json({"services": [service]})


@blueprint.post(f"{PATH}/<service>")
def cards(service: str) -> Response:
    """Make a plan of the answered form, and give its card."""
    cds = _cds()
    body = _taken(service, {cds.settings.service})
    call = read_call(body, cds.settings.hook)
    base = current_app.config.get(FHIR_BASE) or DEFAULT_BASE
    contacts = site_contacts() if "store" in current_app.extensions else ()
    return _json({"cards": [Maker(knowledge(), cds.settings, base, contacts).card(call)]})


@blueprint.post(f"{PATH}/<service>/feedback")
def told(service: str) -> Response:
    """Count what became of cards."""
    cds = _cds()
    body = _taken(service, {cds.settings.service, cds.settings.feedback})
    counts = feedback.read_feedback(body, cds.settings.reasons)
    cds.counts.add(counts)
    for (outcome, reason), number in sorted(counts.items()):
        LOG.info("CDS Hooks: feedback %s, reason %s: %d", outcome, reason, number)
    return _json({"counted": counts.total()})


@blueprint.errorhandler(Declined)
def _declined(error: Declined) -> Response:
    return problem(error.status, str(error), error.problems)


@blueprint.errorhandler(Unbelieved)
def _unbelieved(error: Unbelieved) -> Response:
    """Answer 401, and write down why: for who watches the log, without a word that was sent."""
    whose = error.issuer or "an unknown client"
    LOG.warning("CDS Hooks: a call of %s was refused: %s", whose, error)
    response = problem(HTTPStatus.UNAUTHORIZED, f"The call is not believed: {error}.")
    told = REALM
    if not isinstance(error, NoToken):
        told += f', error="invalid_token", error_description="{error}"'
    response.headers["WWW-Authenticate"] = told
    return response


@blueprint.errorhandler(seen.Crowded)
def _crowded(_error: seen.Crowded) -> Response:
    """Answer 429: one client sends more calls than a clinic's record ever does."""
    LOG.warning("CDS Hooks: more calls came within the hour than can be remembered")
    response = problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many calls came within the hour.")
    response.headers["Retry-After"] = str(RETRY)
    return response


@blueprint.after_request
def _shared(response: Response) -> Response:
    """Let the pages of a client that is set up read the answer, and nobody else's."""
    origin = request.headers.get("Origin", "")
    response.vary.add("Origin")
    if origin in _cds().settings.origins:
        response.headers.update({"Access-Control-Allow-Origin": origin, **CORS})
    return response


def _taken(service: str, audiences: set[str]) -> dict[str, Any]:
    """The body of a call that is believed. 404, 401, 415, 413 or 400 where it is not taken."""
    if service != SERVICE:
        abort(404)
    _cds().trust.believed(request.headers.get("Authorization", ""), audiences)
    if request.mimetype != JSON:
        abort(415)
    return read_body(request.get_data(cache=False))


def _cds() -> Cds:
    return cast("Cds", current_app.extensions["cds"])


def _json(content: Mapping[str, Any]) -> Response:
    return Response(json.dumps(content), content_type=JSON)
