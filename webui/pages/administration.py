"""The administrator's pages: people, their roles, who supervises whom. No plan is seen here."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.database.person import ROLES
from webui.database.refusals import Unfit
from webui.store import store

blueprint = Blueprint("administration", __name__)
Problems = Mapping[str, str]


@blueprint.get("/people")
@open_to("administrator")
def people() -> Response:
    """Everyone who has an account or is invited."""
    return _people_page()


@blueprint.post("/people")
@open_to("administrator")
def add() -> Response:
    """Make an account and show its invitation link, this once."""
    name, roles = request.form.get("name", ""), request.form.getlist("roles")
    try:
        number, secret = store().administration.add(person(), name, roles)
    except Unfit as refused:
        return _people_page(refused.problems, name, roles, refused.status)
    return _one_page(number, invitation=secret)


@blueprint.get("/people/<int:number>")
@open_to("administrator")
def one(number: int) -> Response:
    """One person."""
    return _one_page(number)


@blueprint.post("/people/<int:number>/invite")
@open_to("administrator")
def invite(number: int) -> Response:
    """A new link, also for a forgotten password; shown this once."""
    return _one_page(number, invitation=store().administration.invite(person(), number))


@blueprint.post("/people/<int:number>/roles")
@open_to("administrator")
def roles(number: int) -> BaseResponse:
    """Give exactly the ticked roles."""
    try:
        store().administration.set_roles(person(), number, request.form.getlist("roles"))
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return redirect(url_for("administration.one", number=number), 303)


@blueprint.post("/people/<int:number>/supervisors")
@open_to("administrator")
def supervisors(number: int) -> BaseResponse:
    """Say who supervises this person."""
    ticked = request.form.getlist("supervisors")
    chosen = [int(text) for text in ticked if text.isascii() and text.isdigit() and len(text) < 10]
    try:
        store().administration.set_supervisors(person(), number, chosen)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return redirect(url_for("administration.one", number=number), 303)


@blueprint.post("/people/<int:number>/disable")
@open_to("administrator")
def disable(number: int) -> BaseResponse:
    """Shut someone out, or let them in again."""
    shut = request.form.get("disabled") == "yes"
    try:
        store().administration.disable(person(), number, disabled=shut)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return redirect(url_for("administration.one", number=number), 303)


def _people_page(
    problems: Problems | None = None,
    name: str = "",
    roles: list[str] | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "people.html",
        entries=store().administration.listed(person()),
        problems=problems or {},
        name=name[:200],
        chosen=["therapist"] if roles is None else roles,
        roles=ROLES,
    )
    return Response(page, status)


def _one_page(
    number: int, problems: Problems | None = None, *, invitation: str = "", status: int = 200
) -> Response:
    accounts = store().administration
    others = [entry for entry in accounts.listed(person()) if entry.account.id != number]
    page = render_template(
        "someone.html",
        entry=accounts.open(person(), number),
        able=[entry.account for entry in others if entry.account.supervisor],
        invitation=invitation,
        problems=problems or {},
        roles=ROLES,
    )
    return Response(page, status)
