"""Between the form and the contract: answers to an observation, problems to the fields.

The planner judges the answers; this module only carries them over and says each problem
in the vocabulary's words beside the field that a person can mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm

from planner import Observation, ObservationError
from planner.contract.fields import FIELDS, Field
from planner.contract.observation import KINDS
from planner.errors import FieldProblem
from webui.database.typed_text import seen
from webui.form.forms import (
    KIND,
    NEVER_ASKED,
    NONE,
    NOTHING_TYPED,
    SAFETY,
    UNSURE,
    element_id,
)
from webui.words.vocabulary import UNKNOWN, Vocabulary

_INDEX = re.compile(r"\[\d+\]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
OUTSIDE_BOUNDS = {"session": (1, 9999)}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the answers as the plan page shows them, with the place to change it."""

    name: str
    anchor: str
    short: str
    value: str


def observation_of(form: FlaskForm) -> dict[str, Any]:
    """The form's answers in the contract's shape; what was not answered is left out."""
    chosen = form[KIND].data or []
    kinds = [kind for kind in KINDS if kind in chosen]
    strange = [kind for kind in chosen if kind not in KINDS]
    data: dict[str, Any] = {
        "ruptures": [{"kind": kind, **_part(form, kind)} for kind in [*kinds, *strange]],
        "context": _part(form, "context"),
    }
    if form[SAFETY].data or form[UNSURE].data:
        data["safety"] = {"flags": _flags(form)}
    for name in NOTHING_TYPED:
        value = _text(form[name].data)
        if value:
            data[name] = _number(value) if name == "session" else value
    if "case" in data:
        data["case"] = seen(data["case"])
    return data


def read(form: FlaskForm, words: Vocabulary) -> Observation | None:
    """The observation, or None with each problem put beside its field."""
    mixed = NONE in (form[SAFETY].data or []) and bool(_flags(form))
    if mixed:
        _refuse(form, SAFETY, words.pages["error_safety_both"])
    data = observation_of(form)
    try:
        observation = Observation.read(data)
    except ObservationError as error:
        _tell(form, data, error.problems, words)
        return None
    return None if mixed else observation


def given(form: FlaskForm) -> Iterator[tuple[str, str]]:
    """Every answer as the pairs that a form sends, to travel on in hidden fields."""
    ticked = form[KIND].data or []
    for name, field in form._fields.items():
        prefix = name.partition(".")[0]
        if name == "csrf_token" or (prefix in KINDS and prefix not in ticked):
            continue
        values = field.data if isinstance(field.data, list) else [field.data]
        for value in values:
            if value:
                yield name, value


def rows(form: FlaskForm, words: Vocabulary) -> list[Row]:
    """What was answered, in the form's order, for the top of the plan page."""
    ticked = form[KIND].data or []
    found = [_row(SAFETY, words.flags(_flags(form)), words)]
    found.append(_row(KIND, words.labels(KIND, ticked), words))
    for name, field in FIELDS.items():
        if name in (SAFETY, *NEVER_ASKED) or (field.rupture and field.rupture not in ticked):
            continue
        value = form[name].data
        if value and value != UNKNOWN:
            found.append(_row(name, words.labels(name, value), words))
    found += [_row(name, form[name].data, words) for name in ("case", "session") if form[name].data]
    return found


def needed(form: FlaskForm, problems: Sequence[FieldProblem], words: Vocabulary) -> list[Row]:
    """The questions that a plan still needs an answer to, with the place of each."""
    data = observation_of(form)
    names = dict.fromkeys(_place(problem.field, data) for problem in problems)
    return [_row(name, "", words) for name in names]


def _part(form: FlaskForm, prefix: str) -> dict[str, Any]:
    """The answers of one rupture or of the context."""
    found: dict[str, Any] = {}
    for name, field in FIELDS.items():
        if not name.startswith(f"{prefix}.") or name in NEVER_ASKED:
            continue
        value = _value(form[name].data, field)
        if value is not None:
            found[name.partition(".")[2]] = value
    return found


def _value(data: Any, field: Field) -> Any:
    """One answer as the contract types it; None where there is none."""
    if field.kind == "list":
        return data or None
    text = _text(data)
    if not text:
        return None
    return _number(text) if field.kind == "number" else text


def _text(data: Any) -> str:
    """Typed text without control characters; every line ends with a line feed."""
    return _CONTROLS.sub("", (data or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def _number(text: str) -> int | str:
    """A whole number, or the text itself for the planner to refuse."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _flags(form: FlaskForm) -> dict[str, str]:
    """The flags raised; one that is only marked as unsure is raised too."""
    flags = {flag: "yes" for flag in form[SAFETY].data or [] if flag != NONE}
    flags.update(dict.fromkeys(form[UNSURE].data or [], "unsure"))
    return flags


def _row(name: str, value: str, words: Vocabulary) -> Row:
    return Row(name, element_id(name), words.short(name), value)


def _tell(
    form: FlaskForm, data: dict[str, Any], problems: Sequence[FieldProblem], words: Vocabulary
) -> None:
    """Put each problem beside its field, in the vocabulary's words."""
    for problem in problems:
        name = _place(problem.field, data)
        _refuse(form, name, _message(name, words))


def _refuse(form: FlaskForm, name: str, message: str) -> None:
    """Add an error to a field once."""
    field = form[name]
    if message not in field.errors:
        field.errors = [*field.errors, message]


def _place(path: str, data: dict[str, Any]) -> str:
    """The form's field for a path of the contract ("ruptures[0].who" is "lateness.who")."""
    match = re.match(r"ruptures\[(\d+)\]\.(\w+)", path)
    if match:
        kind = str(data["ruptures"][int(match[1])]["kind"])
        name = f"{kind}.{match[2]}"
        return name if name in FIELDS else KIND
    name = _INDEX.sub("", path)
    if name.startswith("safety"):
        return SAFETY
    return name if name in FIELDS or name in NOTHING_TYPED else KIND


def _message(name: str, words: Vocabulary) -> str:
    """What to say about a field that does not fit."""
    special = {SAFETY: "error_safety", KIND: "error_kind", "case": "error_case"}
    if name in special or name == "notes":
        return words.pages[special.get(name, "error_notes")]
    field = FIELDS.get(name)
    if field is None or field.kind == "number":
        low, high = (field.low, field.high) if field else OUTSIDE_BOUNDS[name]
        return words.pages["error_number"].format(low=low, high=high)
    return words.pages["error_choice"]
