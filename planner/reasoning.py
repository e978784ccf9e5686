"""Why a rule held: its reason, and each field that it asked about with the value that it met."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from planner.facts import Fact
from planner.fields import FIELDS
from planner.plan import Because
from planner.rulebook import Rule, Rulebook

_KEPT = 2048
"""Reasons kept ready: some hundred rules meet few values each, so most are asked for again."""


class Reasons:
    """The reasons of one rulebook. Equal reasons are one object, with its JSON written once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = {rule.id: rule for rule in rulebook.rules}
        self._read = {rule.id: _reader(rule) for rule in rulebook.rules}
        self._reason = lru_cache(maxsize=_KEPT)(self._made)

    def of(self, rule: Rule, known: Mapping[str, Fact]) -> Because:
        """Why this rule held, given the facts and findings."""
        return self._reason(rule.id, self._read[rule.id](known))

    def _made(self, rule_id: str, values: tuple[Fact, ...]) -> Because:
        """A reason with what its conditions met, in their order."""
        rule = self._rules[rule_id]
        fields = dict.fromkeys(condition.field for condition in rule.when)
        met = {field: _met(field, value) for field, value in zip(fields, values, strict=True)}
        return Because(rule.id, rule.because, met, rule.source)


def _reader(rule: Rule) -> Any:
    """Read the values of the fields that a rule asks about, always as a tuple."""
    fields = tuple(dict.fromkeys(condition.field for condition in rule.when))
    if len(fields) > 1:
        return itemgetter(*fields)
    return lambda known: (known[fields[0]],)


def _met(field: str, value: Fact) -> Any:
    """A fact as a reader knows it: a list in the contract's order, an unknown number as null."""
    if isinstance(value, frozenset):
        return [one for one in FIELDS[field].values if one in value]
    return None if value == -1 else value
