"""An approved plan in the session, its outcome afterwards, and the case as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.access.notices import confirm
from webui.database.refusals import NotHere, Unfit, WrongState
from webui.knowledge import knowledge
from webui.register.outcomes import Report, cued, sayable, usable
from webui.register.own_plans import Opened
from webui.register.states import APPROVED
from webui.register.steps import TIMES
from webui.show.case_markdown import markdown
from webui.show.moments import plain_day
from webui.show.pdf import pdf_of
from webui.store import store
from webui.words.texts import counted

blueprint = Blueprint("afterwards", __name__)


@blueprint.get("/plans/<ref>/room")
@open_to("therapist")
def in_session(ref: str) -> str:
    """An approved plan for use: one step at a time, the words large."""
    opened = _approved(ref)
    steps = [step for when in TIMES for step in opened.content.steps if step.where == when]
    at = request.args.get("step", 1, int)
    at = min(max(at, 1), max(len(steps), 1))
    return render_template(
        "in_session.html", opened=opened, original=_original(opened), steps=steps, at=at
    )


@blueprint.get("/plans/<ref>/sheet")
@open_to("therapist")
def sheet(ref: str) -> str:
    """An approved plan on one sheet, to be printed."""
    return _sheet(ref)


@blueprint.get("/plans/<ref>/sheet.pdf")
@open_to("therapist")
def sheet_pdf(ref: str) -> Response:
    """The same sheet as a PDF file, where it can be made."""
    return _file(pdf_of(_sheet(ref)), "application/pdf", "sheet.pdf")


def _sheet(ref: str) -> str:
    opened = _approved(ref)
    decision = store().records.decisions(person(), ref)[0]
    names = store().records.names([decision.author_id])
    return render_template(
        "sheet.html", opened=opened, original=_original(opened), decision=decision, names=names
    )


@blueprint.get("/plans/<ref>/outcome")
@open_to("therapist")
def outcome(ref: str) -> Response:
    """Ask what came of it."""
    return _outcome_page(_in_use(ref), MultiDict())


@blueprint.post("/plans/<ref>/outcome")
@open_to("therapist")
def tell(ref: str) -> BaseResponse:
    """Store what came of it."""
    opened, form = _in_use(ref), request.form
    told = Report(
        tried=form.get("tried", ""),
        said=form.getlist("said"),
        cues=form.getlist("cues"),
        landed=form.get("landed", ""),
        response=form.get("response", ""),
        resolved=form.get("resolved", ""),
        new_rupture="new_rupture" in form,
        srs=form.get("srs", ""),
        wai=form.get("wai", ""),
    )
    try:
        store().outcomes.add(person(), ref, told)
    except Unfit as refused:
        return _outcome_page(opened, form, refused.problems)
    confirm("confirm_outcome")
    return redirect(url_for("plans.one", ref=ref, _anchor="outcomes"), 303)


@blueprint.get("/plans/<ref>/case")
@open_to("therapist")
def case(ref: str) -> Response:
    """Everything of the case that this plan belongs to."""
    return _case_page(ref)


@blueprint.get("/plans/<ref>/case.json")
@open_to("therapist")
def case_json(ref: str) -> Response:
    """The case as JSON, to be saved."""
    written = json.dumps(store().cases.exported(person(), ref), indent=2)
    return _file(written, "application/json", "case.json")


@blueprint.get("/plans/<ref>/case.md")
@open_to("therapist")
def case_markdown(ref: str) -> Response:
    """The case as Markdown, to be read and filed."""
    written = markdown(store().cases.exported(person(), ref), knowledge().words)
    return _file(written, "text/markdown; charset=utf-8", "case.md")


@blueprint.post("/plans/<ref>/case/retention")
@open_to("therapist")
def retain(ref: str) -> BaseResponse:
    """Set or lift the date before which the case is not erased."""
    try:
        store().cases.retain(person(), ref, request.form.get("retain", ""))
    except Unfit as refused:
        return _case_page(ref, refused.problems)
    until = store().cases.open(person(), ref).retain_until
    if until:
        confirm("confirm_retained", date=plain_day(until))
    else:
        confirm("confirm_not_retained")
    return redirect(url_for("afterwards.case", ref=ref), 303)


@blueprint.post("/plans/<ref>/case/erase")
@open_to("therapist")
def erase(ref: str) -> BaseResponse:
    """Erase the case, once its code was typed."""
    try:
        number = store().cases.erase(person(), ref, request.form.get("confirmed", ""))
    except Unfit as refused:
        return _case_page(ref, refused.problems)
    confirm("confirm_erased", said=counted("case_plans", number))
    return redirect(url_for("plans.listed"), 303)


def _approved(ref: str) -> Opened:
    """One's own approved plan."""
    opened = store().own_plans.open(person(), ref)
    if opened.kept.owner_id != person().id:
        raise NotHere
    if opened.kept.state != APPROVED:
        raise WrongState
    return opened


def _in_use(ref: str) -> Opened:
    """One's own plan that may be used: approved, or a draft by someone who works alone."""
    opened = store().own_plans.open(person(), ref)
    if opened.kept.owner_id != person().id:
        raise NotHere
    if not usable(opened.kept):
        raise WrongState
    return opened


def _original(opened: Opened) -> dict[str, Mapping[str, Any]]:
    """The steps as the rules made them, by item."""
    return {step["item"]: step for step in opened.content.plan["steps"]}


def _outcome_page(
    opened: Opened, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    page = render_template(
        "outcome.html",
        opened=opened,
        steps=sayable(opened.content.steps),
        cues=cued(opened.content.plan),
        typed=typed,
        problems=problems or {},
    )
    return Response(page, 422 if problems else 200)


def _case_page(ref: str, problems: Mapping[str, str] | None = None) -> Response:
    page = render_template(
        "case.html",
        ref=ref,
        case=store().cases.open(person(), ref),
        outcomes=store().outcomes.of_case(person(), ref),
        typed=request.form,
        problems=problems or {},
    )
    return Response(page, 422 if problems else 200)


def _file(text: str | bytes, kind: str, name: str) -> Response:
    response = Response(text, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
