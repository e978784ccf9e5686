"""Practice on told cases: a case, the learner's answers, and the plan laid beside.

Nobody needs an account for it. What would be said is typed into a field without a name, so that no
browser sends it; the answers stand in the address, so that Back, reload and a new tab work.
"""

from __future__ import annotations

from secrets import randbits
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from planner.contract.values import KINDS
from planner.practice.answering import Answer, read_answer
from planner.practice.practice import Exercise, Wanted, known_kind
from webui.access import sitting
from webui.access.notices import confirm, explain
from webui.show import practice as shown
from webui.words.texts import text

blueprint = Blueprint("practice", __name__)
FIELDS = {
    "practice_missing_disposition": "goes_on",
    "practice_missing_first": "first",
    "practice_first_waits": "waits",
}
"""Which field each problem of an answer stands beside."""


@blueprint.get("/practice")
def practice() -> str:
    """What can be practiced; `kind` and `item` in the address choose beforehand."""
    asked = _wanted()
    differed = sitting.differed()
    return render_template(
        "practice.html",
        wanted=asked,
        kinds=shown.kinds(),
        items=shown.choices()["waits"],
        number=len(shown.practice().fitting(asked)),
        total=len(shown.practice().cases),
        differed=shown.named(differed) if differed else "",
    )


@blueprint.get("/practice/next")
def tell() -> BaseResponse:
    """Lead to a case of what is wanted that was not told in this sitting yet."""
    asked = _wanted()
    case = shown.practice().choose(asked, sitting.seen(), randbits(32))
    if case is None:
        return redirect(url_for("practice.practice", kind=asked.kind, item=asked.item), 303)
    sitting.told(case.key, asked)
    return redirect(url_for("practice.case", key=case.key), 303)


@blueprint.get("/practice/<key>")
def case(key: str) -> str:
    """A case as it is told, or with its turning answer changed, and the form for the answers."""
    return _case_page(_exercise(key), MultiDict())


@blueprint.post("/practice/<key>")
def answer(key: str) -> BaseResponse:
    """Read the answers, and lead to the plan laid beside them; keep them where that is wanted."""
    exercise, form = _exercise(key), request.form
    given = answer_of(form)
    if not isinstance(given, Answer):
        problems = {FIELDS[name]: text(name) for name in given}
        return Response(_case_page(exercise, form, problems), 422)
    if FlaskForm().validate_on_submit():
        sitting.answered(shown.differing(exercise.observation, given))
        _keep(exercise, given)
    elif "keep" in form:
        explain("practice_expired")
    return redirect(url_for("practice.beside", key=key, **in_address(given)), 303)


@blueprint.get("/practice/<key>/beside")
def beside(key: str) -> BaseResponse | str:
    """The plan beside the answers that stand in the address."""
    exercise, given = _exercise(key), answer_of(request.args)
    if not isinstance(given, Answer):
        return redirect(url_for("practice.case", key=key), 303)
    turn = None if exercise.turn else shown.practice().turn(exercise)
    return render_template(
        "practice_beside.html",
        exercise=exercise,
        changed=shown.asked(exercise.turn),
        turn=shown.asked(turn),
        wanted=sitting.wanted(),
        **shown.known(exercise.observation),
        **shown.beside(exercise.observation, given),
    )


def answer_of(sent: MultiDict[str, str]) -> Answer | tuple[str, ...]:
    """The answers as a form or an address has them; else the names of what is missing."""
    waits = sent.getlist("waits")
    items = shown.practice().items
    return read_answer(sent.get("goes_on", ""), sent.get("first", ""), waits, items)


def in_address(given: Answer) -> dict[str, Any]:
    """The answers as an address has them: no word of a person, only choices."""
    return {"goes_on": given.disposition, "first": given.first, "waits": sorted(given.waits)}


def _wanted() -> Wanted:
    """What the address asks for; what names nothing asks for nothing."""
    item = request.args.get("item", "").upper()
    items = shown.practice().items
    points = sitting.differed() if "differed" in request.args else frozenset()
    kind = known_kind(request.args.get("kind", ""), KINDS)
    return Wanted(kind, item if item in items else "", points)


def _exercise(key: str) -> Exercise:
    """What stands at an address; 404 where nothing does."""
    found = shown.practice().exercise(key)
    if found is None:
        abort(404)
    return found


def _case_page(
    exercise: Exercise, typed: MultiDict[str, str], problems: dict[str, str] | None = None
) -> str:
    """The case with the form, what was chosen in place."""
    return render_template(
        "practice_case.html",
        exercise=exercise,
        changed=shown.asked(exercise.turn),
        choices=shown.choices(),
        typed=typed,
        problems=problems or {},
        form=FlaskForm(formdata=None),
        **shown.known(exercise.observation),
    )


def _keep(exercise: Exercise, given: Answer) -> None:
    """Keep it for whoever is signed in and has ticked that they want it."""
    if "keep" not in request.form or "store" not in current_app.extensions:
        return
    from webui.access.gate import person_or_none
    from webui.store import store

    someone = person_or_none()
    if someone is not None:
        store().practiced.keep(someone, exercise.key, given)
        confirm("practice_kept")
