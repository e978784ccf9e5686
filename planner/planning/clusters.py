"""One ruleset of the engine with what it has answered, remembered in clusters of its rules.

A cluster is a few rules that ask about the same things. Its answers are known by exactly the
conditions that its rules ask about, so a case is new to it only where one of them comes out anew.
A rule is here one conjunction (see `branching`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.engine.ruleset import Ruleset
from planner.planning.branching import Branch
from planner.planning.memo import Memo
from planner.planning.viewing import Bits, View

_WIDE = 6
"""Distinct conditions in one cluster: few enough that their answers soon have all been asked.

Looking into one more cluster takes 0.1 us, asking the engine once more takes 40."""


class _Cluster:
    """Rules that read much the same conditions, with a memo of which held in each case."""

    __slots__ = ("answers", "conditions", "mask", "rules")

    def __init__(self, rule: Branch, remember: int) -> None:
        """Begin with one rule and a memo of this size."""
        self.rules = rule.bit
        self.conditions = set(rule.when)
        self.mask = 0
        self.answers: Memo[int, int] = Memo(remember)

    def takes(self, rule: Branch) -> bool:
        """Add a rule, unless the cluster would read too many conditions."""
        if len(self.conditions.union(rule.when)) > _WIDE:
            return False
        self.rules |= rule.bit
        self.conditions.update(rule.when)
        return True


def _clustered(rules: Sequence[Branch], bits: Bits, remember: int) -> tuple[_Cluster, ...]:
    """Part rules into clusters, each rule into the one with which it has most in common."""
    clusters: list[_Cluster] = []
    for rule in sorted(rules, key=lambda one: sorted(map(str, one.when))):
        near = sorted(clusters, key=lambda one: -len(one.conditions.intersection(rule.when)))
        if not any(cluster.takes(rule) for cluster in near):
            clusters.append(_Cluster(rule, remember))
    for cluster in clusters:
        cluster.mask = bits.mask(cluster.conditions)
    return tuple(clusters)


class Asked:
    """One ruleset of the engine, and what it has answered."""

    def __init__(
        self, ruleset: Ruleset, rules: Sequence[Branch], bits: Bits, remember: int
    ) -> None:
        """Know each rule by its bit."""
        self._match = ruleset.match
        self._bit = {rule.id: rule.bit for rule in rules}
        self._clusters = _clustered(rules, bits, remember)
        self._remember = remember
        self._known = tuple((cluster.mask, cluster.answers.get) for cluster in self._clusters)

    def holding(self, bits: int, view: Callable[[], View]) -> int:
        """The rules that hold; the engine is asked when any cluster meets a new case."""
        held = 0
        for mask, answered in self._known:
            answer = answered(bits & mask)
            if answer is None:
                return self._ask(bits, view())
            held |= answer
        return held

    def _ask(self, bits: int, view: View) -> int:
        """Ask the engine, and keep for each cluster what it said of its rules."""
        held = sum(map(self._bit.__getitem__, self._match(view)))
        if self._remember:
            for cluster in self._clusters:
                case = bits & cluster.mask
                if case not in cluster.answers:
                    cluster.answers.keep(case, held & cluster.rules)
        return held
