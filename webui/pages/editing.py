"""Editing the steps of a plan: one form, each step with its place, its words and a reason."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.database.refusals import NotHere, Unfit
from webui.pages.plans import based_on
from webui.register import states
from webui.register.own_plans import Opened
from webui.register.steps import Edit, FreeStep, Step
from webui.store import store

blueprint = Blueprint("editing", __name__)


@blueprint.get("/plans/<ref>/edit")
@open_to("therapist")
def edit(ref: str) -> Response:
    """The steps as they stand, ready to be changed."""
    opened = _own(ref)
    states.after(opened.kept.state, "edit", stop=opened.stop)
    return _page(opened)


@blueprint.post("/plans/<ref>/edit")
@open_to("therapist")
def save(ref: str) -> BaseResponse:
    """Store the changes as a new version; a mistake comes back with everything typed."""
    opened = _own(ref)
    edits = {step.key: edit_of(step, request.form) for step in opened.content.steps}
    try:
        store().own_plans.edit(person(), ref, based_on(), edits, _added(request.form))
    except Unfit as refused:
        return _page(opened, refused.problems, request.form)
    return redirect(url_for("plans.one", ref=ref), 303)


def edit_of(step: Step, form: MultiDict[str, str]) -> Edit:
    """What the form says of one step; what it does not mention stays."""
    accepted = f"accepted-{step.key}" in form if f"where-{step.key}" in form else None
    words = form.get(f"words-{step.key}")
    if words is not None and words.replace("\r\n", "\n").strip() == step.words.strip():
        words = None
    return Edit(form.get(f"where-{step.key}"), words, form.get(f"reason-{step.key}"), accepted)


def _added(form: Mapping[str, str]) -> FreeStep | None:
    """A step of one's own, if one was begun."""
    title, words = form.get("added-title", ""), form.get("added-words", "")
    if not title.strip() and not words.strip():
        return None
    return FreeStep(title, form.get("added-where", ""), words)


def _own(ref: str) -> Opened:
    opened = store().own_plans.open(person(), ref)
    if opened.kept.owner_id != person().id:
        raise NotHere
    return opened


def _page(
    opened: Opened,
    problems: Mapping[str, str] | None = None,
    typed: MultiDict[str, str] | None = None,
) -> Response:
    """The form; what was typed wins over what is stored."""
    page = render_template(
        "edit.html",
        opened=opened,
        original={step["item"]: step for step in opened.content.plan["steps"]},
        problems=problems or {},
        typed=MultiDict() if typed is None else typed,
        version=based_on() if typed is not None else opened.version.number,
    )
    return Response(page, 422 if problems else 200)
