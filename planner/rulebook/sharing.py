"""Equal parts of a rulebook made one and the same, so that it is smaller and loads sooner.

Thousands of conditions are a few hundred different ones: many rules and variants ask the same.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TypeVar, get_args

from planner.rulebook.conditions import Case, Condition, Test

Value = TypeVar("Value")

_ALIKE = frozenset((str, Condition, Case, *get_args(Test)))
"""Types whose equal values nothing tells apart: they compare by all that they hold."""


class Sharing:
    """Puts one value in place of all that are equal to it, in what nobody else holds yet."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._seen: dict[tuple[type, object], object] = {}
        self._done: dict[int, tuple[object, object]] = {}

    def of(self, value: Value) -> Value:
        """The value to hold in place of this one.

        Frozen parts are written into: they were made a moment ago, for this rulebook alone.
        """
        if id(value) not in self._done:
            # The value stands beside what replaces it, so that no other comes to bear its id.
            self._done[id(value)] = value, self._replacing(value)
        found: Value = self._done[id(value)][1]  # type: ignore[assignment]  # kept under its own id
        return found

    def _replacing(self, value: object) -> object:
        """What is equal to a value and was met first, once all within it is."""
        kind = type(value)
        if isinstance(value, tuple) and kind is tuple:
            value = tuple(map(self.of, value))
            return self._one(value) if _ALIKE.issuperset(map(type, value)) else value
        if isinstance(value, frozenset):
            return self._one(frozenset(map(self.of, value)))
        if isinstance(value, dict):
            value.update({key: self.of(inner) for key, inner in value.items()})
        elif is_dataclass(value):
            for one in fields(value):
                object.__setattr__(value, one.name, self.of(getattr(value, one.name)))
        return self._one(value) if kind in _ALIKE else value

    def _one(self, value: object) -> object:
        """The first of all that are equal to this; `1` and `True` stay apart by their types."""
        return self._seen.setdefault((type(value), value), value)
