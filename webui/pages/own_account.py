"""One's own account: password, sessions, keys for programs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.came import COOKIE, came
from webui.access.gate import (
    asks_again,
    is_page,
    let_in,
    let_out,
    open_to,
    person,
    without_factor,
)
from webui.access.notices import confirm
from webui.access.refused_requests import BAD_PASSWORD, TOO_MANY, note_refusal
from webui.accounts import asked_password
from webui.accounts.api_keys import SCOPES
from webui.accounts.passwords import Crowded
from webui.accounts.throttle import TooMany
from webui.database.person import ROLES
from webui.database.refusals import Unfit
from webui.store import store
from webui.words.said import SCOPES as SCOPES_SAID

blueprint = Blueprint("own_account", __name__)


@blueprint.get("/account")
@open_to(*ROLES)
def account() -> Response:
    """Everything about one's own way in."""
    return _page()


@blueprint.get("/account/happened")
@open_to(*ROLES)
def happened() -> str:
    """What happened to one's own account in the last ninety days."""
    return render_template("happened.html", rows=store().happened.listed(person()))


@blueprint.post("/account/happened")
@open_to(*ROLES)
def put_away() -> BaseResponse:
    """Show no more what was told up to here, and go on where one was."""
    upto = request.form.get("upto", "")
    number = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 10 else 0
    store().happened.put_away(request.cookies.get(COOKIE, ""), number)
    confirm("confirm_happened")
    path = request.form.get("next", "")
    back = path if path and is_page(path, "GET") else url_for("own_account.happened")
    return redirect(back, 303)


@blueprint.post("/account/password")
@open_to(*ROLES)
def change_password() -> BaseResponse:
    """Change the password; every other session ends."""
    form = request.form
    try:
        secret = store().sessions.change_password(
            person(), form.get("old", ""), form.get("password", ""), came()
        )
    except (Unfit, TooMany, Crowded) as refused:
        return _not_done(refused, "old")
    response = let_in(redirect(url_for("own_account.account"), 303), secret)
    confirm("confirm_password")
    return response


@blueprint.post("/account/sign-out-everywhere")
@open_to(*ROLES)
@without_factor
def sign_out_everywhere() -> BaseResponse:
    """End every session, this one included."""
    store().sessions.sign_out_everywhere(person())
    response = let_out(redirect(url_for("planning.enter"), 303))
    confirm("confirm_signed_out_everywhere")
    return response


@blueprint.post("/account/sessions/end")
@open_to(*ROLES)
def end_session() -> BaseResponse:
    """End one's session in another browser, or in this one."""
    name = request.form.get("session", "")
    store().own_sessions.end(person(), name)
    confirm("confirm_session_ended")
    return redirect(url_for("own_account.account"), 303)


@blueprint.post("/account/keys")
@open_to(*ROLES)
def add_key() -> BaseResponse:
    """Make a key and show it, this once."""
    form = request.form
    days = form.get("days", "").strip()
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    try:
        asked_password.ask(store().sessions, person(), form.get("present", ""), "present")
        key = store().api_keys.add(person(), form.get("label", ""), form.getlist("scopes"), number)
    except (Unfit, TooMany, Crowded) as refused:
        return _not_done(refused, "present", typed=form)
    confirm("confirm_key_made", label=form.get("label", "").strip())
    return _page(key=key)


@blueprint.post("/account/keys/<int:number>/revoke")
@open_to(*ROLES)
@asks_again()
def revoke_key(number: int) -> BaseResponse:
    """End a key at once."""
    confirm("confirm_key_revoked", label=store().api_keys.revoke(person(), number))
    return redirect(url_for("own_account.account"), 303)


def _not_done(
    refused: Unfit | TooMany | Crowded, field: str, typed: Mapping[str, str] | None = None
) -> Response:
    """The page with what is in the way; a password that is not right is written down."""
    problems = refused.problems if isinstance(refused, Unfit) else {field: str(refused)}
    if field in problems:
        note_refusal(BAD_PASSWORD if isinstance(refused, Unfit) else TOO_MANY)
    page = _page(problems, status=refused.status, typed=typed)
    if not isinstance(refused, Unfit):
        page.headers["Retry-After"] = str(refused.retry_after)
    return page


def _page(
    problems: Mapping[str, str] | None = None,
    *,
    key: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    scopes = request.form.getlist("scopes") if typed else []
    page = render_template(
        "account.html",
        keys=store().api_keys.listed(person()),
        at=store().api_keys.clock(),
        scopes={scope: SCOPES_SAID[scope] for scope in SCOPES},
        chosen=scopes,
        sessions=store().own_sessions.listed(person(), came().earlier),
        least=store().sessions.least_of(person()),
        key=key,
        typed=typed or {},
        problems=problems or {},
    )
    return Response(page, status)
