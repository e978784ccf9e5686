"""The page that asks again for password, code or passkey, with everything typed carried along.

Its form is the very request once more, with what was given beside it: so nothing is typed twice,
and what was asked for happens at once when it fits.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template, request

from webui.access.entering import ASKED, carried, readable
from webui.access.passkey_site import site
from webui.access.refused_requests import BAD_PASSWORD, TOO_MANY, note_refusal
from webui.accounts.factors.confirming import Given
from webui.accounts.passwords import Crowded
from webui.accounts.throttle import TooMany
from webui.database.person import Person
from webui.database.refusals import Unfit
from webui.store import store


def given() -> Given | None:
    """What the form holds of it; None where it was not asked for yet."""
    if not ASKED & set(request.form):
        return None
    return Given(
        *(request.form.get(f"again_{name}", "") for name in ("password", "code", "passkey"))
    )


def confirmed(person: Person, browser: str, path: str, here: str = "") -> Response | None:
    """Let a request through whose person gave enough; else the page that asks, or asks anew.

    The page's form is sent to `path`. `here` is a page that was only looked for, and is gone to
    afterwards.
    """
    told = given()
    if told is None:
        return _page(person, path, here)
    try:
        store().confirming.again(person, browser, told, site())
    except Unfit as refused:
        note_refusal(BAD_PASSWORD)
        problems = {f"again_{name}": said for name, said in refused.problems.items()}
        return _page(person, path, here, problems, refused.status)
    except (TooMany, Crowded) as refused:
        note_refusal(TOO_MANY)
        answer = _page(person, path, here, {"again_password": str(refused)}, refused.status)
        answer.headers["Retry-After"] = str(refused.retry_after)
        return answer
    return None


def _page(
    person: Person,
    path: str,
    here: str,
    problems: Mapping[str, str] | None = None,
    status: int = 401,
) -> Response:
    pairs = [("next", here)] if here else carried()
    held = store().factors.of(person.id)
    page = render_template(
        "confirm_again.html",
        path=path,
        pairs=pairs,
        texts=readable(pairs) if not here else [],
        ref=(request.view_args or {}).get("ref"),
        has_authenticator=held.authenticator is not None,
        has_passkey=bool(held.at(site().host)),
        problems=problems or {},
    )
    return Response(page, status)
