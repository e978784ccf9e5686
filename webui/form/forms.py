"""The entry form, built from the vocabulary: no label, hint or choice is written here.

A field of the form carries the contract's name ("lateness.who"); its id in the page has
dashes. The form itself refuses nothing but a forged request: whether the answers make an
observation is the planner's question, asked once, in `answers`.

Every default is a function: WTForms calls it first, and handles an exception where it cannot.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are of 3.2
from wtforms.meta import DefaultMeta

from planner.contract.fields import FIELDS
from webui.form.widgets import Checkboxes, CountedText, Radios, TextInput
from webui.words.vocabulary import Vocabulary

SAFETY = "safety.flags"
UNSURE = "safety.unsure"
NONE = "none"
KIND = "kind"
NEVER_ASKED = ("ruptures.kinds", "ruptures.count")
BEFORE = "before"
NOTHING_TYPED: Mapping[str, object] = {"case": None, "session": None, "notes": ""}
"""What a person types freely, and no plan is made from, as it stands where nothing was typed."""
LINE, LINE_READ = "line", "line_read"
"""A line of free text, and the line as it was when it was read."""


def without_typed(observation: Mapping[str, Any]) -> dict[str, Any]:
    """An observation without what was typed freely."""
    return {**observation, **NOTHING_TYPED}


def written_bare(observation: Mapping[str, Any]) -> str:
    """The answers that a plan was made from, as a page hands them on: nothing typed freely."""
    return json.dumps(without_typed(observation), separators=(",", ":"))


def element_id(name: str) -> str:
    """The id that a field of this name has in the page, fit for a link's fragment."""
    return name.replace(".", "-").replace("_", "-")


def observation_form(words: Vocabulary) -> type[FlaskForm]:
    """Build the form class for a rulebook's vocabulary."""
    fields: dict[str, Any] = {
        SAFETY: _several(words, SAFETY, extra=(SelectChoice(NONE, words.pages["safety_none"]),)),
        UNSURE: _several(words, SAFETY, name=UNSURE),
        KIND: _several(words, KIND),
    }
    for name, field in FIELDS.items():
        if name in fields or name in NEVER_ASKED:
            continue
        if field.kind == "choice":
            fields[name] = _one(words, name)
        elif field.kind == "list":
            fields[name] = _several(words, name)
        else:
            fields[name] = _short_text(words, name, _start(name))
    fields["case"] = _short_text(words, "case")
    fields["session"] = _short_text(words, "session")
    fields["notes"] = _long_text(words, "notes")
    fields[LINE] = StringField(words.pages["line_label"], id=LINE, default=str, widget=TextInput())
    fields[LINE_READ] = StringField(default=str)
    own = {"Meta": _copying(fields), "validate": _signed}
    return type("ObservationForm", (FlaskForm,), {**fields, **own})


def _signed(form: FlaskForm, extra_validators: object = None) -> bool:  # noqa: ARG001 - as WTForms has it
    """The form's `validate`: whether we handed it out; no other field refuses anything."""
    return bool(form.csrf_token.validate(form))


def _copying(fields: Mapping[str, Any]) -> type:
    """The form's `Meta`: each field is made once, of no form, and every form gets a copy.

    Making 63 fields takes longer than all else that happens to the answers. Labels and choices are
    shared, for nothing changes them.
    """
    meta = DefaultMeta()
    made = {unbound: unbound.bind(None, name, _meta=meta) for name, unbound in fields.items()}

    class Copying:
        def bind_field(self, form: FlaskForm, unbound: Any, options: dict[str, Any]) -> Field:
            """A field of this form; the token's is made anew for each."""
            if unbound not in made:
                return unbound.bind(form=form, **options)  # type: ignore[no-any-return]  # the stubs lack it
            field: Field = object.__new__(type(made[unbound]))
            field.__dict__.update(made[unbound].__dict__, _form=form, meta=self)
            return field

    return Copying


def _start(name: str) -> str:
    """A count begins at one, this time included; any other number begins empty."""
    return "1" if name.endswith(".occurrences") else ""


def _choices(words: Vocabulary, name: str) -> list[SelectChoice]:
    return [SelectChoice(option.value, option.label) for option in words.options(name)]


def _one(words: Vocabulary, name: str) -> Field:
    """One answer of several, none chosen beforehand: silence means "not sure"."""
    return RadioField(
        words.question(name),
        choices=_choices(words, name),
        description=words.hint(name),
        id=element_id(name),
        default=str,
        validate_choice=False,
        widget=Radios(),
    )


def _several(
    words: Vocabulary, source: str, extra: tuple[SelectChoice, ...] = (), name: str = ""
) -> Field:
    """Any number of answers."""
    return SelectMultipleField(
        words.question(source),
        choices=[*_choices(words, source), *extra],
        description=words.hint(source),
        id=element_id(name or source),
        default=list,
        validate_choice=False,
        widget=Checkboxes(),
    )


def _short_text(words: Vocabulary, name: str, start: str = "") -> Field:
    """A number or a code: kept as typed, so that a mistake can be seen and mended."""
    return StringField(
        words.question(name),
        description=words.hint(name),
        id=element_id(name),
        default=lambda: start,
        widget=TextInput(),
    )


def _long_text(words: Vocabulary, name: str) -> Field:
    """Free text."""
    return TextAreaField(
        words.question(name),
        description=words.hint(name),
        id=element_id(name),
        default=str,
        widget=CountedText(),
    )
