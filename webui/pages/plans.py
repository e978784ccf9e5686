"""One's own kept plans and what may be done with them; a supervisor reads them here too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from planner import Observation
from planner.contract import note_hints
from webui.access.gate import open_to, person
from webui.access.notices import confirm
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.database.tables import Outcome
from webui.form import answers
from webui.knowledge import knowledge
from webui.pages import planning
from webui.pages.lists import plan_number
from webui.register import states
from webui.register.own_plans import Opened, withdrawable
from webui.register.reviewers import Standing
from webui.register.visibility import with_owner
from webui.show import listing, stored_plan, trail
from webui.show.kept_brief import brief_of
from webui.show.version_changes import compared
from webui.store import store

blueprint = Blueprint("plans", __name__)
READERS = ("therapist", "supervisor")


@blueprint.post("/plans")
@open_to("therapist")
def keep() -> BaseResponse:
    """Keep the plan of these answers as a draft; the same answers twice are one draft."""
    form = knowledge().form()
    observation = answers.read(form, knowledge().words)
    if observation is None:
        return Response(planning.form_page(form, before=planning.plan_before()), 422)
    ref = store().own_plans.keep(person(), knowledge().planner.plan(observation))
    confirm("told_kept")
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
    """Hand in for review; who gets it and what the notes hold is asked where it is not clear."""
    opened, form = own_plan(ref), request.form
    states.after(opened.kept.state, "submit")
    standing = store().records.standing(person(), ref)
    nobody = not standing.reviewers and "reviewer" not in form
    unread = bool(note_hints.hints(opened.notes)) and "send_notes" not in form
    if opened.kept.version == based_on() and (nobody or unread):
        return _hand_in_page(opened, standing)
    send, chosen = form.get("send_notes"), _number("reviewer") if "reviewer" in form else None
    notes = {"yes": form.get("notes"), "no": ""}.get(send or "")
    try:
        names = store().own_plans.submit(person(), ref, based_on(), reviewer=chosen, notes=notes)
    except Unfit as refused:
        return _hand_in_page(opened, standing, refused.problems)
    confirm("told_submitted", names=listing.together(names))
    return redirect(url_for("plans.one", ref=ref), 303)


@blueprint.post("/plans/<ref>/take-back")
@open_to("therapist")
def take_back(ref: str) -> BaseResponse:
    """Take out of the queue."""
    return _moved(ref, store().own_plans.take_back, "told_taken_back")


@blueprint.post("/plans/<ref>/reopen")
@open_to("therapist")
def reopen(ref: str) -> BaseResponse:
    """Begin a new version of an approved plan."""
    return _moved(ref, store().own_plans.reopen, "told_reopened")


@blueprint.post("/plans/<ref>/withdraw")
@open_to(*READERS)
def withdraw(ref: str) -> BaseResponse:
    """Say that a plan is not to be used; asked once more before it is done."""
    opened = store().own_plans.open(person(), ref)
    withdrawable(opened.kept, person())
    if request.form.get("sure") != "yes":
        return _sure(opened, "withdraw")
    return _moved(ref, store().own_plans.withdraw, "told_withdrawn")


@blueprint.post("/plans/<ref>/replan")
@open_to("therapist")
def replan(ref: str) -> BaseResponse:
    """Plan the same answers again with today's rules, and show what differs.

    What was edited by hand is not carried over, so that is asked first.
    """
    opened = own_plan(ref)
    states.after(opened.kept.state, "replan")
    if not opened.content.as_planned and request.form.get("sure") != "yes":
        return _sure(opened, "replan")
    plan = knowledge().planner.plan(Observation.read(opened.content.plan["observation"]))
    number = store().own_plans.replan(person(), ref, based_on(), plan)
    confirm("told_replanned", number=number)
    return redirect(url_for("plans.compare", ref=ref, earlier=number - 1, later=number), 303)


def based_on() -> int:
    """The version that the person looked at when they pressed the button."""
    return _number("version")


def own_plan(ref: str) -> Opened:
    """A plan of the person's own. Raises NotHere for anyone else's."""
    opened = store().own_plans.open(person(), ref)
    if opened.kept.owner_id != person().id:
        raise NotHere
    return opened


def _number(name: str) -> int:
    """A number that the form sent; 0 where it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moved(ref: str, move: Callable[[Person, str, int], object], told: str) -> BaseResponse:
    move(person(), ref, based_on())
    confirm(told)
    return redirect(url_for("plans.one", ref=ref), 303)


def _sure(opened: Opened, move: str) -> Response:
    """Ask once more, with a way back."""
    page = render_template("sure.html", opened=opened, move=move, version=based_on())
    return Response(page)


def _hand_in_page(
    opened: Opened, standing: Standing, problems: Mapping[str, str] | None = None
) -> Response:
    """Ask who gets the plan, and whether the notes go along."""
    notes = request.form.get("notes", opened.notes)
    page = render_template(
        "hand_in.html",
        opened=opened,
        standing=standing,
        version=opened.kept.version,
        notes=notes,
        hints=note_hints.hints(notes),
        chosen=request.form.get("reviewer", str(standing.chosen or "")),
        problems=problems or {},
    )
    return Response(page, 422 if problems else 200)


def _plan_page(opened: Opened) -> str:
    """A kept plan with all that was said of it."""
    here, someone, plan = store(), person(), opened.content.plan
    ref, kept = opened.kept.ref, opened.kept
    newest = opened.version.number == plan_number(kept)
    decisions = here.records.decisions(someone, ref)
    versions = here.records.versions(someone, ref)
    people = {*(one.author_id for one in decisions), *(one.author_id for one in versions)}
    own, outcomes = kept.owner_id == someone.id, here.outcomes.of_plan(someone, ref)
    return render_template(
        "kept.html",
        opened=opened,
        **shown(opened),
        own=own,
        newest=newest,
        moves=_moves(opened) if newest else frozenset(),
        standing=here.records.standing(someone, ref),
        decisions=decisions,
        outcomes=[(one, here.outcomes.before(someone, one)) for one in outcomes],
        versions=versions,
        followers=here.records.followers(someone, ref) if own else [],
        names=here.records.names(people),
        prefilled=stored_plan.begun(plan["observation"]),
        going_on=_going_on(opened, outcomes[-1]) if own and outcomes else [],
    )


def _moves(opened: Opened) -> frozenset[str]:
    """What the person may do with a plan as it stands."""
    moves = states.possible(opened.kept.state, stop=opened.stop)
    own = opened.kept.owner_id == person().id
    return moves if own or not with_owner(opened.kept) else frozenset()


def _going_on(opened: Opened, last: Outcome) -> list[tuple[str, str]]:
    """The form's pairs for the next try at the same rupture, after the last that was told."""
    items = [key.partition("-")[0] for key in last.said]
    observation = opened.content.plan["observation"]
    return stored_plan.continued(observation, items, last.landed, tried=last.tried != "no")


def shown(opened: Opened) -> dict[str, object]:
    """What every page about a version shows of it: the plan, its brief, its answers and notes.

    Only the owner, who can still change them, is warned of what the notes may tell.
    """
    plan = stored_plan.reasoned(opened.content.plan)
    own = opened.kept.owner_id == person().id
    hints = note_hints.hints(opened.notes) if own else []
    return {
        "plan": plan,
        "brief": brief_of(opened.content),
        "original": {step["item"]: step for step in plan["steps"]},
        "rows": stored_plan.rows(plan["observation"], knowledge().words),
        "same_rules": opened.version.edition == knowledge().rulebook.edition,
        "note_hints": hints,
        "note_parts": list(note_hints.parts(opened.notes, hints)),
    }
