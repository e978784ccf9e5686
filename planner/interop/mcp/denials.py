"""Every "no" that an assistant took from a narrative, put to the person once more.

A narrative seldom says that something was not so, and a reader is quick to take silence for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from mcp.server.mcpserver import Elicit, ElicitationResult
from mcp.server.mcpserver.resolve import AcceptedElicitation
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from planner.contract.fields import FIELDS
from planner.interop.mcp.asked import Call, Served, can_ask, served
from planner.interop.mcp.told import Dropped, Told, checkable, read_told

MESSAGE = (
    "Once more, since a no leaves something out of the plan. "
    "Leave empty what you do not know; it then stays unknown."
)
NOT_ASKED = (
    "A no counts only when the person says so, and this client cannot ask them, so the field "
    "stays unknown. Ask the person, and leave the field out of the observation unless they say no."
)
NOT_CONFIRMED = "The person did not confirm this no, so the field stays unknown."


def _no_defaults(schema: dict[str, Any]) -> None:
    """Nothing is required and nothing is filled in: an empty answer is unknown."""
    schema["title"] = "Is this so?"
    schema.pop("description", None)  # the docstring is for who reads the code


class DenialForm(BaseModel):
    """The person's own answers to fields whose answer was a no; None where there is none."""

    model_config = ConfigDict(json_schema_extra=_no_defaults)


def key_of(field: str) -> str:
    """A field's name in a form, where dots may stand for levels."""
    return field.replace(".", "__")


def form_of(at_hand: Served, denials: Mapping[str, str]) -> type[DenialForm]:
    """The fields' own questions, with every answer that the contract has."""
    fields = {key_of(name): (_answer(at_hand, name), None) for name in denials}
    made: Any = create_model  # its types do not follow fields that are made
    form: type[DenialForm] = made("DenialForm", __base__=DenialForm, **fields)
    return form


def _answer(at_hand: Served, name: str) -> Any:
    """One field as a choice; whatever else a client sends is no answer."""
    words, values = at_hand.words(name), FIELDS[name].values
    labels = [at_hand.label(name, value) for value in values]
    shape: dict[str, Any] = {"type": "string", "enum": list(values), "enumNames": labels}
    about = Field(
        title=words.get("question", name),
        description=words.get("hint") or words.get("why"),
        json_schema_extra=shape,
    )

    def known(value: object) -> str | None:
        return value if isinstance(value, str) and value in values else None

    return Annotated[str | None, BeforeValidator(known), about]


def ask_denials(call: Call, narrative: str, answers: Any) -> Elicit[DenialForm] | None:
    """Ask where there is a no to ask about, and somebody to be asked."""
    if not can_ask(call) or checkable(narrative, answers):
        return None
    denials = read_told(narrative, answers).denials
    at_hand = served(call)
    return Elicit(MESSAGE, form_of(at_hand, denials)) if denials else None


def settle(told: Told, outcome: ElicitationResult[DenialForm], *, asked: bool) -> None:
    """Put in what the person answered; what they left open is dropped, and stays unknown."""
    data = outcome.data if isinstance(outcome, AcceptedElicitation) else None
    for name, denied in told.denials.items():
        said = getattr(data, key_of(name), None)
        if said is None or said == FIELDS[name].unknown:
            reason = NOT_CONFIRMED if asked else NOT_ASKED
            told.dropped.append(Dropped(name, denied, reason))
        else:
            told.answers[name] = said
    told.denials.clear()
