"""Why a rule held: its reason, and each field that it asked about with the value that it met."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from planner.contract.facts import Fact
from planner.plan.parts import Because
from planner.planning.matching import Matched
from planner.planning.memo import Memo
from planner.planning.numbering import Numbering
from planner.planning.viewing import Bits
from planner.rulebook.holding import fields_of, first_branch
from planner.rulebook.plan_fields import ASKED_FIELDS
from planner.rulebook.rulebook import Rule

_KEPT = 1024
"""Reasons kept ready: some hundred rules meet few values each, so most are asked for again."""


class Reasons:
    """The reasons of one rulebook. Equal reasons are one object, with its JSON written once."""

    def __init__(self, numbering: Numbering, bits: Bits) -> None:
        self._numbering = numbering
        self._bits = bits
        self._kept: Memo[tuple[str, int], Because] = Memo(_KEPT)
        self.read = lru_cache(maxsize=_KEPT)(self._reading)
        """Where the values stand that some rules ask about: what their reasons depend on."""

    def of(self, rules: int, matched: Matched) -> tuple[Because, ...]:
        """Why each of these rules held."""
        return self.each(self._numbering.rules(rules), matched)

    def each(self, rules: tuple[Rule, ...], matched: Matched) -> tuple[Because, ...]:
        """Why each of these rules held, in their own order."""
        bit, bits, kept = self._numbering.bit, matched.bits, self._kept
        found: list[Because] = []
        for rule in rules:
            key = rule.id, bits & self.read(bit[rule.id])
            found.append(kept.get(key) or kept.keep(key, _made(rule, matched.known())))
        return tuple(found)

    def _reading(self, rules: int) -> int:
        """The places of all values that some rules ask about."""
        told = self._numbering.split(rules)
        return self._bits.values(field for rule in told for field in fields_of(rule))


def _made(rule: Rule, known: Mapping[str, Fact]) -> Because:
    """A reason with what its conditions met, in their order; of several cases the first's."""
    fields = dict.fromkeys(condition.field for condition in first_branch(rule, known))
    met = {field: _met(field, known[field]) for field in fields}
    return Because(rule.id, rule.because, met, rule.source)


def _met(field: str, value: Fact) -> Any:
    """A fact as a reader knows it: a list in the contract's order, an unknown number as null."""
    if isinstance(value, frozenset):
        return tuple(one for one in ASKED_FIELDS[field].values if one in value)
    return None if value == -1 else value
