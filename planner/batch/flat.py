"""The flat form of an observation: one row, one cell of text for each field.

A column is called as rules call the field (`lateness.who`, `context.feelings`). A kind of rupture
is there when any of its cells is filled. Lists are joined by `|`. A blank cell is an answer not
given, never a no; so `safety.flags` may not be blank: it says `none`, or the flags that were
raised, each with `:unsure` where that is the answer (`self_harm|formal_complaint:unsure`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from planner.contract.fields import FIELDS, Field
from planner.contract.likeness import alike, nearest
from planner.contract.limits import LONGEST_CASE, LONGEST_NOTES, MOST_SESSIONS
from planner.contract.observation import FLAGS, KINDS
from planner.errors import FieldProblem, ObservationError

JOINED = "|"
NONE = "none"
UNSURE = "unsure"
SAFETY = "safety.flags"
PLANS = "plan."
"""How the columns begin that plans are told in."""
OWN = ("case", "session", "notes")
"""What belongs to one row alone; no rule reads it, so rows that differ only here share a plan."""

FLAT: dict[str, Field] = {
    name: field for name, field in FIELDS.items() if not name.startswith("ruptures.")
}
COLUMNS: tuple[str, ...] = ("case", "session", *FLAT, "notes")
"""Every column there may be, in the contract's order."""

_WHOLE = re.compile(r"(-?\d{1,6})(?:\.0+)?")
_RUPTURE = re.compile(r"ruptures\[(\d+)\]")


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
    return tuple(
        FieldProblem(_column(one.field, kinds), one.value, _in_columns(one), one.nearest)
        for one in problems
    )


def refuse_columns(names: Sequence[str], added: Sequence[str] = ()) -> None:
    """Raise ObservationError where a column is missing, doubled, or named almost like a field.

    A column of another name, without a dot in it, belongs to whoever asks, and is carried along;
    but not one that is called like an `added` column, which the output has beside the plan's.
    """
    distinct = dict.fromkeys(names)
    problems = [problem for name in distinct for problem in _strange(name, names, added)]
    if SAFETY not in names:
        what = f"The column `{SAFETY}` is missing: in each row it says `{NONE}`, or what applies."
        problems.append(FieldProblem(SAFETY, None, what))
    if not any(FLAT[name].rupture for name in names if name in FLAT):
        what = f"There is no column about a rupture. Add one of {', '.join(_first_columns())}."
        problems.append(FieldProblem("ruptures", None, what))
    if problems:
        raise ObservationError(problems)


def flat_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one row, its properties in the order of the columns."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Observation, one flat row",
        "type": "object",
        "properties": {name: _cell(name) for name in COLUMNS},
        "required": [SAFETY],
        "anyOf": [{"required": [name]} for name in _first_columns()],
        "additionalProperties": True,
    }


def _answer(field: Field, text: str) -> Any:
    if field.kind == "list":
        return [part.strip() for part in text.split(JOINED) if part.strip()]
    return _number(text) if field.kind == "number" else text


def _number(text: str) -> int | str:
    """A whole number, also as spreadsheets and data frames write one (`20.0`)."""
    whole = _WHOLE.fullmatch(text)
    return int(whole[1]) if whole else text


def _flags(text: str) -> dict[str, str]:
    """The flags that a cell raises; `none` raises none, and only alone."""
    raised: dict[str, str] = {}
    for part in text.split(JOINED) if text != NONE else ():
        flag, _, answer = part.partition(":")
        raised[flag.strip()] = answer.strip() or "yes"
    return raised


def _column(place: str, kinds: Sequence[str]) -> str:
    """The column of a path in the contract's notation (`ruptures[0].who`)."""
    if place.startswith("safety"):
        return SAFETY
    rupture = _RUPTURE.match(place)
    if rupture and int(rupture[1]) < len(kinds):
        return kinds[int(rupture[1])] + place[rupture.end() :]
    return place


def _in_columns(problem: FieldProblem) -> str:
    """The mend, where a cell is mended in another way than JSON."""
    if problem.field == "safety" and problem.value is None:
        return f"`{SAFETY}` is blank: write `{NONE}`, or the flags that were raised."
    if problem.field == "ruptures":
        return f"No cell tells of a rupture; fill one of {', '.join(_first_columns())}."
    return problem.message


def _strange(name: str, names: Sequence[str], added: Sequence[str]) -> list[FieldProblem]:
    """What is wrong with the name of one column."""
    bare = name.strip().casefold()
    if not bare:
        what = f"Column {names.index(name) + 1} has no name. Call it `site`, say, or take it out."
        return [FieldProblem(name, None, what)]
    if names.count(name) > 1:
        what = f"The column `{name}` is there twice. Take one out, or call it `{name}_2`."
        return [FieldProblem(name, None, what)]
    if name in COLUMNS:
        return []
    if bare in added or bare.startswith(PLANS):
        what = f"The output has a column `{bare}` of its own, or may have one."
        mend = f"Call yours otherwise, `my_{bare.replace('.', '_')}` say, or take it out."
        return [FieldProblem(name, None, f"{what} {mend}")]
    close = bare if bare in COLUMNS else alike(name, COLUMNS)
    if close is None and "." not in name:
        return []
    mend = f"Did you mean `{close}`?" if close else "A column of your own has no dot in its name."
    return [
        FieldProblem(name, None, f"No column is called `{name}`. {mend}", nearest(name, COLUMNS))
    ]


def _first_columns() -> list[str]:
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
