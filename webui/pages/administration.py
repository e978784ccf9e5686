"""The administrator's pages: people, their roles, who supervises whom. No plan is seen here."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import asks_again, open_to, person
from webui.access.notices import confirm
from webui.accounts.administration import Entry
from webui.accounts.resets import RECOVER
from webui.database.account_tables import Account
from webui.database.person import ROLES
from webui.database.refusals import Unfit
from webui.store import store
from webui.words.said import ROLES as ROLES_SAID
from webui.words.texts import text

blueprint = Blueprint("administration", __name__)
Problems = Mapping[str, str]
NOTHING_TYPED: dict[str, object] = {
    "name": "",
    "chosen": (),
    "names": "",
    "several": (),
    "made": (),
    "refused": (),
}
"""What the page of everyone shows in its forms, and of invitations, before anything is sent."""


@blueprint.get("/people")
@open_to("administrator")
def people() -> Response:
    """Everyone who has an account or is invited, and what is left to do on the first day."""
    return _people_page()


@blueprint.post("/people")
@open_to("administrator")
@asks_again()
def add() -> Response:
    """Make an account and show its invitation link, this once."""
    name, roles = request.form.get("name", ""), request.form.getlist("roles")
    try:
        number, secret = store().administration.add(person(), name, roles)
    except Unfit as refused:
        return _people_page(refused.problems, name=name[:200], chosen=roles, status=refused.status)
    return _one_page(number, invitation=secret, told="confirm_invited")


@blueprint.post("/people/several")
@open_to("administrator")
@asks_again()
def add_several() -> Response:
    """Make an account for each line and show its link, this once; name the lines that are left."""
    typed, roles = request.form.get("names", ""), request.form.getlist("several-roles")
    try:
        made, refused = store().administration.add_several(person(), typed.splitlines(), roles)
    except Unfit as problem:
        problems = {_several(field): said for field, said in problem.problems.items()}
        return _people_page(problems, names=typed, several=roles, status=problem.status)
    return _people_page(
        {"names": text("several_left")} if refused else None,
        names="\n".join(one.line for one in refused),
        several=roles,
        made=made,
        refused=refused,
        status=422 if refused and not made else 200,
    )


@blueprint.post("/people/first-day")
@open_to("administrator")
def put_away() -> BaseResponse:
    """Show the list of the first day no more."""
    store().first_day.put_away(person())
    confirm("confirm_first_day_away")
    return redirect(url_for("administration.people"), 303)


@blueprint.get("/people/<int:number>")
@open_to("administrator")
def one(number: int) -> Response:
    """One person."""
    return _one_page(number)


@blueprint.post("/people/<int:number>/invite")
@open_to("administrator")
@asks_again()
def invite(number: int) -> Response:
    """A new link, shown this once; for somebody with a password it has to be confirmed."""
    accounts = store().administration
    if not accounts.open(person(), number).account.password:
        secret = accounts.invite(person(), number)
        return _one_page(number, invitation=secret, told="confirm_link_made")
    try:
        secret = store().resets.ask(person(), number)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return _one_page(number, invitation=secret, told="confirm_reset_asked")


@blueprint.post("/people/<int:number>/confirm-link")
@open_to("administrator")
@asks_again()
def confirm_link(number: int) -> BaseResponse:
    """Let a new link work that another administrator asked for."""
    try:
        name = store().resets.confirm(person(), number)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return _saved(number, "confirm_reset_confirmed", who=name)


@blueprint.post("/people/<int:number>/refuse-link")
@open_to("administrator")
@asks_again()
def refuse_link(number: int) -> BaseResponse:
    """End a new link that was asked for."""
    return _saved(number, "confirm_reset_refused", who=store().resets.refuse(person(), number))


@blueprint.post("/people/<int:number>/roles")
@open_to("administrator")
@asks_again()
def roles(number: int) -> BaseResponse:
    """Give exactly the ticked roles."""
    ticked = request.form.getlist("roles")
    try:
        name = store().administration.set_roles(person(), number, ticked)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    held = ", ".join(ROLES_SAID[role] for role in ROLES if role in ticked)
    return _saved(number, "confirm_roles", who=name, roles=held)


@blueprint.post("/people/<int:number>/supervisors")
@open_to("administrator")
@asks_again()
def supervisors(number: int) -> BaseResponse:
    """Say who supervises this person."""
    ticked = request.form.getlist("supervisors")
    chosen = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 10]
    try:
        name, above = store().administration.set_supervisors(person(), number, chosen)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    if not above:
        return _saved(number, "confirm_nobody_supervises", who=name)
    many = "confirm_supervisor" if len(above) == 1 else "confirm_supervisors"
    return _saved(number, many, who=name, supervisors=", ".join(above))


@blueprint.post("/people/<int:number>/disable")
@open_to("administrator")
@asks_again()
def disable(number: int) -> BaseResponse:
    """Shut someone out, or let them in again."""
    shut = request.form.get("disabled") == "yes"
    try:
        name = store().administration.disable(person(), number, disabled=shut)
    except Unfit as refused:
        return _one_page(number, refused.problems, status=refused.status)
    return _saved(number, "confirm_shut_out" if shut else "confirm_let_in", who=name)


def _saved(number: int, told: str, **blanks: str) -> BaseResponse:
    """Back to the person, where it is said what was saved."""
    confirm(told, **blanks)
    return redirect(url_for("administration.one", number=number), 303)


def _can_be_named(other: Account, entry: Entry) -> bool:
    """Whether somebody can be ticked as a supervisor; oneself only where it is so already."""
    return other.supervisor and (other.id != person().id or other.id in entry.supervisors)


def _several(field: str) -> str:
    """The field of the form for several people, which has its own boxes for roles."""
    return "several-roles" if field == "roles" else "names"


def _people_page(
    problems: Problems | None = None, *, status: int = 200, **typed: object
) -> Response:
    """The list of everyone with both forms, as they were typed if something was."""
    page = render_template(
        "people.html",
        entries=store().administration.listed(person()),
        tasks=store().first_day.tasks(person()),
        problems=problems or {},
        roles=ROLES,
        **NOTHING_TYPED | typed,
    )
    return Response(page, status)


def _one_page(
    number: int,
    problems: Problems | None = None,
    *,
    invitation: str = "",
    told: str = "",
    status: int = 200,
) -> Response:
    accounts, resets = store().administration, store().resets
    others = [entry for entry in accounts.listed(person()) if entry.account.id != number]
    entry = accounts.open(person(), number)
    if told:
        confirm(told, who=entry.account.name)
    page = render_template(
        "someone.html",
        entry=entry,
        able=[one.account for one in others if _can_be_named(one.account, entry)],
        reset=resets.of(person(), number),
        confirmers=resets.can_confirm(person(), number),
        administrators=resets.can_confirm(person(), person().id),
        recover=f"{RECOVER} {quote(entry.account.name)}",
        invitation=invitation,
        problems=problems or {},
        ticked=request.form.getlist("roles") if "roles" in (problems or {}) else None,
        roles=ROLES,
    )
    return Response(page, status)
