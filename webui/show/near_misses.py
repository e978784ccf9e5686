"""Which rules fire for an observation, and which miss by a single condition: for learning.

What fires is the planner's own answer. What nearly fires is found by looking at the same
conditions one by one, so that a reader sees how near another answer would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from planner import Observation, Planner
from planner.contract.facts import Fact
from planner.rulebook.conditions import Condition
from planner.rulebook.holding import failing, holds
from planner.rulebook.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that would fire if one condition were met, and that condition."""

    rule: Rule
    missing: Condition


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


def nearly(rules: Iterable[Rule], known: Mapping[str, Fact]) -> Iterator[Near]:
    """Of these rules those that do not hold, and would if one condition were met."""
    for rule in rules:
        missing = _only_missing(rule, known)
        if missing is not None and not holds(rule, known):
            yield Near(rule, missing)


def _only_missing(rule: Rule, known: Mapping[str, Fact]) -> Condition | None:
    """The one condition that keeps a rule from firing; None where nothing or several do.

    Of a rule with cases it is that of the first case that comes so near.
    """
    for branch in rule.branches:
        first, second = islice(chain(failing(branch, known), (None, None)), 2)
        if first is not None and second is None:
            return first
    return None
