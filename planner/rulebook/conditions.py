"""What a rule or a wording variant asks of the facts, as small frozen tests.

A condition is one field and one test; a rule's conditions are a conjunction. Nothing here
is evaluated from text: the tests below are all there are, so that a rule can be read,
proved and compiled without running it. They are picklable and ask nothing twice: the
values were checked against the catalogue of fields when the rule was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Value = str | int | frozenset[str]
"""A fact's value: a word, a whole number (-1: not known, or not there), or a set of words."""

NOT_KNOWN = -1
"""The number that stands for "not known" or "this rupture is not there"; see `facts`."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The choice is one of these."""

    values: frozenset[str]

    def holds(self, value: Value) -> bool:
        """Whether the value is one of those asked for."""
        return value in self.values

    def __str__(self) -> str:
        return _either(self.values)


@dataclass(frozen=True, slots=True)
class Among:
    """The number lies between these two, both included."""

    low: int
    high: int

    def holds(self, value: Value) -> bool:
        """Whether the number lies in the range; a word or a set never does."""
        return isinstance(value, int) and self.low <= value <= self.high

    def __str__(self) -> str:
        if self.high == NOT_KNOWN:
            return "not given"
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class ListAny:
    """At least one of these was given."""

    values: frozenset[str]

    def holds(self, value: Value) -> bool:
        """Whether any of the values asked for was given."""
        return isinstance(value, frozenset) and not self.values.isdisjoint(value)

    def __str__(self) -> str:
        return _either(self.values)


@dataclass(frozen=True, slots=True)
class ListNone:
    """None of these was given; true as well when nothing was given."""

    values: frozenset[str]

    def holds(self, value: Value) -> bool:
        """Whether all of the values asked for are missing."""
        return isinstance(value, frozenset) and self.values.isdisjoint(value)

    def __str__(self) -> str:
        return f"not {_either(self.values)}"


@dataclass(frozen=True, slots=True)
class ListOnly:
    """Something was given, and nothing but these."""

    values: frozenset[str]

    def holds(self, value: Value) -> bool:
        """Whether what was given lies wholly within the values asked for."""
        return isinstance(value, frozenset) and bool(value) and value <= self.values

    def __str__(self) -> str:
        return f"only {_either(self.values)}"


@dataclass(frozen=True, slots=True)
class ListEmpty:
    """Nothing was given, which means "not known", never "none"."""

    def holds(self, value: Value) -> bool:
        """Whether the list is empty."""
        return isinstance(value, frozenset) and not value

    def __str__(self) -> str:
        return "not given"


Test = AnyOf | Among | ListAny | ListNone | ListOnly | ListEmpty


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of the catalogue (or `finding.NAME`) and the test its value must pass."""

    field: str
    test: Test

    def holds(self, value: Value) -> bool:
        """Whether this value of the field passes the test."""
        return self.test.holds(value)

    def __str__(self) -> str:
        return f"{self.field}: {self.test}"


Conjunction = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One of several cases of which any is enough: a conjunction, with the line where it stands."""

    when: Conjunction
    line: int = 0


def branches(when: Conjunction, cases: Sequence[Case], at: int) -> tuple[Conjunction, ...]:
    """The conjunctions of which any is enough: the common conditions with each case put in at `at`.

    Without cases it is the common conditions alone.
    """
    if not cases:
        return (when,)
    return tuple((*when[:at], *case.when, *when[at:]) for case in cases)


def asks_flags(when: Iterable[Condition]) -> bool:
    """Whether any of these conditions asks about the safety flags."""
    return any(condition.field == "safety.flags" for condition in when)


def _either(values: frozenset[str]) -> str:
    """The values in a stable order, joined for a reader."""
    return " or ".join(sorted(values))
