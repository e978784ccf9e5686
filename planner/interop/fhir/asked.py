"""Every question of the form with its linkId: the contract's fields, one table for all modules.

A linkId is the contract's own name (`lateness.who`, `context.phase`, `safety.flags.self_harm`), so
that a refusal names the same place to whoever reads the form, the response or the observation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.contract.fields import FIELDS, Field
from planner.contract.limits import LONGEST_CASE, LONGEST_NOTES, MOST_SESSIONS
from planner.contract.values import FLAGS, KINDS
from planner.interop.fhir.naming import KIND, SAFETY, SAFETY_ANSWERS

ItemType = Literal["choice", "integer", "string", "text"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: where it stands, how it is answered, and what may be chosen.

    `group` is the linkId of the group around it ("" at the top), `rupture` the kind that has to be
    chosen before it is asked. `words` names its entry in the vocabulary; `codes` never hold
    "unknown": what is not known is not answered. `low`, `high` and `longest` bound numbers and
    texts, all included.
    """

    link_id: str
    type: ItemType
    group: str = ""
    words: str = ""
    codes: tuple[str, ...] = ()
    several: bool = False
    required: bool = False
    rupture: str | None = None
    low: int | None = None
    high: int | None = None
    longest: int | None = None

    @property
    def system(self) -> str:
        """The name of its code system."""
        return "safety-answer" if self.words == SAFETY else self.words

    @property
    def name(self) -> str:
        """Its key in the observation's part."""
        return self.link_id.rpartition(".")[2]


def _of_field(field: Field) -> Asked:
    """The question for a field of the catalogue."""
    if field.kind == "number":
        return Asked(
            field.name, "integer", _group(field), field.name, rupture=field.rupture,
            low=field.low, high=field.high, required=field.required,
        )  # fmt: skip
    codes = tuple(value for value in field.values if value != field.unknown)
    return Asked(
        field.name, "choice", _group(field), field.name, codes, several=field.kind == "list",
        required=field.required, rupture=field.rupture,
    )  # fmt: skip


def _group(field: Field) -> str:
    return field.name.partition(".")[0]


def _all() -> tuple[Asked, ...]:
    """Safety first, then what happened, then its setting, and last what is for filing only."""
    safety = [
        Asked(f"{SAFETY}.{flag}", "choice", "safety", SAFETY, SAFETY_ANSWERS, required=True)
        for flag in FLAGS
    ]
    kind = Asked(KIND, "choice", "", KIND, KINDS, several=True)
    fields = [
        _of_field(field)
        for field in FIELDS.values()
        if field.rupture or field.name.startswith("context.")
    ]
    filing = [
        Asked("case", "string", "", "case", longest=LONGEST_CASE),
        Asked("session", "integer", "", "session", low=1, high=MOST_SESSIONS),
        Asked("notes", "text", "", "notes", longest=LONGEST_NOTES),
    ]
    return (*safety, kind, *fields, *filing)


ASKED: dict[str, Asked] = {one.link_id: one for one in _all()}
"""Every question by its linkId, in the order in which it is asked."""
GROUPS = ("safety", *KINDS, "context")
"""The linkIds of the groups; a group of a kind is asked where that kind was chosen."""
HELP = ".help"
"""What a linkId of a display item that helps to answer ends with."""
