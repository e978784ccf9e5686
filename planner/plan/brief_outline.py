"""The brief of a plan as blocks, in the order of need: what comes first stands first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.plan.outline import DISPOSITIONS, TIMES, Block, listed

if TYPE_CHECKING:
    from planner.plan.brief import Brief, NotNow
    from planner.plan.parts import PlanParts


def brief_outline(plan: PlanParts) -> Iterator[Block]:
    """Every block of the brief; of a plan without one, what it says to do first."""
    brief = plan.brief
    yield Block("title", f"Repair plan: {DISPOSITIONS[plan.disposition]}")
    if brief.consult:
        yield Block("section", "Before anything else", alert=True)
        for text in brief.consult:
            yield Block("point", text, alert=True)
    if plan.disposition == "stop":
        return
    yield from listed("Before", brief.before)
    yield from _say(brief, plan.summary)
    yield from listed("Mind", brief.mind)
    yield from listed("Not now", map(_not_now, brief.not_now))
    yield from listed("Do not", brief.dont)
    if brief.check:
        yield Block("section", "Find out")
        yield Block("point", f"{brief.check.text} ({brief.check.effect})")
    if brief.if_not:
        yield Block("section", "If it lands badly")
        yield Block("plain", brief.if_not)
    yield Block("footer", f"Rulebook {plan.rulebook.version}. The whole plan says why.")


def _say(brief: Brief, summary: str) -> Iterator[Block]:
    """The words of the first step, and every further step by its line."""
    if brief.say is None:
        yield Block("plain", summary)
    else:
        yield Block("section", f"Say ({brief.say.item})")
        yield Block("words", brief.say.words)
    if brief.then:
        yield Block("section", "Then")
    for one in brief.then:
        yield Block("point", one.line, f"{one.item}, {TIMES[one.when].lower()}")


def _not_now(one: NotNow) -> str:
    """An item that waits or is ruled out, and what lets it go on."""
    cue = f" If {one.cue}: go on with it." if one.cue else ""
    return f"{one.item}: {one.text}.{cue}"
