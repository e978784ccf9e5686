"""What another answer would do: the rules as bit masks, so that every unknown can be asked about.

The engine says which rules hold for what was told. For what was *not* told each unknown field is
asked what every possible answer would change, some eighty plans for one. For that each rule is
one bit, and each value of each field a mask of the rules that it lets hold; leaving one field out
of the conjunction and putting another value in is two operations on whole numbers.
It matches nothing that the plan rests on: tests hold it to the engine, rule for rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from planner.facts import ABSENT, Fact
from planner.fields import FIELDS, Field
from planner.rulebook import Rule, Rulebook

_NOT_ASKED = frozenset(
    ("ruptures.kinds", "ruptures.count", "safety.flags", "context.earlier_items")
)
"""Never asked as unknown: what was observed, what safety was told, what an empty list says."""


def _unknown(field: Field) -> Fact | None:
    """The value that says that a field is not known; None where there is none."""
    if field.kind == "list":
        return frozenset()
    return field.unknown


def _answers(field: Field) -> Sequence[Fact]:
    """Every answer to an unknown field: each choice, or each single member of a list."""
    if field.kind == "list":
        return tuple(frozenset((value,)) for value in field.values)
    return tuple(value for value in field.values if value not in (field.unknown, ABSENT))


UNKNOWN: dict[str, Fact] = {
    name: unknown
    for name, field in FIELDS.items()
    if name not in _NOT_ASKED
    and not (field.rupture and name.endswith(".happened"))
    and (unknown := _unknown(field)) is not None
}
"""The fields that may be unknown, with the value that says so. A rupture's own `happened` follows
the context's, which is asked instead."""

ANSWERS: dict[str, Sequence[Fact]] = {name: _answers(FIELDS[name]) for name in UNKNOWN}
"""What each of those fields could be answered."""


class _Stage:
    """The rules of one stage as bits, and for each field the mask of what a value lets hold."""

    def __init__(self, rules: Sequence[Rule], fields: Iterable[str]) -> None:
        self.rules = tuple(rules)
        self.every = (1 << len(self.rules)) - 1
        self.fields = tuple(field for field in fields if any(_asks(rule, field) for rule in rules))
        self._tests = {field: self._testing(field) for field in self.fields}
        self.mask = lru_cache(maxsize=1024)(self._mask)

    def _testing(self, field: str) -> tuple[int, tuple[tuple[int, Rule], ...]]:
        """The rules that do not ask about a field, as a mask, and those that do, with bits."""
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

    def __init__(self, rulebook: Rulebook, placing: Sequence[Rule]) -> None:
        """Take the rules that can move an item, in the order in which masks name them."""
        self._first = _Stage(rulebook.assessment, FIELDS)
        self._second = _Stage(placing, FIELDS)
        found = _Stage(placing, [f"finding.{name}" for name in rulebook.findings])
        self._every = found.every
        self._findings = tuple(
            (
                sum(1 << i for i, rule in enumerate(rulebook.assessment) if rule.object == name),
                found.mask(f"finding.{name}", "yes"),
                found.mask(f"finding.{name}", "no"),
            )
            for name in rulebook.findings
            if f"finding.{name}" in found.fields
        )
        self._distinct = {name: self._told_apart(name) for name in ANSWERS}

    def _told_apart(self, name: str) -> Sequence[tuple[Fact, float]]:
        """The answers that some rule tells apart, one of each kind, with the kind's share."""
        kinds: dict[tuple[int, ...], list[Fact]] = {}
        for answer in ANSWERS[name]:
            stages = [stage for stage in (self._first, self._second) if name in stage.fields]
            kinds.setdefault(tuple(stage.mask(name, answer) for stage in stages), []).append(answer)
        return tuple((alike[0], len(alike) / len(ANSWERS[name])) for alike in kinds.values())

    def _after_findings(self, found: int) -> int:
        """What the findings of the first stage let hold in the second."""
        mask = self._every
        for finding, yes, no in self._findings:
            mask &= yes if found & finding else no
        return mask

    def changed(
        self, facts: Mapping[str, Fact], fields: Iterable[str]
    ) -> Iterator[tuple[str, Fact, float, int]]:
        """Each field with an answer under which other rules would hold, and the mask of those.

        With each stands the share of the field's answers that do the same.
        The first is ("", "", 1, mask): what holds now.
        """
        first = self._first.without(self._first.masks(facts))
        second = self._second.without(self._second.masks(facts))
        found_now, planned_now = first[""], second[""]
        after_now = self._after_findings(found_now)
        now = planned_now & after_now
        yield "", "", 1.0, now
        for field in fields:
            before, after = first.get(field), second.get(field)
            for value, share in self._distinct[field]:
                allowed = after_now
                if before is not None:
                    found = before & self._first.mask(field, value)
                    allowed = after_now if found == found_now else self._after_findings(found)
                planned = planned_now if after is None else after & self._second.mask(field, value)
                then = planned & allowed
                if then != now:
                    yield field, value, share, then
