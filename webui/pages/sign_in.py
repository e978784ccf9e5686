"""Coming in and going out: first start, sign-in, invitation, sign-out."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask import session as form_session
from werkzeug.wrappers import Response as BaseResponse

from webui.access.came import COOKIE, came
from webui.access.entering import (
    KEPT_PATH,
    OPENED,
    WORK,
    browser,
    carried,
    readable,
    sign_in_page,
    start_page,
)
from webui.access.gate import (
    is_for,
    is_page,
    let_in,
    let_out,
    open_to,
    person_or_none,
    session_left,
    without_factor,
)
from webui.access.notices import confirm
from webui.access.refused_requests import BAD_LINK, BAD_SIGN_IN, TOO_MANY, note_refusal
from webui.access.second_page import second_page
from webui.accounts.passwords import Crowded
from webui.accounts.resets import Unconfirmed
from webui.accounts.throttle import TooMany
from webui.database.person import FIRST_ROLE, ROLES, Person
from webui.database.refusals import NotHere, Refusal, Spent, Unfit
from webui.store import store
from webui.words.texts import text

blueprint = Blueprint("entrance", __name__)


@blueprint.get("/sign-in")
@open_to()
def sign_in() -> str | BaseResponse:
    """Ask for name and password; at the first start, lead to setting up accounts."""
    if store().sessions.nobody_yet():
        return redirect(url_for("entrance.start", next=request.args.get("next") or None), 303)
    if person_or_none():
        return redirect(going_to(), 303)
    return sign_in_page()


@blueprint.post("/sign-in")
@open_to()
def come_in() -> BaseResponse:
    """Begin a session; what was typed before it ended is handed back to be sent."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        secret = store().sessions.sign_in(name, password, came())
    except (Unfit, TooMany, Crowded) as refused:
        return _not_in(name, refused)
    return inside(secret, "back")


@blueprint.post("/sign-out")
@open_to(*ROLES)
@without_factor
def sign_out() -> BaseResponse:
    """End this session."""
    store().sessions.sign_out(request.cookies.get(COOKIE, ""))
    response = let_out(redirect(url_for("planning.enter"), 303))
    confirm("confirm_signed_out")
    return response


@blueprint.post("/account/stay")
@open_to(*ROLES)
@without_factor
def stay() -> Response:
    """Go on with this session, whose time begins anew with any request; tell how long it is now."""
    left = session_left()
    return jsonify(left=left.seconds if left else 0, renewable=bool(left and left.renewable))


@blueprint.get("/start")
@open_to()
def start() -> str:
    """Offer to make the first account, with the code from the terminal."""
    if not store().sessions.nobody_yet():
        raise NotHere
    return start_page()


@blueprint.get("/start/<secret>")
@open_to()
def opened(secret: str) -> BaseResponse:
    """Where `serve` opens the browser: whoever comes first with its secret needs no code."""
    if store().sessions.nobody_yet() and (kept := store().first_start.opened(secret)):
        form_session[OPENED] = kept
    return redirect(url_for("planning.enter"), 303)


@blueprint.post("/start")
@open_to()
def make_first() -> BaseResponse:
    """Make the first account and sign in; what was to be kept is handed back to be sent."""
    form = request.form
    roles = tuple(role for role in WORK if role in form.getlist("roles"))
    name, code, path = form.get("name", ""), form.get("code", ""), form.get(KEPT_PATH, "")
    try:
        if path and not is_for(path, "POST", (*roles, FIRST_ROLE)):
            raise Unfit({"roles": text("start_role_needed")})
        given = (code, name, form.get("password", ""), roles, browser())
        secret = store().sessions.start(*given, came())
    except (Unfit, TooMany, Crowded) as refused:
        kept = carried() if path else []
        problems = _problems(refused, "code" if isinstance(refused, TooMany) else "password")
        page = start_page(problems, name=name, code=code, roles=roles, kept=kept, path=path)
        return _later(Response(page, refused.status), refused)
    return inside(secret, "begun")


@blueprint.get("/join/<secret>")
@open_to()
def join(secret: str) -> BaseResponse:
    """Ask someone who was invited to choose a password."""
    try:
        return Response(_join_page(secret, {}))
    except (Spent, Unconfirmed) as refused:
        return _spent(refused)


@blueprint.post("/join/<secret>")
@open_to()
def joined(secret: str) -> BaseResponse:
    """Take the password and sign in; the link is used up."""
    sessions = store().sessions
    try:
        let = sessions.accept(secret, request.form.get("password", ""), came())
    except (Spent, Unconfirmed) as refused:
        return _spent(refused)
    except (Unfit, Crowded) as refused:
        page = _join_page(secret, _problems(refused, "password"))
        return _later(Response(page, refused.status), refused)
    if store().confirming.waiting(let):
        return inside(let, "back")
    response = let_in(redirect(url_for("entrance.home"), 303), let)
    confirm("confirm_joined")
    return response


def _join_page(secret: str, problems: Mapping[str, str]) -> str:
    """The page that asks for a new password. Raises Spent."""
    sessions = store().sessions
    name, least = sessions.invited(secret), sessions.least(secret)
    return render_template("join.html", name=name, least=least, problems=problems)


def inside(secret: str, why: str) -> BaseResponse:
    """On the way after coming in: back to what was typed, or where the person was going.

    Where a second factor is waited for, to the page that asks for it.
    """
    path = request.form.get(KEPT_PATH, "")
    someone = store().confirming.waiting(secret)
    if someone:
        return _to_the_second_step(secret, someone, path)
    if not path or not is_page(path, "POST"):
        response = let_in(redirect(going_to(), 303), secret)
        if why == "begun":
            confirm("confirm_first_account")
        return response
    # The page needs the new session's token, so the old form session goes first.
    answer = Response()
    let_in(answer, secret)
    pairs = carried()
    answer.set_data(
        render_template("again.html", why=why, path=path, pairs=pairs, texts=readable(pairs))
    )
    return answer


def _to_the_second_step(secret: str, someone: Person, path: str) -> BaseResponse:
    """Ask for the second factor, with what was typed or where the person was going."""
    if not path:
        asked = request.form.get("next") or None
        return let_in(redirect(url_for("second_step.ask", next=asked), 303), secret)
    answer = Response()
    let_in(answer, secret)
    answer.set_data(second_page(someone, kept=carried(), path=path))
    return answer


def _spent(refused: Spent | Unconfirmed) -> Response:
    """A link that does not work, or not yet: what to do, and nothing of whom it was for."""
    note_refusal(BAD_LINK)
    waits = isinstance(refused, Unconfirmed)
    return Response(render_template("spent.html", waits=waits), refused.status)


def _not_in(name: str, refused: Unfit | TooMany | Crowded) -> Response:
    """The sign-in page again; the name stays, the password does not."""
    kept, path = carried() if KEPT_PATH in request.form else [], request.form.get(KEPT_PATH, "")
    page = sign_in_page(_problems(refused, "password"), name=name, kept=kept, path=path)
    return _later(Response(page, refused.status), refused)


def _later(response: Response, refused: Refusal) -> Response:
    """An answer that tells programs too when to try again, where waiting helps."""
    if refused.retry_after:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _problems(refused: Unfit | TooMany | Crowded, field: str) -> dict[str, str]:
    """What to say under this field; that somebody was not let in is written down."""
    note_refusal(BAD_SIGN_IN if isinstance(refused, Unfit) else TOO_MANY)
    return refused.problems if isinstance(refused, Unfit) else {field: str(refused)}


@blueprint.get("/home")
@open_to(*ROLES)
def home() -> BaseResponse:
    """Lead to the page of one's work: the form, the queue, or the people."""
    someone = person_or_none()
    endpoint = "planning.enter"
    if someone and not someone.therapist:
        endpoint = "review.queue" if someone.supervisor else "administration.people"
    return redirect(url_for(endpoint), 303)


def going_to() -> str:
    """Where the person was going, if that is a page of ours; else where their own work is."""
    path = request.values.get("next", "")
    return path if path and is_page(path, "GET") else url_for("entrance.home")
