"""What of a plan may stand where others could look on: in the room, on the sheet, in a note.

The therapist's own feelings are for the author, and for the supervisor once the plan was handed in.
A caution that is there because of one would tell of it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from planner.plan.brief import Brief
from planner.plan.outline import FEELINGS, UNSPOKEN
from planner.plan.plan import Plan
from planner.planning.planner import Planner
from planner.rulebook.conditions import branches
from planner.rulebook.rulebook import Rule, Rulebook


def open_steps(plan: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Mapping[str, Any]]:
    """The steps as the rules made them, by item, without cautions that tell of one's feelings."""
    private = _telling(rulebook.planning)
    return {
        step["item"]: {**step, "cautions": [one for one in step["cautions"] if one not in private]}
        for step in plan["steps"]
    }


def open_plan(plan: Plan, planner: Planner) -> Plan:
    """The plan for a record or a copy: no line of it is there because of one's own feelings.

    What the plan says without them is the measure. How far it holds back stays as it is.
    """
    told: Mapping[str, Any] = plan.observation
    if not told["context"].get(UNSPOKEN):
        return plan
    context = {**told["context"], UNSPOKEN: []}
    bare = planner.plan({**told, "context": context})
    cautions = {step.item: step.cautions for step in bare.steps}
    codes = {one.code for one in bare.avoid}
    return replace(
        plan,
        observation={**told, "context": context},
        steps=tuple(
            replace(step, cautions=_common(step.cautions, cautions.get(step.item, ())))
            for step in plan.steps
        ),
        avoid=tuple(one for one in plan.avoid if one.code in codes),
        summary=_summary(plan, bare),
        supervision=_common(plan.supervision, bare.supervision),
        safety=replace(bare.safety, level=plan.safety.level, contacts=plan.safety.contacts),
        brief=_brief(plan, bare),
    )


def _summary(plan: Plan, bare: Plan) -> str:
    """The summary without the reasons for a consultation that tell of a feeling."""
    summary = plan.summary
    for reason in plan.safety.reasons:
        if reason not in bare.safety.reasons:
            summary = summary.replace(reason, "")
    return " ".join(summary.split())


def _brief(plan: Plan, bare: Plan) -> Brief:
    """The brief with the lines that it has without the feelings; what to do stays as it is."""
    if plan.disposition == "stop":
        return replace(plan.brief, consult=bare.brief.consult)
    not_now = tuple(one for one in plan.brief.not_now if one in bare.brief.not_now)
    return replace(bare.brief, say=plan.brief.say, then=plan.brief.then, not_now=not_now)


def _common(lines: Iterable[str], known: Container[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line in known)


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
