"""The headers that every answer carries, whatever the route and whether it went well."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FRESH = "no-cache"
PRIVATE = "no-store"


def init_app(app: Flask) -> None:
    """Put the headers on every answer of the application, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    """Nothing from elsewhere runs here, nothing here is framed, sniffed, leaked or kept.

    Files that hold nothing of a person, and the rulebook, may be kept but are asked for anew.
    """
    response.headers.extend(ALWAYS)
    shared = request.endpoint in {"static", "api.rulebook"}
    response.headers["Cache-Control"] = FRESH if shared else PRIVATE
    return response
