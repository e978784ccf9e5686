"""Flask sessions: for people, whose forms are signed with them; never for programs."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from webui.access.problems import for_program


class FormSessions(SecureCookieSessionInterface):
    """Flask's own sessions, not opened where nothing would read them."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """No session for programs: nothing they send is signed, and no cookie is read or set."""
        return None if for_program() else super().open_session(app, request)
