"""What one has practiced and wanted to keep: for oneself alone; and practice in supervision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner import Observation, ObservationError
from planner.practice.answering import Answer
from planner.practice.turning import Turn, turns_of
from webui.access.gate import open_to, person
from webui.access.notices import confirm
from webui.database.person import ROLES
from webui.database.refusals import NotHere
from webui.form.forms import without_typed
from webui.knowledge import knowledge
from webui.pages.plans import shown as shown_plan
from webui.pages.practice import FIELDS, answer_of, in_address
from webui.register.own_plans import Opened
from webui.show import practice as shown
from webui.store import store
from webui.words.texts import text

blueprint = Blueprint("practiced", __name__)


@blueprint.get("/practiced")
@open_to(*ROLES)
def practiced() -> str:
    """Each case that was kept, the last first, with what was answered."""
    kept = store().practiced.listed(person())
    rows = [(one, shown.practice().exercise(one.key), shown.answered(one.answer)) for one in kept]
    addresses = {one.key: in_address(one.answer) for one in kept}
    return render_template("practiced.html", rows=rows, addresses=addresses)


@blueprint.post("/practiced/forget")
@open_to(*ROLES)
def forget() -> BaseResponse:
    """Forget all of it."""
    store().practiced.forget(person())
    confirm("practiced_forgotten")
    return redirect(url_for("practiced.practiced"), 303)


@blueprint.get("/plans/<ref>/practice")
@open_to("supervisor")
def with_plan(ref: str) -> str:
    """A kept plan's answers with one of them changed, to practice on beside the plan."""
    return _page(_supervised(ref), MultiDict())


@blueprint.post("/plans/<ref>/practice")
@open_to("supervisor")
def answer(ref: str) -> BaseResponse:
    """Lead to the changed plan beside the answers; nothing is stored."""
    opened, given = _supervised(ref), answer_of(request.form)
    if not isinstance(given, Answer):
        problems = {FIELDS[name]: text(name) for name in given}
        return Response(_page(opened, request.form, problems), 422)
    told = {**in_address(given), "answer": request.args.get("answer") or None}
    return redirect(url_for("practiced.beside_plan", ref=ref, **told), 303)


@blueprint.get("/plans/<ref>/practice/beside")
@open_to("supervisor")
def beside_plan(ref: str) -> BaseResponse | str:
    """The changed plan beside the answers, and the plan as it is kept beside both."""
    opened, given = _supervised(ref), answer_of(request.args)
    turns = () if _told_otherwise(opened) else _turns(opened)
    if not turns or not isinstance(given, Answer):
        return redirect(url_for("practiced.with_plan", ref=ref), 303)
    told = _told(opened, turns)
    beside = shown.beside(turns[told["number"]].observation, given)
    return render_template("practice_kept_beside.html", **told, beside=beside, key=_mark(opened))


def _supervised(ref: str) -> Opened:
    """A plan that was handed in to this supervisor, as far as they see it; else NotHere."""
    opened = store().own_plans.open(person(), ref)
    if opened.kept.owner_id == person().id:
        raise NotHere
    return opened


def _told_otherwise(opened: Opened) -> bool:
    """Whether the answers were kept by a version that told them otherwise than this one reads."""
    try:
        Observation.read(opened.content.plan["observation"])
    except ObservationError:
        return True
    return False


def _turns(opened: Opened) -> tuple[Turn, ...]:
    """The changed answers that turn the plan, whose own can be read; the most telling first."""
    told = without_typed(Observation.read(opened.content.plan["observation"]).as_dict())
    return turns_of(told, knowledge().planner)


def _told(opened: Opened, turns: tuple[Turn, ...]) -> dict[str, Any]:
    """What both pages show: the changed answer that the address names, and the plan as kept."""
    asked = request.args.get("answer", "")
    number = (
        int(asked) % len(turns) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    )
    turn = turns[number]
    return {
        "number": number,
        "following": (number + 1) % len(turns),
        "opened": opened,
        "kept": shown_plan(opened),
        "changed": shown.asked(turn),
        **shown.known(turn.observation),
    }


def _mark(opened: Opened) -> str:
    """Whose words the browser holds: of this plan in this version."""
    return f"{opened.kept.ref}-{opened.version.number}"


def _page(
    opened: Opened, typed: MultiDict[str, str], problems: dict[str, str] | None = None
) -> str:
    """The form beside the plan; or why there is nothing to practice on."""
    if _told_otherwise(opened):
        return render_template("practice_kept_none.html", opened=opened, why="older")
    turns = _turns(opened)
    if not turns:
        return render_template("practice_kept_none.html", opened=opened, why="none")
    return render_template(
        "practice_kept.html",
        **_told(opened, turns),
        choices=shown.choices(),
        typed=typed,
        problems=problems or {},
        key=_mark(opened),
    )
