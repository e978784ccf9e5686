"""The stages of a plan: findings, the items but C1, C1, and then words and lines.

Each stage asks about what the one before it decided, and nothing asks back. Where no rule asks
where items stand, nothing is noted of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from planner.contract.facts import Fact
from planner.planning.asking import Asking
from planner.planning.matching import Matched, Matching, Noted
from planner.planning.placing import Placement, Placing, where
from planner.rulebook.plan_fields import asking_items, known_after, known_before
from planner.rulebook.rulebook import Rulebook

_KEPT = 1024
"""Standings noted, most of which are met again by the next observations."""


class Stages:
    """One rulebook's way from facts to rules that hold and a place for each item."""

    def __init__(
        self, rulebook: Rulebook, matching: Matching, placing: Placing, asking: Asking
    ) -> None:
        self._matching = matching
        self._asked = asking
        self._placing = placing
        self._asking = asking_items(rulebook.vocabulary)
        self._before = lru_cache(maxsize=_KEPT)(self._note_before)
        self._after = lru_cache(maxsize=_KEPT)(self._note_after)

    def through(self, facts: Mapping[str, Fact]) -> tuple[Matched, Placement]:
        """The rules that hold, and where everything stands.

        EngineError where the engine is asked again and differs.
        """
        matching, placing = self._matching, self._placing
        matched = matching.holding(facts)
        if matching.asks_before_last:
            matching.before_last(matched, self._before(placing.before_last(matched.held).places))
        standing = placing.standing(matched.held)
        placement = placing.placed(standing, matched.held)
        if matching.asks_after_all:
            matching.after_all(matched, self._after(standing.places))
        self._asked.sample(matched)
        return matched, placement

    def _note_before(self, places: tuple[int, ...]) -> Noted:
        return self._matching.noted(known_before(where(places)))

    def _note_after(self, places: tuple[int, ...]) -> Noted:
        return self._matching.noted(known_after(where(places), self._asking))
