"""The rules in groups that a person can read: by item, by kind of rupture, by what they do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from planner.plan.parts import Barred, Held, PlanSafety, Step
from planner.plan.plan import Plan
from planner.planning.near_misses import Near
from planner.rulebook.conditions import AnyOf, ListAny, ListOnly
from planner.rulebook.rulebook import Rule
from webui.knowledge import Knowledge
from webui.words.texts import text

ITEM, KIND, DOES = "item", "kind", "does"
WAYS = (ITEM, KIND, DOES)
"""The ways to group, as they stand in addresses."""
EVERY = "every"
"""Where rules stand that are about no item, or about no one kind of rupture."""
VERBS = (
    "stop", "review", "call", "hold", "bar", "delay", "after", "caution", "avoid", "before",
    "sign", "plan_b", "check_back", "ask", "supervise", "root", "find",
)  # fmt: skip
"""What a rule can do, the weightiest first."""
KINDS = "ruptures.kinds"


@dataclass(frozen=True, slots=True)
class Group:
    """Some rules under one heading; `near` names what each lacks, where they nearly fire."""

    key: str
    label: str
    rules: tuple[Rule, ...]
    near: tuple[Near, ...] = ()


def grouped(rules: Iterable[Rule], way: str, book: Knowledge) -> tuple[Group, ...]:
    """The groups that hold any of these rules, in the order of items, kinds or deeds."""
    every = tuple(rules)
    found = []
    for key in _keys(way, book):
        inside = tuple(rule for rule in every if key in _places(rule, way, book))
        if inside:
            found.append(Group(key, label(way, key, book), inside))
    return tuple(found)


def grouped_near(near: Iterable[Near], book: Knowledge) -> tuple[Group, ...]:
    """Rules that nearly fire, by what they would do."""
    missing = {one.rule.id: one for one in near}
    groups = grouped([one.rule for one in missing.values()], DOES, book)
    return tuple(
        replace(group, near=tuple(missing[rule.id] for rule in group.rules)) for group in groups
    )


def parted(rules: Iterable[Rule], way: str, book: Knowledge) -> tuple[Group, ...]:
    """A group's rules in parts: by what they do, or, of those that do the same, by item and kind.

    Each rule stands in one part, the first that it belongs to.
    """
    left = list(rules)
    found: list[Group] = []
    for by in (DOES,) if way != DOES else (ITEM, KIND):
        for group in grouped(left, by, book):
            inside = tuple(rule for rule in group.rules if rule in left)
            if inside and not (by == ITEM and group.key == EVERY):
                found.append(replace(group, rules=inside))
                left = [rule for rule in left if rule not in inside]
    return tuple(found)


def by_premise(rules: Iterable[Rule], book: Knowledge) -> tuple[Group, ...]:
    """Rules by the first premise that each names, then the others by what they do.

    A premise that one rule names alone makes no group: its rule stands with the others.
    """
    every = tuple(rules)
    found: list[Group] = []
    for name, premise in book.rulebook.premises.items():
        inside = tuple(rule for rule in every if rule.premises[:1] == (name,))
        if len(inside) > 1:
            found.append(Group(name, premise.sentence, inside))
    grouped_so = {rule.id for group in found for rule in group.rules}
    others = [rule for rule in every if rule.id not in grouped_so]
    return (*found, *parted(others, ITEM, book))


def label(way: str, key: str, book: Knowledge) -> str:
    """A group's heading."""
    if key == EVERY:
        return text(f"rules_every_{way}")
    if way == ITEM:
        return text("rules_item", item=key, title=book.item_title(key))
    return book.words.label("kind", key) if way == KIND else text(f"does_group_{key}")


def deciding(plan: Plan) -> frozenset[str]:
    """The rules that placed the plan's items, or stopped it."""
    parts: list[Step | Held | Barred | PlanSafety] = [*plan.steps, *plan.held, *plan.barred]
    parts.append(plan.safety)
    return frozenset(one.rule for part in parts for one in part.because)


def _keys(way: str, book: Knowledge) -> tuple[str, ...]:
    if way == ITEM:
        return (*book.rulebook.wording, EVERY)
    if way == KIND:
        return (*_kinds(book), EVERY)
    return VERBS


def _places(rule: Rule, way: str, book: Knowledge) -> Collection[str]:
    """The groups that a rule belongs to."""
    if way == DOES:
        return (rule.verb,)
    named = rule.items if way == ITEM else _about(rule, _kinds(book))
    return named or (EVERY,)


def _kinds(book: Knowledge) -> tuple[str, ...]:
    return tuple(option.value for option in book.words.options("kind"))


def _about(rule: Rule, kinds: Collection[str]) -> set[str]:
    """The kinds of rupture whose answers a rule asks for, or that it asks for by name."""
    found: set[str] = set()
    for branch in rule.branches:
        for condition in branch:
            found |= {condition.field.partition(".")[0]} & set(kinds)
            if condition.field == KINDS and isinstance(condition.test, AnyOf | ListAny | ListOnly):
                found |= condition.test.values & set(kinds)
    return found
