"""The interface for programs, as people read it: made here, with no script of anyone else."""

from __future__ import annotations

import json

from flask import Blueprint, render_template, request

from webui.api.examples import plan, refused, written
from webui.api.rules import description
from webui.knowledge import knowledge
from webui.show import interface_page

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
        groups=list(interface_page.groups(told)),
        parts=list(interface_page.parts(words)),
        flags=list(interface_page.flags(words)),
        plan_keys=list(interface_page.keys(told, interface_page.PLAN_SHAPES)),
        problem_keys=list(interface_page.keys(told, interface_page.PROBLEM_SHAPES)),
        calls=interface_page.call(request.url_root, BRIEF),
        answered=written(BRIEF),
        plan=json.dumps(_begun(plan()), indent=2, ensure_ascii=False),
        slipped=interface_page.call(request.url_root, slipped=True),
        refused=json.dumps(refused(), indent=2, ensure_ascii=False),
        coded=interface_page.coded,
    )


def _begun(told: dict[str, object]) -> dict[str, object]:
    """What a program reads first of a plan."""
    steps = told["steps"]
    assert isinstance(steps, list)  # noqa: S101 - as the plan's own type says
    first = {key: steps[0][key] for key in ("item", "when", "title", "short", "line")}
    return {"disposition": told["disposition"], "summary": told["summary"], "steps": [first]}
