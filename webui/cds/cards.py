"""The card that answers a call: what it shows, and the draft that a proceeding plan offers.

Only a plan that may proceed carries a suggestion. On a stop the first actions come first, and no
word of the handout stands anywhere. What the therapist feels is in no card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from planner import ObservationError
from planner.errors import FieldProblem
from planner.interop.fhir import DEFAULT_BASE, care_plan, observation_of
from planner.plan.brief_outline import brief_outline
from planner.plan.outline import Block
from planner.plan.plan import Plan
from planner.plan.rendering import markdown_of
from webui.cds.asked import Call, unfit
from webui.cds.feedback import REASONS
from webui.cds.settings import Settings
from webui.knowledge import Knowledge
from webui.show.open_to_view import open_plan
from webui.words.texts import text

INDICATORS = {"proceed": "info", "review_first": "warning", "stop": "critical"}
UNANSWERED = "unanswered"
LONGEST = 139
"""Letters of a summary: the specification asks for less than 140."""
SAFETY = "safety"
"""How the linkIds of the safety questions begin."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes cards by one rulebook, for one setting."""

    knowledge: Knowledge
    settings: Settings
    base: str = DEFAULT_BASE

    def card(self, call: Call) -> Json:
        """The card of a call. Raises Declined, 422, where an answer other than safety is wrong."""
        try:
            read = observation_of(call.response, self.knowledge.rulebook, base=self.base)
        except ObservationError as error:
            open_safety = [one for one in error.problems if one.field.startswith(SAFETY)]
            if not open_safety:
                raise unfit(error.problems) from None
            return self._unanswered(open_safety)
        made = self.knowledge.planner.plan(read.observation)
        plan = open_plan(made, self.knowledge.planner)
        if plan.disposition == "proceed":
            return self._proceeding(plan, call)
        blocks = _first_actions(plan) if plan.disposition == "stop" else _reviewed(plan)
        summary = text(f"cds_{plan.disposition}")
        return self._card(plan.disposition, summary, markdown_of(blocks))

    def _unanswered(self, problems: Sequence[FieldProblem]) -> Json:
        """No plan, and what has to be answered."""
        blocks = [
            Block("section", text("cds_missing")),
            *(Block("point", self._asked(one)) for one in problems),
            Block("plain", text("cds_unknown")),
        ]
        return self._card(UNANSWERED, text("cds_unanswered"), markdown_of(blocks))

    def _asked(self, problem: FieldProblem) -> str:
        """A safety question in its own words, or what is wrong where it is none of ours."""
        fields: Mapping[str, Any] = self.knowledge.words.fields
        options = fields["safety.flags"]["options"]
        found = options.get(problem.field.rpartition(".")[2])
        return str(found["label"]) if found else str(problem)

    def _proceeding(self, plan: Plan, call: Call) -> Json:
        """The brief, and the draft to be stored."""
        steps = ", ".join(step.item for step in plan.steps)
        summary = text("cds_proceed", steps=steps) if steps else text("cds_proceed_bare")
        card = self._card(plan.disposition, summary, markdown_of(_untitled(plan)))
        return card | {"suggestions": [self._draft(plan, call)], "selectionBehavior": "at-most-one"}

    def _draft(self, plan: Plan, call: Call) -> Json:
        """The suggestion to create the draft care plan."""
        resource = care_plan(
            plan,
            base=self.base,
            subject=call.subject,
            authored=datetime.now(UTC).isoformat(timespec="seconds"),
            response=call.reference,
        )
        action = {"type": "create", "description": text("cds_action"), "resource": resource}
        return {"label": text("cds_suggestion"), "uuid": str(uuid4()), "actions": [action]}

    def _card(self, topic: str, summary: str, detail: str) -> Json:
        """A card without suggestions."""
        system = f"{self.settings.base}/cds-services/topics"
        source = {
            "label": text("cds_source"),
            "url": f"{self.settings.base}/",
            "topic": {"system": system, "code": topic, "display": text(f"cds_topic_{topic}")},
        }
        reasons = [
            {"system": self.settings.reasons, "code": one, "display": text(f"cds_reason_{one}")}
            for one in REASONS
        ]
        return {
            "uuid": str(uuid4()),
            "summary": summary if len(summary) <= LONGEST else f"{summary[: LONGEST - 1]}…",
            "detail": detail,
            "indicator": INDICATORS.get(topic, "critical"),
            "source": source,
            "overrideReasons": reasons,
        }


def _untitled(plan: Plan) -> Iterator[Block]:
    """The brief without its title, which the summary says already."""
    return (block for block in brief_outline(plan) if block.kind != "title")


def _reviewed(plan: Plan) -> Iterator[Block]:
    """The brief, with whom to ask first: also where the reason is the therapist's own."""
    if not plan.brief.consult:
        yield Block("point", text("cds_consult"), alert=True)
    yield from _untitled(plan)


def _first_actions(plan: Plan) -> Iterator[Block]:
    """What a stop says: what to do first, whom to tell, what to record, and then why."""
    safety = plan.safety
    told = (
        (text("cds_first"), safety.first_actions),
        (text("cds_tell"), safety.contacts),
        (text("cds_record"), safety.record),
        (text("cds_why"), safety.reasons),
    )
    for heading, lines in told:
        if lines:
            yield Block("section", heading, alert=True)
            yield from (Block("point", line, alert=True) for line in lines)
