"""The told cases: in groups, and each on a short page with its plan in a few lines."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from planner.contract.facts import facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from webui.knowledge import knowledge
from webui.show import scenario_groups
from webui.words import conditions
from webui.words.cases import Case

blueprint = Blueprint("scenarios", __name__)
FLAGS = "safety.flags"
ONCE = ("case", "session", "notes", "ruptures.kinds", "ruptures.count")
"""What the list of answers leaves out: nothing clinical, or told already by what stands there."""


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
    book = knowledge().rulebook
    return render_template(
        "scenario.html",
        case=case,
        rows=list(_rows(case)),
        plan=knowledge().planner.plan(case.observation),
        fits=[book.rule(one) for one in case.fits],
        misses=[book.rule(one) for one in case.misses],
    )


def _rows(case: Case) -> list[tuple[str, str]]:
    """What is known in a case, in the vocabulary's words; what is not known is left out."""
    words = knowledge().words
    observation = Observation.read(case.observation)
    facts = facts_of(observation)
    rows = [(words.short("kind"), words.labels("kind", case.kinds))] if case.kinds else []
    for name, value in facts.items():
        field = FIELDS.get(name)
        if field is None or name in (FLAGS, *ONCE) or _not_known(value):
            continue
        if field.rupture and field.rupture not in case.kinds:
            continue
        rows.append((conditions.field_name(name, words), conditions.fact(name, value, words)))
    flags = words.flags(observation.as_dict()["safety"]["flags"])
    return [*rows, (words.short(FLAGS), flags)]


def _not_known(value: object) -> bool:
    return value in ("unknown", -1, "") or value == frozenset()
