"""Which question stands where on the entry page: what is shown at once, and what is folded.

The order is a clinical one: safety, what was noticed, one's own part, then the client.
A common case shows twelve questions: safety, two about the work, what was noticed and three of its
kind, two about one's own part and three about the client.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_wtf import FlaskForm

from planner.contract.fields import FIELDS
from planner.contract.observation import STOP_FLAGS
from webui.form.forms import SAFETY
from webui.words.vocabulary import UNKNOWN, Vocabulary

SHOWN: dict[str, tuple[str, ...]] = {
    "lateness": ("who", "minutes", "occurrences"),
    "boundary_request": ("nature", "answer", "pressed"),
    "deflection": ("trigger", "response", "occurrences"),
    "authority_frustration": ("toward", "grievance", "occurrences"),
    "disconnection": ("act", "noticed_by", "occurrences"),
}
FIRST_FOLDED: dict[str, tuple[str, ...]] = {
    "lateness": ("form", "notice_given", "cause", "reason_asked"),
    "boundary_request": ("intended_answer",),
    "authority_frustration": ("about",),
}
"""What is folded out of the contract's order; every other field of a kind follows in it."""
UP_FRONT = ("context.phase", "context.alliance")
"""Two presses that unlock most plans."""
OWN = ("context.therapist_part", "context.apology")
OWN_FOLDED = ("context.therapist_acts", "context.therapist_feelings")
CLIENT = ("context.happened", "context.signs", "context.feelings")
FIRST_MORE = (
    "context.severity",
    "context.movement",
    "context.raised_by_client",
    "context.earlier_repair",
    "context.earlier_items",
    "context.outside_pattern",
    "context.pattern_named_by_client",
    "context.history",
    "context.leaving",
    "context.sessions_left",
    "context.next_contact",
    "context.setting",
    "context.format",
    "context.reactant",
    "context.culture_power",
)


def init_app(app: Flask, words: Vocabulary) -> None:
    """Hand the templates the layout."""
    app.jinja_env.globals.update(
        SHOWN=SHOWN,
        FOLDED=FOLDED,
        UP_FRONT=UP_FRONT,
        OWN=OWN,
        OWN_FOLDED=OWN_FOLDED,
        CLIENT=CLIENT,
        MORE=MORE,
        FIELDS=FIELDS,
        of_kind=of_kind,
        field_kind=field_kind,
        open_at_once=open_at_once,
        hinted=lambda name: hinted(name, words),
        SAFETY_GROUPS=safety_groups(),
        STOP_FLAGS=frozenset(STOP_FLAGS),
    )


def safety_groups() -> dict[str, tuple[str, ...]]:
    """The flags as the card groups them: danger, one's own conduct, to talk over first."""
    flags = FIELDS[SAFETY].values
    stopping = [flag for flag in flags if flag in STOP_FLAGS]
    own = tuple(flag for flag in stopping if flag.startswith("therapist_"))
    danger = tuple(flag for flag in stopping if flag not in own)
    return {
        "danger": danger,
        "conduct": own,
        "talk_first": tuple(flag for flag in flags if flag not in STOP_FLAGS),
    }


def of_kind(kind: str, names: Iterable[str]) -> list[str]:
    """The full names of a kind's own questions."""
    return [f"{kind}.{name}" for name in names]


def _folded(kind: str) -> tuple[str, ...]:
    """The fold of a kind: a field that this module does not name comes last."""
    first = FIRST_FOLDED.get(kind, ())
    named = of_kind(kind, (*SHOWN[kind], *first))
    rest = [name for name, field in FIELDS.items() if field.rupture == kind and name not in named]
    return (*first, *(name.removeprefix(f"{kind}.") for name in rest))


def _more() -> tuple[str, ...]:
    """The fold about the context: a field that this module does not name comes last."""
    named = {*UP_FRONT, *OWN, *OWN_FOLDED, *CLIENT, *FIRST_MORE}
    rest = [name for name in FIELDS if name.startswith("context.") and name not in named]
    return (*FIRST_MORE, *rest)


FOLDED: dict[str, tuple[str, ...]] = {kind: _folded(kind) for kind in SHOWN}
MORE = _more()


def field_kind(name: str) -> str:
    """Whether a question takes one answer, several, or a number."""
    return FIELDS[name].kind


def hinted(name: str, words: Vocabulary) -> list[dict[str, object]]:
    """What the kit's widgets are told beside each answer: its hint, where it has one."""
    return [
        {"hint": {"text": option.hint}} if option.hint else {} for option in words.options(name)
    ]


def open_at_once(form: FlaskForm, names: Iterable[str]) -> bool:
    """Whether a fold holds an answer or a problem, which must not hide."""
    for name in names:
        first = name.endswith(".occurrences") and form[name].data == "1"
        if form[name].errors or not (first or form[name].data in (None, "", [], UNKNOWN)):
            return True
    return False
