"""Reading the rulebook: the handout's items, the rules, and how they stand to a case."""

from __future__ import annotations

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from planner import Observation
from planner.plan.outline import TIMES
from planner.rulebook.conditions import Condition
from planner.rulebook.rulebook import Rule
from webui import answers, telling
from webui.desk import desk
from webui.nearness import Standing, standing
from webui.told import Case

blueprint = Blueprint("rulebook", __name__)
LONGEST_SEARCH = 200
MOST_CASES = 40


def init_templates(app: Flask) -> None:
    """Hand the templates the ways to tell conditions, facts and rules in words."""
    app.jinja_env.globals.update(
        TIMES=TIMES,
        field_name=lambda field: telling.field_name(field, desk().words),
        fact=lambda field, value: telling.fact(field, value, desk().words),
        asked=_asked,
        known_rule=_known_rule,
        finders_of=_finders_of,
    )


def _asked(condition: Condition) -> str:
    return telling.asked(condition, desk().words)


def _known_rule(rule_id: str) -> str:
    """A rule's title, by its id or one that it bore; empty where the reason is not a rule."""
    book = desk().rulebook
    try:
        return book.rule(book.now_called(rule_id)).title
    except KeyError:
        return ""


def _finders_of(field: str) -> tuple[Rule, ...]:
    """The rules behind a conclusion that another rule asks about."""
    return desk().finders.get(field.removeprefix(telling.FINDING), ())


@blueprint.get("/handout")
def handout() -> str:
    """Every item of the handout, in its order."""
    return render_template("handout.html", handout=desk().rulebook.handout)


@blueprint.get("/handout/<item>")
def item(item: str) -> str:
    """One item: its exact words, and every rule that uses or cites it."""
    book = desk().rulebook
    if item not in book.handout.items:
        abort(404)
    citing = book.rules_citing(f"handout {item}")
    using = book.rules_using(item)
    others = [rule for rule in citing if rule not in using]
    found = book.handout.items[item]
    return render_template("item.html", item=found, using=using, citing=others)


@blueprint.get("/rules")
def rules() -> str:
    """Every rule, or those that a search finds, with the cases that tell them."""
    return _rules_page(None)


@blueprint.post("/rules")
def rules_for_case() -> str:
    """Which rules fire for the answers sent along, and which nearly do."""
    form = desk().form(request.form)
    observation: Observation | None = answers.read(form, desk().words)
    if observation is None or not form.validate_on_submit():
        return _rules_page(None)
    return _rules_page(standing(observation, desk().planner))


@blueprint.get("/rules/changes")
def changes() -> str:
    """What the last change of the rules changed, where `serve --since` asked for it; and how to."""
    return render_template("changes.html", changes=current_app.config.get("CHANGES", ""))


@blueprint.get("/rules/<rule_id>")
def rule(rule_id: str) -> ResponseReturnValue:
    """One rule in plain words, with its source and the cases that tell it.

    An id that the rule bore before it was merged, as older plans cite it, leads to the rule.
    """
    book = desk().rulebook
    try:
        now = book.now_called(rule_id)
    except KeyError:
        abort(404)
    if now != rule_id:
        return redirect(url_for("rulebook.rule", rule_id=now), HTTPStatus.MOVED_PERMANENTLY)
    found = book.rule(now)
    fits = [case for case in desk().cases if rule_id in case.fits]
    misses = [case for case in desk().cases if rule_id in case.misses]
    premises = [desk().rulebook.premises[name] for name in found.premises]
    return render_template("rule.html", rule=found, premises=premises, fits=fits, misses=misses)


def _rules_page(stands: Standing | None) -> str:
    """The browser; a search looks at titles, reasons, ids and the cases' sentences."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = [rule for rule in desk().rulebook.rules if _speaks_of(rule, wanted)]
    told = _cases_about(wanted) if wanted else []
    return render_template(
        "rules.html",
        rules=found,
        total=len(desk().rulebook.rules),
        cases=told[:MOST_CASES],
        wanted=wanted,
        standing=stands,
    )


def _cases_about(wanted: str) -> list[Case]:
    return [case for case in desk().cases if _all_in(wanted, case.sentence)]


def _speaks_of(rule: Rule, wanted: str) -> bool:
    asked = " ".join(str(condition) for branch in rule.branches for condition in branch)
    names = (rule.id, *rule.formerly, *rule.items, *rule.codes)
    parts = (rule.title, rule.because, rule.text, rule.until, *names)
    return _all_in(wanted, " ".join((asked, *(part for part in parts if part))))


def _all_in(wanted: str, text: str) -> bool:
    """Whether every word that was asked for stands in the text, however it is written."""
    low = text.lower().replace("_", " ")
    return all(word in low for word in wanted.lower().replace("_", " ").split())
