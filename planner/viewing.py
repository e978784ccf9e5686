"""Facts as the engine is asked about them, and as one number in which each condition is a bit.

Lists reach the engine as closed questions ("was one of these given?"), and a number as the least
number that no rule tells apart from it. So observations that no rule tells apart are one to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from planner.conditions import Among, AnyOf, Condition, Test
from planner.engine import Domain, Leaf
from planner.facts import ABSENT, Fact
from planner.fields import FIELDS

YES, NO = "yes", "no"

View = dict[str, str | int]
"""Facts as the engine is asked about them: every key there, exactly typed."""


class Viewing:
    """Turns facts into what the engine is asked: closed questions and coarse numbers."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._questions: dict[str, dict[Test, str]] = {}
        self._bounds: dict[str, set[int]] = {}
        for condition in conditions:
            self._learn(condition)
        self._edges = {field: sorted(bounds) for field, bounds in self._bounds.items()}
        self._plain = tuple(name for name, field in FIELDS.items() if field.kind == "choice")
        self._answer = lru_cache(maxsize=1024)(self._answered)

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
        return Leaf(self._questions[condition.field][test], (YES,))

    def domains(self, findings: Sequence[str]) -> dict[str, Domain]:
        """Every value that each key of a view can have."""
        domains: dict[str, Domain] = {f"finding.{name}": (NO, YES) for name in findings}
        for name, field in FIELDS.items():
            if field.kind == "choice":
                domains[name] = (*field.values, ABSENT) if field.rupture else field.values
            elif field.kind == "number":
                domains[name] = range(-1, (field.high or 0) + 1)
        for asked in self._questions.values():
            domains.update(dict.fromkeys(asked.values(), (NO, YES)))
        return domains

    def view(self, facts: Mapping[str, Fact]) -> View:
        """The facts as the engine is asked about them, without findings."""
        view: View = {}
        for name in self._plain:
            view[name] = facts[name]  # type: ignore[assignment]  # a choice is a word
        for name, edges in self._edges.items():
            view[name] = edges[bisect_right(edges, facts[name]) - 1]
        for name in self._questions:
            view.update(self._answer(name, facts[name]))
        return view

    def _answered(self, name: str, given: frozenset[str]) -> tuple[tuple[str, str], ...]:
        """The answers to all closed questions about one list."""
        return tuple(
            (key, YES if test.holds(given) else NO) for test, key in self._questions[name].items()
        )


class Bits:
    """Every distinct condition of a rulebook as one bit of a number.

    Two observations with the same bits are the same to every rule: what was answered for one holds
    for the other. That is all the bits are used for; what holds is for the engine to say.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        """Give each distinct condition its bit."""
        self._bit = {one: 1 << i for i, one in enumerate(dict.fromkeys(conditions))}
        asked: dict[str, list[Condition]] = {}
        for condition in self._bit:
            asked.setdefault(condition.field, []).append(condition)
        self._asked = asked
        self._of_facts = tuple(name for name in FIELDS if name in asked)
        self._worth = lru_cache(maxsize=2048)(self._holding)

    def mask(self, conditions: Iterable[Condition]) -> int:
        """The bits of some conditions."""
        mask = 0
        for condition in conditions:
            mask |= self._bit[condition]
        return mask

    def _holding(self, field: str, value: Fact) -> int:
        """The bits of the conditions on one field that this value meets."""
        return self.mask(one for one in self._asked.get(field, ()) if one.holds(value))

    def of(self, facts: Mapping[str, Fact]) -> int:
        """The conditions on the observation that hold."""
        worth = self._worth
        return sum([worth(name, facts[name]) for name in self._of_facts])

    def of_findings(self, view: Mapping[str, Fact], findings: Iterable[str]) -> int:
        """The conditions on findings that hold."""
        worth = self._worth
        return sum([worth(name, view[name]) for name in findings])
