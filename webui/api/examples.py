"""Examples for the description of the interface: what this very application answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from planner import Observation, ObservationError
from planner.plan.formats import Page, by_media
from webui.access.problems import PROBLEM, refusal
from webui.api.describing import JSON, answer, ref
from webui.knowledge import knowledge
from webui.words.texts import text

LATE: Mapping[str, Any] = {
    "case": "K-114",
    "session": 12,
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 10}],
    "context": {"phase": "middle", "signs": ["denial"]},
    "safety": {"flags": {}},
}
UNSURE: Mapping[str, Any] = {"ruptures": [], "safety": {"flags": {"self_harm": "unsure"}}}
SLIPPED: Mapping[str, Any] = {"ruptures": [{"kind": "lateness", "who": "therapis"}]}
"""What is refused: a slip of the pen, and no answer about safety."""
SENT = {
    "late": {"summary": "interface_example", "value": LATE},
    "stop": {"summary": "interface_example_stop", "value": UNSURE},
}
SUBMITTED = {"newest": {"summary": "interface_example_submit", "value": {"version": 1}}}
KEPT_REF = "k3wq7m2xd9ta"
MADE_AT = "2026-03-02T09:00:00+00:00"


def plan() -> dict[str, Any]:
    """The plan for the first example, as JSON has it."""
    return knowledge().plan(Observation.read(dict(LATE))).to_dict()


def written(media: str) -> str:
    """The same plan as a text of this media type."""
    return by_media()[media].write(knowledge().plan(Observation.read(dict(LATE))), Page())


def refused() -> dict[str, object]:
    """The problem that the slip of the pen is answered with."""
    try:
        Observation.read(dict(SLIPPED))
    except ObservationError as error:
        return refusal(422, text("interface_422_detail"), error.problems)
    raise AssertionError("the example of a refusal is taken")


REFUSED = answer("interface_422", ref("Problem"), PROBLEM, refused)
"""The answer to an observation that breaks the contract."""


def plan_media(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Every format of a plan, by media type, each with its schema and the first example in it."""
    return {
        media: {
            "schema": schema,
            "example": plan if media == JSON else partial(written, media),
        }
        for media, schema in schemas.items()
    }


def kept_summary(state: str = "draft") -> dict[str, Any]:
    """The first example, stored."""
    return {
        "ref": KEPT_REF,
        "case": LATE["case"],
        "session": LATE["session"],
        "disposition": plan()["disposition"],
        "state": state,
        "version": 1,
        "made_at": MADE_AT,
        "changed_at": MADE_AT,
    }


def kept_list() -> dict[str, Any]:
    """One's own plans, where there is but this one."""
    return {"plans": [kept_summary()]}


def kept_plan() -> dict[str, Any]:
    """The first example, stored, with its steps as the rules made them."""
    made = plan()
    steps = [
        {"key": step["item"], "title": step["title"], "where": step["when"],
         "words": step["words"], "short": step["short"], "line": step["line"], "reason": ""}
        for step in made["steps"]
    ]  # fmt: skip
    return {**kept_summary(), "plan": made, "steps": steps}
