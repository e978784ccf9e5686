"""Whether what is asked holds: each condition asked of the facts, one after the other.

Plans are matched by the engine. Whoever looks at a rule beside a plan (scenarios, properties,
other answers, near misses) asks here. The prover has formulas of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.rulebook.conditions import Condition, Conjunction, Value
from planner.rulebook.rulebook import Rule, Rulebook, Variant

Conditional = Rule | Variant


def failing(conditions: Iterable[Condition], known: Mapping[str, Value]) -> Iterator[Condition]:
    """The conditions that do not hold, in their order."""
    return (one for one in conditions if not one.holds(known[one.field]))


def hold(conditions: Iterable[Condition], known: Mapping[str, Value]) -> bool:
    """Whether every condition holds; true where there is none."""
    for one in conditions:  # noqa: SIM110 - twice as fast; a check of the rules asks a million
        if not one.test.holds(known[one.field]):
            return False
    return True


def holds(one: Conditional, known: Mapping[str, Value]) -> bool:
    """Whether a rule or variant holds: its conditions, and one of its cases where it has any."""
    return any(hold(branch, known) for branch in one.branches)


def first_branch(one: Conditional, known: Mapping[str, Value]) -> Conjunction:
    """The conditions of the first case that holds; those of the first case where none does."""
    if not one.cases:
        return one.when
    return next((when for when in one.branches if hold(when, known)), one.branches[0])


def fields_of(one: Conditional) -> tuple[str, ...]:
    """Every field and finding that a rule or variant asks about, each once, in order."""
    return tuple(dict.fromkeys(asked.field for branch in one.branches for asked in branch))


def with_findings(rulebook: Rulebook, facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts with a yes or no for every finding."""
    found = {rule.object for rule in rulebook.assessment if holds(rule, facts)}
    findings = {f"finding.{name}": "yes" if name in found else "no" for name in rulebook.findings}
    return {**facts, **findings}


def chosen_variants(rulebook: Rulebook, item: str, facts: Mapping[str, Value]) -> Iterator[Variant]:
    """Of each part of an item's words the first variant that holds."""
    words = rulebook.wording.get(item)
    for part in words.every if words else ():
        first = next((one for one in part.variants if holds(one, facts)), None)
        if first is not None:
            yield first
