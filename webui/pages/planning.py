"""Entering what happened, and reading the plan. Nothing is stored: answers travel in the form."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from planner import Observation, ObservationError
from planner.contract.fields import FIELDS
from planner.plan.plan import Plan
from webui.form import answers, layout, note_hints
from webui.form.forms import BEFORE, SAFETY, UNSURE
from webui.knowledge import knowledge, plan_id
from webui.show import fragments
from webui.show.adapted_runs import marked
from webui.show.near_misses import TIGHTENING, standing
from webui.show.plan_changes import Difference, differences

blueprint = Blueprint("planning", __name__)
LONGEST_BEFORE = 10_000


def init_templates(app: Flask) -> None:
    """Hand the templates the page's layout."""
    app.jinja_env.globals.update(
        SHOWN=layout.SHOWN,
        FOLDED=layout.FOLDED,
        OWN=layout.OWN,
        OWN_FOLDED=layout.OWN_FOLDED,
        CLIENT=layout.CLIENT,
        MORE=layout.MORE,
        of_kind=layout.of_kind,
        field_kind=layout.field_kind,
        open_at_once=layout.open_at_once,
        hinted=lambda name: layout.hinted(name, knowledge().words),
        safety_items=_safety_items,
        FIELDS=FIELDS,
    )


def _safety_items(form: FlaskForm) -> list[dict[str, Any]]:
    """Each flag with its meaning and a place to say "not sure"; at last "None of these"."""
    unsure = form[UNSURE].data or []
    words = knowledge().words
    items: list[dict[str, Any]] = []
    for option in words.options(SAFETY):
        inside = render_template("_unsure.html", flag=option.value, on=option.value in unsure)
        hint = {"hint": {"text": option.hint}} if option.hint else {}
        items.append({**hint, "conditional": {"html": inside}})
    none = {"text": words.pages["safety_none_hint"]}
    return [*items, {"hint": none, "behaviour": "exclusive"}]


@blueprint.get("/")
def enter() -> str:
    """An empty form, ready to make a plan at once."""
    questions = fragments.empty_questions(lambda: _questions(knowledge().form(formdata=None)))
    return render_template("enter.html", form=FlaskForm(formdata=None), questions=questions)


@blueprint.post("/")
def change() -> str:
    """The form again with every answer in place, to change one of them."""
    return _form_page(_sent())


@blueprint.get("/plan")
def no_plan() -> BaseResponse:
    """A plan has no address of its own, since nothing is stored: begin with the form."""
    return redirect(url_for("planning.enter"), 303)


@blueprint.post("/plan")
def make() -> Response | str:
    """The plan, or the form with each problem beside its field and nothing typed lost."""
    form = _sent()
    signed = form.validate_on_submit()
    observation = answers.read(form, knowledge().words)
    if observation is None or not signed:
        expired = bool(form.csrf_token.errors) and observation is not None
        return Response(_form_page(form, expired=expired), 422)
    return _plan_page(form, observation)


def _sent() -> FlaskForm:
    """The form as it was sent. JSON is refused here: `/api/v1/plans` takes it."""
    return knowledge().form(request.form)


def _form_page(form: FlaskForm, *, expired: bool = False) -> str:
    """The entry form; an expired token is told as what it is, not as a mistake."""
    form.csrf_token.errors = []
    before = request.form.get(BEFORE, "")[:LONGEST_BEFORE]
    shown = {"form": form, "questions": _questions(form), "before": before}
    return render_template("enter.html", expired=expired, **shown)


def _questions(form: FlaskForm) -> Markup:
    """The questions as they stand answered."""
    return Markup(render_template("_sections.html", form=form))  # noqa: S704 - a template's own escaped output


def _plan_page(form: FlaskForm, observation: Observation) -> str:
    """Everything about one plan on one page, answers first."""
    plan = knowledge().plan(observation)
    notes = observation.notes
    found = note_hints.hints(notes) if notes else []
    return render_template(
        "plan.html",
        plan=plan,
        plan_id=plan_id(plan),
        form=form,
        given=list(answers.given(form)),
        rows=answers.rows(form, knowledge().words),
        unanswered=answers.unanswered(form),
        note_hints=found,
        note_parts=list(note_hints.parts(notes, found)),
        before=_before(observation),
        differences=_differences(plan),
        earlier=bool(request.form.get(BEFORE)),
        near=standing(observation, knowledge().planner, TIGHTENING),
        marked=marked,
    )


def _before(observation: Observation) -> str:
    """The answers that this plan was made from, for the next plan to be compared with."""
    data = {**observation.as_dict(), "notes": ""}
    return json.dumps(data, separators=(",", ":"))


def _differences(plan: Plan) -> list[Difference]:
    """What changed since the plan this one was made from; what cannot be read is no plan."""
    earlier: Any = request.form.get(BEFORE, "")[:LONGEST_BEFORE]
    if not earlier:
        return []
    try:
        observation = Observation.read_json(earlier)
    except ObservationError:
        return []
    return differences(knowledge().plan(observation), plan)
