"""Which rules hold: from facts to findings to conclusions, in stages.

Each stage is the table's word: what is known refuses branches, and those that nothing refuses
hold. A plan is a pure function of its observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from planner.contract.facts import NOTHING_SEEN, Fact
from planner.contract.fields import FIELDS
from planner.contract.values import KINDS
from planner.planning.branching import Branch
from planner.planning.findings import Findings, Found
from planner.planning.memo import Memo
from planner.planning.table import Compiled
from planner.planning.unknown import UNKNOWN
from planner.rulebook.plan_fields import reads_before, reads_plan
from planner.rulebook.rulebook import Rulebook

_TOLD = (1.5, 1500)
"""Megabytes for what was told of ruptures, and bytes of one."""
_FIELDS = {kind: tuple(name for name, f in FIELDS.items() if f.rupture == kind) for kind in KINDS}


class Failing(NamedTuple):
    """The branches that fail at some field, at two or more, at three or more; what is unknown."""

    once: int
    twice: int
    thrice: int
    unknown: tuple[str, ...]


class Noted(NamedTuple):
    """Where items stand, and the branches of rules and of words that this refuses."""

    known: Mapping[str, Fact]
    refused: int
    words: int


class Matched:
    """One observation in the stages of matching."""

    __slots__ = ("_known", "facts", "failing", "found", "held", "left", "notes", "words")

    def __init__(self, facts: Mapping[str, Fact], failing: Failing, found: Found) -> None:
        """Begin with the facts and with what was found."""
        self.facts = facts
        self.failing = failing
        self.found = found
        self.notes: tuple[Noted, ...] = ()
        self.left = 0
        """The branches of rules that nothing which is known so far refuses."""
        self.words: int | None = None
        """Those of words, once they were asked for."""
        self.held = 0
        """The rules of both stages that hold, by the bits of the numbering."""
        self._known: Mapping[str, Fact] | None = None

    @property
    def findings(self) -> Mapping[str, str]:
        """A yes or a no for every finding."""
        return self.found.findings

    def note(self, noted: Noted) -> None:
        """Note where items stand, for the stages that follow."""
        self.notes = (*self.notes, noted)
        self.left &= ~noted.refused
        self._known = None

    def known(self) -> Mapping[str, Fact]:
        """All facts and findings, and where the items stand where anything asks for it."""
        if self._known is None:
            known = {**self.facts, **self.found.findings}
            for noted in self.notes:
                known |= noted.known
            self._known = known
        return self._known


class Matching:
    """The stages of one rulebook. Safe in any thread and after a fork."""

    def __init__(self, rulebook: Rulebook, compiled: Compiled) -> None:
        """Part the branches by the stage in which they are asked."""
        self.table, self._words = table, _ = compiled.answers
        self.branching = branching = compiled.rules
        self._every = sum(branch.bit for branch in branching.every)
        self.first = branching.mask(rulebook.assessment)
        """The branches that find something."""
        self._planning, self._last, self._lines = _staged(branching.of(rulebook.planning))
        self.asks_before_last = bool(self._last)
        """Whether any rule on C1 asks where the other items stand."""
        asked = any(reads_plan(branch.when) for branch in compiled.words.every)
        self.asks_after_all = bool(self._lines) or asked
        """Whether words or lines ask where the items stand."""
        self.findings = Findings(rulebook, branching, table)
        self._without = lru_cache(maxsize=2 ** len(KINDS))(self._failing_without)
        self._told: Memo[tuple[str, object], Failing] = Memo(*_TOLD)
        self._kinds = tuple((kind, itemgetter(*_FIELDS[kind])) for kind in KINDS)
        self._single = tuple(
            (name, table.plain(name), UNKNOWN.get(name))
            for name, field in FIELDS.items()
            if not field.rupture
        )

    def holding(self, facts: Mapping[str, Fact]) -> Matched:
        """What is found, and the rules that hold whatever the plan comes to."""
        failing = self.failing(facts)
        left = self._every & ~failing.once
        found = self.findings.of(left & self.first)
        matched = Matched(facts, failing, found)
        matched.left = left = left & ~found.refused
        matched.held = self.branching.whole(left & (self.first | self._planning))
        return matched

    def failing(self, facts: Mapping[str, Fact]) -> Failing:
        """How often each branch fails, field by field; those of one kind of rupture at once."""
        kinds: frozenset[str] = facts["ruptures.kinds"]  # type: ignore[assignment]  # a set of kinds
        once, twice, thrice, _ = self._without(kinds)
        unknown: list[str] = []
        for kind, values in self._kinds:
            if kind in kinds:
                key = kind, values(facts)
                one, two, three, missing = self._told.get(key) or self._told.keep(
                    key, self._failing_at(_FIELDS[kind], facts)
                )
                thrice |= three | twice & one | once & two
                twice |= two | once & one
                once |= one
                unknown += missing
        refused_by = self.table.refused
        for name, plain, not_known in self._single:
            value = facts[name]
            if value == not_known:
                unknown.append(name)
            refused = refused_by(name, value) if plain is None else plain.get(value, 0)
            if refused:
                thrice |= twice & refused
                twice |= once & refused
                once |= refused
        return Failing(once, twice, thrice, tuple(unknown))

    def _failing_without(self, kinds: frozenset[str]) -> Failing:
        """The same of the ruptures that are not there: nothing is unknown of them."""
        names = [name for kind in KINDS if kind not in kinds for name in _FIELDS[kind]]
        return self._failing_at(names, NOTHING_SEEN)._replace(unknown=())

    def _failing_at(self, names: Sequence[str], facts: Mapping[str, Fact]) -> Failing:
        """The same at a few fields."""
        once = twice = thrice = 0
        for name in names:
            refused = self.table.refused(name, facts[name])
            thrice |= twice & refused
            twice |= once & refused
            once |= refused
        missing = tuple(name for name in names if facts[name] == UNKNOWN.get(name))
        return Failing(once, twice, thrice, missing)

    def noted(self, known: Mapping[str, Fact]) -> Noted:
        """Where items stand, ready to be noted for the stages that ask about it."""
        return Noted(known, self.table.refused_by(known), self._words.refused_by(known))

    def before_last(self, matched: Matched, noted: Noted) -> None:
        """Add the rules on C1 that hold, given where the other items stand."""
        matched.note(noted)
        matched.held |= self.branching.owned(matched.left & self._last)

    def after_all(self, matched: Matched, noted: Noted) -> None:
        """Add the lines that hold, given where everything stands; words may be asked for then."""
        matched.note(noted)
        matched.held |= self.branching.whole(matched.left & self._lines)


def _staged(planning: Iterable[Branch]) -> tuple[int, int, int]:
    """The planning branches by when they can be asked: at once, before C1 is placed, at the end."""
    at_once = last = lines = 0
    for branch in planning:
        if reads_before(branch.when):
            last |= branch.bit
        elif reads_plan(branch.when):
            lines |= branch.bit
        else:
            at_once |= branch.bit
    return at_once, last, lines
