"""Which drafts a browser may put back into a form: those of this very form, and of this session.

A script stores what was typed with the tab's own history, under the mark that the form carries.
Another version of what is edited, a sign-in, a sign-out and "Forget this plan" all change the mark,
and with it end what was stored.
"""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, session
from flask_wtf.csrf import generate_csrf

RAW_TOKEN = "csrf_token"  # noqa: S105 - the name under which Flask-WTF keeps it in the session


def init_app(app: Flask) -> None:
    """Hand `draft_of` to the templates."""
    app.jinja_env.globals.update(draft_of=draft_of)


def draft_of(*what: object) -> str:
    """The mark of a form's drafts: what is typed there, for whom."""
    generate_csrf()  # so that there is one
    parts = (session.get(RAW_TOKEN, ""), *what)
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:24]
