"""The brief of a kept plan, made from the steps of a version as they were edited.

It has the shape of a plan's own brief. Nothing is cut: a step without few words shows its whole
words, and one without a line its title. What the rules wrote for a first step that is another one
now is left out, and that step's own cautions stand in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.rulebook.counting import blanks_in
from webui.register.steps import HELD, Step, in_order
from webui.register.versions import Content

Part = Mapping[str, Any]
MOST_CAUTIONS = 2


def brief_of(content: Content) -> Part | None:
    """The brief of a version; None where its plan was made before there were briefs."""
    made: Part | None = content.plan.get("brief")
    if not made:
        return None
    if content.plan["disposition"] == "stop":
        return made
    steps = in_order(content.steps)
    first = steps[0] if steps else None
    same = bool(first and made["say"] and first.key == made["say"]["item"])
    return {
        "consult": made["consult"],
        "before": made["before"],
        "say": _say(first) if first else None,
        "then": [_then(step) for step in steps[1:]],
        "mind": made["mind"] if same else _cautions(first, content.plan["steps"]),
        "dont": made["dont"],
        "not_now": list(_not_now(content.steps, made["not_now"])),
        "check": made["check"],
        "if_not": made["if_not"] if same else None,
    }


def _say(step: Step) -> Part:
    """What is said first, with its title and time. `whole` tells that there are no short words."""
    words = step.short or step.words
    return {
        "item": step.key,
        "title": step.title,
        "when": step.where,
        "words": words,
        "blanks": list(blanks_in(words)),
        "whole": not step.short,
    }


def _then(step: Step) -> Part:
    """A step that follows, in one line; those of one's own are numbered, to be told apart."""
    return {
        "item": step.key,
        "when": step.where,
        "line": step.line or step.title,
        "short": step.short or step.words,
    }


def _cautions(step: Step | None, planned: Sequence[Part]) -> Sequence[str]:
    """What to take care of in a step that the rules did not put first."""
    found: Iterator[Sequence[str]] = (
        one["cautions"] for one in planned if step and one["item"] == step.key
    )
    return list(next(found, ()))[:MOST_CAUTIONS]


def _not_now(steps: Sequence[Step], made: Sequence[Part]) -> Iterator[Part]:
    """What waits: by the rules, unless it is in use now, and what a person holds, with why."""
    used = {step.item for step in steps if step.in_use}
    yield from (one for one in made if one["item"] not in used)
    for step in steps:
        if step.where == HELD:
            yield {"item": step.item, "text": step.reason, "cue": None}
