"""Lists of kept plans: one's own, what a row says, and the search.

What is searched for may be a case code, so it is sent in a form and stands in no address: the list
is the answer. Loading that page again asks the browser to send the search again, which changes
nothing; the address alone shows the whole list. A filter by state is a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webui.access.gate import open_to, person
from webui.database.tables import KeptPlan
from webui.knowledge import knowledge
from webui.register import states
from webui.register.visibility import last_shown
from webui.show import listing
from webui.store import store

blueprint = Blueprint("lists", __name__)
LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed to: words that a plan has, and the state that it is in."""

    words: str = ""
    state: str = ""

    def finds(self, kept: KeptPlan) -> bool:
        """Whether a plan has every word and the state; without any, every plan does."""
        if self.state not in ("", kept.state):
            return False
        return listing.found_by(kept, self.words, knowledge().words, plan_words(kept))


def searched() -> Search:
    """What this request narrows a list to; a state that is none narrows nothing."""
    state = request.values.get("state", "")
    words = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    return Search(words, state if state in states.STATES else "")


def answered(page: Callable[[Search], str], endpoint: str) -> str | BaseResponse:
    """The list that was searched; without a word to search for, the page of the state alone."""
    asked = searched()
    if asked.words:
        return page(asked)
    return redirect(url_for(endpoint, state=asked.state or None), 303)


@blueprint.app_template_global("plan_name")
def plan_name(kept: KeptPlan, *, whole: bool = True) -> str:
    """What a plan is called on pages; less than `whole` where its words stand beneath."""
    at, opening = store().own_plans.clock(), plan_words(kept) if whole else ""
    return listing.name_of(kept, knowledge().words, at, opening)


@blueprint.app_template_global("plan_words")
def plan_words(kept: KeptPlan) -> str:
    """How a plan begins; nothing where that is its owner's work, which others do not read yet."""
    return kept.first_words if plan_number(kept) == kept.version else ""


@blueprint.app_template_global("plan_number")
def plan_number(kept: KeptPlan) -> int:
    """The newest version of a plan that the person may read."""
    return last_shown(kept, person())


@blueprint.app_template_global("plan_kinds")
def plan_kinds(kept: KeptPlan) -> str:
    """What was noticed, in short."""
    return listing.kinds_of(kept, knowledge().words)


@blueprint.app_template_global("plan_age")
def plan_age(kept: KeptPlan) -> str:
    """How long ago a plan was made."""
    return listing.age_of(kept.made_at, store().own_plans.clock())


@blueprint.get("/plans/search")
@blueprint.get("/plans")
@open_to("therapist")
def plans() -> str:
    """My plans, by what they wait for; all of them, or those in a state."""
    return _plans(searched())


@blueprint.post("/plans/search")
@open_to("therapist")
def plans_found() -> str | BaseResponse:
    """My plans that a search finds."""
    return answered(_plans, "lists.plans")


def _plans(asked: Search) -> str:
    found = store().own_plans.listed(person(), asked.state, asked.finds if asked.words else None)
    return render_template("plans.html", plans=found, asked=asked, states=states.STATES)
