"""Coming in and going out: first start, sign-in, invitation, sign-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import (
    COOKIE,
    KEPT_PATH,
    carried,
    is_page,
    let_in,
    let_out,
    open_to,
    person_or_none,
    readable,
)
from webui.accounts.throttle import TooMany
from webui.database.person import FIRST_ROLE, ROLES
from webui.database.refusals import NotHere, Unfit
from webui.store import store

blueprint = Blueprint("entrance", __name__)
WORK = tuple(role for role in ROLES if role != FIRST_ROLE)
"""The roles that the first account may choose beside its own."""


@blueprint.get("/sign-in")
@open_to()
def sign_in() -> str | BaseResponse:
    """Ask for name and password; at the first start, lead to setting up accounts."""
    if store().sessions.nobody_yet():
        return redirect(url_for("entrance.start"), 303)
    if person_or_none():
        return redirect(_next(), 303)
    return render_template("sign_in.html", next=request.args.get("next", ""), problems={})


@blueprint.post("/sign-in")
@open_to()
def come_in() -> BaseResponse:
    """Begin a session; what was typed before it ended is handed back to be sent."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        secret = store().sessions.sign_in(name, password)
    except (Unfit, TooMany) as refused:
        return _not_in(name, refused)
    path = request.form.get(KEPT_PATH, "")
    if path and is_page(path, "POST"):
        # The page needs the new session's token, so the old form session goes first.
        response: BaseResponse = let_in(Response(), secret)
        pairs = carried()
        response.set_data(
            render_template("again.html", why="back", path=path, pairs=pairs, texts=readable(pairs))
        )
        return response
    return let_in(redirect(_next(), 303), secret)


@blueprint.post("/sign-out")
@open_to(*ROLES)
def sign_out() -> BaseResponse:
    """End this session."""
    store().sessions.sign_out(request.cookies.get(COOKIE, ""))
    return let_out(redirect(url_for("planning.enter"), 303))


@blueprint.get("/start")
@open_to()
def start() -> str:
    """Offer to make the first account, with the code from the terminal."""
    if not store().sessions.nobody_yet():
        raise NotHere
    return _start_page({}, ["therapist"], "")


@blueprint.post("/start")
@open_to()
def make_first() -> BaseResponse:
    """Make the first account and sign in."""
    form = request.form
    roles = tuple(role for role in WORK if role in form.getlist("roles"))
    name = form.get("name", "")
    try:
        secret = store().sessions.start(form.get("code", ""), name, form.get("password", ""), roles)
    except (Unfit, TooMany) as refused:
        return Response(_start_page(_problems(refused, "code"), roles, name), refused.status)
    return let_in(redirect(url_for("planning.enter"), 303), secret)


@blueprint.get("/join/<secret>")
@open_to()
def join(secret: str) -> str:
    """Ask someone who was invited to choose a password."""
    return render_template("join.html", name=store().sessions.invited(secret), problems={})


@blueprint.post("/join/<secret>")
@open_to()
def joined(secret: str) -> BaseResponse:
    """Take the password and sign in; the link is used up."""
    sessions = store().sessions
    try:
        opened = sessions.accept(secret, request.form.get("password", ""))
    except Unfit as refused:
        name = sessions.invited(secret)
        page = render_template("join.html", name=name, problems=refused.problems)
        return Response(page, refused.status)
    return let_in(redirect(url_for("planning.enter"), 303), opened)


def _not_in(name: str, refused: Unfit | TooMany) -> Response:
    """The sign-in page again; the name stays, the password does not."""
    pairs = carried() if KEPT_PATH in request.form else []
    page = render_template(
        "sign_in.html",
        name=name[:200],
        problems=_problems(refused, "password"),
        next=request.form.get("next", ""),
        kept=pairs,
        kept_path=request.form.get(KEPT_PATH, ""),
        texts=readable(pairs),
    )
    response = Response(page, refused.status)
    if isinstance(refused, TooMany):
        response.headers["Retry-After"] = "60"
    return response


def _start_page(problems: Mapping[str, str], roles: Sequence[str], name: str) -> str:
    """The page that makes the first account, with the roles that it may choose."""
    return render_template("start.html", problems=problems, roles=roles, name=name, work=WORK)


def _problems(refused: Unfit | TooMany, field: str) -> dict[str, str]:
    return refused.problems if isinstance(refused, Unfit) else {field: str(refused)}


def _next() -> str:
    """Where the person was going, if that is a page of ours; else the form."""
    path = request.values.get("next", "")
    return path if path and is_page(path, "GET") else url_for("planning.enter")
