"""The headers that every answer carries, whatever the route and whether it went well."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; "
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
ONLY_TLS = "max-age=31536000"
"""For a year a browser asks for this host over TLS alone, once it was reached so."""
FRESH = "no-cache"
PRIVATE = "no-store"
SHARED = frozenset((
    "static", "api_rules.rulebook", "api_rules.vocabulary", "fhir.read", "shell.manifest",
    "shell.worker", "shell.offline",
))  # fmt: skip
"""What holds nothing of a person, and is the same for everyone."""


def init_app(app: Flask) -> None:
    """Put the headers on every answer of the application, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    """Nothing from elsewhere runs here, nothing here is framed, sniffed, leaked or kept.

    What holds nothing of a person may be kept, but is asked for anew unless its address says
    which version it is.
    """
    response.headers.extend(ALWAYS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = ONLY_TLS
    if request.endpoint in SHARED:
        response.headers.setdefault("Cache-Control", FRESH)
    else:
        response.headers["Cache-Control"] = PRIVATE
    return response
