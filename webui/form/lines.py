"""A line of free text, read into answers that a person then looks at; nothing is taken unseen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_wtf import FlaskForm

from planner.contract.fields import FIELDS
from planner.rulebook.entering import Entering, Said
from webui.form.forms import KIND, LINE, LINE_READ, SAFETY, element_id
from webui.words.vocabulary import UNKNOWN, Vocabulary

READ = LINE_READ
Pairs = tuple[tuple[str, str], ...]
NOT_SAID = (None, "", UNKNOWN)


@dataclass(frozen=True, slots=True)
class Found:
    """The answers that a line gives where the form has none, and the words that gave them."""

    pairs: Pairs
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Words of the line, and what they were taken for: a question, and one of its answers."""

    words: str
    short: str
    answer: str
    anchor: str
    asks: bool


def unread(form: FlaskForm) -> bool:
    """Whether there is a line that was not read yet, or was changed since."""
    line = (form[LINE].data or "").strip()
    return bool(line) and line != (form[LINE_READ].data or "").strip()


def read(form: FlaskForm, entering: Entering) -> Found:
    """Read the form's line; what the form answers already stays as it is."""
    line = form[LINE].data or ""
    pairs: list[tuple[str, str]] = []
    said: list[tuple[str, str]] = []
    for one in entering.read(line):
        if _has_room(form, one.field, one.value, pairs):
            pairs.append((one.field, one.value))
            said.append(_told(one))
    return Found(tuple(pairs), (*said, *map(_told, entering.asks(line))))


def read_again(form: FlaskForm, entering: Entering) -> list[tuple[str, str]]:
    """What a line that was read before says, for a form that comes back."""
    line = form[LINE_READ].data or ""
    return [_told(one) for one in (*entering.read(line), *entering.asks(line))]


def said(read: Iterable[tuple[str, str]], words: Vocabulary) -> list[Shown]:
    """What was read, as the page shows it; words of danger ask, and answer nothing."""
    shown = []
    for run, told in read:
        name, _equals, value = told.partition("=")
        short = words.short(name)
        answer = words.brief(name, value) if name == KIND else words.labels(name, value)
        shown.append(Shown(run, short, answer, element_id(name), name == SAFETY))
    return sorted(shown, key=lambda one: not one.asks)  # danger first


def _told(one: Said) -> tuple[str, str]:
    """Words of a line and what they were taken for, as a plan in work stores them."""
    return one.words, f"{one.field}={one.value}"


def _has_room(form: FlaskForm, name: str, value: str, taken: list[tuple[str, str]]) -> bool:
    """Whether the form leaves this question open, or takes several answers to it."""
    data = form[name].data
    if name == KIND or FIELDS[name].kind == "list":
        return value not in (data or [])
    if any(name == one for one, _value in taken):
        return False
    return data in NOT_SAID or (name.endswith(".occurrences") and data == "1")
