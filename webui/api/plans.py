"""The interface for programs: an observation in, a plan out."""

from __future__ import annotations

from flask import Blueprint, Response, request

from planner import Observation, ObservationError
from planner.plan.formats import MARKDOWN, Page, by_media
from planner.planning.open_to_view import open_plan
from webui.access.problems import problem
from webui.api import examples
from webui.api.describing import BAD, JSON, PLANS, TEXT, body, described, operation, ref
from webui.api.sent import preferred, sent_json
from webui.knowledge import knowledge
from webui.metrics import count_plan
from webui.words.texts import text

blueprint = Blueprint("api", __name__)
REFUSED = {
    **BAD,
    "413": "interface_413",
    "415": "interface_415",
    "422": "interface_422",
}
SHAPES = {media: ref("Plan") if media == JSON else TEXT for media in by_media()}
PLAN = {"description": "interface_made_plan", "content": examples.plan_media(SHAPES)}
MAKING = operation(
    "makePlan",
    "interface_make_plan",
    {"200": PLAN},
    REFUSED,
    tags=[PLANS],
    description="interface_make_plan_more",
    requestBody=body("Observation", "interface_observation_body", examples.SENT),
)
MAKING["responses"]["422"] = examples.REFUSED


@blueprint.post("/api/v1/plans")
@described(MAKING)
def plans() -> Response:
    """Make a plan in the format that `Accept` prefers; nothing is stored.

    JSON where it prefers none that there is. 422 names every answer that breaks the contract.
    """
    try:
        plan = knowledge().plan(Observation.read_json(sent_json(request)))
    except ObservationError as error:
        return problem(422, text("interface_422_detail"), error.problems)
    count_plan(lambda: plan.disposition)
    offered = by_media()
    asked = preferred(request.accept_mimetypes, offered)
    if asked == MARKDOWN.media:  # it is pasted where others read
        plan = open_plan(plan, knowledge().planner)
    response = Response(offered[asked].write(plan, Page()), content_type=_typed(asked))
    response.vary.add("Accept")
    return response


def _typed(media: str) -> str:
    """A media type as a header has it: text names its encoding, which JSON never does."""
    return f"{media}; charset=utf-8" if media.startswith("text/") else media
