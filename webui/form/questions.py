"""A question of the form as markup, made once for each way in which it can be answered.

The kit's widgets are thorough and slow, and the same few answers come again and again. What was
typed freely is never kept: only choices, empty fields and the number one are remembered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g
from flask_wtf import FlaskForm
from markupsafe import Markup

from webui.form.forms import SAFETY, UNSURE

KEPT = 4096
PLAIN: tuple[object, ...] = (None, "", "1")

Answer = tuple[str, ...]


def init_app(app: Flask) -> None:
    """Hand `question` and `safety_question` to the templates, with a memory of this app's own."""
    memory = lru_cache(maxsize=KEPT)(_remembered)

    def question(form: FlaskForm, name: str) -> Markup:
        """One question, as it stands answered."""
        field = form[name]
        answer = _answer(form, name)
        if answer is None:
            return _rendered("ask", form, name)
        g.asked_form = form
        return memory("ask", name, answer, tuple(field.errors))

    def safety_question(form: FlaskForm) -> Markup:
        """The safety flags, each with its own "not sure"."""
        chosen, unsure = _answer(form, SAFETY), _answer(form, UNSURE)
        if chosen is None or unsure is None:
            return _rendered("ask_safety", form, SAFETY)
        g.asked_form = form
        answer = (*chosen, "/", *unsure)
        return memory("ask_safety", SAFETY, answer, tuple(form[SAFETY].errors))

    app.jinja_env.globals.update(question=question, safety_question=safety_question)


def _remembered(macro: str, name: str, _answer: Answer, _errors: Answer) -> Markup:
    """Render for the form at hand; the answer and its errors are all that it depends on."""
    return _rendered(macro, g.asked_form, name)


def _rendered(macro: str, form: FlaskForm, name: str) -> Markup:
    made: Any = current_app.jinja_env.get_template("_questions.html").module
    return Markup(getattr(made, macro)(form, name))  # noqa: S704 - a template's own escaped output


def _answer(form: FlaskForm, name: str) -> Answer | None:
    """The answer as a key, or None where it holds what a person typed."""
    field = form[name]
    if not hasattr(field, "choices"):
        return (str(field.data or ""),) if field.data in PLAIN else None
    data = field.data if isinstance(field.data, list) else [field.data or ""]
    known = {choice.value for choice in field.choices}
    return tuple(data) if all(one == "" or one in known for one in data) else None
