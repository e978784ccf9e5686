"""Rules as bits of one number: a rule's bit is its place in the rulebook.

Which rules hold is then one number. Parting the rules by what they say, and by what they say it of,
is one operation, and equal parts of two plans are known by being equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from planner.rulebook.rulebook import Rule

_KEPT = 1024
"""The memo's size: sets of rules of one verb, in rule order, which are mostly asked for again."""


class Numbering:
    """The rules of one rulebook, by number and by what they say."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._all = tuple(rules)
        self.bit = {rule.id: 1 << number for number, rule in enumerate(rules)}
        self.all = (1 << len(self._all)) - 1
        """The number of all rules."""
        self.rules = lru_cache(maxsize=_KEPT)(self.split)
        """The rules of a number, in rule order."""
        self._saying: dict[tuple[str, str], int] = {}
        for rule in rules:
            for item in ("", *dict.fromkeys(rule.items)):
                known = self._saying.get((rule.verb, item), 0)
                self._saying[rule.verb, item] = known | self.bit[rule.id]

    def mask(self, rules: Iterable[Rule]) -> int:
        """The number of some rules."""
        return sum([self.bit[rule.id] for rule in rules])

    def split(self, held: int) -> tuple[Rule, ...]:
        """The rules of a number in rule order, not kept for another time."""
        return tuple([self._all[place] for place in places(held)])

    def saying(self, verb: str, item: str = "") -> int:
        """All rules of a verb, or those of them that act on an item."""
        return self._saying.get((verb, item), 0)


def places(number: int) -> list[int]:
    """The places of the bits that are set, the lowest first."""
    found: list[int] = []
    while number:
        lowest = number & -number
        found.append(lowest.bit_length() - 1)
        number ^= lowest
    return found
