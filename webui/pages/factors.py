"""One's own second factors: adding and removing them, recovery codes, and being asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from webui.access.asking_again import confirmed
from webui.access.came import COOKIE
from webui.access.gate import (
    asks_again,
    is_page,
    lacks_factor,
    needs_factor,
    open_to,
    person,
    without_factor,
)
from webui.access.notices import confirm as say
from webui.access.notices import explain
from webui.access.passkey_site import local_address, site, takes_passkeys
from webui.access.refused_requests import TOO_MANY, note_refusal
from webui.accounts.factors import authenticator as codes
from webui.accounts.factors import challenges
from webui.accounts.throttle import TooMany
from webui.database.person import ROLES
from webui.database.refusals import NotHere, Unfit
from webui.store import store

blueprint = Blueprint("factors", __name__, url_prefix="/account")


@blueprint.get("/factors")
@open_to(*ROLES)
@without_factor
def overview() -> Response:
    """Everything that one has beside the password."""
    return _overview()


@blueprint.post("/factors/authenticator")
@open_to(*ROLES)
@without_factor
@asks_again()
def begin_authenticator() -> BaseResponse:
    """Draw a secret for an authenticator app; it counts once a code of it was typed."""
    store().authenticators.begin(person())
    return redirect(url_for("factors.authenticator"), 303)


@blueprint.get("/factors/authenticator")
@open_to(*ROLES)
@without_factor
def authenticator() -> BaseResponse:
    """The secret as a picture and as text, while it waits for its first code."""
    return _authenticator()


@blueprint.post("/factors/authenticator/confirm")
@open_to(*ROLES)
@without_factor
def confirm_authenticator() -> BaseResponse:
    """Let the authenticator count, by a code of it."""
    typed = request.form.get("code", "")
    try:
        made = store().authenticators.confirm(person(), _browser(), typed)
    except NotHere:
        return redirect(url_for("factors.overview"), 303)
    except Unfit as refused:
        return _authenticator(refused.problems, refused.status)
    except TooMany as refused:
        note_refusal(TOO_MANY)
        page = _authenticator({"code": str(refused)}, refused.status)
        page.headers["Retry-After"] = str(refused.retry_after)
        return page
    return _added(made, "confirm_authenticator_added")


@blueprint.post("/factors/authenticator/remove")
@open_to(*ROLES)
@without_factor
@asks_again()
def remove_authenticator() -> BaseResponse:
    """Remove the authenticator."""
    try:
        store().factors.remove_authenticator(person(), _browser(), required=needs_factor(person()))
    except NotHere:
        return redirect(url_for("factors.overview"), 303)
    except Unfit as refused:
        return _overview(refused.problems, refused.status)
    say("confirm_authenticator_removed")
    return redirect(url_for("factors.overview"), 303)


@blueprint.get("/factors/passkey")
@open_to(*ROLES)
@without_factor
@asks_again()
def passkey() -> Response:
    """Where a passkey is made."""
    return _passkey()


@blueprint.post("/factors/passkey/challenge")
@open_to(*ROLES)
@without_factor
def passkey_challenge() -> Response:
    """What the browser needs in order to make a passkey, as JSON."""
    return _json(store().passkeys.asked_to_add(person(), _browser(), site()))


@blueprint.post("/factors/passkey")
@open_to(*ROLES)
@without_factor
@asks_again()
def add_passkey() -> BaseResponse:
    """Add the passkey that the browser made."""
    sent, label = request.form.get("passkey", ""), request.form.get("label", "")
    try:
        made = store().passkeys.add(person(), _browser(), site(), sent, label)
    except Unfit as refused:
        return _passkey(refused.problems, refused.status)
    return _added(made, "confirm_passkey_added", label=label.strip())


@blueprint.post("/factors/passkey/<int:number>/remove")
@open_to(*ROLES)
@without_factor
@asks_again()
def remove_passkey(number: int) -> BaseResponse:
    """Remove one passkey."""
    try:
        label = store().factors.remove_passkey(
            person(), _browser(), number, required=needs_factor(person())
        )
    except Unfit as refused:
        return _overview(refused.problems, refused.status)
    say("confirm_passkey_removed", label=label)
    return redirect(url_for("factors.overview"), 303)


@blueprint.post("/factors/recovery-codes")
@open_to(*ROLES)
@without_factor
@asks_again()
def renew_codes() -> BaseResponse:
    """Make new recovery codes and show them, this once."""
    try:
        made = store().recovery_codes.renew(person())
    except NotHere:
        explain("recovery_no_factor")
        return redirect(url_for("factors.overview"), 303)
    return _codes(made)


@blueprint.post("/confirm")
@open_to(*ROLES)
@without_factor
def confirm() -> BaseResponse:
    """Take what was asked for again before a page, and go on to that page."""
    path = request.form.get("next", "")
    path = path if is_page(path, "GET") else url_for("own_account.account")
    asked = confirmed(person(), _browser(), url_for("factors.confirm"), path)
    return asked or redirect(path, 303)


@blueprint.post("/confirm/challenge")
@open_to(*ROLES)
@without_factor
def confirm_challenge() -> Response:
    """What the browser needs in order to have a passkey sign that it is still the person."""
    return _json(store().passkeys.asked_to_sign(person().id, _browser(), site(), challenges.AGAIN))


def _browser() -> str:
    return request.cookies.get(COOKIE, "")


def _json(asked: str) -> Response:
    return Response(asked, content_type="application/json")


def _overview(problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    page = render_template(
        "factors.html",
        held=store().factors.of(person().id),
        required=lacks_factor(person()),
        problems=problems or {},
    )
    return Response(page, status)


def _authenticator(problems: Mapping[str, str] | None = None, status: int = 200) -> BaseResponse:
    secret = store().authenticators.begun(person())
    if not secret:
        return redirect(url_for("factors.overview"), 303)
    page = render_template(
        "authenticator.html",
        picture=Markup(codes.picture(person(), secret)),  # noqa: S704 - drawn by segno
        spaced=codes.spaced(secret),
        problems=problems or {},
    )
    return Response(page, status)


def _passkey(problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    page = render_template(
        "passkey.html",
        possible=takes_passkeys(),
        elsewhere=local_address(),
        label=request.form.get("label", ""),
        problems=problems or {},
    )
    return Response(page, status)


def _added(made: Sequence[str], told: str, **blanks: str) -> BaseResponse:
    """After a factor was added: the first recovery codes, or back to everything."""
    say(told, **blanks)
    return _codes(made) if made else redirect(url_for("factors.overview"), 303)


def _codes(made: Sequence[str]) -> Response:
    return Response(render_template("recovery_codes.html", codes=made))
