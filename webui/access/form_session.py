"""Who gets a session: people, whose forms are signed with it; never programs."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from webui.access.problems import for_program


class FormSessions(SecureCookieSessionInterface):
    """Flask's own sessions, not opened where nothing would read them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None for programs: what they send is not signed, and no cookie is read or set."""
        return None if for_program() else super().open_session(app, request)
