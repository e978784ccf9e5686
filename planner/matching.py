"""Which rules hold: from facts to findings to conclusions, matched by the engine in two stages.

The rules are parted into rulesets that the engine can hold, by what they need to be there at all
(a kind of rupture, a flag, an item whose words are asked for), so that most are never asked.
Lists reach the engine as closed questions ("was one of these given?"), and a number as the least
number that no rule tells apart from it: so observations that no rule tells apart are one to it,
and what the engine answered is remembered by exactly what it was asked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter

from planner.conditions import AnyOf, Among, Condition, ListAny, Test
from planner.engine import Domain, Leaf, Ruleset
from planner.facts import ABSENT, Fact
from planner.fields import FIELDS
from planner.rulebook import Rule, Rulebook, Variant

REMEMBERED = 1024
"""Answers kept for each ruleset: bounded, so that memory stays flat whatever is asked."""
_CHUNK = 50
"""Rules in one ruleset; the engine holds 60, and a few rulesets of even size match fastest."""
_YES, _NO = "yes", "no"

View = dict[str, str | int]
"""Facts as the engine is asked about them: every key there, exactly typed."""


class _Group:
    """Rules that share what they need to be there, in as many rulesets as the engine wants."""

    def __init__(
        self,
        name: str,
        rules: Sequence[tuple[str, tuple[Leaf, ...]]],
        domains: Mapping[str, Domain],
        remember: int,
    ) -> None:
        self._asks = [
            _asking(Ruleset(f"{name}.{start}", rules[start : start + _CHUNK], domains), remember)
            for start in range(0, len(rules), _CHUNK)
        ]

    def holding(self, view: View) -> Iterable[str]:
        """The ids of the rules that hold, in rule order."""
        return chain.from_iterable([ask(view) for ask in self._asks])


def _asking(ruleset: Ruleset, remember: int) -> Callable[[View], tuple[str, ...]]:
    """Ask one ruleset, and remember its answers by the values that it reads."""
    keys = ruleset.keys
    read = itemgetter(*keys) if len(keys) > 1 else lambda view: (view[keys[0]],)

    @lru_cache(maxsize=remember)
    def answer(values: tuple[str | int, ...]) -> tuple[str, ...]:
        return ruleset.match(dict(zip(keys, values, strict=True)))

    return lambda view: answer(read(view))


class Viewing:
    """Turns facts into what the engine is asked: closed questions and coarse numbers."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._questions: dict[str, dict[Test, str]] = {}
        self._bounds: dict[str, set[int]] = {}
        for condition in conditions:
            self._learn(condition)
        self._edges = {field: sorted(bounds) for field, bounds in self._bounds.items()}
        self._plain = tuple(name for name, field in FIELDS.items() if field.kind == "choice")
        self._answer = lru_cache(maxsize=4096)(self._answered)

    def _learn(self, condition: Condition) -> None:
        """Note what a condition needs to be told apart."""
        field = FIELDS.get(condition.field)
        if field is None or field.kind == "choice":
            return
        if isinstance(condition.test, Among):
            bounds = self._bounds.setdefault(condition.field, {-1})
            bounds.update((condition.test.low, condition.test.high + 1))
        else:
            asked = self._questions.setdefault(condition.field, {})
            asked.setdefault(condition.test, f"{condition.field}?{len(asked)}")

    def leaf(self, condition: Condition) -> Leaf:
        """A condition as the engine reads it."""
        test = condition.test
        if isinstance(test, Among):
            return Leaf(condition.field, low=test.low, high=test.high)
        if isinstance(test, AnyOf):
            return Leaf(condition.field, tuple(sorted(test.values)))
        return Leaf(self._questions[condition.field][test], (_YES,))

    def domains(self, findings: Sequence[str]) -> dict[str, Domain]:
        """Every value that each key of a view can have."""
        domains: dict[str, Domain] = {f"finding.{name}": (_NO, _YES) for name in findings}
        for name, field in FIELDS.items():
            if field.kind == "choice":
                domains[name] = (*field.values, ABSENT) if field.rupture else field.values
            elif field.kind == "number":
                domains[name] = range(-1, (field.high or 0) + 1)
        for asked in self._questions.values():
            domains.update(dict.fromkeys(asked.values(), (_NO, _YES)))
        return domains

    def view(self, facts: Mapping[str, Fact]) -> View:
        """The facts as the engine is asked about them, without findings."""
        view: View = {name: facts[name] for name in self._plain}  # type: ignore[misc]  # choices are words
        for name, edges in self._edges.items():
            view[name] = edges[bisect_right(edges, facts[name]) - 1]  # type: ignore[type-var]  # a number
        for name in self._questions:
            view.update(self._answer(name, facts[name]))  # type: ignore[arg-type]  # a list is a set
        return view

    def _answered(self, name: str, given: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """The answers to all closed questions about one list."""
        return tuple(
            (key, _YES if test.holds(given) else _NO)
            for test, key in self._questions[name].items()
        )


class Matching:
    """The compiled rulebook. Safe in any thread and after a fork, as its rulesets are."""

    def __init__(self, rulebook: Rulebook, remember: int = REMEMBERED) -> None:
        told = [*rulebook.rules, *rulebook.variants]
        self._viewing = Viewing(condition for one in told for condition in one.when)
        self._domains = self._viewing.domains(rulebook.findings)
        self._remember = remember
        self._rules = {rule.id: rule for rule in rulebook.rules}
        self._place = {rule.id: number for number, rule in enumerate(rulebook.rules)}
        self._no_findings: View = {f"finding.{name}": _NO for name in rulebook.findings}
        self._assessment = self._parted("assessment", rulebook.assessment)
        self._planning = self._parted("planning", rulebook.planning)
        self._words = {
            item: self._group(f"words.{item}", [v for v in rulebook.variants if v.item == item])
            for item in rulebook.wording
        }

    def _parted(self, stage: str, rules: Sequence[Rule]) -> dict[str, _Group]:
        """The rules of a stage by what they need to be there."""
        parts: dict[str, list[Rule]] = {}
        for rule in rules:
            parts.setdefault(_needed(rule), []).append(rule)
        return {need: self._group(f"{stage}.{need}", part) for need, part in parts.items()}

    def _group(self, name: str, told: Sequence[Rule | Variant]) -> _Group:
        """A group of rules or variants; what has no condition always holds and is not asked."""
        leaves = [(one.id, tuple(map(self._viewing.leaf, one.when))) for one in told if one.when]
        return _Group(name, leaves, self._domains, self._remember)

    def holding(self, facts: Mapping[str, Fact]) -> tuple[View, tuple[Rule, ...]]:
        """The rules of both stages that hold, in rule order, and the view with all findings."""
        view = self._viewing.view(facts)
        view.update(self._no_findings)
        needs = ["", *facts["ruptures.kinds"]]  # type: ignore[misc]  # a set of kinds
        if facts["safety.flags"]:
            needs.append("safety.flags")
        found = self._asked(self._assessment, needs, view)
        for rule in found:
            view[f"finding.{rule.object}"] = _YES
        return view, (*found, *self._asked(self._planning, needs, view))

    def _asked(self, groups: Mapping[str, _Group], needs: Iterable[str], view: View) -> list[Rule]:
        """The rules of one stage that hold, asking only the groups that can."""
        ids = chain.from_iterable([groups[need].holding(view) for need in needs if need in groups])
        return [self._rules[one] for one in sorted(ids, key=self._place.__getitem__)]

    def words(self, item: str, view: View) -> frozenset[str]:
        """The ids of the variants of an item's words whose premises hold."""
        return frozenset(self._words[item].holding(view))


def _needed(rule: Rule) -> str:
    """What must be there for a rule to hold at all: a kind of rupture, a flag, or nothing."""
    for condition in rule.when:
        field = FIELDS.get(condition.field)
        if field is not None and field.rupture:
            return field.rupture
        if isinstance(condition.test, ListAny):
            if condition.field == "safety.flags":
                return condition.field
            if condition.field == "ruptures.kinds" and len(condition.test.values) == 1:
                return next(iter(condition.test.values))
    return ""
