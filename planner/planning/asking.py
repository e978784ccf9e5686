"""The rulebook in the engine, to be asked again about one observation: what the table rests on.

The rules are parted into as many rulesets as the engine needs to hold them, and those are made
when they are first asked.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from planner.engine.refused import chunks
from planner.engine.ruleset import Domain, Leaf, Ruleset
from planner.errors import EngineError, shown
from planner.planning.fitting import Fitting
from planner.planning.matching import Matched
from planner.planning.table import Compiled

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
        self._rules = tuple(one for one in compiled.rules.every if one.when)
        self._words = tuple(one for one in compiled.words.every if one.when)
        self._every = every
        self._asked = count(1)
        self._rulesets: tuple[Ruleset, ...] = ()

    def sample(self, matched: Matched) -> None:
        """Ask again about one observation in so many.

        Raises EngineError where the engine and the table differ.
        """
        if next(self._asked) % self._every:
            return
        words = self._fitting.left(matched)
        by_table = {one.id for one in self._rules if matched.left & one.bit}
        by_table |= {one.id for one in self._words if words & one.bit}
        view = self._viewing.view(matched.known())
        by_engine = {name for ruleset in self._in_engine() for name in ruleset.match(view)}
        if differ := by_table ^ by_engine:
            raise EngineError(
                f"the engine and the table made from its answers differ on {shown(sorted(differ))};"
                " no plan can be made from that. Delete `__pycache__` beside the rule files, so "
                "that the table is made anew, and report it if it happens again."
            )

    def _in_engine(self) -> tuple[Ruleset, ...]:
        """The whole rulebook in the engine; without a lock, which a fork could leave locked."""
        if self._rulesets:
            return self._rulesets
        branches = (*self._rules, *self._words)
        rules = [(one.id, tuple(map(self._viewing.leaf, one.when))) for one in branches]
        self._rulesets = tuple(map(self._ruleset, map(tuple, chunks(rules))))
        return self._rulesets

    def _ruleset(self, rules: InEngine) -> Ruleset:
        """The rules in the engine, with the domains of the keys that they read."""
        read = {leaf.key for _, leaves in rules for leaf in leaves}
        domains = [(key, one) for key, one in self._viewing.domains.items() if key in read]
        return _ruleset(rules, tuple(domains))
