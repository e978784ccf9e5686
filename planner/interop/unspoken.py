"""A plan as it may leave for another tool: without what the therapist felt.

`context.therapist_feelings` is never spoken and never filed. A plan in Markdown leaves it out, and
so does a plan that is handed to another program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from planner.plan.outline import FEELINGS, UNSPOKEN

if TYPE_CHECKING:
    from planner.plan.plan import Plan

_REASONED = ("steps", "held", "barred", "avoid")


def shape_for_others(plan: Plan) -> dict[str, Any]:
    """`plan.to_dict()`; where feelings were told, without them and the reasons that rest on them.

    What follows from them stays: the review that comes first, the cautions, the questions for
    supervision.
    """
    shape = plan.to_dict()
    if not shape["observation"].get("context", {}).get(UNSPOKEN):
        return shape
    del shape["observation"]["context"][UNSPOKEN]
    for part in _with_reasons(shape):
        part["because"] = [one for one in part["because"] if FEELINGS not in one["facts"]]
    return shape


def _with_reasons(shape: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every part of a plan that tells why it is there."""
    for name in _REASONED:
        yield from shape[name]
    yield shape["safety"]
