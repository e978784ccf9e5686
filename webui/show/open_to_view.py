"""What of a plan may stand where others could look on: in the room, and on the sheet.

The therapist's own feelings are for the author, and for the supervisor once the plan was handed in.
A caution that is there because of one would tell of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from planner.rulebook.conditions import branches
from planner.rulebook.rulebook import Rule, Rulebook

FEELINGS = "context.therapist_feelings"


def open_steps(plan: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Mapping[str, Any]]:
    """The steps as the rules made them, by item, without cautions that tell of one's feelings."""
    private = _telling(rulebook.planning)
    return {
        step["item"]: {**step, "cautions": [one for one in step["cautions"] if one not in private]}
        for step in plan["steps"]
    }


@lru_cache(maxsize=8)
def _telling(rules: tuple[Rule, ...]) -> frozenset[str]:
    """The cautions that ask for a feeling of the therapist."""
    return frozenset(
        rule.text
        for rule in rules
        if rule.verb == "caution" and rule.text
        for conjunction in branches(rule.when, rule.cases, rule.cases_at)
        if any(one.field == FEELINGS for one in conjunction)
    )
