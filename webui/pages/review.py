"""The supervisor's pages: the queue, and the review of one plan, sent once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.database.refusals import Unfit
from webui.knowledge import knowledge
from webui.pages.editing import edit_of
from webui.pages.plans import based_on
from webui.register import states
from webui.register.own_plans import Opened
from webui.register.reviews import Remark, Review
from webui.show import stored_plan
from webui.store import store

blueprint = Blueprint("review", __name__)
LATER = "later"
"""The button that sends nothing; it has a name of its own, for a decision may be chosen by then."""


@blueprint.get("/queue")
@open_to("supervisor")
def queue() -> str:
    """What waits, flagged plans first; below it what was decided."""
    reviewing = store().reviews
    return render_template(
        "queue.html",
        waiting=reviewing.queue(person()),
        decided=reviewing.decided(person()),
        at=reviewing.clock(),
    )


@blueprint.get("/plans/<ref>/review")
@open_to("supervisor")
def review(ref: str) -> Response:
    """The plan with a place to answer beside each step; what was typed before is there."""
    opened, draft = store().reviews.open(person(), ref)
    states.after(opened.kept.state, "escalate")
    return _page(opened, MultiDict(draft))


@blueprint.post("/plans/<ref>/review")
@open_to("supervisor")
def decide(ref: str) -> BaseResponse:
    """Send the decision with everything that was said, or keep it for later."""
    form = request.form
    if LATER in form:
        store().reviews.keep_draft(person(), ref, based_on(), _typed(form))
        return redirect(url_for("review.queue"), 303)
    opened, _draft = store().reviews.open(person(), ref)
    try:
        review = _read(opened, form)
        store().reviews.decide(person(), ref, review, knowledge().rulebook.edition)
    except Unfit as refused:
        return _page(opened, form, refused.problems)
    return redirect(url_for("review.queue"), 303)


def _read(opened: Opened, form: MultiDict[str, str]) -> Review:
    """The form as a decision. Raises Unfit where none was chosen."""
    kind = form.get("kind", "")
    if kind not in states.DECISIONS:
        raise Unfit({"kind": "Choose what you decide."})
    steps = opened.content.steps
    return Review(
        kind=kind,
        version=based_on(),
        content_hash=form.get("content_hash", "")[:64],
        text=form.get("text", ""),
        remarks={
            step.key: Remark(form.get(f"tag-{step.key}", ""), form.get(f"comment-{step.key}", ""))
            for step in steps
        },
        edits={step.key: edit_of(step, form) for step in steps},
    )


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    """What is worth keeping of a form that was not sent."""
    left_out = {"csrf_token", LATER, "version", "content_hash"}
    return {name: text for name, text in form.items() if text and name not in left_out}


def _page(
    opened: Opened, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    plan = stored_plan.reasoned(opened.content.plan)
    seen = request.method == "POST"
    page = render_template(
        "review.html",
        opened=opened,
        plan=plan,
        original={step["item"]: step for step in plan["steps"]},
        rows=stored_plan.rows(plan["observation"], knowledge().words),
        typed=typed,
        problems=problems or {},
        same_rules=opened.version.edition == knowledge().rulebook.edition,
        version=based_on() if seen else opened.version.number,
        content_hash=request.form.get("content_hash") if seen else opened.version.content_hash,
        earlier=store().records.decisions(person(), opened.kept.ref),
        names=store().records.names([opened.kept.owner_id]),
    )
    return Response(page, 422 if problems else 200)
