"""Flask sessions: for people, whose forms are signed with them; never for programs.

The token of a form belongs to whoever was signed in when the form was made, or to nobody: with
another person's cookie beside it, and after a sign-in or a sign-out, it is no token any more.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from webui.access.drafts import RAW_TOKEN
from webui.access.problems import for_program
from webui.accounts.tokens import mark

WHOSE = "whose"
"""Where the form session keeps whose it is: a hash of the signed-in session's secret."""


class FormSessions(SecureCookieSessionInterface):
    """Flask's own sessions, not opened where nothing would read them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """No session for programs: nothing they send is signed, and no cookie is read or set."""
        if for_program():
            return None
        opened = super().open_session(app, request)
        if opened is not None:
            belong(opened, request.cookies.get(app.config.get("PERSON_COOKIE", ""), ""))
        return opened


def belong(form_session: MutableMapping[str, Any], secret: str) -> None:
    """Let the form session be this signed-in session's, or nobody's; another's token ends."""
    whose = mark(f"forms of {secret}")[:32] if secret else ""
    if form_session.get(WHOSE, "") != whose:
        form_session.pop(RAW_TOKEN, None)
        form_session[WHOSE] = whose
