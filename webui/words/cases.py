"""The scenarios as readers meet them: told cases, what is known, and the rules they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planner import Planner
from planner.contract.observation import Observation
from planner.practice.cases import key_of
from planner.reading.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Case:
    """One case in a sentence, with what is known of it and the rules it shows.

    `key` stands in its address and is made from the sentence; `kinds` are the kinds of rupture in
    it; `steps` are the items that are steps of its plan, or its disposition where it has none.
    Learners are told those with `practice`.
    """

    key: str
    sentence: str
    fits: tuple[str, ...]
    misses: tuple[str, ...]
    observation: Mapping[str, Any]
    kinds: tuple[str, ...]
    steps: tuple[str, ...]
    practice: bool


def cases(scenarios: Iterable[Scenario], planner: Planner) -> tuple[Case, ...]:
    """Every scenario as a reader meets it."""
    return tuple(_case(one, planner) for one in scenarios)


def _case(told: Scenario, planner: Planner) -> Case:
    """A scenario as a reader meets it."""
    observation = Observation.read(told.observation)
    kinds = tuple(dict.fromkeys(one.kind for one in observation.ruptures))
    steps = _steps(told, planner)
    key = key_of(told.name)
    return Case(
        key, told.name, told.fits, told.misses, told.observation, kinds, steps, told.practice
    )


def _steps(told: Scenario, planner: Planner) -> tuple[str, ...]:
    """The items that are steps, or the disposition; planned where the scenario does not say."""
    expected = told.expect.steps
    if expected:
        return tuple(step.partition(" ")[0] for step in expected)
    plan = planner.plan(told.observation)
    return tuple(step.item for step in plan.steps) or (plan.disposition,)
