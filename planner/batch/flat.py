"""The flat form of an observation: one row, one cell of text for each field.

A column is called as rules call the field (`lateness.who`, `context.feelings`). A kind of rupture
is there when any of its cells is filled. Lists are joined by `|`. A blank cell is an answer not
given, never a no; so `safety.flags` may not be blank: it says `none`, or the flags that were
raised, each with `:unsure` where that is the answer (`self_harm|formal_complaint:unsure`).

Cells are read as people and spreadsheets write them: outer blanks and capitals do not matter,
`20.0` is 20, and TRUE is yes where a field is yes or no. What says that there is no answer stays
none: `N/A`, `0` and `maybe` are refused, and so is `None`, which programs write for a blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from planner.contract.fields import FIELDS, Field
from planner.contract.likeness import says_nothing
from planner.contract.limits import LONGEST_CASE, LONGEST_NOTES, MOST_SESSIONS
from planner.contract.observation import FLAGS, KINDS
from planner.errors import FieldProblem, shown

JOINED = "|"
NONE = "none"
UNSURE = "unsure"
SAFETY = "safety.flags"
OWN = ("case", "session", "notes")
"""What belongs to one row alone; no rule reads it, so rows that differ only here share a plan."""

FLAT: dict[str, Field] = {
    name: field for name, field in FIELDS.items() if not name.startswith("ruptures.")
}
COLUMNS: tuple[str, ...] = ("case", "session", *FLAT, "notes")
"""Every column there may be, in the contract's order."""

_WHOLE = re.compile(r"(-?\d{1,6})(?:[.,](?:0{1,2}|0{4,}))?")
"""A whole number, with the decimals that programs add; three zeros may be those of thousands."""
_BLANK_OF_PROGRAMS = "None"
"""What Python writes where nothing was answered: written so, it is not the word `none`."""
_YES, _NO = ("true", "wahr", "vrai", "waar"), ("false", "falsch", "faux", "onwaar")
_BOOLEANS = dict.fromkeys(_YES, "yes") | dict.fromkeys(_NO, "no")
"""What spreadsheets write for the two truth values: in English, German, French and Dutch."""
_RUPTURE = re.compile(r"ruptures\[(\d+)\]")
_MEMBER = re.compile(r"\[\d+\]$")
_SESSION = Field("session", "number", low=1, high=MOST_SESSIONS, nullable=True)


def observation_of(row: Mapping[str, str]) -> dict[str, Any]:
    """The contract's shape of a row; whether its answers are any is asked of the observation."""
    ruptures: dict[str, dict[str, Any]] = {}
    data: dict[str, Any] = {"ruptures": [], "context": {}}
    for name, cell in row.items():
        text = cell.strip()
        if not text:
            continue
        field = FLAT.get(name)
        room, _, answer = name.partition(".")
        if field is None:
            data[name] = cell if name != "session" else _number(text)
        elif name == SAFETY:
            data["safety"] = {"flags": _flags(text)}
        elif field.rupture:
            ruptures.setdefault(room, {"kind": room})[answer] = _answer(field, text)
        else:
            data["context"][answer] = _answer(field, text)
    data["ruptures"] = [ruptures[kind] for kind in KINDS if kind in ruptures]
    return data


def flat_problems(
    problems: Sequence[FieldProblem], data: Mapping[str, Any]
) -> tuple[FieldProblem, ...]:
    """The problems of an observation, each with the column that it came from."""
    kinds = [rupture["kind"] for rupture in data.get("ruptures", ())]
    told = ((one, _column(one.field, kinds)) for one in problems)
    return tuple(
        FieldProblem(column, _in_cell(one), _in_columns(one, column), one.nearest)
        for one, column in told
    )


def flat_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one row, its properties in the order of the columns."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Observation, one flat row",
        "type": "object",
        "properties": {name: _cell(name) for name in COLUMNS},
        "required": [SAFETY],
        "anyOf": [{"required": [name]} for name in first_columns()],
        "additionalProperties": True,
    }


def _answer(field: Field, text: str) -> Any:
    """A cell in the contract's shape, with the words of the field's answers told apart."""
    if field.kind == "list":
        parts = (part.strip() for part in text.split(JOINED))
        return [_word(field, part) for part in parts if part]
    return _number(text) if field.kind == "number" else _word(field, text)


def _word(field: Field, text: str) -> str:
    """The field's answer that a word is but for its capitals; any other word stays as it is."""
    word = text.casefold()
    meant = next((value for value in field.values if value.casefold() == word), None)
    if meant is not None and text != _BLANK_OF_PROGRAMS:
        return meant
    if "yes" in field.values and "no" in field.values:
        return _BOOLEANS.get(word, text)
    return text


def _number(text: str) -> int | str:
    """A whole number, also as spreadsheets and data frames write one (`20.0`, `20,0`)."""
    whole = _WHOLE.fullmatch(text)
    return int(whole[1]) if whole else text


def _flags(text: str) -> dict[str, str]:
    """The flags that a cell raises; `none` raises none, and only alone."""
    raised: dict[str, str] = {}
    none = text.casefold() == NONE and text != _BLANK_OF_PROGRAMS
    for part in text.split(JOINED) if not none else ():
        flag, _, answer = (one.strip() for one in part.partition(":"))
        name = flag if flag == _BLANK_OF_PROGRAMS else flag.casefold()
        raised[name] = answer.casefold() or "yes"
    return raised


def _column(place: str, kinds: Sequence[str]) -> str:
    """The column of a path in the contract's notation (`ruptures[0].about[1]`), with the member."""
    if place.startswith("safety"):
        return SAFETY
    rupture = _RUPTURE.match(place)
    if rupture and int(rupture[1]) < len(kinds):
        return kinds[int(rupture[1])] + place[rupture.end() :]
    return place


def _in_cell(problem: FieldProblem) -> object:
    """What stands in the cell; of what is no flag the word itself, and not its answer."""
    if "is no safety flag" in problem.message:
        return problem.field.removeprefix(f"{SAFETY}.")
    return problem.value


def _in_columns(problem: FieldProblem, column: str) -> str:
    """The mend, where a cell is mended in another way than JSON."""
    if problem.field == "safety" and problem.value is None:
        return f"`{SAFETY}` is blank: write `{NONE}`, or the flags that were raised."
    if problem.field == f"{SAFETY}.{_BLANK_OF_PROGRAMS}":
        what = f"`{_BLANK_OF_PROGRAMS}` is what programs write where nothing was answered."
        return f"{what} Write `{NONE}` where you asked and none applies, or the flags."
    if problem.field.startswith(f"{SAFETY}.") and "is no safety flag" in problem.message:
        return f"{problem.message} Write `{NONE}` only where you asked and none applies."
    if problem.field == "ruptures":
        return f"No cell tells of a rupture; fill one of {', '.join(first_columns())}."
    return _with_blank(problem, column)


def _with_blank(problem: FieldProblem, column: str) -> str:
    """The mend of a number or a list: a cell has no null, no quotation marks and no brackets."""
    name = _MEMBER.sub("", column)
    field = FLAT.get(name, _SESSION if name == _SESSION.name else None)
    if field is None or problem.value is None:
        return problem.message
    if field.kind == "number":
        bounds = f"a whole number from {field.low} to {field.high}"
        what = f"`{name.rpartition('.')[2]}` is {bounds}; this is {shown(problem.value)}."
        return f"{what} Leave the cell blank where it is not known."
    if field.kind == "list" and re.search("[,;/+&]", str(problem.value)):
        return f"{problem.message} Join several answers by `{JOINED}`."
    if field.kind == "list" and says_nothing(problem.value):
        return f"{problem.message} Leave the cell blank where it is not known."
    return problem.message


def first_columns() -> list[str]:
    """The column of each kind of rupture that must be filled where the kind is there."""
    return [name for name, field in FLAT.items() if field.rupture and field.required]


def _cell(name: str) -> dict[str, Any]:
    """What one cell may hold."""
    if name == "case":
        return {"type": "string", "maxLength": LONGEST_CASE}
    if name == "notes":
        return {"type": "string", "maxLength": LONGEST_NOTES}
    if name == "session":
        return {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_SESSIONS}
    field = FLAT[name]
    if field.kind == "number":
        return {"type": ["integer", "null"], "minimum": field.low, "maximum": field.high}
    if field.kind == "choice":
        return {"enum": ["", *field.values]}
    one = "|".join(field.values)
    if name == SAFETY:
        one = f"(?:{'|'.join(FLAGS)})(?::(?:yes|{UNSURE}))?"
        return {"type": "string", "pattern": rf"^(?:{NONE}|{one}(?:\|{one})*)$"}
    return {"type": "string", "pattern": rf"^(?:(?:{one})(?:\|(?:{one}))*)?$"}
