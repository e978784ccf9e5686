"""The cases that are told to learners: the scenarios marked `practice: yes`, each with an address.

The address is a hash of the sentence: it stays where the file is put in another order, and a case
that is told in other words is another case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.rulebook.rulebook import Rulebook

if TYPE_CHECKING:
    from planner.reading.scenarios import Scenario

LENGTH = 8
"""Hexadecimal digits of an address."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is told: its address, its story, and the observation that the plan is made of.

    `kinds` are the kinds of rupture in it; none where only a safety flag is given.
    """

    key: str
    story: str
    observation: Mapping[str, Any]
    kinds: tuple[str, ...]


def cases_of(directories: Iterable[Path], rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases for learners in these directories of rules, in file order.

    `RulebookError` with every mistake where the scenarios cannot be read.
    """
    from planner.reading.scenarios import read_scenarios

    return told_cases(one for here in directories for one in read_scenarios(here, rulebook))


def told_cases(scenarios: Iterable[Scenario]) -> tuple[Case, ...]:
    """Those of these scenarios that are told to learners, in their order."""
    return tuple(_case(one) for one in scenarios if one.practice)


def _case(scenario: Scenario) -> Case:
    """A scenario as learners meet it; what it expects is left to the planner."""
    from planner.contract.observation import Observation

    story = " ".join(scenario.name.split())
    observation = Observation.read(scenario.observation).as_dict()
    kinds = tuple(one["kind"] for one in observation["ruptures"])
    return Case(key_of(story), story, observation, kinds)


def key_of(sentence: str) -> str:
    """The address of the case that a scenario's sentence tells, however its lines are broken."""
    story = " ".join(sentence.split())
    return hashlib.sha256(story.encode()).hexdigest()[:LENGTH]
