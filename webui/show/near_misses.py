"""Which rules fire for an observation, and which miss by a single condition: for learning.

What fires is the planner's own answer; `planner.planning.near_misses` finds what nearly fires.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner import Observation, Planner
from planner.planning.near_misses import Near, nearly
from planner.rulebook.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Standing:
    """How every rule stands to one observation."""

    fires: tuple[Rule, ...]
    near: tuple[Near, ...]


def standing(observation: Observation, planner: Planner) -> Standing:
    """Look at every rule that did not fire, with the findings of those that did."""
    fires = planner.rules_that_hold(observation)
    fired = {rule.id for rule in fires}
    others = (rule for rule in planner.rulebook.rules if rule.id not in fired)
    return Standing(fires, tuple(nearly(others, planner.known(observation))))
