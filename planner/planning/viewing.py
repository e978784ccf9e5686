"""Facts as the engine is asked about them, and as one number in which each condition is a bit.

Lists reach the engine as closed questions ("was one of these given?"), and a number as the least
number that no rule tells apart from it. So observations that no rule tells apart are one to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from planner.contract.facts import ABSENT, TOGETHER, Fact
from planner.contract.fields import FIELDS
from planner.engine.ruleset import Domain, Leaf
from planner.rulebook.conditions import Among, AnyOf, Condition, Test
from planner.rulebook.plan_fields import ASKED_FIELDS, PLAN_FIELDS

YES, NO = "yes", "no"

_KEPT = 1024
"""Answers kept for each lookup, most of which are asked for again by the next observations."""
_VIEWS = 256
"""The memo's size for the engine's views: asked for less often, and larger."""

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
        self._plain = frozenset(
            name for name, field in ASKED_FIELDS.items() if field.kind == "choice"
        )
        self._lookups = tuple(
            (lru_cache(maxsize=_VIEWS)(partial(self._together, names)), itemgetter(*names))
            for names in TOGETHER
        )

    def _learn(self, condition: Condition) -> None:
        """Note what a condition needs to be told apart."""
        field = ASKED_FIELDS.get(condition.field)
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
        for name, field in PLAN_FIELDS.items():
            if field.kind == "choice":
                domains[name] = field.values
        for asked in self._questions.values():
            domains.update(dict.fromkeys(asked.values(), (NO, YES)))
        return domains

    def view(self, facts: Mapping[str, Fact]) -> View:
        """The facts as the engine is asked about them, without findings."""
        view: View = {}
        for answers, values in self._lookups:
            view.update(answers(values(facts)))
        return view

    def of_plan(self, known: Mapping[str, Fact]) -> View:
        """Where the items stand, as the engine is asked about it."""
        return self._together(tuple(known), tuple(known.values()))

    def _together(self, names: tuple[str, ...], values: Any) -> View:
        """What the engine is told of several fields, or of one."""
        view: View = {}
        for name, value in zip(names, values if len(names) > 1 else (values,), strict=True):
            if name in self._plain:
                view[name] = value
            elif name in self._edges:
                edges = self._edges[name]
                view[name] = edges[bisect_right(edges, value) - 1]
            for test, key in self._questions.get(name, {}).items():
                view[key] = YES if test.holds(value) else NO
        return view


class Bits:
    """An observation as one number: each condition of a rulebook is a bit, each value a few.

    Two observations with the same bits for the conditions of some rules are the same to those
    rules: what was answered for one holds for the other. That is all that these bits are used
    for; what holds is for the engine to say. The values say what a reason or a text is made of.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        """Give each distinct condition its bit, and each field that is asked about its place."""
        self._bit = {one: 1 << i for i, one in enumerate(dict.fromkeys(conditions))}
        self._asked: dict[str, list[Condition]] = {}
        for condition in self._bit:
            self._asked.setdefault(condition.field, []).append(condition)
        self.conditions = (1 << len(self._bit)) - 1
        self._values: dict[str, tuple[int, int]] = {}
        place = len(self._bit)
        for field in (*FIELDS, *(name for name in self._asked if name not in FIELDS)):
            self._values[field] = place, ((1 << _width(field)) - 1) << place
            place += _width(field)
        self._worth = lru_cache(maxsize=_KEPT)(self._worth_of)
        self._lookups = tuple(
            (lru_cache(maxsize=_KEPT)(partial(self._together, names)), itemgetter(*names))
            for names in TOGETHER
        )

    def mask(self, conditions: Iterable[Condition]) -> int:
        """The bits of some conditions."""
        mask = 0
        for condition in conditions:
            mask |= self._bit[condition]
        return mask

    def values(self, fields: Iterable[str]) -> int:
        """All bits in which the values of some fields are written."""
        mask = 0
        for field in fields:
            mask |= self._values[field][1]
        return mask

    def _worth_of(self, field: str, value: Fact) -> int:
        """The bits of this value, and of the conditions on its field that it meets."""
        met = self.mask(one for one in self._asked.get(field, ()) if one.holds(value))
        return met | _code(field, value) << self._values[field][0]

    def _together(self, names: tuple[str, ...], values: Any) -> int:
        """The bits of the values of several fields, or of one."""
        given = values if len(names) > 1 else (values,)
        return sum(map(self._worth, names, given))

    def of(self, facts: Mapping[str, Fact]) -> int:
        """The conditions on the observation that hold, and all of its values."""
        return sum([worth(values(facts)) for worth, values in self._lookups])

    def of_findings(self, view: Mapping[str, Fact], findings: Iterable[str]) -> int:
        """The conditions on findings that hold, and which there are; or on where items stand."""
        return sum([self._worth(name, view[name]) for name in findings if name in self._values])


def _width(name: str) -> int:
    """How many bits it takes to write any value of a field."""
    field = ASKED_FIELDS.get(name)
    if field is None:
        return 1
    if field.kind == "list":
        return len(field.values)
    return ((field.high or 0) + 1 if field.kind == "number" else len(field.values)).bit_length()


def _code(name: str, value: Fact) -> int:
    """A value as a number that no other value of the field has: the absent and unknown too."""
    if isinstance(value, int):
        return value + 1
    field = ASKED_FIELDS.get(name)
    if field is None:
        return int(value == YES)
    if isinstance(value, frozenset):
        return sum(1 << i for i, one in enumerate(field.values) if one in value)
    return len(field.values) if value == ABSENT else field.values.index(value)
