"""One's own kept plans and what may be done with them; a supervisor reads them here too."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from planner import Observation
from webui.access.gate import again, open_to, person
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.tables import Outcome
from webui.form import answers
from webui.knowledge import knowledge
from webui.register import states
from webui.register.own_plans import Opened
from webui.show import stored_plan, trail
from webui.show.version_changes import compared
from webui.store import store

blueprint = Blueprint("plans", __name__)
READERS = ("therapist", "supervisor")


@blueprint.get("/plans")
@open_to("therapist")
def listed() -> str:
    """My plans, by what they wait for."""
    return render_template("plans.html", plans=store().own_plans.listed(person()))


@blueprint.post("/plans")
@open_to("therapist")
def keep() -> BaseResponse:
    """Keep the plan of these answers as a draft; the same answers twice are one draft."""
    form = knowledge().form()
    observation = answers.read(form, knowledge().words)
    if observation is None:
        return Response(render_template("enter.html", form=form, expired=False, before=""), 422)
    ref = store().own_plans.keep(person(), knowledge().planner.plan(observation))
    return redirect(url_for("plans.one", ref=ref), 303)


@blueprint.get("/plans/<ref>")
@open_to(*READERS)
def one(ref: str) -> str:
    """A kept plan in its newest version."""
    return _plan_page(store().own_plans.open(person(), ref))


@blueprint.get("/plans/<ref>/versions/<int:number>")
@open_to(*READERS)
def version(ref: str, number: int) -> str:
    """A kept plan as it was in one of its versions."""
    return _plan_page(store().own_plans.open(person(), ref, number))


@blueprint.get("/plans/<ref>/versions/<int:earlier>/<int:later>")
@open_to(*READERS)
def compare(ref: str, earlier: int, later: int) -> str:
    """Two versions, step by step."""
    was = store().own_plans.open(person(), ref, earlier)
    now = store().own_plans.open(person(), ref, later)
    steps = compared(was.content.steps, now.content.steps)
    return render_template("compare.html", was=was, now=now, opened=now, steps=steps)


@blueprint.get("/plans/<ref>/history")
@open_to(*READERS)
def history(ref: str) -> str:
    """Who did what with this plan, when, on which version."""
    opened = store().own_plans.open(person(), ref)
    found = store().records.trail(person(), ref)
    return render_template(
        "history.html",
        opened=opened,
        acts=trail.acts(found.rows, found.names),
        readings=trail.readings(found.rows, found.names),
    )


@blueprint.post("/plans/<ref>/submit")
@open_to("therapist")
def submit(ref: str) -> BaseResponse:
    """Hand in for review."""
    return _moved(ref, store().own_plans.submit)


@blueprint.post("/plans/<ref>/take-back")
@open_to("therapist")
def take_back(ref: str) -> BaseResponse:
    """Take out of the queue."""
    return _moved(ref, store().own_plans.take_back)


@blueprint.post("/plans/<ref>/reopen")
@open_to("therapist")
def reopen(ref: str) -> BaseResponse:
    """Begin a new version of an approved plan."""
    return _moved(ref, store().own_plans.reopen)


@blueprint.post("/plans/<ref>/withdraw")
@open_to(*READERS)
def withdraw(ref: str) -> BaseResponse:
    """Say that a plan is not to be used; asked once more before it is done."""
    store().own_plans.open(person(), ref)
    if request.form.get("sure") != "yes":
        return again(200, why="withdraw")
    return _moved(ref, store().own_plans.withdraw)


@blueprint.post("/plans/<ref>/replan")
@open_to("therapist")
def replan(ref: str) -> BaseResponse:
    """Plan the same answers again with today's rules, and show what differs.

    What was edited by hand is not carried over, so that is asked first.
    """
    opened = store().own_plans.open(person(), ref)
    if not opened.content.as_planned and request.form.get("sure") != "yes":
        return again(200, why="replan")
    plan = knowledge().planner.plan(Observation.read(opened.content.plan["observation"]))
    number = store().own_plans.replan(person(), ref, based_on(), plan)
    return redirect(url_for("plans.compare", ref=ref, earlier=number - 1, later=number), 303)


def based_on() -> int:
    """The version that the person looked at when they pressed the button."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moved(ref: str, move: Callable[[Person, str, int], object]) -> BaseResponse:
    move(person(), ref, based_on())
    return redirect(url_for("plans.one", ref=ref), 303)


def _plan_page(opened: Opened) -> str:
    """A kept plan with all that was said of it."""
    here, someone = store(), person()
    ref = opened.kept.ref
    own = opened.kept.owner_id == someone.id
    newest = opened.version.number == opened.kept.version
    decisions = here.records.decisions(someone, ref)
    outcomes = here.outcomes.of_plan(someone, ref)
    versions = here.records.versions(someone, ref)
    plan = stored_plan.reasoned(opened.content.plan)
    people = {*(one.author_id for one in decisions), *(one.author_id for one in versions)}
    return render_template(
        "kept.html",
        opened=opened,
        plan=plan,
        original={step["item"]: step for step in plan["steps"]},
        rows=stored_plan.rows(opened.content.plan["observation"], knowledge().words),
        own=own,
        newest=newest,
        moves=states.possible(opened.kept.state, stop=opened.stop) if newest else frozenset(),
        same_rules=opened.version.edition == knowledge().rulebook.edition,
        decisions=decisions,
        outcomes=[(one, here.outcomes.before(someone, one)) for one in outcomes],
        versions=versions,
        followers=here.records.followers(someone, ref) if own else [],
        names=here.records.names(people),
        prefilled=stored_plan.begun(opened.content.plan["observation"]),
        going_on=_going_on(opened, outcomes[-1]) if own and outcomes else [],
    )


def _going_on(opened: Opened, last: Outcome) -> list[tuple[str, str]]:
    """The form's pairs for the next try at the same rupture, after the last that was told."""
    items = [key.partition("-")[0] for key in last.said]
    observation = opened.content.plan["observation"]
    return stored_plan.continued(observation, items, last.landed, tried=last.tried != "no")


def supervised(opened: Opened) -> Opened:
    """A plan that is not the person's own. Raises NotHere for their own."""
    if opened.kept.owner_id == person().id:
        raise NotHere
    return opened
