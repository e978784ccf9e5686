"""Rules that miss by a single condition: what another answer would have been enough for.

The same conditions are looked at one by one, so that a reader sees how near another answer would
have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from planner.contract.facts import Fact
from planner.rulebook.conditions import Condition
from planner.rulebook.holding import failing, holds
from planner.rulebook.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that would fire if one condition were met, and that condition."""

    rule: Rule
    missing: Condition


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
