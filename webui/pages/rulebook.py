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
from webui.form import answers
from webui.knowledge import knowledge
from webui.show import rule_groups
from webui.show.lesson import shown_cases
from webui.show.near_misses import standing
from webui.words import conditions
from webui.words.cases import Case

blueprint = Blueprint("rulebook", __name__)
LONGEST_SEARCH = 200
MOST_CASES = 20
MOST_FOUND = 20


def init_templates(app: Flask) -> None:
    """Hand the templates the ways to tell conditions, facts and rules in words."""
    app.jinja_env.globals.update(
        TIMES=TIMES,
        field_name=lambda field: conditions.field_name(field, knowledge().words),
        fact=lambda field, value: conditions.fact(field, value, knowledge().words),
        asked=_asked,
        known_rule=_known_rule,
        finders_of=_finders_of,
    )


def _asked(condition: Condition) -> str:
    return conditions.asked(condition, knowledge().words)


def _known_rule(rule_id: str) -> str:
    """A rule's title, by its id or one that it bore; empty where the reason is not a rule."""
    book = knowledge().rulebook
    try:
        return book.rule(book.now_called(rule_id)).title
    except KeyError:
        return ""


def _finders_of(field: str) -> tuple[Rule, ...]:
    """The rules behind a conclusion that another rule asks about."""
    return knowledge().finders.get(field.removeprefix(conditions.FINDING), ())


@blueprint.get("/handout")
def handout() -> str:
    """Every item of the handout, in its order."""
    return render_template("handout.html", handout=knowledge().rulebook.handout)


@blueprint.get("/handout/<item>")
def item(item: str) -> str:
    """One item: its exact words, what a trainee is told of it, and every rule about it."""
    book = knowledge().rulebook
    if item not in book.handout.items:
        abort(404)
    citing = book.rules_citing(f"handout {item}")
    using = book.rules_using(item)
    others = [rule for rule in citing if rule not in using]
    found = book.handout.items[item]
    lesson = knowledge().lessons.get(item)
    evidence = lesson.evidence if lesson else ()
    return render_template(
        "item.html",
        item=found,
        lesson=lesson,
        evidence=[cite for key in evidence for cite in knowledge().cited(key)],
        shown=list(shown_cases(lesson, knowledge())) if lesson else [],
        using=using,
        parts=rule_groups.by_premise(using, knowledge()),
        citing=others,
    )


@blueprint.get("/rules")
def rules() -> str:
    """The groups of rules with their counts; or what a search finds, with the cases."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    return _found(wanted) if wanted else _index()


@blueprint.post("/rules")
def rules_for_case() -> str:
    """Which rules fire for the answers sent along, those first that decided; which nearly do."""
    form = knowledge().form(request.form)
    observation: Observation | None = answers.read(form, knowledge().words)
    if observation is None or not form.validate_on_submit():
        return _index()
    stands = standing(observation, knowledge().planner)
    decided = rule_groups.deciding(knowledge().plan(observation))
    others = [rule for rule in stands.fires if rule.id not in decided]
    return render_template(
        "rules_for_case.html",
        standing=stands,
        decided=[rule for rule in stands.fires if rule.id in decided],
        others=rule_groups.grouped(others, rule_groups.DOES, knowledge()),
        near=rule_groups.grouped_near(stands.near, knowledge()),
    )


@blueprint.get("/rules/<any(item, kind, does):way>/<key>")
def group(way: str, key: str) -> str:
    """One group: its rules in parts, each folded but the first."""
    known = rule_groups.grouped(knowledge().rulebook.rules, way, knowledge())
    found = next((one for one in known if one.key == key), None)
    if found is None:
        abort(404)
    parts = rule_groups.parted(found.rules, way, knowledge())
    return render_template("rule_group.html", group=found, parts=parts)


@blueprint.get("/rules/changes")
def changes() -> str:
    """What the last change of the rules changed, where `serve --since` asked for it; and how to."""
    return render_template("changes.html", changes=current_app.config.get("CHANGES", ""))


@blueprint.get("/rules/<rule_id>")
def rule(rule_id: str) -> ResponseReturnValue:
    """One rule in plain words, with its source and the cases that tell it.

    An id that the rule bore before it was merged, as older plans cite it, leads to the rule.
    """
    book = knowledge().rulebook
    try:
        now = book.now_called(rule_id)
    except KeyError:
        abort(404)
    if now != rule_id:
        return redirect(url_for("rulebook.rule", rule_id=now), HTTPStatus.MOVED_PERMANENTLY)
    found = book.rule(now)
    fits = [case for case in knowledge().cases if rule_id in case.fits]
    misses = [case for case in knowledge().cases if rule_id in case.misses]
    premises = [knowledge().rulebook.premises[name] for name in found.premises]
    return render_template("rule.html", rule=found, premises=premises, fits=fits, misses=misses)


def _index() -> str:
    """Every group by its name, with how many rules it holds."""
    every = knowledge().rulebook.rules
    ways = {way: rule_groups.grouped(every, way, knowledge()) for way in rule_groups.WAYS}
    return render_template("rules.html", ways=ways, total=len(every), wanted="")


def _found(wanted: str) -> str:
    """What a search finds in titles, reasons, ids and the cases' sentences."""
    every = knowledge().rulebook.rules
    found = [rule for rule in every if _speaks_of(rule, wanted)]
    shown = found if "all" in request.args else found[:MOST_FOUND]
    return render_template(
        "rules_found.html",
        rules=shown,
        number=len(found),
        total=len(every),
        cases=_cases_about(wanted)[:MOST_CASES],
        wanted=wanted,
    )


def _cases_about(wanted: str) -> list[Case]:
    return [case for case in knowledge().cases if _all_in(wanted, case.sentence)]


def _speaks_of(rule: Rule, wanted: str) -> bool:
    asked = " ".join(str(condition) for branch in rule.branches for condition in branch)
    names = (rule.id, *rule.formerly, *rule.items, *rule.codes)
    parts = (rule.title, rule.because, rule.text, rule.until, *names)
    return _all_in(wanted, " ".join((asked, *(part for part in parts if part))))


def _all_in(wanted: str, text: str) -> bool:
    """Whether every word that was asked for stands in the text, however it is written."""
    low = text.lower().replace("_", " ")
    return all(word in low for word in wanted.lower().replace("_", " ").split())
