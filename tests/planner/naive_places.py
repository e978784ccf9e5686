"""Where each item stands, said once more as plainly as it can be: no bits, no memory."""

from __future__ import annotations

from collections.abc import Iterable

from planner.rulebook.rulebook import STEP_ITEMS, Rule

TIMES = ("now", "later_this_session", "future_session")


def places(rules: Iterable[Rule], but: str = "") -> dict[str, str]:
    """The place of each item that has one, given the rules that hold; `but` is not placed."""
    told = list(rules)
    if any(rule.verb == "stop" for rule in told):
        return {}
    where = {item: _place(item, told) for item in STEP_ITEMS if item != but}
    for _ in STEP_ITEMS:
        for rule in (rule for rule in told if rule.verb == "after"):
            for item in rule.items:
                for other in rule.follows:
                    mine, theirs = where.get(item, ""), where.get(other, "")
                    if mine in TIMES and theirs in TIMES:
                        where[item] = max(mine, theirs, key=TIMES.index)
    return {item: place for item, place in where.items() if place}


def _place(item: str, told: list[Rule]) -> str:
    """One item by the rules that act on it, before it waits for any other."""
    acting = [rule for rule in told if item in rule.items]
    verbs = {rule.verb for rule in acting}
    calls = [TIMES.index(rule.at) for rule in acting if rule.verb == "call" and rule.at]
    delays = [TIMES.index(rule.at) for rule in acting if rule.verb == "delay" and rule.at]
    if verbs & {"bar", "hold"}:
        return "barred" if "bar" in verbs else "held"
    return TIMES[max([min(calls), *delays])] if calls else ""
