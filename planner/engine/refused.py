"""What the engine says of each rule: which value of which key keeps it from holding.

A rule is a conjunction, so that what one key has decides nothing about another: from a fact with
which the rule holds, each key is changed alone, and the engine says whether the rule still holds.
So the engine is asked a sum of values and not their product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.engine.limits import Domain, Leaf, Rules
from planner.engine.ruleset import Ruleset
from planner.errors import EngineError

Value = str | int
Values = Mapping[str, Sequence[Value]]
"""The values of each key that are told apart; of a number the least of each stretch."""
Refused = tuple[tuple[str, Value], ...]
"""The keys and values with which a rule does not hold, whatever else is known."""

MOST_RULES, MOST_KEYS = 56, 230
"""Of one ruleset, near what the engine holds (60 rules, 247 keys): each one more takes memory."""
_KEPT = 8192
_KNOWN: dict[tuple[object, ...], Refused] = {}
"""What the engine said before, by a rule's conditions and the values of their keys.

The engine never frees what it was given, and the rules of two rulebooks are mostly the same."""


def refused(rules: Rules, domains: Mapping[str, Domain], values: Values) -> dict[str, Refused]:
    """For each rule the values that it does not hold with, by the engine's word.

    Raises EngineError where the engine must not be given a rule, or does not answer as it should.
    """
    keys = {
        rule: (leaves, tuple(tuple(values[one.key]) for one in leaves)) for rule, leaves in rules
    }
    if len(_KNOWN) + len(rules) > _KEPT:
        _KNOWN.clear()
    fresh = [one for one in rules if keys[one[0]] not in _KNOWN]
    for few in chunks(fresh):
        for rule, found in _asked(few, domains, values):
            _KNOWN[keys[rule]] = found
    return {rule: _KNOWN[key] for rule, key in keys.items()}


def chunks(rules: Rules) -> Iterator[Rules]:
    """The rules in as many rulesets as they fill."""
    few: list[tuple[str, tuple[Leaf, ...]]] = []
    keys: set[str] = set()
    for rule, leaves in rules:
        keys.update(leaf.key for leaf in leaves)
        if len(few) == MOST_RULES or (few and len(keys) > MOST_KEYS):
            yield few
            few, keys = [], {leaf.key for leaf in leaves}
        few.append((rule, leaves))
    if few:
        yield few


def _asked(
    rules: Rules, domains: Mapping[str, Domain], values: Values
) -> Iterator[tuple[str, Refused]]:
    """Ask the engine about each of a few rules."""
    read = {leaf.key for _, leaves in rules for leaf in leaves}
    ruleset = Ruleset(f"table of {rules[0][0]}", rules, {key: domains[key] for key in read})
    usual = {key: values[key][0] for key in ruleset.keys}
    answers: dict[tuple[Value, ...], frozenset[str]] = {}

    def holding(fact: Mapping[str, Value]) -> frozenset[str]:
        asked = tuple(fact.values())
        if asked not in answers:
            answers[asked] = frozenset(ruleset.match(fact))
        return answers[asked]

    for rule, leaves in rules:
        asked = {leaf.key: values[leaf.key] for leaf in leaves}
        passing = _passing(leaves, values)
        if passing is None:  # no value of some key can pass: it never holds
            yield rule, tuple((key, one) for key, every in asked.items() for one in every)
            continue
        fact = usual | passing
        if rule not in holding(fact):
            raise EngineError(f'rule "{rule}": the engine does not hold it for {passing}.')
        yield (
            rule,
            tuple(
                (key, one)
                for key, every in asked.items()
                for one in every
                if rule not in holding(fact | {key: one})
            ),
        )


def _passing(leaves: Iterable[Leaf], values: Values) -> dict[str, Value] | None:
    """For each key of a rule a value that should pass; None where none can."""
    asked: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        asked.setdefault(leaf.key, []).append(leaf)
    found: dict[str, Value] = {}
    for key, conditions in asked.items():
        passing = (one for one in values[key] if all(_passes(leaf, one) for leaf in conditions))
        value = next(passing, None)
        if value is None:
            return None
        found[key] = value
    return found


def _passes(leaf: Leaf, value: Value) -> bool:
    """Whether a condition should let a value pass."""
    if isinstance(value, str):
        return value in leaf.accepts
    low, high = leaf.low, leaf.high
    return (low is None or low <= value) and (high is None or value <= high)
