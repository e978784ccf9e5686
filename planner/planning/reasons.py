"""Why a rule held: its reason, and each field that it asked about with the value that it met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from planner.contract.facts import Fact
from planner.plan.parts import Because
from planner.planning.matching import Matched
from planner.planning.memo import Memo
from planner.planning.numbering import Numbering
from planner.rulebook.holding import fields_of, first_branch
from planner.rulebook.plan_fields import ASKED_FIELDS
from planner.rulebook.rulebook import Rule

Values = Callable[[Mapping[str, Fact]], Any]

_MB, _ONE = 4.0, 1500
_KEPT = 1024


class Reasons:
    """The reasons of one rulebook. Equal reasons are one object, with its JSON written once."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._kept: Memo[tuple[str, Any], Because] = Memo(_MB, _ONE)
        self._values = {
            rule.id: values_of(fields_of(rule)) for rule in numbering.split(numbering.all)
        }
        self.read = lru_cache(maxsize=_KEPT)(self._reading)
        """Gives the values that some rules ask about: what their reasons depend on."""

    def of(self, rules: int, matched: Matched) -> tuple[Because, ...]:
        """Why each of these rules held."""
        return self.each(self._numbering.rules(rules), matched)

    def each(self, rules: tuple[Rule, ...], matched: Matched) -> tuple[Because, ...]:
        """Why each of these rules held, in their own order."""
        kept, values, known = self._kept, self._values, matched.known()
        found: list[Because] = []
        for rule in rules:
            key = rule.id, values[rule.id](known)
            found.append(kept.get(key) or kept.keep(key, _made(rule, known)))
        return tuple(found)

    def _reading(self, rules: int) -> Values:
        """The same of some rules, each field once."""
        told = self._numbering.split(rules)
        return values_of(dict.fromkeys(field for rule in told for field in fields_of(rule)))


def values_of(fields: Iterable[str]) -> Values:
    """Gives the values of some fields, so that equal values are known again."""
    names = tuple(fields)
    return itemgetter(*names) if names else _none


def _none(_: Mapping[str, Fact]) -> tuple[()]:
    """The values of no field."""
    return ()


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
