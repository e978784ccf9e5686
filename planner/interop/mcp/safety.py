"""The safety questions, put to the person by the client's own form; the assistant sees no answer.

All flags stand in one form, each with no, yes or unsure, and all are required. Whatever comes back
without an answer to each is asked again, at most `MOST_TIMES` in all; then there is no plan.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import AcceptedElicitation
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from planner.contract.values import FLAGS
from planner.interop.mcp.asked import Call, Served, can_ask, served
from planner.interop.mcp.refusing import refused

ANSWERS = ("no", "yes", "unsure")
MOST_TIMES = 3
"""How often the form is shown before it is given up."""
HOW = "Answer each one with no, yes or unsure; unsure counts as yes. Only you can answer this."
DECLINED = (
    "The person did not answer the safety questions, so there is no plan. "
    "Do not answer for them, and do not write repair wording of your own instead."
)
INCOMPLETE = (
    f"The safety questions were shown {MOST_TIMES} times and not all were answered, so there is "
    "no plan. Do not answer for the person; ask whether they want to go on."
)


def _require_all(schema: dict[str, Any]) -> None:
    """Say that each question needs an answer; a form that has none is told apart all the same."""
    schema["required"] = list(schema["properties"])
    schema["title"] = "Safety"
    schema.pop("description", None)  # the docstring is for who reads the code


class SafetyForm(BaseModel):
    """What a person said of each flag: no, yes or unsure; None where there was no such answer."""

    model_config = ConfigDict(json_schema_extra=_require_all)

    def answers(self) -> dict[str, str | None]:
        """Each flag with its answer, in the contract's order."""
        return {flag: getattr(self, flag, None) for flag in FLAGS}

    def unanswered(self) -> tuple[str, ...]:
        """The flags without an answer."""
        return tuple(flag for flag, answer in self.answers().items() if answer is None)


_Outcome = ElicitationResult[SafetyForm]


def flags_from(answers: Mapping[str, str | None], raised: Collection[str]) -> dict[str, str]:
    """The observation's flags: what was answered; what the assistant raised is never cleared."""
    counted = {
        flag: "unsure" if flag in raised and answers.get(flag) != "yes" else answers.get(flag)
        for flag in FLAGS
    }
    return {flag: answer for flag, answer in counted.items() if answer in ("yes", "unsure")}


def known_answer(value: object) -> str | None:
    """An answer as a form gives it; None for whatever else a client sends."""
    return value if isinstance(value, str) and value in ANSWERS else None


def form_of(at_hand: Served, given: SafetyForm | None = None) -> type[SafetyForm]:
    """The form in the vocabulary's words, with the person's own earlier answers filled in.

    What comes back without a flag that was raised before keeps it. A "no" is shown again and has
    to be sent again: it may have been taken back.
    """
    fields: dict[str, Any] = {}
    before = given.answers() if given else {}
    options = at_hand.words("safety.flags")["options"]
    for flag in FLAGS:
        words = options.get(flag, {})
        shown: dict[str, Any] = {"default": "no"} if before.get(flag) == "no" else {}
        about = Field(
            title=words.get("label", flag), description=words.get("hint"), json_schema_extra=shown
        )
        answer = Annotated[
            Literal["no", "yes", "unsure"] | None, BeforeValidator(known_answer), about
        ]
        fields[flag] = (answer, None if shown else before.get(flag))
    return create_model("SafetyForm", __base__=SafetyForm, **fields)


def message_of(at_hand: Served, given: SafetyForm | None = None) -> str:
    """What stands above the form."""
    words = at_hand.words("safety.flags")
    if given is None:
        return f"{words['question']} {HOW}"
    options = words["options"]
    open_ones = "; ".join(options.get(flag, {}).get("label", flag) for flag in given.unanswered())
    return f"{words['question']} Without an answer so far: {open_ones}. {HOW}"


def _ask_first(call: Call, observation: Any, raised_flags: Any) -> Elicit[SafetyForm] | None:
    """Ask; None where nobody can be asked, or where there would be no plan whatever is answered."""
    if not can_ask(call) or refused(observation, raised_flags):
        return None
    at_hand = served(call)
    return Elicit(message_of(at_hand), form_of(at_hand))


def _go_on(call: Call, outcome: _Outcome) -> Elicit[SafetyForm] | SafetyForm | str | None:
    """What was answered, or the form once more where something is open."""
    said = _said(outcome)
    if not isinstance(said, SafetyForm) or not said.unanswered():
        return said
    at_hand = served(call)
    return Elicit(message_of(at_hand, said), form_of(at_hand, said))


def _said(outcome: _Outcome) -> SafetyForm | str | None:
    """The answers; "decline" or "cancel"; None where nobody was asked."""
    if isinstance(outcome, AcceptedElicitation):
        data: SafetyForm | str | None = outcome.data
        return data
    return outcome.action


def _ask_again(
    call: Call, outcome: Annotated[_Outcome, Resolve(_ask_first)]
) -> Elicit[SafetyForm] | SafetyForm | str | None:
    return _go_on(call, outcome)


def _ask_once_more(
    call: Call, outcome: Annotated[_Outcome, Resolve(_ask_again)]
) -> Elicit[SafetyForm] | SafetyForm | str | None:
    return _go_on(call, outcome)


def ask_safety(outcome: Annotated[_Outcome, Resolve(_ask_once_more)]) -> SafetyForm | None:
    """The person's answer to every flag; None where nobody could be asked.

    Raises ToolError where the person declined, or left something open to the end.
    """
    said = _said(outcome)
    if isinstance(said, str):
        raise ToolError(DECLINED)
    if said is not None and said.unanswered():
        raise ToolError(INCOMPLETE)
    return said
