"""Cookies behind TLS: named `__Host-`, so that no browser takes them from anywhere else.

A browser keeps such a cookie only where it came over TLS, for this very host and all of its
addresses (RFC 6265bis, 4.1.3.2): neither a machine beside it nor a page without TLS can put one in
its place. What is sent with some addresses alone, such as what was typed for one plan, is named
`__Secure-`, which asks for TLS and leaves the address to us.

It is done for every cookie at once, on the way in and out, so that none can be forgotten; the
program knows them by their plain names. At http://127.0.0.1 they have those in the browser too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

OURS = "repair_planner"
"""How each of our cookies begins."""
HOST, SECURE = "__Host-", "__Secure-"
Headers = list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Rename them between the browser and everything else in this application."""
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] != "https":
            return inner(environ, start_response)
        environ["HTTP_COOKIE"] = taken(environ.get("HTTP_COOKIE", ""))
        return inner(environ, _handing_out(start_response))

    app.wsgi_app = answer  # type: ignore[method-assign]  # how Flask says it is done


def taken(header: str) -> str:
    """What a browser sent over TLS, as the program knows it; ours without a prefix are dropped."""
    kept = []
    for pair in header.split(";"):
        name, equals, value = pair.strip().partition("=")
        plain = name.removeprefix(HOST).removeprefix(SECURE)
        if plain != name or not name.startswith(OURS):
            kept.append(f"{plain}{equals}{value}")
    return "; ".join(kept)


def handed_out(cookie: str) -> str:
    """A `Set-Cookie` of ours as it goes over TLS: with its prefix, and `Secure`."""
    if not cookie.startswith(OURS):
        return cookie
    told = [part.strip() for part in cookie.split(";")]
    attributes = {part.lower() for part in told[1:]}
    prefix = HOST if "path=/" in attributes else SECURE
    return "; ".join([prefix + cookie, *(() if "secure" in attributes else ("Secure",))])


def _handing_out(start_response: StartResponse) -> Callable[..., Any]:
    """Begin the answer with every cookie renamed."""

    def begin(
        status: str,
        headers: Headers,
        error: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
    ) -> Callable[[bytes], object]:
        renamed = [
            (name, handed_out(value) if name.lower() == "set-cookie" else value)
            for name, value in headers
        ]
        return start_response(status, renamed, *(() if error is None else (error,)))

    return begin
