"""What is said on the next page after something was done: each act is confirmed in words.

The words travel in the browser's signed form session, and are gone once they were shown.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, get_flashed_messages

from webui.words.texts import text

DONE, REFUSED = "done", "refused"
"""How a notice looks: something was done, or could not be."""


def init_app(app: Flask) -> None:
    """Hand `notices` to the templates; `base.html` shows them above the page."""
    app.jinja_env.globals.update(notices=_notices)


def confirm(name: str, **blanks: object) -> None:
    """Say on the next page that something was done, in the words of this text."""
    flash(text(name, **blanks), DONE)


def explain(name: str, **blanks: object) -> None:
    """Say on the next page that something was not done, and what to do."""
    flash(text(name, **blanks), REFUSED)


def _notices() -> list[tuple[str, str]]:
    """Each notice that waits: how it looks, and its words."""
    waiting: Any = get_flashed_messages(with_categories=True)
    return [(how, words) for how, words in waiting]
