"""From conclusions to where each item stands: bars over holds over calls, when, and in which order.

`place` looks at rules alone, so that the questions of a plan can ask it what another answer would
do; `reasons` turns a rule that held into the line of a plan that says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.facts import Fact
from planner.fields import FIELDS
from planner.plan import Because, Disposition
from planner.rulebook import Rule, When

WHENS: tuple[When, ...] = ("now", "later_this_session", "future_session")
ORDER = ("C2", "C3", "C1", "D1", "D4", "D2", "D3", "D5")
"""Own part, open request, hearing, presence, feeling, our pattern, outside link: where rules leave
the order open, a plan lists its items like this."""

PLACING = frozenset(("call", "delay", "hold", "bar", "review", "stop", "after"))
"""The verbs that decide where an item stands. The others add words to what is decided."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything stands: the disposition, and each item once."""

    disposition: Disposition
    steps: tuple[tuple[str, When, tuple[str, ...]], ...]
    held: tuple[str, ...]
    barred: tuple[str, ...]

    def standing(self) -> dict[str, str]:
        """Each item with where it stands: its time, "held" or "barred"."""
        where: dict[str, str] = {item: when for item, when, _ in self.steps}
        where.update(dict.fromkeys(self.held, "held"))
        where.update(dict.fromkeys(self.barred, "barred"))
        return where


def place(rules: Iterable[Rule]) -> Placement:
    """Weigh the conclusions of all rules that hold, whichever rupture they come from.

    A bar beats a hold and a hold beats a call. Of several calls the earliest counts, and no call
    counts earlier than a delay allows. On a stop nothing stands anywhere.
    """
    by_verb: dict[str, list[Rule]] = {verb: [] for verb in PLACING}
    for rule in rules:
        if rule.verb in PLACING:
            by_verb[rule.verb].append(rule)
    if by_verb["stop"]:
        return Placement("stop", (), (), ())
    barred = {item for rule in by_verb["bar"] for item in rule.items}
    held = {item for rule in by_verb["hold"] for item in rule.items} - barred
    ranks = _times(by_verb["call"], by_verb["delay"], held | barred)
    before = _befores(by_verb["after"], ranks)
    _wait(ranks, before)
    return Placement(
        "review_first" if by_verb["review"] else "proceed",
        tuple((item, WHENS[ranks[item]], before[item]) for item in _listed(ranks, before)),
        tuple(item for item in ORDER if item in held),
        tuple(item for item in ORDER if item in barred),
    )


def _times(calls: Sequence[Rule], delays: Sequence[Rule], without: set[str]) -> dict[str, int]:
    """When each called item comes, as a place in WHENS: its earliest call, kept back by delays."""
    ranks: dict[str, int] = {}
    for rule in calls:
        rank = WHENS.index(rule.at or "now")
        for item in rule.items:
            if item not in without:
                ranks[item] = min(rank, ranks.get(item, rank))
    for rule in delays:
        for item in rule.items:
            if item in ranks:
                ranks[item] = max(ranks[item], WHENS.index(rule.at or "now"))
    return ranks


def _befores(afters: Sequence[Rule], ranks: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """For each step the steps that must come before it, in the usual order."""
    before: dict[str, set[str]] = {item: set() for item in ranks}
    for rule in afters:
        for item in rule.items:
            if item in before:
                before[item].update(other for other in rule.follows if other in ranks)
    return {item: tuple(one for one in ORDER if one in some) for item, some in before.items()}


def _wait(ranks: dict[str, int], before: Mapping[str, tuple[str, ...]]) -> None:
    """Let no item come before what it waits for: a chain is at most as long as there are items."""
    for _ in ranks:
        for item, others in before.items():
            for other in others:
                ranks[item] = max(ranks[item], ranks[other])


def _listed(ranks: Mapping[str, int], before: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The items in an order that agrees with their times, what they wait for, and the usual order."""
    left = sorted(ranks, key=lambda item: (ranks[item], ORDER.index(item)))
    listed: list[str] = []
    while left:
        ready = next((one for one in left if not set(before[one]) & set(left)), left[0])
        listed.append(ready)
        left.remove(ready)
    return listed


def reason(rule: Rule, facts: Mapping[str, Fact], findings: Mapping[str, str | int]) -> Because:
    """Why a rule held: each field that it asked about, with the value that it met."""
    met = {
        condition.field: _met(condition.field, facts, findings) for condition in rule.when
    }
    return Because(rule.id, rule.because, met, rule.source)


def _met(field: str, facts: Mapping[str, Fact], findings: Mapping[str, str | int]) -> Any:
    """A fact as a reader knows it: a list in the contract's order, an unknown number as null."""
    if field not in FIELDS:
        return findings[field]
    value = facts[field]
    if isinstance(value, frozenset):
        return [one for one in FIELDS[field].values if one in value]
    return None if value == -1 else value
