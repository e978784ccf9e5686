"""Whom people here can reach: the administrator's list, shown where a stop names somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.access.notices import confirm
from webui.accounts.site_contacts import MOST, Contact
from webui.database.refusals import Unfit
from webui.store import store
from webui.words.texts import counted

blueprint = Blueprint("contacts", __name__)
EMPTY = 3
"""Empty lines below the list, to add to it."""
UP = "up"


@blueprint.get("/people/contacts")
@open_to("administrator")
def contacts() -> Response:
    """The list, to be changed."""
    return _page(store().contacts.listed())


@blueprint.post("/people/contacts")
@open_to("administrator")
def save() -> BaseResponse:
    """Store the list as it was typed; a line without anything in it goes."""
    typed = _typed()
    moved = request.form.get(UP, "")
    if moved.isascii() and moved.isdigit() and 1 < int(moved[:3]) <= len(typed):
        at = int(moved[:3]) - 1
        typed[at - 1], typed[at] = typed[at], typed[at - 1]
    try:
        number = store().contacts.replace(person(), typed)
    except Unfit as refused:
        return _page(typed, refused.problems)
    confirm("confirm_contacts", said=counted("contacts_number", number))
    return redirect(url_for("contacts.contacts"), 303)


def _typed() -> list[Contact]:
    """Every line of the form, as it was typed."""
    pairs = zip(request.form.getlist("label"), request.form.getlist("text"), strict=False)
    return [Contact(label[:1000], text[:1000]) for label, text in list(pairs)[: MOST + EMPTY + 1]]


def _page(rows: Sequence[Contact], problems: Mapping[str, str] | None = None) -> Response:
    """The form, with lines to spare up to the most that there may be."""
    spare = max(0, min(EMPTY, MOST - len(rows))) if problems is None else 0
    shown = [*rows, *[Contact("", "")] * spare]
    page = render_template("contacts.html", rows=shown, problems=problems or {}, most=MOST)
    return Response(page, 422 if problems else 200)
