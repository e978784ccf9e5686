"""The page between the password and the session, where an account has a second factor.

What was typed before travels on in hidden fields, as on the sign-in page.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request

from webui.access.entering import NO_PROBLEMS, Pairs, readable
from webui.access.passkey_site import site
from webui.database.person import Person
from webui.store import store


def second_page(
    someone: Person,
    problems: Mapping[str, str] = NO_PROBLEMS,
    *,
    kept: Pairs | None = None,
    path: str = "",
) -> str:
    """The page that asks for a code or a passkey; `kept` is what is to be sent to `path` later."""
    pairs, held = kept or [], store().factors.of(someone.id)
    return render_template(
        "second_step.html",
        problems=problems,
        has_authenticator=held.authenticator is not None,
        has_passkey=bool(held.at(site().host)),
        next=request.values.get("next", ""),
        kept=pairs,
        kept_path=path,
        texts=readable(pairs),
    )
