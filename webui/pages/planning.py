"""Entering what happened, and the plan under an address of its own.

A plan is stored for a day, sealed, for the browser that made it (`webui.work`). Where it cannot be
stored, because the database is away or the notes have no room in a cookie, the page is the answer
to the form itself, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner import Observation, ObservationError
from webui.access.notices import confirm, explain
from webui.database.refusals import Refusal
from webui.form import answers, lines
from webui.form.forms import BEFORE, LINE, written_bare
from webui.form.refilling import pairs_of
from webui.knowledge import knowledge
from webui.metrics import count_plan
from webui.show import fragments, plan_page
from webui.work import plans_in_work
from webui.work.plans_in_work import Pairs, Work

blueprint = Blueprint("planning", __name__)
LONGEST_BEFORE = 10_000
AFTER, LONGEST_REF = "after", 16
"""The reference of the plan that these answers were changed from."""
NOTHING_SHOWN: Mapping[str, Any] = {
    **dict.fromkeys(("before", "back", "after"), ""),
    **dict.fromkeys(("example", "read", "missing")),
    "expired": False,
}
"""What an empty form shows beside its questions."""


@blueprint.get("/")
def enter() -> str:
    """An empty form, ready to make a plan at once; or one that an example fills."""
    example = knowledge().entering.example(request.args.get("example", ""))
    if example is not None:
        filled = MultiDict(list(pairs_of(example.observation)))
        return form_page(knowledge().form(filled), example=example)
    questions = fragments.empty_questions(lambda: _questions(knowledge().form(formdata=None)))
    return _page(FlaskForm(formdata=None), questions)


@blueprint.post("/")
def change() -> BaseResponse | str:
    """The form with the answers that were sent in place, under an address of its own."""
    form = _sent()
    _work, made = _stored(*plans_in_work.apart(answers.given(form)))
    if made is None:
        return form_page(form, before=plan_before())
    return made(url_for("planning.again", ref=made.ref))


@blueprint.get("/plan")
def no_plan() -> BaseResponse:
    """There is a plan only for answers: begin with the form."""
    return redirect(url_for("planning.enter"), 303)


@blueprint.post("/plan")
def make() -> BaseResponse | str:
    """The plan, or the form with each problem beside its field and nothing typed lost."""
    form = _sent()
    signed = form.validate_on_submit()
    if signed and lines.unread(form):
        return _line_read(form)
    observation = answers.read(form, knowledge().words)
    if observation is None or not signed:
        expired = bool(form.csrf_token.errors) and observation is not None
        read = lines.said(lines.read_again(form, knowledge().entering), knowledge().words)
        shown = {"before": plan_before(), "expired": expired, "read": read}
        return Response(form_page(form, **shown, after=request.form.get(AFTER, "")), 422)
    count_plan(lambda: knowledge().plan(observation).disposition)
    work, made = _stored(*plans_in_work.apart(answers.given(form)))
    return plan_page.page(form, work, observation) if made is None else made(made.address)


@blueprint.get("/plan/<ref>")
def plan(ref: str) -> Response | str:
    """The plan of a day ago at most, in the browser that made it."""
    work = plans_in_work.find(ref)
    form = _of(work)
    observation = answers.read(form, knowledge().words) if form else None
    if work is None or form is None:
        return _gone()
    if observation is None:  # only begun
        return form_page(form, before=work.before, after=ref)
    return plan_page.page(form, work, observation, ref)


@blueprint.get("/plan/<ref>/change")
def again(ref: str) -> Response | str:
    """The form with the answers of a plan in place, and a way back to it."""
    work = plans_in_work.find(ref)
    form = _of(work)
    if work is None or form is None:
        return _gone()
    try:
        observation = Observation.read(answers.observation_of(form))
    except ObservationError as error:  # only begun: there is no plan to go back to
        missing = answers.needed(form, error.problems, knowledge().words)
        read = _said(work)
        return form_page(form, before=work.before, after=ref, read=read, missing=missing)
    before = observation.as_dict()
    return form_page(form, before=before, after=ref, back=ref, read=_said(work))


@blueprint.get("/plan/<ref>/text")
def plain(ref: str) -> Response:
    """The whole plan as plain text, for a record."""
    form = _of(plans_in_work.find(ref))
    observation = answers.read(form, knowledge().words) if form else None
    if observation is None:
        return _gone()
    text = plan_page.as_text(observation)
    return Response(text, content_type="text/plain; charset=utf-8")


@blueprint.post("/plan/<ref>/forget")
def forget(ref: str) -> BaseResponse:
    """Delete the plan, here and in the browser."""
    response = redirect(url_for("planning.enter"), 303)
    if not FlaskForm().validate_on_submit():
        explain("forget_again")
        return redirect(url_for("planning.plan", ref=ref), 303)
    work = plans_in_work.find(ref)
    if work is not None:
        plans_in_work.forget(work, response)
        session.clear()  # with its token go the drafts that the browser stored
        confirm("forgotten")
    return response


class _Stored:
    """A plan in work that was stored, ready to lead the browser to one of its addresses."""

    def __init__(self, ref: str, secret: str, work: Work) -> None:
        self.ref, self._secret, self._work = ref, secret, work
        self.address = url_for("planning.plan", ref=ref)

    def __call__(self, address: str) -> BaseResponse:
        """Lead there, with the cookies that open it."""
        response = redirect(address, 303)
        plans_in_work.hand_out(response, self.ref, self._secret, self._work.typed)
        return response


def _stored(told: Pairs, typed: Pairs, read: Pairs = ()) -> tuple[Work, _Stored | None]:
    """The answers, stored; without an address where they cannot be, or have no room."""
    work = Work(told, typed, plan_before(), read)
    try:
        earlier = plans_in_work.find(request.form.get(AFTER, "")[:LONGEST_REF])
        work = replace(work, chain=earlier.chain if earlier else "")
        saved = plans_in_work.save(work)
    except Refusal:  # the database is away: a plan is made all the same
        saved = None
    return work, _Stored(*saved, work) if saved else None


def _line_read(form: FlaskForm) -> BaseResponse | str:
    """What a line says, put into the form to be looked at: never taken unseen."""
    found = lines.read(form, knowledge().entering)
    given = [pair for pair in answers.given(form) if pair[0] != lines.READ]
    told, typed = plans_in_work.apart([*given, *found.pairs, (lines.READ, str(form[LINE].data))])
    _work, made = _stored(told, typed, found.said)
    if made is None:
        filled = knowledge().form(MultiDict([*told, *typed]))
        return form_page(
            filled, before=plan_before(), read=lines.said(found.said, knowledge().words)
        )
    return made(url_for("planning.again", ref=made.ref))


def _said(work: Work) -> list[lines.Shown]:
    """What was read out of a line, to be looked at."""
    return lines.said(work.read, knowledge().words)


def _sent() -> FlaskForm:
    """The form as it was sent. JSON is refused here: `/api/v1/plans` takes it."""
    return knowledge().form(request.form)


def _of(work: Work | None) -> FlaskForm | None:
    """The form with the answers of a plan in work."""
    return knowledge().form(MultiDict([*work.pairs, *work.typed])) if work else None


def plan_before() -> Any:
    """The observation of the plan that these answers were changed from; None where there is none.

    What cannot be read is no plan.
    """
    earlier = request.form.get(BEFORE, "")[:LONGEST_BEFORE]
    try:
        return Observation.read_json(earlier).as_dict() if earlier else None
    except ObservationError:
        return None


def form_page(
    form: FlaskForm,
    *,
    before: Any = None,
    expired: bool = False,
    back: str = "",
    **shown: Any,
) -> str:
    """The entry form; an expired token is told as what it is, not as a mistake."""
    if getattr(form.csrf_token, "errors", None):
        form.csrf_token.errors = []
    told = written_bare(before) if before else ""
    return _page(form, _questions(form), before=told, expired=expired, back=back, **shown)


def _page(form: FlaskForm, questions: Markup, **shown: Any) -> str:
    return render_template(
        "enter.html",
        form=form,
        questions=questions,
        examples=knowledge().entering.examples,
        **{**NOTHING_SHOWN, **shown},
    )


def _questions(form: FlaskForm) -> Markup:
    """The questions as they stand answered."""
    return Markup(render_template("_sections.html", form=form))  # noqa: S704 - a template's own escaped output


def _gone() -> Response:
    """Say why there may be nothing to see here, and lead on."""
    return Response(render_template("plan_gone.html"), 404)
