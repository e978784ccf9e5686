"""durable-rules twice: by this project's way to call it, and by its Host as its manual tells.

The Host loses an answer now and then, or crashes, so that its process is one of its own. It holds
64 matches pending, so that rules are parted; and it crashes on a state in which nothing fired, so
that each ruleset has one rule more, which always does.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import count
from operator import and_, or_
from typing import Any

from planner.engine.limits import MOST_RULES, Leaf, Rules
from planner.engine.ruleset import Ruleset
from tests.benchmarks.peer_base import Match, Stage
from tests.planner.support.oracle import Facts

SMALL = 24
"""Rules in one ruleset: small ones are asked faster by the calls below the Host."""


def _parted(stage: Stage, size: int) -> Iterator[tuple[str, Rules]]:
    """The rules in as many rulesets as they fill."""
    for start in range(0, len(stage.rules), size):
        yield f"{stage.name}{start}", stage.rules[start : start + size]


def by_calls(stage: Stage) -> Match:
    """The C module below the Host, validated and locked; every ruleset is asked."""
    rulesets = [
        Ruleset(name, rules, {key: stage.domains[key] for key in _keys(rules)})
        for name, rules in _parted(stage, SMALL)
    ]
    return lambda facts: [one for ruleset in rulesets for one in ruleset.match(facts)]


def by_host(stage: Stage) -> Match:
    """A new `sid` for each fact, asserted and its state deleted."""
    from durable.lang import assert_fact, delete_state  # type: ignore[import-untyped]  # has none

    fired: list[str] = []
    parts = list(_parted(stage, MOST_RULES - 1))
    for name, rules in parts:
        _register(name, rules, fired.append)
    keys = {name: _keys(rules) for name, rules in parts}
    sids = count(1)

    def match(facts: Facts) -> list[str]:
        fired.clear()
        for name, asked in keys.items():
            sid = next(sids)
            assert_fact(name, {"sid": sid, "told": 1, **{key: facts[key] for key in asked}})
            delete_state(name, sid)
        return [one for one in fired if one]

    return match


def _register(name: str, rules: Rules, note: Callable[[str], None]) -> None:
    """One ruleset, as the manual writes it."""
    from durable.lang import m, ruleset, when_all

    with ruleset(name):
        when_all(m.told == 1)(_noting(note, ""))
        for rule, leaves in rules:
            when_all(reduce(and_, (_told(m, leaf) for leaf in leaves)))(_noting(note, rule))


def _noting(note: Callable[[str], None], rule: str) -> Callable[[Any], None]:
    """An action; the Host counts its arguments."""
    return lambda _: note(rule)


def _told(m: Any, leaf: Leaf) -> Any:
    """A condition as the manual writes it."""
    key = getattr(m, leaf.key)
    if leaf.accepts:
        return reduce(or_, (key == word for word in leaf.accepts))
    return (key >= leaf.low) & (key <= leaf.high)


def _keys(rules: Rules) -> list[str]:
    """What rules read."""
    return list(dict.fromkeys(leaf.key for _, leaves in rules for leaf in leaves))
