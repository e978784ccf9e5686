"""Where a request came from, as sign-in and throttle need to know it, and what a browser keeps.

The address is the proxy's word only where a proxy is believed (`BEHIND_PROXY`).
"""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response as BaseResponse

from webui.accounts.devices import KNOWN_FOR, Browser
from webui.accounts.tokens import new_secret

COOKIE = "repair_planner_person"
"""The cookie with the session's secret."""
KNOWN = "repair_planner_browser"
"""The cookie by which a browser is known in which somebody signed in before; it opens nothing."""


def came() -> Browser:
    """Where this request came from, with the secret that its browser gets if someone comes in."""
    if "came" not in g:
        g.came = Browser(
            address=request.remote_addr or "",
            device=request.cookies.get(KNOWN, "")[:200],
            next_device=new_secret(),
            earlier=request.cookies.get(COOKIE, ""),
        )
    return g.came  # type: ignore[no-any-return]  # what `g` holds is ours


def remember_browser(response: BaseResponse, *, secure: bool) -> None:
    """Let the browser keep by what it is known from now on, where somebody came in with it."""
    if "came" in g:
        response.set_cookie(
            KNOWN,
            came().next_device,
            max_age=int(KNOWN_FOR.total_seconds()),
            secure=secure,
            httponly=True,
            samesite="Strict",
        )
