"""The second page of a sign-in: a code, a passkey or a recovery code after the password."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.came import COOKIE, came
from webui.access.entering import KEPT_PATH, Pairs, carried, sign_in_page
from webui.access.gate import open_to, person_or_none
from webui.access.passkey_site import site
from webui.access.refused_requests import BAD_SIGN_IN, TOO_MANY, note_refusal
from webui.access.second_page import second_page
from webui.accounts.factors import challenges
from webui.accounts.factors.confirming import Given
from webui.accounts.throttle import TooMany
from webui.database.refusals import NotHere, Unfit
from webui.pages.sign_in import going_to, inside
from webui.store import store

blueprint = Blueprint("second_step", __name__)


@blueprint.get("/sign-in/factor")
@open_to()
def ask() -> str | BaseResponse:
    """Ask whoever gave the right password for the second factor; others for the password."""
    if person_or_none():
        return redirect(going_to(), 303)
    someone = store().confirming.waiting(_browser())
    if someone is None:
        return redirect(url_for("entrance.sign_in", next=request.args.get("next") or None), 303)
    return second_page(someone)


@blueprint.post("/sign-in/factor")
@open_to()
def give() -> BaseResponse:
    """Begin the session; what was typed before comes back to be sent."""
    form, confirming = request.form, store().confirming
    given = Given(code=form.get("code", ""), passkey=form.get("passkey", ""))
    path, kept = form.get(KEPT_PATH, ""), carried() if KEPT_PATH in form else []
    someone = confirming.waiting(_browser())
    if someone is None:  # five minutes have passed
        return _anew(kept, path)
    try:
        secret = confirming.second_step(_browser(), given, site(), came())
    except NotHere:  # it was given in another window meanwhile
        return _anew(kept, path)
    except Unfit as refused:
        note_refusal(BAD_SIGN_IN, someone.id)
        page = second_page(someone, refused.problems, kept=kept, path=path)
        return Response(page, refused.status)
    except TooMany as refused:
        note_refusal(TOO_MANY, someone.id)
        page = second_page(someone, {"code": str(refused)}, kept=kept, path=path)
        return Response(page, refused.status, {"Retry-After": str(refused.retry_after)})
    return inside(secret, "back")


@blueprint.post("/sign-in/factor/challenge")
@open_to()
def challenge() -> Response:
    """What the browser needs in order to have a passkey sign this sign-in, as JSON."""
    someone = store().confirming.waiting(_browser())
    if someone is None:
        return Response("{}", 401, content_type="application/json")
    asked = store().passkeys.asked_to_sign(someone.id, _browser(), site(), challenges.SIGNING_IN)
    return Response(asked, content_type="application/json")


def _anew(kept: Pairs, path: str) -> Response:
    """Begin with name and password again; what was typed comes along."""
    return Response(sign_in_page(kept=kept, path=path, ended=True), 401)


def _browser() -> str:
    return request.cookies.get(COOKIE, "")
