"""The scenarios as readers meet them: told cases, what is known, and the rules they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner import Planner, RulebookError
from planner.contract.observation import Observation
from planner.practice.cases import key_of
from planner.reading.scenarios import Scenario
from planner.reading.shipped import SHIPPED


@dataclass(frozen=True, slots=True)
class Case:
    """One case in a sentence, with what is known of it and the rules it shows.

    `key` stands in its address and is made from the sentence; `kinds` are the kinds of rupture in
    it; `first` is the item with which its plan begins, or its disposition where it has no step.
    Learners are told those with `practice`.
    """

    key: str
    sentence: str
    fits: tuple[str, ...]
    misses: tuple[str, ...]
    observation: Mapping[str, Any]
    kinds: tuple[str, ...]
    first: str
    practice: bool


def cases(planner: Planner) -> tuple[Case, ...]:
    """Every shipped scenario; none where a pack makes them unreadable."""
    from planner.checking.scenarios import read_scenarios

    try:
        found = read_scenarios(SHIPPED, planner.rulebook)
    except RulebookError:
        return ()
    return tuple(_case(one, planner) for one in found)


def _case(told: Scenario, planner: Planner) -> Case:
    """A scenario as a reader meets it."""
    observation = Observation.read(told.observation)
    kinds = tuple(dict.fromkeys(one.kind for one in observation.ruptures))
    first = _first(told, planner)
    key = key_of(" ".join(told.name.split()))
    return Case(
        key, told.name, told.fits, told.misses, told.observation, kinds, first, told.practice
    )


def _first(told: Scenario, planner: Planner) -> str:
    """The item with which a plan begins, or its disposition; planned where nothing says it."""
    steps = told.expect.steps
    if steps:
        return steps[0].partition(" ")[0]
    plan = planner.plan(told.observation)
    return plan.steps[0].item if plan.steps else plan.disposition
