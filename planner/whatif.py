"""What another answer would do: the rules as bit masks, so that every unknown can be asked about.

The engine says which rules hold for what was told. For what was *not* told each unknown field is
asked what every possible answer would change, some eighty plans for one. For that each rule is one
bit, and each value of each field a mask of the rules that it lets hold; leaving one field out of the
conjunction and putting another value in is two operations on whole numbers.
It matches nothing that the plan rests on: tests hold it to the engine, rule for rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from planner.facts import Fact
from planner.fields import FIELDS
from planner.rulebook import Rule, Rulebook


class _Stage:
    """The rules of one stage as bits, and for each field the mask of what a value lets hold."""

    def __init__(self, rules: Sequence[Rule], fields: Iterable[str]) -> None:
        self.rules = tuple(rules)
        self.every = (1 << len(self.rules)) - 1
        self.fields = tuple(field for field in fields if any(_asks(rule, field) for rule in rules))
        self._tests = {field: self._testing(field) for field in self.fields}
        self.mask = lru_cache(maxsize=8192)(self._mask)

    def _testing(self, field: str) -> tuple[int, tuple[tuple[int, Rule], ...]]:
        """The rules that do not ask about a field, as a mask, and those that do, each with its bit."""
        asking = tuple((1 << i, rule) for i, rule in enumerate(self.rules) if _asks(rule, field))
        return self.every & ~sum(bit for bit, _ in asking), asking

    def _mask(self, field: str, value: Fact) -> int:
        """The rules that this value of this field lets hold."""
        mask, asking = self._tests[field]
        for bit, rule in asking:
            if all(one.holds(value) for one in rule.when if one.field == field):
                mask |= bit
        return mask

    def masks(self, facts: Mapping[str, Fact]) -> list[int]:
        """For each field the mask that its value gives."""
        return [self.mask(field, facts[field]) for field in self.fields]

    def without(self, masks: Sequence[int]) -> dict[str, int]:
        """For each field what would hold if every other field stayed as it is."""
        after = [self.every] * (len(masks) + 1)
        for i in range(len(masks) - 1, -1, -1):
            after[i] = after[i + 1] & masks[i]
        left: dict[str, int] = {}
        before = self.every
        for i, field in enumerate(self.fields):
            left[field] = before & after[i + 1]
            before &= masks[i]
        left[""] = before
        return left


def _asks(rule: Rule, field: str) -> bool:
    """Whether a rule has a condition on a field."""
    return any(condition.field == field for condition in rule.when)


class WhatIf:
    """All rules that can move an item, ready to be asked about one changed answer."""

    def __init__(self, rulebook: Rulebook, verbs: frozenset[str]) -> None:
        planning = [rule for rule in rulebook.planning if rule.verb in verbs]
        self._first = _Stage(rulebook.assessment, FIELDS)
        self._second = _Stage(planning, FIELDS)
        findings = [f"finding.{name}" for name in rulebook.findings]
        self._found = _Stage(planning, findings)
        self._names = tuple(f"finding.{rule.object}" for rule in rulebook.assessment)
        self._by_findings = lru_cache(maxsize=4096)(self._after_findings)
        self.rules_in = lru_cache(maxsize=4096)(self._rules_in)

    def _after_findings(self, found: int) -> int:
        """What the findings of the first stage let hold in the second."""
        names = {name for i, name in enumerate(self._names) if found >> i & 1}
        mask = self._found.every
        for field in self._found.fields:
            mask &= self._found.mask(field, "yes" if field in names else "no")
        return mask

    def _rules_in(self, mask: int) -> tuple[Rule, ...]:
        """The planning rules whose bits are set."""
        return tuple(rule for i, rule in enumerate(self._second.rules) if mask >> i & 1)

    def changed(
        self, facts: Mapping[str, Fact], answers: Mapping[str, Sequence[Fact]]
    ) -> Iterator[tuple[str, Fact, int]]:
        """Each field with an answer under which other rules would hold, and the mask of those.

        The first item is ("", "", mask): what holds now.
        """
        first = self._first.without(self._first.masks(facts))
        second = self._second.without(self._second.masks(facts))
        found_now, planned_now = first[""], second[""]
        now = planned_now & self._by_findings(found_now)
        yield "", "", now
        for field, values in answers.items():
            before, after = first.get(field), second.get(field)
            for value in values:
                found = found_now if before is None else before & self._first.mask(field, value)
                planned = planned_now if after is None else after & self._second.mask(field, value)
                then = planned & self._by_findings(found)
                if then != now:
                    yield field, value, then
