"""Scenarios: for each rule a case that it fits, and the nearest one that it must not.

A scenario is an observation with what is expected of it. Which rules hold is decided here by
asking each condition itself, not by the engine that made the plan: a second opinion. Every
problem names the scenario's file and line, or the line of a rule that no scenario tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from planner.checking.expectations import differences
from planner.errors import RulebookError, RuleProblem
from planner.planning.known_facts import KnownFacts
from planner.reading.problems import Place, Problems
from planner.reading.scenarios import Scenario, read_scenarios
from planner.rulebook.conditions import Conjunction, Value
from planner.rulebook.holding import chosen_variants, failing
from planner.rulebook.rulebook import Rule, Rulebook

__all__ = [
    "Scenario",
    "prove_scenarios",
    "read_scenarios",
    "run_scenarios",
    "without_scenarios",
]


class Plan(Protocol):
    """A plan, as far as a scenario looks at it."""

    def to_dict(self) -> Mapping[str, object]:
        """The plan in the contract's shape."""


class Plans(Protocol):
    """Whatever makes plans."""

    def plan(self, observation: Mapping[str, object], /) -> Plan:
        """The plan for one observation."""


_NEEDED = "Tell a case that needs it, in a scenario of its own: `- scenario: …`."


class _Planned(NamedTuple):
    """A scenario with its plan and what is known of its case, each made once."""

    scenario: Scenario
    plan: Mapping[str, object]
    known: Mapping[str, Value]


def run_scenarios(
    scenarios: Iterable[Scenario], rulebook: Rulebook, planner: Plans
) -> tuple[RuleProblem, ...]:
    """Every way in which a plan, or the rules that hold, differ from what was expected."""
    return _run(_planned(scenarios, rulebook, planner), rulebook)


def without_scenarios(
    scenarios: Iterable[Scenario], rulebook: Rulebook, planner: Plans
) -> tuple[RuleProblem, ...]:
    """Rules that no scenario fits or none misses, and wording that no scenario's plan says."""
    return _without_scenarios(_planned(scenarios, rulebook, planner), rulebook)


def prove_scenarios(directory: Path, rulebook: Rulebook, planner: Plans) -> tuple[RuleProblem, ...]:
    """All problems of a directory's scenarios: read, run, and every rule told twice."""
    try:
        scenarios = read_scenarios(directory, rulebook)
    except RulebookError as error:
        return error.problems
    planned = _planned(scenarios, rulebook, planner)
    found = _run(planned, rulebook) + _without_scenarios(planned, rulebook)
    return tuple(sorted(found, key=lambda problem: (problem.path, problem.line)))


def _planned(scenarios: Iterable[Scenario], rulebook: Rulebook, planner: Plans) -> list[_Planned]:
    """Each scenario with its plan, and what is known of its case."""
    knowing = KnownFacts(rulebook)
    return [
        _Planned(one, planner.plan(one.observation).to_dict(), knowing.known(one.facts))
        for one in scenarios
    ]


def _run(planned: Iterable[_Planned], rulebook: Rulebook) -> tuple[RuleProblem, ...]:
    """The problems of `run_scenarios`, on plans that were made already."""
    problems = Problems()
    leads = {key: lead.reason for key, lead in rulebook.leads.items()}
    knowing = KnownFacts(rulebook)
    for scenario, plan, known in planned:
        place = Place(problems, scenario.path, f'scenario "{scenario.name}"')
        holding = knowing.holding(known)
        for rule_id in scenario.fits:
            if rule_id not in holding:
                place.say(scenario.line, *_misfit(rulebook.rule(rule_id), known))
        for rule_id in scenario.misses:
            if rule_id in holding:
                hint = "Take it out of `misses`, or ask more in the `when` of the rule."
                place.say(scenario.line, f'rule "{rule_id}" must not fit, and does.', hint)
        for difference in differences(plan, scenario.expect, leads):
            hint = "Write below `expect:` what is right, or mend the rules that make the plan."
            place.say(scenario.line, difference, hint)
    return problems.in_order()


def _without_scenarios(planned: Sequence[_Planned], rulebook: Rulebook) -> tuple[RuleProblem, ...]:
    """The problems of `without_scenarios`, on plans that were made already."""
    problems = Problems()
    fits = {rule_id for one in planned for rule_id in one.scenario.fits}
    misses = {rule_id for one in planned for rule_id in one.scenario.misses}
    said = {variant for one in planned for variant in _said(rulebook, one.known, one.plan)}
    for rule in rulebook.rules:
        place = Place(problems, rule.path, f'rule "{rule.id}"')
        fits_it, misses_it = f"`fits: [{rule.id}]`", f"`misses: [{rule.id}]`"
        if rule.id not in fits:
            place.say(
                rule.line, "no scenario fits it.", f"Tell a case to which it belongs: {fits_it}."
            )
        if rule.id not in misses:
            place.say(
                rule.line,
                "no scenario misses it.",
                f"Tell the nearest case that it is not: {misses_it}.",
            )
    for variant in rulebook.variants:
        if variant.id not in said:
            place = Place(problems, variant.path, f'variant "{variant.id}"')
            place.say(variant.line, "no scenario's plan says it.", _NEEDED)
    return problems.in_order()


def _said(
    rulebook: Rulebook, known: Mapping[str, Value], plan: Mapping[str, object]
) -> Iterator[str]:
    """The variants that the scenario's plan is made of, those of what is ready among them."""
    steps, held = plan.get("steps"), plan.get("held")
    for step in steps if isinstance(steps, list | tuple) else ():
        for variant in chosen_variants(rulebook, str(step["item"]), known):
            yield variant.id
    for one in held if isinstance(held, list | tuple) else ():
        for variant in chosen_variants(rulebook, str(one["item"]), known) if one["ready"] else ():
            if variant.part == "short":
                yield variant.id


def _misfit(rule: Rule, known: Mapping[str, Value]) -> tuple[str, str]:
    """Which conditions of a rule keep it from fitting, with what they met."""
    cases = dict.fromkeys(_failing(branch, known) for branch in rule.branches)
    told = "; or of another case: ".join(cases)
    hint = f"What does not hold: {told}. Mend `observation`, or take the rule out of `fits`."
    return f'rule "{rule.id}" must fit, and does not.', hint


def _failing(when: Conjunction, facts: Mapping[str, Value]) -> str:
    """The conditions that do not hold, each with what it met."""
    failed = failing(when, facts)
    return "; ".join(f"{one} (here: {_plainly(facts[one.field])})" for one in failed)


def _plainly(value: Value) -> str:
    """A fact as a person would write it."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing given"
    return "not given" if value == -1 else str(value)
