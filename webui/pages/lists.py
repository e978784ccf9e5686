"""Lists of kept plans: one's own, what a row says, and the search.

What is searched for may be a case code, so it is sent in a form and stands in no address. The form
session remembers it until the person signs out or the browser is closed: Back and reload show what
was found again, without a question. A filter by state is an address of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as form_session
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


def by_state() -> Search:
    """What the address narrows a list to; a state that is none narrows nothing."""
    state = request.values.get("state", "")
    return Search(state=state if state in states.STATES else "")


def search(endpoint: str) -> BaseResponse:
    """Remember what was searched for, and lead to what is found; without a word, to the state."""
    words, state = request.form.get("q", "").strip()[:LONGEST_SEARCH], by_state().state
    if not words:
        return redirect(url_for(endpoint, state=state or None), 303)
    form_session[endpoint] = [words, state]
    return redirect(url_for(f"{endpoint}_found"), 303)


def last_search(endpoint: str) -> Search:
    """What this browser searched this list for the last time; without that, everything."""
    return Search(*form_session.get(endpoint, ()))


@blueprint.app_template_global("plan_name")
def plan_name(kept: KeptPlan, *, whole: bool = True) -> str:
    """What a plan is called on pages; less than `whole` where its words stand beneath."""
    at, opening = store().own_plans.clock(), plan_words(kept) if whole else ""
    return listing.name_of(kept, knowledge().words, at, opening)


@blueprint.app_template_global("plan_words")
def plan_words(kept: KeptPlan) -> str:
    """How a plan begins; nothing where that is its owner's work, which others do not read yet."""
    return kept.first_words if kept.opens and plan_number(kept) == kept.version else ""


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


@blueprint.get("/plans")
@open_to("therapist")
def plans() -> str:
    """My plans, by what they wait for; all of them, or those in a state."""
    return _plans(by_state())


@blueprint.post("/plans/search")
@open_to("therapist")
def search_plans() -> BaseResponse:
    """Look for some of my plans."""
    return search("lists.plans")


@blueprint.get("/plans/search")
@open_to("therapist")
def plans_found() -> str:
    """Those of my plans that the last search finds."""
    return _plans(last_search("lists.plans"))


def _plans(asked: Search) -> str:
    found = store().own_plans.listed(person(), asked.state, asked.finds if asked.words else None)
    return render_template("plans.html", plans=found, asked=asked, states=states.STATES)
