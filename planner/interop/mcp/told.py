"""A draft of an observation, from what an assistant says that a narrative says.

An answer counts only with a quote that stands in the narrative. Whatever does not count is dropped
with its reason and stays unknown: never is it turned into another answer, and never into "no".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.contract import mends
from planner.contract.fields import FIELDS, Field
from planner.contract.likeness import did_you_mean
from planner.contract.limits import LONGEST_LIST
from planner.contract.values import KINDS
from planner.errors import json_safe, printable, shown
from planner.interop.mcp.quotes import folded, is_evidence, stands_in
from planner.interop.mcp.refusing import is_about_safety

LONGEST_NARRATIVE = 20_000
"""Characters of a narrative: some ten pages."""
MOST_ANSWERS = 200
DENIALS = frozenset(
    ("no", "none", "none_yet", "none_apparent", "none_known", "not_shared", "not_tried", "not_yet")
)
"""The answers that say that something is not so; a person confirms each before it counts."""

KIND = "kind"
_KINDS = Field(KIND, "list", KINDS)
_TAKEN: dict[str, Field] = {
    KIND: _KINDS,
    **{name: one for name, one in FIELDS.items() if not name.startswith(("safety.", "ruptures."))},
}
"""Each field that may be taken from a narrative; `kind` alone names what happened."""
_NOTHING: tuple[object, ...] = (None, [], "")
_ALSO_KIND = ("ruptures.kinds", "ruptures.kind")
_KEYS = ("field", "value", "quote")

SAFETY = (
    "Safety is asked of the person by make_plan, and never taken from a narrative. "
    "If the narrative makes you think of a flag, name it in `raised_flags` of make_plan."
)
NO_QUOTE = (
    "The quote does not stand in the narrative, so the field stays unknown. "
    "Copy it word for word from the narrative, or leave the answer out and ask the person."
)
TOO_SHORT = (
    "The quote is too short to tell anything, so the field stays unknown. "
    "Copy the words that say it from the narrative, or leave the answer out and ask the person."
)
TWICE = "The field is answered twice and differently, so it stays unknown. Ask the person which."


@dataclass(frozen=True, slots=True)
class Dropped:
    """An answer that does not count, and why; its field stays unknown."""

    field: str
    value: object
    reason: str

    def as_dict(self) -> dict[str, object]:
        """The answer as JSON can carry it, whatever it was."""
        return {"field": self.field, "value": json_safe(self.value), "reason": self.reason}


@dataclass(slots=True)
class Told:
    """What was taken from a narrative.

    `answers` has each field with its answer; `denials` those that wait until a person confirms
    them; `dropped` what does not count.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    denials: dict[str, str] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)

    def draft(self) -> dict[str, Any]:
        """The observation so far, without `safety`; what nobody said is left out."""
        ruptures = []
        for kind in KINDS:
            start = f"{kind}."
            given = {
                name.removeprefix(start): value
                for name, value in self.answers.items()
                if name.startswith(start)
            }
            if given or kind in self.answers.get(KIND, ()):
                ruptures.append({"kind": kind, **given})
        start = "context."
        context = {
            name.removeprefix(start): value
            for name, value in self.answers.items()
            if name.startswith(start)
        }
        return {"ruptures": ruptures, "context": context}

    def missing(self) -> tuple[str, ...]:
        """The fields without which there is no plan: `kind`, or what a kind cannot do without."""
        ruptures = self.draft()["ruptures"]
        if not ruptures:
            return (KIND,)
        return tuple(
            name
            for rupture in ruptures
            for name, one in FIELDS.items()
            if one.required
            and one.rupture == rupture["kind"]
            and name.partition(".")[2] not in rupture
        )


def checkable(narrative: str, answers: object) -> str:
    """Why a narrative and its answers cannot be read at all; "" where they can."""
    if len(narrative) > LONGEST_NARRATIVE:
        return (
            f"The narrative has {len(narrative):,} characters; at most {LONGEST_NARRATIVE:,} are "
            "read. Leave out what is not about the rupture, or check it part by part."
        )
    if not isinstance(answers, list):
        return f"`answers` is a list of answers with {mends.either(_KEYS)}, not {shown(answers)}."
    if len(answers) > MOST_ANSWERS:
        return f"`answers` has {len(answers):,} entries; at most {MOST_ANSWERS} are read."
    return ""


def read_told(narrative: str, answers: Sequence[object]) -> Told:
    """Hold each answer against the narrative and against its field."""
    told, text = Told(), folded(narrative)
    given: dict[str, list[Any]] = {}
    for answer in answers:
        name, value, reason = _judged(answer, text)
        if reason:
            told.dropped.append(Dropped(name, value, reason))
        elif value is not None:
            given.setdefault(name, []).append(value)
    for name, values in given.items():
        _take(told, name, values)
    return told


def _take(told: Told, name: str, values: list[Any]) -> None:
    """Take in all that was answered to one field."""
    value = values[0]
    if _TAKEN[name].kind == "list":
        told.answers[name] = [one for one in _TAKEN[name].values if any(one in v for v in values)]
    elif any(one != value for one in values):
        told.dropped += [Dropped(name, one, TWICE) for one in values]
    elif value in DENIALS:
        told.denials[name] = value
    else:
        told.answers[name] = value


def _judged(answer: object, text: str) -> tuple[str, Any, str]:
    """An answer's field and value as the contract has them, and why it does not count, if so."""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("field"), str):
        return "", answer, f"An answer has {mends.either(_KEYS)}; this is {shown(answer)}."
    name, value, quote = printable(answer["field"]), answer.get("value"), answer.get("quote")
    name = KIND if name in _ALSO_KIND else name
    if is_about_safety(name):
        return name, value, SAFETY
    taken = _TAKEN.get(name)
    if taken is None:
        hint = did_you_mean(name, tuple(_TAKEN))
        return name, value, f"There is no field {shown(name)} to be told.{hint}"
    if value in _NOTHING or value == taken.unknown:
        return name, None, ""  # left out: it needs no quote
    if taken.kind == "list" and isinstance(value, str):
        value = [value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    wrong = " ".join(_wrong(taken, value))
    return name, value, wrong or _unproved(quote, text)


def _wrong(taken: Field, value: object) -> Iterator[str]:
    """What is wrong with a value, in the contract's words."""
    if taken.kind == "list":
        yield from (one.message for one in mends.members(taken, taken.name, value, LONGEST_LIST))
        return
    check = mends.number if taken.kind == "number" else mends.choice
    problem = check(taken, taken.name, value)
    if problem:
        yield problem.message


def _unproved(quote: object, text: str) -> str:
    """Why a quote proves nothing; "" where it stands in the text."""
    if not isinstance(quote, str) or not is_evidence(quote):
        return TOO_SHORT
    return "" if stands_in(quote, text) else NO_QUOTE
