"""Which rules fire for an observation, and which miss by a single condition: for learning.

Plans never come from here: the planner's engine makes them. This only looks at the same
conditions one by one, so that a reader sees how near another answer would have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner import Observation
from planner.conditions import Condition
from planner.facts import Fact, facts_of
from planner.rulebook import Rule, Rulebook

FINDING = "finding."
TIGHTENING = ("hold", "bar", "review", "stop")


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

    def would_change(self, item: str) -> list[Near]:
        """The near rules that would hold or bar an item."""
        return [one for one in self.near if one.rule.verb in TIGHTENING and item in one.rule.items]


def standing(observation: Observation, rulebook: Rulebook) -> Standing:
    """Look at every rule's conditions, findings first, as the planner's two stages do."""
    facts: dict[str, Fact] = dict(facts_of(observation))
    facts.update({f"{FINDING}{name}": "no" for name in rulebook.findings})
    fires: list[Rule] = []
    near: list[Near] = []
    for stage in (rulebook.assessment, rulebook.planning):
        for rule in stage:
            missing = _missing(rule, facts)
            if not missing:
                fires.append(rule)
            elif len(missing) == 1:
                near.append(Near(rule, missing[0]))
        facts.update({f"{FINDING}{rule.object}": "yes" for rule in fires if rule.verb == "find"})
    return Standing(tuple(fires), tuple(near))


def _missing(rule: Rule, facts: Mapping[str, Fact]) -> list[Condition]:
    """The conditions of a rule that do not hold."""
    return [condition for condition in rule.when if not condition.holds(facts[condition.field])]
