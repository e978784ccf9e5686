"""Every observation that the contract allows, as codes and truths with their whole ranges.

A choice is a number that stands for its word, a list one truth for each member, and a rupture
that is not there is a value of its own, exactly as in `facts`. A copy of the world in which one
field is free again is how "the same case, but for this answer" is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.contract.facts import ABSENT, COUNTS_AS, NEXT_SESSION, NOT_KNOWN, TIMES
from planner.contract.fields import FIELDS, Field
from planner.contract.observation import STOP_FLAGS
from planner.proving.logic import (
    Code,
    Formula,
    all_of,
    any_of,
    at_least,
    at_most,
    equals,
    few,
    many,
    no,
    no_more,
    truth,
    unlike,
)
from planner.rulebook.conditions import (
    Among,
    AnyOf,
    Condition,
    ListAny,
    ListEmpty,
    ListNone,
    ListOnly,
    Value,
)

_KINDS = "ruptures.kinds"
_COUNT = "ruptures.count"


class World:
    """One observation that may be any: codes and truths, what binds them, how to ask of them."""

    def __init__(self, like: World | None = None, but_for: Iterable[str] = FIELDS) -> None:
        """With `like`, what stands for another world, new ones for the fields named only."""
        self.codes: dict[str, Code] = dict(like.codes) if like else {}
        self.members: dict[str, dict[str, Formula]] = dict(like.members) if like else {}
        for name in but_for:
            self._free(FIELDS[name], f"{name}'" if like else name)
        self._met: dict[Condition, Formula] = {}

    def but_for(self, *names: str) -> World:
        """The same observation with other answers to these fields."""
        return World(self, names)

    def _free(self, field: Field, called: str) -> None:
        """Make what stands for one field; the count of ruptures follows from their kinds."""
        if field.kind == "list":
            self.members[field.name] = {one: truth(f"{called}:{one}") for one in field.values}
        elif field.name != _COUNT:
            self.codes[field.name] = Code(called, _most(field).bit_length())

    def most(self) -> dict[str, int]:
        """The greatest number of each code and of each truth, by its name; a truth's is 1."""
        numbers = {code.name: _most(FIELDS[name]) for name, code in self.codes.items()}
        given = (one for members in self.members.values() for one in members.values())
        return numbers | {str(one.said[0]): 1 for one in given}

    def bounds(self) -> list[Formula]:
        """What every valid observation keeps to."""
        kinds = self.members[_KINDS]
        flags = self.members["safety.flags"]
        bound = [any_of([*kinds.values(), *(flags[flag] for flag in STOP_FLAGS)])]
        bound += [*self._own_share(), *self._times()]
        for name, members in self.members.items():
            there = kinds.get(FIELDS[name].rupture or "")
            bound += [any_of([there, no(one)]) for one in members.values() if there is not None]
        for name, code in self.codes.items():
            field = FIELDS[name]
            bound.append(at_most(code, _most(field)))
            if field.rupture:
                there = kinds[field.rupture]
                if field.kind == "choice":
                    bound.append(unlike(equals(code, len(field.values)), there))
                else:
                    known = at_least(code, (field.low or 0) + 1)
                    absent = any_of([known, equals(code, 0)]) if field.nullable else known
                    missing = all_of([no(there), equals(code, 0)])
                    bound.append(any_of([all_of([there, absent]), missing]))
        return bound

    def _own_share(self) -> list[Formula]:
        """The therapist's share of latenesses is known only of both, and no more than all."""
        own, count = self.codes["lateness.own_occurrences"], self.codes["lateness.occurrences"]
        both = self.is_("lateness.who", "both")
        return [any_of([equals(own, 0), all_of([both, no_more(own, count)])])]

    def _times(self) -> list[Formula]:
        """What is spoken of in the next session is counted from there; see `facts`."""
        elsewhere = no(self.is_(*NEXT_SESSION))
        return [
            any_of([elsewhere, no(self.is_(name, time))]) for name in TIMES for time in COUNTS_AS
        ]

    def is_(self, name: str, value: Value) -> Formula:
        """The field has exactly this value."""
        if isinstance(value, frozenset):
            given = self.members[name].items()
            return all_of([one if word in value else no(one) for word, one in given])
        return equals(self.codes[name], code_of(FIELDS[name], value))

    def meets(self, condition: Condition) -> Formula:
        """A condition on a field holds."""
        met = self._met.get(condition)
        if met is None:
            met = self._met[condition] = self._asked(condition.field, condition.test)
        return met

    def _asked(self, name: str, test: object) -> Formula:
        """What a test asks of a field, by the kind of test."""
        match test:
            case AnyOf(values):
                return any_of([self.is_(name, value) for value in sorted(values)])
            case Among(low, high):
                return self._among(name, low, high)
            case ListAny(values):
                return any_of([self.members[name][value] for value in sorted(values)])
            case ListNone(values):
                return all_of([no(self.members[name][value]) for value in sorted(values)])
            case ListOnly(values):
                given = self.members[name]
                others = [no(one) for word, one in given.items() if word not in values]
                return all_of([any_of([given[value] for value in sorted(values)]), *others])
            case ListEmpty():
                return all_of([no(one) for one in self.members[name].values()])
        raise TypeError(test)

    def _among(self, name: str, low: int, high: int) -> Formula:
        """A number lies in a range; the number of ruptures is counted."""
        if name != _COUNT:
            code = self.codes[name]
            return all_of([at_least(code, low + 1), at_most(code, high + 1)])
        kinds = list(self.members[_KINDS].values())
        return all_of([many(kinds, low), few(kinds, high)])


def _most(field: Field) -> int:
    """The greatest code of a field."""
    if field.kind == "number":
        return (field.high or 0) + 1
    return len(field.values) if field.rupture else len(field.values) - 1


def code_of(field: Field, value: Value) -> int:
    """The number by which a world knows a value: absent comes after every word."""
    if isinstance(value, int):
        return value - NOT_KNOWN
    return len(field.values) if value == ABSENT else field.values.index(str(value))


def value_at(field: Field, code: int) -> str | int:
    """The value that a code stands for."""
    if field.kind == "number":
        return code + NOT_KNOWN
    return ABSENT if code == len(field.values) else field.values[code]
