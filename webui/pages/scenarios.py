"""The told cases: in groups, and each on a short page with its plan in a few lines."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from planner.contract.observation import Observation
from webui.knowledge import knowledge
from webui.show import scenario_groups, stored_plan

blueprint = Blueprint("scenarios", __name__)


@blueprint.get("/scenarios")
def index() -> str:
    """The groups of cases with their counts."""
    every = knowledge().cases
    ways = {way: scenario_groups.grouped(every, way, knowledge()) for way in scenario_groups.WAYS}
    return render_template("scenarios.html", ways=ways, total=len(every))


@blueprint.get("/scenarios/<any(kind, item):way>/<key>")
def group(way: str, key: str) -> str:
    """One group of cases, each in its sentence."""
    known = scenario_groups.grouped(knowledge().cases, way, knowledge())
    found = next((one for one in known if one.key == key), None)
    if found is None:
        abort(404)
    return render_template("scenario_group.html", group=found)


@blueprint.get("/scenarios/<key>")
def scenario(key: str) -> str:
    """One case: what is known, where its plan has each item, and the rules that it shows."""
    case = next((one for one in knowledge().cases if one.key == key), None)
    if case is None:
        abort(404)
    book, observation = knowledge().rulebook, Observation.read(case.observation).as_dict()
    return render_template(
        "scenario.html",
        case=case,
        rows=stored_plan.rows(observation, knowledge().words),
        plan=knowledge().planner.plan(case.observation),
        fits=[book.rule(one) for one in case.fits],
        misses=[book.rule(one) for one in case.misses],
    )
