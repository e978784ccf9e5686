"""Whether a rule or a variant holds, asked of each condition itself; the engine asks in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.conditions import Condition, Conjunction, Value
from planner.rulebook import Rule, Variant

Told = Rule | Variant


def all_hold(when: Iterable[Condition], known: Mapping[str, Value]) -> bool:
    """Whether every condition holds of what is known."""
    return all(condition.holds(known[condition.field]) for condition in when)


def holds(one: Told, known: Mapping[str, Value]) -> bool:
    """Whether a rule or variant holds: its conditions, and one of its cases where it has any."""
    return any(all_hold(branch, known) for branch in one.branches)


def first_branch(one: Told, known: Mapping[str, Value]) -> Conjunction:
    """The conditions of the first case that holds; those of the first case where none does."""
    if not one.cases:
        return one.when
    return next((when for when in one.branches if all_hold(when, known)), one.branches[0])


def fields_of(one: Told) -> tuple[str, ...]:
    """Every field and finding that a rule or variant asks about, each once, in order."""
    return tuple(dict.fromkeys(asked.field for branch in one.branches for asked in branch))
