"""Which variants of an item's words fit: those that nothing which is known refuses."""

from __future__ import annotations

from functools import lru_cache

from planner.contract.facts import NOTHING_SEEN
from planner.contract.fields import FIELDS
from planner.contract.values import KINDS
from planner.planning.findings import Findings
from planner.planning.matching import Matched
from planner.planning.table import Compiled
from planner.rulebook.rulebook import Rulebook


class Fitting:
    """The words of one rulebook. A variant's bit is its place among all variants."""

    def __init__(self, rulebook: Rulebook, compiled: Compiled) -> None:
        """Note what the variants ask about."""
        self._table = table = compiled.answers.words
        self._branching = compiled.words
        self._every = sum(branch.bit for branch in compiled.words.every)
        self._of = {
            item: compiled.words.mask(one for part in words.every for one in part.variants)
            for item, words in rulebook.wording.items()
        }
        self._findings = Findings(rulebook, compiled.rules, table)
        asked = [(name, table.plain(name)) for name in FIELDS if name in table.fields]
        self._single = tuple(one for one in asked if not FIELDS[one[0]].rupture)
        self._kinds = {
            kind: tuple(one for one in asked if FIELDS[one[0]].rupture == kind) for kind in KINDS
        }
        self._without = lru_cache(maxsize=2 ** len(KINDS))(self._refused_without)

    def left(self, matched: Matched) -> int:
        """The branches of all variants that nothing refuses of what is known now."""
        facts = matched.facts
        kinds: frozenset[str] = facts["ruptures.kinds"]  # type: ignore[assignment]  # a set of kinds
        refused = self._without(kinds) | self._findings.refused(matched.found.branches)
        for told in (self._single, *map(self._kinds.__getitem__, kinds)):
            for name, plain in told:
                value = facts[name]
                if plain is None:
                    refused |= self._table.refused(name, value)
                elif value in plain:
                    refused |= plain[value]
        for noted in matched.notes:
            refused |= noted.words
        left: int = self._every & ~refused
        return left

    def fitting(self, item: str, matched: Matched) -> int:
        """The variants of an item's words whose premises hold."""
        if matched.words is None:
            matched.words = self.left(matched)
        return self._branching.whole(matched.words & self._of[item])

    def _refused_without(self, kinds: frozenset[str]) -> int:
        """What is refused because the other kinds of rupture are not there."""
        refused = 0
        for kind in KINDS:
            if kind not in kinds:
                for name, _ in self._kinds[kind]:
                    refused |= self._table.refused(name, NOTHING_SEEN[name])
        return refused
