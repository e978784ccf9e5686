"""All that is known of a case, by asking each condition itself and not the engine.

A second opinion on which rules hold: scenarios and pages ask it. Where the items stand is taken
from the same placing as the planner's, which the proof says a second time in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from planner.planning.placing import PLACING, Placing
from planner.rulebook.conditions import Conjunction, Value
from planner.rulebook.holding import hold, holds, with_findings
from planner.rulebook.plan_fields import (
    PLAN_FIELDS,
    asking_items,
    known_after,
    known_before,
    reads_before,
    reads_plan,
)
from planner.rulebook.rulebook import Rule, Rulebook


class KnownFacts:
    """What one rulebook lets be known."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        told = rulebook.rules_and_variants
        self._asks_plan = any(reads_plan(when) for one in told for when in one.branches)

    @cached_property
    def _placing(self) -> Placing:
        return Placing(self._rulebook.rules)

    def known(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """The facts with every finding, and where items stand as far as anything asks for it."""
        known = with_findings(self._rulebook, facts)
        if not self._asks_plan:
            return known
        before = self._placing.before_last(self._placed_by(known))
        known |= known_before(before.where())
        where = self._placing.standing(self._placed_by(known)).where()
        return known | known_after(where, asking_items(self._rulebook.vocabulary))

    def holding(self, known: Mapping[str, Value]) -> dict[str, None]:
        """The ids of the rules that hold, in the rulebook's order."""
        return {rule.id: None for rule in self._rulebook.rules if holds(rule, known)}

    @cached_property
    def _placed(self) -> Mapping[bool, Sequence[tuple[Rule, Sequence[Conjunction]]]]:
        """The placing rules, each with its cases: all of them, and those that ask for no place."""
        placing = [rule for rule in self._rulebook.planning if rule.verb in PLACING]
        early = [[when for when in one.branches if not reads_before(when)] for one in placing]
        return {
            True: [(rule, rule.branches) for rule in placing],
            False: [(rule, cases) for rule, cases in zip(placing, early, strict=True) if cases],
        }

    def _placed_by(self, known: Mapping[str, Value]) -> int:
        """The placing rules that hold as far as can be told: those on C1 may have to wait."""
        asked = self._placed[not PLAN_FIELDS.keys().isdisjoint(known)]
        return self._placing.mask(
            rule for rule, cases in asked if any(hold(when, known) for when in cases)
        )
