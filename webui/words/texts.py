"""The texts of the pages by name, from `rules/pages/`: for code, for templates, with blanks filled.

A text may have blanks in braces (`{days}`) and, where a number decides, forms under two names that
end in `_one` and `_many`. A name that no file has is an error at once, never an empty place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask, current_app, has_app_context
from markupsafe import Markup, escape

from planner import Planner
from webui.words import compiled

Texts = Mapping[str, str]


def init_app(app: Flask, texts: Texts) -> None:
    """Hand the templates `pages`, the filter `fill` for blanks, and `counted` for numbers."""
    app.extensions["texts"] = texts
    app.jinja_env.add_extension(compiled.Texts)
    app.jinja_env.template_class = compiled.Shared
    app.jinja_env.filters["fill"] = filled
    app.jinja_env.globals.update(pages=texts, counted=_counted)


def text(name: str, **blanks: object) -> str:
    """A text of the running application, or of the rules that ship where none runs.

    Raises KeyError for a name that no file has, or for a blank that is not given.
    """
    return texts()[name].format_map(blanks)


def counted(name: str, number: int, **blanks: object) -> str:
    """The form of a text that fits a number, which fills the blank `{number}`."""
    return text(form_for(name, number), number=number, **blanks)


def filled(written: str, **blanks: object) -> Markup:
    """A text as markup, with each blank filled; what fills one is escaped unless it is markup."""
    safe = {name: escape(filling) for name, filling in blanks.items()}
    return Markup(str(escape(written)).format_map(safe))  # noqa: S704 - all of it is escaped


def form_for(name: str, number: int) -> str:
    """The name of the form that fits a number."""
    return f"{name}_one" if number == 1 else f"{name}_many"


def texts() -> Texts:
    """Every text by its name."""
    if has_app_context() and "texts" in current_app.extensions:
        running: Texts = current_app.extensions["texts"]
        return running
    return _shipped()


@cache
def _shipped() -> Texts:
    vocabulary: Mapping[str, Any] = Planner().rulebook.vocabulary
    found: Texts = vocabulary["pages"]
    return found


def _counted(name: str, number: int, **blanks: object) -> Markup:
    """`counted` for templates."""
    return filled(texts()[form_for(name, number)], number=number, **blanks)
