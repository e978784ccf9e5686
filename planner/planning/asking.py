"""The rulebook in the engine, to be asked again about one observation: what the table rests on.

The rules are parted into rulesets that the engine can hold, by what they need to be there at all
(a kind of rupture, a flag), so that most are never asked. A ruleset is made when it is first asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import count

from planner.contract.fields import FIELDS
from planner.contract.values import KINDS
from planner.engine.refused import chunks
from planner.engine.ruleset import Domain, Leaf, Ruleset
from planner.errors import EngineError, shown
from planner.planning.branching import Branch
from planner.planning.fitting import Fitting
from planner.planning.matching import Matched
from planner.planning.table import Compiled
from planner.rulebook.conditions import Conjunction, ListAny

SAMPLED = 256
"""One plan in so many is asked of the engine again."""
_RULESETS_KEPT = 512

InEngine = tuple[tuple[str, tuple[Leaf, ...]], ...]


@lru_cache(maxsize=_RULESETS_KEPT)
def _ruleset(rules: InEngine, domains: tuple[tuple[str, Domain], ...]) -> Ruleset:
    """One ruleset for the same rules, however often they are compiled.

    The engine never frees what it was given, so that another copy would only cost memory.
    """
    return Ruleset(f"rules from {rules[0][0]}", rules, dict(domains))


class Asking:
    """Asks the engine which branches hold, and holds the table to it. Safe in any thread."""

    def __init__(self, compiled: Compiled, fitting: Fitting, every: int = SAMPLED) -> None:
        """Ask about one observation in `every`; 1 asks about each."""
        self._fitting = fitting
        self._viewing = compiled.viewing
        self._every = every
        self._asked = count(1)
        self._parts: dict[str, list[Branch]] = {}
        for branch in (*compiled.rules.every, *compiled.words.every):
            if branch.when:
                self._parts.setdefault(_needed(branch.when), []).append(branch)
        self._rules = {one.id: one.bit for one in compiled.rules.every if one.when}
        self._words = {one.id: one.bit for one in compiled.words.every if one.when}
        self._rulesets = lru_cache(maxsize=len(KINDS) + 2)(self._made)

    def sample(self, matched: Matched) -> None:
        """Ask again about one observation in so many.

        Raises EngineError where the engine and the table differ.
        """
        if next(self._asked) % self._every == 0:
            self.check(matched)

    def check(self, matched: Matched) -> None:
        """Ask about this one; EngineError where the engine and the table differ."""
        by_table = {name for name, bit in self._rules.items() if matched.left & bit}
        words = self._fitting.left(matched)
        by_table |= {name for name, bit in self._words.items() if words & bit}
        kinds: Iterable[str] = matched.facts["ruptures.kinds"]  # type: ignore[assignment]  # a set of kinds
        differ = by_table ^ self.holding(matched, ("", "safety.flags", *kinds))
        if differ:
            differ = by_table ^ self.holding(matched, self._parts)
        if differ:
            raise EngineError(
                f"the engine and the table made from its answers differ on {shown(sorted(differ))};"
                " no plan can be made from that. Delete `__pycache__` beside the rule files, so "
                "that the table is made anew, and report it if it happens again."
            )

    def holding(self, matched: Matched, needs: Iterable[str]) -> set[str]:
        """The branches that hold by the engine's word, of those that need one of these things."""
        view = self._viewing.view(matched.known())
        return {
            name
            for need in needs
            for ruleset in self._rulesets(need)
            for name in ruleset.match(view)
        }

    def _made(self, need: str) -> tuple[Ruleset, ...]:
        """The rulesets of what needs one thing to be there."""
        part = self._parts.get(need, ())
        rules = [(branch.id, tuple(map(self._viewing.leaf, branch.when))) for branch in part]
        return tuple(self._in_engine(tuple(few)) for few in chunks(rules))

    def _in_engine(self, rules: InEngine) -> Ruleset:
        """The rules in the engine, with the domains of the keys that they read."""
        read = {leaf.key for _, leaves in rules for leaf in leaves}
        domains = [(key, one) for key, one in self._viewing.domains.items() if key in read]
        return _ruleset(rules, tuple(domains))


def _needed(when: Conjunction) -> str:
    """What must be there for a branch to hold at all: a kind of rupture, a flag, or nothing."""
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
