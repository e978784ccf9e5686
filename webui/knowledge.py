"""The planner of one application, and what is made of its rulebook: vocabulary and form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from flask import current_app
from flask_wtf import FlaskForm

from planner import Observation, Planner
from planner.errors import RulebookError
from planner.plan.plan import Plan
from planner.practice.cases import told_cases
from planner.practice.practice import Practice
from planner.practice.saying import Saying
from planner.reading.entering import read_entering
from planner.reading.learning import read_lessons
from planner.reading.scenarios import Scenario, read_scenarios
from planner.reading.shipped import SHIPPED
from planner.rulebook.entering import Entering
from planner.rulebook.learning import Lesson
from planner.rulebook.rulebook import Rule, Rulebook
from webui.form.forms import NOTHING_TYPED, observation_form, without_typed
from webui.words.cases import Case, cases
from webui.words.citations import Citation, citations
from webui.words.vocabulary import Vocabulary


class Knowledge:
    """One planner and all that is derived from its rulebook, made once for the application."""

    def __init__(self, planner: Planner) -> None:
        """Build the vocabulary and the form class of this planner's rulebook."""
        self.planner = planner
        self.rulebook: Rulebook = planner.rulebook
        self.words = Vocabulary(cast("Mapping[str, Any]", self.rulebook.vocabulary))
        self.form: type[FlaskForm] = observation_form(self.words)
        self._first_actions: dict[str, tuple[str, ...]] = {}

    def plan(self, observation: Observation) -> Plan:
        """The plan; its own words go in last, so that the planner keeps none of what was typed.

        The planner hands out again what it made of the same answers: a page reloaded, a plan
        compared with the one before. What a person typed freely is no part of those.
        """
        told = observation.as_dict()
        plan = self.planner.plan(without_typed(told))
        typed = any(told[name] != nothing for name, nothing in NOTHING_TYPED.items())
        return replace(plan, observation=told) if typed else plan

    @cached_property
    def finders(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each finding the rules that can reach it, to link a conclusion to its grounds."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rulebook.assessment:
            found[rule.object] = (*found.get(rule.object, ()), rule)
        return found

    @cached_property
    def tightening(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each item the rules that hold or bar it, to tell which other answer would."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rulebook.rules:
            for item in rule.items if rule.verb in ("hold", "bar") else ():
                found[item] = (*found.get(item, ()), rule)
        return found

    def first_actions(self, flag: str) -> tuple[str, ...]:
        """What to do first where this flag alone stops a plan."""
        found = self._first_actions.get(flag)
        if found is None:
            plan = self.planner.plan({"ruptures": [], "safety": {"flags": {flag: "yes"}}})
            found = self._first_actions[flag] = tuple(plan.safety.first_actions)
        return found

    @cached_property
    def entering(self) -> Entering:
        """Examples and phrases of the rules that ship, read when the form is first asked for."""
        return read_entering(SHIPPED)

    @cached_property
    def lessons(self) -> Mapping[str, Lesson]:
        """What is told of each item, read when the page of an item is first asked for."""
        return read_lessons(SHIPPED, self.rulebook)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios that ship, read once; none where a pack makes them unreadable."""
        try:
            return read_scenarios(SHIPPED, self.rulebook)
        except RulebookError:
            return ()

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The scenarios of each rule, read when a page first asks for them."""
        return cases(self.scenarios, self.planner)

    @cached_property
    def practice(self) -> Practice:
        """The told cases to practice on."""
        return Practice(self.planner, told_cases(self.scenarios))

    @cached_property
    def saying(self) -> Saying:
        """How the practice words what it lays beside."""
        return Saying(self.rulebook)

    def item_title(self, item: str) -> str:
        """What an item is called in a plan; D5 has no words of its own."""
        words = self.rulebook.wording.get(item)
        if words:
            return words.title
        known = self.rulebook.handout.items.get(item)
        return known.title if known else item

    def cited(self, source: str) -> list[Citation]:
        """The sources of one reason, each with what a reader needs to weigh it."""
        return citations(source, self.rulebook)

    def edition(self) -> str:
        """The edition short enough to be read aloud."""
        return self.rulebook.edition.removeprefix("sha256:")[:12]


def knowledge() -> Knowledge:
    """The running application's knowledge."""
    return cast("Knowledge", current_app.extensions["knowledge"])


def plan_id(plan: Plan) -> str:
    """A short mark of exactly this plan: the same answers and rules give the same mark."""
    from hashlib import sha256

    digest = sha256(plan.to_json().encode()).hexdigest()[:12]
    return "-".join((digest[:4], digest[4:8], digest[8:]))
