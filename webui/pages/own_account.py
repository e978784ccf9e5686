"""One's own account: password, sessions, keys for programs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.came import came
from webui.access.gate import asks_again, let_in, let_out, open_to, person, without_factor
from webui.access.notices import confirm
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


@blueprint.post("/account/password")
@open_to(*ROLES)
def change_password() -> BaseResponse:
    """Change the password; every other session ends."""
    form = request.form
    try:
        secret = store().sessions.change_password(
            person(), form.get("old", ""), form.get("password", ""), came()
        )
    except Unfit as refused:
        return _page(refused.problems, status=refused.status)
    except (TooMany, Crowded) as refused:
        page = _page({"old": str(refused)}, status=refused.status)
        page.headers["Retry-After"] = str(refused.retry_after)
        return page
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
@asks_again()
def add_key() -> BaseResponse:
    """Make a key and show it, this once."""
    form = request.form
    days = form.get("days", "").strip()
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    try:
        key = store().api_keys.add(person(), form.get("label", ""), form.getlist("scopes"), number)
    except Unfit as refused:
        return _page(refused.problems, status=refused.status, typed=form)
    confirm("confirm_key_made", label=form.get("label", "").strip())
    return _page(key=key)


@blueprint.post("/account/keys/<int:number>/revoke")
@open_to(*ROLES)
@asks_again()
def revoke_key(number: int) -> BaseResponse:
    """End a key at once."""
    confirm("confirm_key_revoked", label=store().api_keys.revoke(person(), number))
    return redirect(url_for("own_account.account"), 303)


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
