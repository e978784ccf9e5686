"""The card that answers a call: what it shows, and the draft that a proceeding plan offers.

Only a plan that may proceed carries a suggestion. On a stop the first actions come first, and no
word of the handout stands anywhere. What the therapist feels is in no card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from planner.contract.values import STOP_FLAGS
from planner.errors import FieldProblem, ResponseError
from planner.interop.fhir import DEFAULT_BASE, care_plan, observation_of
from planner.interop.fhir.walking import walked
from planner.plan.brief_outline import brief_outline
from planner.plan.outline import FEELINGS, Block, listed
from planner.plan.plan import Plan
from planner.plan.rendering import markdown_of
from planner.planning.open_to_view import open_plan
from webui.accounts.site_contacts import Contact
from webui.cds.asked import Call, unfit
from webui.cds.feedback import OF_SAFETY, REASONS
from webui.cds.settings import Settings
from webui.knowledge import Knowledge
from webui.words.texts import text

INDICATORS = {"proceed": "info", "review_first": "warning", "stop": "critical"}
UNANSWERED = "unanswered"
RAISED = ("yes", "unsure")
OFFERED = {"stop": OF_SAFETY, UNANSWERED: OF_SAFETY}
"""The reasons that a card of safety offers for being overridden; any other offers all of them."""
LONGEST = 139
"""Letters of a summary: the specification asks for less than 140."""
SAFETY = "safety.flags."
"""How the linkIds of the safety questions begin."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes cards by one rulebook, for one setting."""

    knowledge: Knowledge
    settings: Settings
    base: str = DEFAULT_BASE
    contacts: Sequence[Contact] = ()
    """Whom people of this site can reach, as the administrator wrote it."""

    def card(self, call: Call) -> Json:
        """The card of a call.

        Raises Declined, 422, where an answer beside safety is wrong and no danger was told.
        """
        try:
            read = observation_of(call.response, self.knowledge.rulebook, base=self.base)
        except ResponseError as error:
            problems = [_quiet(one) for one in error.problems]
            raised = _raised(call.response)
            if error.unanswered:
                return self._unanswered(error.unanswered, problems, raised)
            if raised:
                return self._danger(problems, raised)
            raise unfit(problems) from None
        made = self.knowledge.planner.plan(read.observation)
        plan = open_plan(made, self.knowledge.planner)
        tell = {"stop": self._stopped, "review_first": _reviewed}.get(plan.disposition, _brief)
        blocks = [*tell(plan), *listed(text("cds_notes"), read.notes)]
        if plan.disposition == "proceed":
            return self._proceeding(plan, blocks, call)
        return self._card(plan.disposition, text(f"cds_{plan.disposition}"), blocks)

    def _unanswered(
        self, flags: Sequence[str], problems: Sequence[FieldProblem], raised: Sequence[str]
    ) -> Json:
        """No plan, and what has to be answered.

        A danger that was told does not wait for the other answers: its first actions come first.
        What else is wrong with the form comes last.
        """
        words = self.knowledge.words
        rest = [one for one in problems if not one.field.startswith(SAFETY)]
        missing = (words.label("safety.flags", flag) for flag in flags)
        blocks = [
            *self._first(raised),
            *listed(text("cds_missing"), missing),
            Block("plain", text("cds_unknown")),
            *listed(text("cds_mend"), map(str, rest)),
        ]
        return self._card(UNANSWERED, text("cds_unanswered"), blocks)

    def _danger(self, problems: Sequence[FieldProblem], raised: Sequence[str]) -> Json:
        """A danger that was told, in a form with another answer that is wrong: it does not wait."""
        blocks = [*self._first(raised), *listed(text("cds_mend"), map(str, problems))]
        return self._card("stop", text("cds_stop"), blocks)

    def _first(self, raised: Sequence[str]) -> Iterator[Block]:
        """What to do first where these flags were raised, and whom to reach; none without them."""
        first = [one for flag in raised for one in self.knowledge.first_actions(flag)]
        yield from listed(text("cds_first"), dict.fromkeys(first))
        if first:
            yield from self._reached()

    def _stopped(self, plan: Plan) -> Iterator[Block]:
        """What a stop says: what to do first, whom to tell, what to record, and then why."""
        safety = plan.safety
        if not safety.first_actions:
            yield Block("point", text("cds_consult"), alert=True)
        yield from listed(text("cds_first"), safety.first_actions)
        yield from listed(text("cds_tell"), safety.contacts)
        yield from self._reached()
        yield from listed(text("cds_record"), safety.record)
        yield from listed(text("cds_why"), safety.reasons)

    def _reached(self) -> Iterator[Block]:
        """Whom people of this site can reach."""
        if self.contacts:
            yield Block("section", text("cds_reach"))
        for one in self.contacts:
            yield Block("point", one.text, one.label)

    def _proceeding(self, plan: Plan, blocks: Iterable[Block], call: Call) -> Json:
        """The brief, and the draft to be stored."""
        steps = ", ".join(step.item for step in plan.steps)
        summary = text("cds_proceed", steps=steps) if steps else text("cds_proceed_bare")
        card = self._card(plan.disposition, summary, blocks)
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

    def _card(self, topic: str, summary: str, blocks: Iterable[Block]) -> Json:
        """A card without suggestions."""
        rules = self.knowledge
        mark = text("footer_rulebook", version=rules.rulebook.version, edition=rules.edition())
        system = f"{self.settings.base}/cds-services/topics"
        source = {
            "label": text("cds_source"),
            "url": f"{self.settings.base}/",
            "topic": {"system": system, "code": topic, "display": text(f"cds_topic_{topic}")},
        }
        reasons = [
            {"system": self.settings.reasons, "code": one, "display": text(f"cds_reason_{one}")}
            for one in OFFERED.get(topic, REASONS)
        ]
        return {
            "uuid": str(uuid4()),
            "summary": summary if len(summary) <= LONGEST else f"{summary[: LONGEST - 1]}…",
            "detail": markdown_of([*blocks, Block("footer", mark)]),
            "indicator": INDICATORS.get(topic, "critical"),
            "source": source,
            "overrideReasons": reasons,
        }


def _quiet(problem: FieldProblem) -> FieldProblem:
    """A problem without the answer; of the therapist's feelings not even what was meant."""
    message = text("cds_own") if problem.field == FEELINGS else problem.message
    return FieldProblem(problem.field, None, message)


def _raised(response: Json) -> list[str]:
    """The flags that stop a plan and were answered yes or unsure, in a form that lacks others."""
    answers = walked(response).answers
    return [
        flag
        for flag in STOP_FLAGS
        for answer in answers.get(f"{SAFETY}{flag}", ())
        if isinstance(told := answer.get("valueCoding"), Mapping) and told.get("code") in RAISED
    ]


def _brief(plan: Plan) -> Iterator[Block]:
    """The brief; what the summary of a card says already, and its footer, are left out."""
    return (block for block in brief_outline(plan) if block.kind not in ("title", "footer"))


def _reviewed(plan: Plan) -> Iterator[Block]:
    """The brief, with whom to ask first: also where the reason is the therapist's own."""
    if not plan.brief.consult:
        yield Block("point", text("cds_consult"), alert=True)
    yield from _brief(plan)
