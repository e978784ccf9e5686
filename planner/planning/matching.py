"""Which rules hold: from facts to findings to conclusions, matched by the engine in stages.

The rules are parted into rulesets that the engine can hold, by what they need to be there at all
(a kind of rupture, a flag, an item whose words are asked for), so that most are never asked.
What the engine answered is remembered in small clusters of rules that ask about the same things,
by exactly the conditions that they ask about: a plan is a pure function of its observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.engine.ruleset import Domain, Leaf, Ruleset
from planner.planning.branching import Branch, Branching
from planner.planning.clusters import Asked
from planner.planning.numbering import Numbering, places
from planner.planning.viewing import NO, YES, Bits, View, Viewing
from planner.rulebook.conditions import Condition, Conjunction, ListAny
from planner.rulebook.plan_fields import reads_before, reads_plan
from planner.rulebook.rulebook import Rulebook

REMEMBERED = 256
"""Answers kept for each cluster: bounded, so that memory stays flat whatever is asked."""
_CHUNK = 24
"""Rules in one ruleset; the engine holds 60, but asking 24 takes half as long as asking 50."""
_FOUND_KEPT = 1024
_RULESETS_KEPT = 512

Compiled = tuple[tuple[str, tuple[Leaf, ...]], ...]


@lru_cache(maxsize=_RULESETS_KEPT)
def _ruleset(
    name: str,
    rules: Compiled,
    domains: tuple[tuple[str, Domain], ...],
) -> Ruleset:
    """One ruleset for the same rules, however often they are compiled.

    The engine never frees what it was given, so that another copy would only cost memory.
    """
    return Ruleset(name, rules, dict(domains))


class Matching:
    """The compiled rulebook. Safe in any thread and after a fork, as its rulesets are."""

    def __init__(
        self, rulebook: Rulebook, numbering: Numbering, remember: int = REMEMBERED
    ) -> None:
        """Compile all rules and wording variants; `remember` 0 asks the engine every time."""
        asked = _conditions(rulebook)
        self._viewing = Viewing(asked)
        self.bits = Bits(asked)
        self._domains: Mapping[str, Domain] = self._viewing.domains(rulebook.findings)
        self._remember = remember
        self._numbering = numbering
        self._rules = Branching(rulebook.rules, numbering.bit)
        self._variant_ids = [one.id for one in rulebook.variants]
        bit = {one: 1 << number for number, one in enumerate(self._variant_ids)}
        self._variants = Branching(rulebook.variants, bit)
        self._no_findings: dict[str, str] = {f"finding.{name}": NO for name in rulebook.findings}
        self._found = lru_cache(maxsize=_FOUND_KEPT)(self._view_of)
        self._assessment = self._parted("assessment", self._rules.of(rulebook.assessment))
        self._planning, self._last, self._lines = (
            self._parted(stage, branches)
            for stage, branches in _staged(self._rules.of(rulebook.planning)).items()
        )
        words = self._variants.of(rulebook.variants)
        self.asks_before_last = bool(self._last)
        """Whether any rule on C1 asks where the other items stand."""
        self.asks_after_all = bool(self._lines) or any(reads_plan(one.when) for one in words)
        """Whether words or lines ask where the items stand."""
        self._words = {
            item: self._group(
                f"words.{item}",
                self._variants.of(one for one in rulebook.variants if one.item == item),
            )
            for item in rulebook.wording
        }

    def _parted(self, stage: str, rules: Iterable[Branch]) -> dict[str, tuple[Asked, ...]]:
        """The rules of a stage by what they need to be there."""
        parts: dict[str, list[Branch]] = {}
        for branch in rules:
            parts.setdefault(_needed(branch.when), []).append(branch)
        return {need: self._group(f"{stage}.{need}", part) for need, part in parts.items()}

    def _group(self, name: str, told: Sequence[Branch]) -> tuple[Asked, ...]:
        """Rules in as many rulesets as they fill; what has no condition always holds, unasked."""
        asking = [one for one in told if one.when]
        groups: list[Asked] = []
        for start in range(0, len(asking), _CHUNK):
            chunk = asking[start : start + _CHUNK]
            leaves = tuple((one.id, tuple(map(self._viewing.leaf, one.when))) for one in chunk)
            ruleset = self._ruleset(f"{name}.{start}", leaves)
            groups.append(Asked(ruleset, chunk, self.bits, self._remember))
        return tuple(groups)

    def _ruleset(self, name: str, rules: Compiled) -> Ruleset:
        """The rules in the engine, with the domains of the keys that they read."""
        read = {leaf.key for _, leaves in rules for leaf in leaves}
        domains = [(key, domain) for key, domain in self._domains.items() if key in read]
        return _ruleset(name, rules, tuple(domains))

    def holding(self, facts: Mapping[str, Fact]) -> Matched:
        """What is found, and the rules that hold whatever the plan comes to."""
        matched = Matched(self, facts, self.bits.of(facts))
        found = self._asked(self._assessment, matched)
        matched.find(*self._found(found))
        matched.held = found | self._asked(self._planning, matched)
        return matched

    def noted(self, known: Mapping[str, Fact]) -> Noted:
        """Where items stand, ready to be noted for the stages that ask about it."""
        return Noted(known, self.bits.of_findings(known, known), self._viewing.of_plan(known))

    def before_last(self, matched: Matched, noted: Noted) -> None:
        """Add the rules on C1 that hold, given where the other items stand."""
        matched.note(noted)
        matched.held |= self._asked(self._last, matched)

    def after_all(self, matched: Matched, noted: Noted) -> None:
        """Add the lines that hold, given where everything stands; words may be asked for then."""
        matched.note(noted)
        matched.held |= self._asked(self._lines, matched)

    def _asked(self, groups: Mapping[str, tuple[Asked, ...]], matched: Matched) -> int:
        """The rules of one stage that hold, asking only the groups that can."""
        if not groups:
            return 0
        bits, view = matched.bits, matched.view
        held = 0
        for need in matched.needs:
            for asked in groups.get(need, ()):
                held |= asked.holding(bits, view)
        return self._rules.whole(held)

    def _view_of(self, found: int) -> tuple[Mapping[str, str], int]:
        """What the first stage found, as the second is asked about it, and its bits."""
        rules = self._numbering.split(found)
        view = {**self._no_findings, **{f"finding.{rule.object}": YES for rule in rules}}
        return view, self.bits.of_findings(view, view)

    def fitting(self, item: str, matched: Matched) -> int:
        """The variants of an item's words whose premises hold, as bits."""
        fits = 0
        for asked in self._words[item]:
            fits |= asked.holding(matched.bits, matched.view)
        return self._variants.whole(fits)

    def variants(self, fits: int) -> frozenset[str]:
        """The ids of variants, given as bits."""
        return frozenset([self._variant_ids[place] for place in places(fits)])


class Noted(NamedTuple):
    """Where items stand: as facts, as bits, and as the engine is asked about it."""

    known: Mapping[str, Fact]
    bits: int
    view: View


class Matched:
    """One observation in the stages of matching."""

    __slots__ = (
        "_known",
        "_matching",
        "_notes",
        "_view",
        "bits",
        "facts",
        "findings",
        "held",
        "needs",
    )

    def __init__(self, matching: Matching, facts: Mapping[str, Fact], bits: int) -> None:
        """Begin with the facts alone; the view is made when the engine has to be asked."""
        self._matching = matching
        self._view: View | None = None
        self._known: Mapping[str, Fact] | None = None
        self._notes: tuple[Noted, ...] = ()
        self.needs: list[str] = ["", *facts["ruptures.kinds"]]  # type: ignore[misc]  # a set of kinds
        if facts["safety.flags"]:
            self.needs.append("safety.flags")
        self.facts = facts
        self.bits = bits
        self.findings: Mapping[str, str] = matching._no_findings  # noqa: SLF001  # same module
        self.held = 0
        """The rules of both stages that hold, by the bits of the numbering."""

    def find(self, findings: Mapping[str, str], bits: int) -> None:
        """Note what the first stage found, for the second."""
        self.findings = findings
        self.bits += bits
        if self._view is not None:
            self._view = {**self._view, **findings}

    def note(self, noted: Noted) -> None:
        """Note where items stand, for the stages that follow."""
        self._notes = (*self._notes, noted)
        self.bits += noted.bits
        self._known = None
        if self._view is not None:
            self._view = {**self._view, **noted.view}

    def view(self) -> View:
        """All that is known, as the engine is asked about it."""
        if self._view is None:
            self._view = {**self._matching._viewing.view(self.facts), **self.findings}  # noqa: SLF001  # as above
            for noted in self._notes:
                self._view |= noted.view
        return self._view

    def known(self) -> Mapping[str, Fact]:
        """All facts and findings, and where the items stand where anything asks for it."""
        if self._known is None:
            self._known = {**self.facts, **self.findings}
            for noted in self._notes:
                self._known = {**self._known, **noted.known}
        return self._known


def _conditions(rulebook: Rulebook) -> list[Condition]:
    """Everything that rules and variants ask, as often as they ask it."""
    told = rulebook.rules_and_variants
    return [condition for one in told for branch in one.branches for condition in branch]


def _staged(planning: Iterable[Branch]) -> dict[str, list[Branch]]:
    """The planning rules by when they can be asked: at once, before C1 is placed, or at the end."""
    stages: dict[str, list[Branch]] = {"planning": [], "last": [], "lines": []}
    for one in planning:
        asks = "last" if reads_before(one.when) else "lines"
        stages[asks if reads_plan(one.when) else "planning"].append(one)
    return stages


def _needed(when: Conjunction) -> str:
    """What must be there for a rule to hold at all: a kind of rupture, a flag, or nothing."""
    for condition in when:
        field = FIELDS.get(condition.field)
        if field is not None and field.rupture:
            return field.rupture
        if isinstance(condition.test, ListAny):
            if condition.field == "safety.flags":
                return condition.field
            if condition.field == "ruptures.kinds" and len(condition.test.values) == 1:
                return next(iter(condition.test.values))
    return ""
