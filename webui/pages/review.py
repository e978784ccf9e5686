"""The supervisor's pages: the queue, and the review of one plan, sent once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner.rulebook.counting import MOST
from webui.access.gate import asks_again, open_to, person
from webui.access.notices import confirm
from webui.database.refusals import Unfit
from webui.knowledge import knowledge
from webui.pages.editing import edit_of
from webui.pages.lists import Search, by_state, last_search, search
from webui.pages.plans import based_on, shown
from webui.register import states
from webui.register.own_plans import Opened
from webui.register.reviews import Remark, Review, Since
from webui.show.version_changes import Compared, compared
from webui.store import store
from webui.words.texts import text

blueprint = Blueprint("review", __name__)
LATER, NEXT = "later", "next"
"""The buttons beside "Send" have names of their own, for a decision may be chosen by then."""


@blueprint.get("/queue")
@open_to("supervisor")
def queue() -> str:
    """What waits, flagged plans first; below it what was decided. Both can be searched."""
    return _queue(by_state())


@blueprint.post("/queue/search")
@open_to("supervisor")
def search_queue() -> BaseResponse:
    """Look for something in the queue, and in what was decided."""
    return search("review.queue")


@blueprint.get("/queue/search")
@open_to("supervisor")
def queue_found() -> str:
    """What the last search finds of both."""
    return _queue(last_search("review.queue"))


def _queue(asked: Search) -> str:
    reviewing = store().reviews
    return render_template(
        "queue.html",
        waiting=[kept for kept in reviewing.queue(person()) if asked.finds(kept)],
        decided=[kept for kept in reviewing.decided(person()) if asked.finds(kept)],
        at=reviewing.clock(),
        asked=asked,
        states=states.STATES,
    )


@blueprint.get("/plans/<ref>/review")
@open_to("supervisor")
def review(ref: str) -> Response:
    """The plan with a place to answer beside each step; what was typed before is there."""
    opened, draft = store().reviews.open(person(), ref)
    return _page(opened, MultiDict(draft))


def _approves() -> bool:
    """Whether a decision is sent that lets a plan be used."""
    return LATER not in request.form and request.form.get("kind") in states.APPROVALS


@blueprint.post("/plans/<ref>/review")
@open_to("supervisor")
@asks_again(when=_approves)
def decide(ref: str) -> BaseResponse:
    """Send the decision with everything that was said, or keep it for later."""
    form = request.form
    if LATER in form:
        store().reviews.keep_draft(person(), ref, based_on(), _typed(form))
        confirm("told_later")
        return redirect(url_for("review.queue"), 303)
    opened, _draft = store().reviews.open(person(), ref)
    try:
        review = _read(opened, form)
        store().reviews.decide(person(), ref, review, knowledge().rulebook.edition)
    except Unfit as refused:
        return _page(opened, form, refused.problems)
    confirm(f"told_{review.kind}", owner=opened.kept.owner.name)
    return redirect(_next(ref) if NEXT in form else url_for("review.queue"), 303)


def _next(ref: str) -> str:
    """The next plan that waits; those that stay there escalated come last. Else the queue."""
    waiting = [kept for kept in store().reviews.queue(person()) if kept.ref != ref]
    if not waiting:
        confirm("told_queue_empty")
        return url_for("review.queue")
    following = next((kept for kept in waiting if not kept.escalated), waiting[0])
    return url_for("review.review", ref=following.ref)


def _read(opened: Opened, form: MultiDict[str, str]) -> Review:
    """The form as a decision. Raises Unfit where none was chosen."""
    kind = form.get("kind", "")
    if kind not in states.DECISIONS:
        raise Unfit({"kind": text("decide_kind_missing")})
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
    left_out = {"csrf_token", LATER, NEXT, "version", "content_hash"}
    return {name: text for name, text in form.items() if text and name not in left_out}


def _page(
    opened: Opened, typed: MultiDict[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    """The review; what was typed is in it, and what was said before comes first."""
    ref, reviews, seen = opened.kept.ref, store().reviews, request.method == "POST"
    since = reviews.since(person(), ref)
    earlier = store().records.decisions(person(), ref)
    page = render_template(
        "review.html",
        opened=opened,
        **shown(opened),
        since=since,
        changes=_changes(since, opened) if since else [],
        typed=typed,
        most=MOST,
        problems=problems or {},
        version=based_on() if seen else opened.version.number,
        content_hash=request.form.get("content_hash") if seen else opened.version.content_hash,
        earlier=earlier,
        names=store().records.names([opened.kept.owner_id, *(one.author_id for one in earlier)]),
    )
    return Response(page, 422 if problems else 200)


def _changes(since: Since, opened: Opened) -> list[Compared]:
    """The steps that changed since the last decision, and those of which something was said."""
    said = {one.step for one in since.decision.comments}
    steps = compared(since.steps, opened.content.steps)
    return [one for one in steps if one.differs or one.step.key in said]
