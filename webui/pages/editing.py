"""Editing the steps of a plan: one form, each step with its place, its words and a reason."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner.rulebook.counting import MOST
from webui.access.gate import open_to, person
from webui.access.notices import confirm
from webui.database.refusals import Busy, Full, Unfit
from webui.database.tables import Comment, Decision
from webui.pages.plans import based_on, own_plan
from webui.register import states
from webui.register.own_plans import Opened
from webui.register.steps import Edit, FreeStep, Step
from webui.store import store

blueprint = Blueprint("editing", __name__)


@blueprint.get("/plans/<ref>/edit")
@open_to("therapist")
def edit(ref: str) -> Response:
    """The steps as they stand, ready to be changed."""
    opened = own_plan(ref)
    states.after(opened.kept.state, "edit", stop=opened.stop)
    return _page(opened)


@blueprint.post("/plans/<ref>/edit")
@open_to("therapist")
def save(ref: str) -> BaseResponse:
    """Store the changes as a new version; a mistake comes back with everything typed."""
    opened = own_plan(ref)
    edits = {step.key: edit_of(step, request.form) for step in opened.content.steps}
    try:
        number = store().own_plans.edit(person(), ref, based_on(), edits, _added(request.form))
    except Unfit as refused:
        return _page(opened, refused.problems, request.form)
    _confirm(opened, number)
    return redirect(url_for("plans.one", ref=ref), 303)


def edit_of(step: Step, form: MultiDict[str, str]) -> Edit:
    """What the form says of one step; what it does not mention stays, as does what is the same."""
    accepted = f"accepted-{step.key}" in form if f"where-{step.key}" in form else None

    def typed(name: str) -> str | None:
        """A text of the step, where it is another one."""
        now, before = form.get(f"{name}-{step.key}"), str(getattr(step, name))
        same = now is None or now.replace("\r\n", "\n").strip() == before.strip()
        return None if same else now

    return Edit(
        form.get(f"where-{step.key}"),
        typed("words"),
        form.get(f"reason-{step.key}"),
        accepted,
        typed("short"),
        typed("line"),
    )


def _confirm(opened: Opened, number: int) -> None:
    """Say which version was made, and whose short words went with the words they belonged to."""
    if number == opened.kept.version:
        confirm("told_edited_not")
        return
    before = {step.key: step.short for step in opened.content.steps}
    try:
        after = store().own_plans.open(person(), opened.kept.ref, number).content.steps
    except (Busy, Full):  # what was edited is stored, and not to be sent a second time
        after = ()
    gone = [step.key for step in after if before.get(step.key) and not step.short]
    if gone:
        confirm("told_edited_dropped", number=number, items=", ".join(gone))
    else:
        confirm("told_edited", number=number)


def _added(form: Mapping[str, str]) -> FreeStep | None:
    """A step of one's own, if one was begun."""
    title, words = form.get("added-title", ""), form.get("added-words", "")
    if not title.strip() and not words.strip():
        return None
    return FreeStep(title, form.get("added-where", ""), words)


def _said(ref: str) -> tuple[list[Decision], dict[str, list[tuple[Decision, Comment]]]]:
    """What was decided on the last version that was decided on, and by step what was said of it."""
    made = store().records.decisions(person(), ref)
    last = [one for one in made if one.version == made[0].version]
    by_step: dict[str, list[tuple[Decision, Comment]]] = {}
    for decision in last:
        for comment in decision.comments:
            by_step.setdefault(comment.step, []).append((decision, comment))
    return last, by_step


def _page(
    opened: Opened,
    problems: Mapping[str, str] | None = None,
    typed: MultiDict[str, str] | None = None,
) -> Response:
    """The form, with the last comments beside the words; what was typed wins over the stored."""
    decisions, comments = _said(opened.kept.ref)
    page = render_template(
        "edit.html",
        opened=opened,
        original={step["item"]: step for step in opened.content.plan["steps"]},
        decisions=decisions,
        comments=comments,
        names=store().records.names(one.author_id for one in decisions),
        most=MOST,
        problems=problems or {},
        typed=MultiDict() if typed is None else typed,
        version=based_on() if typed is not None else opened.version.number,
    )
    return Response(page, 422 if problems else 200)
