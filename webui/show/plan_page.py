"""Everything that the page of a plan shows, put together: the brief first, then the whole plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any

from flask import Flask, render_template, url_for
from flask_wtf import FlaskForm
from markupsafe import Markup, escape

from planner import Observation
from planner.contract import note_hints
from planner.contract.facts import Fact
from planner.plan.formats import TEXT, Page
from planner.plan.plan import Plan
from planner.planning.near_misses import Near, nearly
from planner.planning.open_to_view import open_plan
from webui.form import answers
from webui.form.forms import written_bare
from webui.knowledge import knowledge, plan_id
from webui.show.adapted_runs import marked
from webui.show.plan_changes import Difference, differences
from webui.show.timeline import timeline
from webui.work.plans_in_work import Work

_PHONE = re.compile(r"(?<![\w+])\+?\d[\d ()/.-]{1,18}\d(?!\w)")
"""What looks like a number to call; three digits at least, as "112"."""
_BLANK = re.compile(r"\[[^\]]+\]")
MOST_NEAR = 4
WIDE = 100
"""Columns of a plan as plain text, which is pasted into a record."""


def init_app(app: Flask) -> None:
    """Hand the templates `marked`, `blanked` for what only the therapist fills in, phone links."""
    app.jinja_env.filters.update(blanked=blanked, callable_numbers=callable_numbers)
    app.jinja_env.globals.update(marked=marked)


def page(form: FlaskForm, work: Work, observation: Observation, ref: str = "") -> str:
    """The page of a plan; without a reference it is the answer to the form, and has no address."""
    plan = knowledge().plan(observation)
    notes = observation.notes
    found = note_hints.hints(notes) if notes else []
    given = list(answers.given(form))
    return render_template(
        "plan.html",
        plan=plan,
        plan_id=plan_id(plan),
        ref=ref,
        form=form,
        given=given,
        changing=url_for("planning.again", ref=ref) if ref else url_for("planning.change"),
        rows=answers.rows(form, knowledge().words),
        note_hints=found,
        note_parts=list(note_hints.parts(notes, found)),
        before=written_bare(observation.as_dict()),
        differences=_differences(work.before, plan),
        earlier=work.before is not None,
        near=partial(_near, knowledge().planner.known(observation)),
        picture=timeline(plan.steps, plan.held, plan.barred),
    )


def as_text(observation: Observation) -> str:
    """The whole plan as plain text for a record, without what tells of the therapist's feelings."""
    return TEXT.write(open_plan(knowledge().plan(observation), knowledge().planner), Page(WIDE))


def blanked(words: str) -> Markup:
    """Words with each `[blank]` marked; their text stays the same to the letter."""
    return Markup(_BLANK.sub(r'<mark class="rp-blank">\g<0></mark>', str(escape(words))))  # noqa: S704 - escaped first


def callable_numbers(words: str) -> Markup:
    """Words whose phone numbers can be tapped; their text stays the same to the letter."""
    pieces, at = [], 0
    for match in _PHONE.finditer(words):
        bare = re.sub(r"[^+\d]", "", match[0])
        pieces += [escape(words[at : match.start()])]
        pieces += [Markup('<a class="govuk-link" href="tel:{}">{}</a>').format(bare, match[0])]
        at = match.end()
    return Markup("").join([*pieces, escape(words[at:])])


def _near(known: Mapping[str, Fact], item: str) -> list[Near]:
    """The first rules that would hold or bar an item if one answer were another."""
    return list(islice(nearly(knowledge().tightening.get(item, ()), known), MOST_NEAR))


def _differences(before: Mapping[str, Any] | None, plan: Plan) -> list[Difference]:
    """What changed since the plan that this one was made from."""
    if before is None:
        return []
    return differences(knowledge().plan(Observation.read(before)), plan)
