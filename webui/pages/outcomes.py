"""A plan in the session, its outcome afterwards, and the case as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner.planning.open_to_view import open_steps
from webui.access.gate import asks_again, open_to, person
from webui.access.notices import confirm
from webui.database.refusals import Unfit
from webui.knowledge import knowledge
from webui.register.outcomes import Report, cued
from webui.register.own_plans import Opened
from webui.register.reviewers import NOT_REVIEWED
from webui.register.steps import in_order
from webui.show.case_markdown import markdown
from webui.show.moments import plain_day
from webui.show.pdf import pdf_of
from webui.store import store
from webui.words.texts import counted

blueprint = Blueprint("afterwards", __name__)


@blueprint.get("/plans/<ref>/room")
@open_to("therapist")
def in_session(ref: str) -> str:
    """A plan for use: one step at a time, the words large."""
    opened, how = store().own_plans.use(person(), ref)
    steps = in_order(opened.content.steps)
    at = request.args.get("step", 1, int)
    at = min(max(at, 1), max(len(steps), 1))
    return render_template(
        "in_session.html",
        opened=opened,
        original=_original(opened),
        steps=steps,
        at=at,
        reviewed=how != NOT_REVIEWED,
    )


@blueprint.get("/plans/<ref>/sheet")
@open_to("therapist")
def sheet(ref: str) -> str:
    """A plan for use on one sheet, to be printed."""
    return _sheet(ref)


@blueprint.get("/plans/<ref>/sheet.pdf")
@open_to("therapist")
def sheet_pdf(ref: str) -> Response:
    """The same sheet as a PDF file, where it can be made."""
    return _file(pdf_of(_sheet(ref)), "application/pdf", "sheet.pdf")


def _sheet(ref: str) -> str:
    opened, how = store().own_plans.use(person(), ref)
    made = store().records.decisions(person(), ref) if how != NOT_REVIEWED else []
    return render_template(
        "sheet.html",
        opened=opened,
        original=_original(opened),
        decision=made[0] if made else None,
        names=store().records.names(one.author_id for one in made),
    )


@blueprint.get("/plans/<ref>/outcome")
@open_to("therapist")
def outcome(ref: str) -> Response:
    """Ask what came of it."""
    return _outcome_page(_used(ref), MultiDict())


@blueprint.post("/plans/<ref>/outcome")
@open_to("therapist")
def tell(ref: str) -> BaseResponse:
    """Store what came of it."""
    opened, form = _used(ref), request.form
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
@asks_again()
def case_json(ref: str) -> Response:
    """The case as JSON, to be saved."""
    written = json.dumps(store().cases.exported(person(), ref), indent=2)
    return _file(written, "application/json", "case.json")


@blueprint.get("/plans/<ref>/case.md")
@open_to("therapist")
@asks_again()
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
@asks_again()
def erase(ref: str) -> BaseResponse:
    """Erase the case, once its code was typed."""
    try:
        number = store().cases.erase(person(), ref, request.form.get("confirmed", ""))
    except Unfit as refused:
        return _case_page(ref, refused.problems)
    confirm("confirm_erased", said=counted("case_plans", number))
    return redirect(url_for("lists.plans"), 303)


def _used(ref: str) -> Opened:
    """One's own plan that may be used."""
    return store().own_plans.use(person(), ref)[0]


def _original(opened: Opened) -> dict[str, Mapping[str, Any]]:
    """The steps as the rules made them, by item, as they may be seen by others."""
    return open_steps(opened.content.plan, knowledge().rulebook)


def _outcome_page(
    opened: Opened, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    page = render_template(
        "outcome.html",
        opened=opened,
        steps=in_order(opened.content.steps),
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
