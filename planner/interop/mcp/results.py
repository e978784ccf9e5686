"""What the tools hand back: a brief for reading, and the same as data.

Every text for people comes from a plan or from the vocabulary; what is said here is said to an
assistant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from mcp_types import CallToolResult, TextContent

from planner.contract.values import FLAGS
from planner.errors import FieldProblem
from planner.interop.mcp.asked import Served
from planner.interop.unspoken import shape_for_others
from planner.plan.brief_outline import brief_outline
from planner.plan.plan import Plan
from planner.plan.rendering import markdown_of

SafetyBy = Literal["person", "assistant"]
ANSWERED_BY = "safety_answered_by"
_SAID = {
    "person": "The person answered the safety questions themselves.",
    "assistant": (
        "The safety answers were relayed by the assistant. They were not asked of the person by "
        "Repair Planner: whoever uses this plan checks them first."
    ),
}


def planned(plan: Plan, by: SafetyBy) -> CallToolResult:
    """A plan: its brief as Markdown, and the whole as data.

    Who answered the safety questions stands in the text and in `_meta`. Where they were relayed it
    stands in the data too, so that it goes wherever the plan goes.
    """
    shape = shape_for_others(plan)
    if by != "person":
        shape[ANSWERED_BY] = by
    text = f"{markdown_of(brief_outline(plan))}\n*{_SAID[by]} ({ANSWERED_BY}: {by})*\n"
    return CallToolResult(
        content=[TextContent(text=text)], structured_content=shape, meta={ANSWERED_BY: by}
    )


def problems(found: Sequence[FieldProblem]) -> CallToolResult:
    """What is to be mended, each with its field; there is no plan."""
    lines = "\n".join(f"- {one}" for one in found)
    text = f"No plan was made. Mend these and call again:\n{lines}"
    shape = {"problems": [one.as_dict() for one in found], "plan": None}
    return CallToolResult(content=[TextContent(text=text)], structured_content=shape, is_error=True)


def safety_questions(
    at_hand: Served, *, unanswered: Iterable[str] = FLAGS, lead: str
) -> CallToolResult:
    """The questions that somebody has to answer first, in the vocabulary's words; no plan."""
    words = at_hand.words("safety.flags")
    open_ones = tuple(unanswered)
    flags = [
        {"flag": flag, "label": at_hand.label("safety.flags", flag), "hint": hint}
        for flag in open_ones
        for hint in [words["options"].get(flag, {}).get("hint", "")]
    ]
    lines = [f"- {one['flag']}: {one['label']}. {one['hint']}".rstrip() for one in flags]
    text = "\n".join([lead, "", words["question"], *lines])
    asked = {"question": words["question"], "answers": ["no", "yes", "unsure"], "flags": flags}
    shape = {"safety_questions": asked, "plan": None}
    return CallToolResult(content=[TextContent(text=text)], structured_content=shape)


def told(shape: dict[str, Any], lines: Iterable[str]) -> CallToolResult:
    """A draft, in words and as data."""
    content = TextContent(text="\n".join(lines))
    return CallToolResult(content=[content], structured_content=shape)


def text(said: str) -> CallToolResult:
    """What is only to be read."""
    return CallToolResult(content=[TextContent(text=said)])


def refusal(said: str) -> CallToolResult:
    """A call that cannot be answered, with what to write instead."""
    return CallToolResult(content=[TextContent(text=said)], is_error=True)
