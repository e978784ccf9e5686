"""The interface for programs, as people read it: made here, with no script of anyone else."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request

from webui.api import for_people
from webui.api.examples import plan, refused, written
from webui.api.rules import description
from webui.knowledge import knowledge

blueprint = Blueprint("interface", __name__)
BRIEF = "text/plain"


@blueprint.get("/docs")
def docs() -> str:
    """Each route, field and key, with an example to be sent to this very server."""
    told = description()
    words = knowledge().words
    return render_template(
        "docs.html",
        keyed="securitySchemes" in told["components"],
        groups=list(for_people.groups(told)),
        parts=list(for_people.parts(words)),
        flags=list(for_people.flags(words)),
        plan_keys=list(for_people.keys(told, for_people.PLAN_SHAPES)),
        problem_keys=list(for_people.keys(told, for_people.PROBLEM_SHAPES)),
        calls=for_people.call(request.url_root, BRIEF),
        answered=written(BRIEF),
        plan=json.dumps(_begun(plan()), indent=2, ensure_ascii=False),
        slipped=for_people.call(request.url_root, slipped=True),
        refused=json.dumps(refused(), indent=2, ensure_ascii=False),
        coded=for_people.coded,
    )


def _begun(told: dict[str, object]) -> dict[str, object]:
    """What a program reads first of a plan."""
    steps = told["steps"]
    assert isinstance(steps, list)  # noqa: S101 - as the plan's own type says
    first = {key: steps[0][key] for key in ("item", "when", "title", "short", "line")}
    return {"disposition": told["disposition"], "summary": told["summary"], "steps": [first]}
