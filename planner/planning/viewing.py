"""Facts as the engine is asked about them: closed questions and coarse numbers.

Lists reach the engine as closed questions ("was one of these given?"), and a number as the least
number that no rule tells apart from it. So observations that no rule tells apart are one to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.contract.facts import ABSENT, Fact
from planner.engine.ruleset import Domain, Leaf
from planner.rulebook.conditions import Among, AnyOf, Condition, Test
from planner.rulebook.plan_fields import ASKED_FIELDS

YES, NO = "yes", "no"

View = dict[str, str | int]
"""Facts as the engine is asked about them: every key there, exactly typed."""


class Viewing:
    """Turns facts into what the engine is asked: closed questions and coarse numbers."""

    def __init__(self, conditions: Iterable[Condition], findings: Sequence[str] = ()) -> None:
        """Note what these conditions tell apart; `findings` are the names of all findings."""
        self._questions: dict[str, dict[Test, str]] = {}
        bounds: dict[str, set[int]] = {}
        for condition in conditions:
            field = ASKED_FIELDS.get(condition.field)
            if field is None or field.kind == "choice":
                continue
            if isinstance(condition.test, Among):
                ends = bounds.setdefault(condition.field, {-1})
                ends.update((condition.test.low, condition.test.high + 1))
            else:
                asked = self._questions.setdefault(condition.field, {})
                asked.setdefault(condition.test, f"{condition.field}?{len(asked)}")
        self.edges = {field: sorted(ends) for field, ends in bounds.items()}
        """The least number of each stretch that no rule tells apart, by field."""
        self.domains = self._domains(findings)
        """Every value that each key of a view can have."""
        self.values: dict[str, Sequence[str | int]] = {
            key: [one for one in self.edges.get(key, ()) if one in domain]
            if isinstance(domain, range)
            else domain
            for key, domain in self.domains.items()
        }
        """The values of each key that some rule may tell apart."""

    def leaf(self, condition: Condition) -> Leaf:
        """A condition as the engine reads it."""
        test = condition.test
        if isinstance(test, Among):
            return Leaf(condition.field, low=test.low, high=test.high)
        if isinstance(test, AnyOf):
            return Leaf(condition.field, tuple(sorted(test.values)))
        return Leaf(self._questions[condition.field][test], (YES,))

    def questions(self, name: str) -> Mapping[Test, str]:
        """The closed questions about a list, each with the key of its answer."""
        return self._questions.get(name, {})

    def _domains(self, findings: Sequence[str]) -> dict[str, Domain]:
        domains: dict[str, Domain] = {f"finding.{name}": (NO, YES) for name in findings}
        for name, field in ASKED_FIELDS.items():
            if field.kind == "choice":
                domains[name] = (*field.values, ABSENT) if field.rupture else field.values
            elif field.kind == "number":
                domains[name] = range(-1, (field.high or 0) + 1)
        for asked in self._questions.values():
            domains.update(dict.fromkeys(asked.values(), (NO, YES)))
        return domains

    def view(self, known: Mapping[str, Fact]) -> View:
        """All that is known, as the engine is asked about it."""
        return {key: one for name, value in known.items() for key, one in self.told(name, value)}

    def told(self, name: str, value: Fact) -> Iterator[tuple[str, str | int]]:
        """What the engine is told of one field: nothing of what no rule asks about."""
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, int):
            edges = self.edges.get(name)
            if edges:
                yield name, edges[bisect_right(edges, value) - 1]
        else:
            for test, key in self.questions(name).items():
                yield key, YES if test.holds(value) else NO
