"""Other opinions on which rules hold: a naive interpreter, and rules for a second engine.

Also the chance that makes rule bases and facts: every kind of condition that a rulebook can
come to, over words and numbers, with ids out of order.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from planner.engine.limits import Domain, Leaf, Rules

Facts = dict[str, str | int]


def holds(leaf: Leaf, value: str | int) -> bool:
    """Whether one value passes one condition: what the words say, and nothing cleverer."""
    if isinstance(value, str):
        return value in leaf.accepts
    return (leaf.low is None or leaf.low <= value) and (leaf.high is None or value <= leaf.high)


def oracle_match(rules: Rules, facts: Mapping[str, str | int]) -> tuple[str, ...]:
    """The ids of the rules whose conditions all hold, in the rules' order."""
    return tuple(
        rule for rule, leaves in rules if all(holds(leaf, facts[leaf.key]) for leaf in leaves)
    )


def json_logic(leaves: Sequence[Leaf]) -> dict[str, Any]:
    """A rule's conditions as JsonLogic, for an engine that shares nothing with ours."""
    conditions: list[dict[str, Any]] = []
    for leaf in leaves:
        value = {"val": leaf.key}
        if leaf.accepts:
            conditions.append({"in": [value, list(leaf.accepts)]})
        if leaf.low is not None:
            conditions.append({">=": [value, leaf.low]})
        if leaf.high is not None:
            conditions.append({"<=": [value, leaf.high]})
    return {"and": conditions}


def some_domains(chance: random.Random, keys: int = 12) -> dict[str, Domain]:
    """Keys with 1 to 7 words, and numbers in ranges short, long and below zero."""
    ranges = (range(-1, 601), range(1, 5), range(-1, 1000), range(-1, 1_000_000))
    return {
        f"context.key_{number}": chance.choice(ranges)
        if chance.random() < 0.3
        else tuple(f"word {place}" for place in range(chance.randint(1, 7)))
        for number in range(keys)
    }


def some_rules(chance: random.Random, domains: Mapping[str, Domain], most: int = 60) -> Rules:
    """Rules over these keys; some read a key twice, some share all their conditions."""
    rules: list[tuple[str, tuple[Leaf, ...]]] = []
    while len(rules) < most:
        leaves = tuple(
            _some_leaf(chance, key, domains[key])
            for key in chance.choices(list(domains), k=chance.choice((1, 2, 2, 3, 3, 4)))
        )
        rule = f"kind-{chance.randint(0, 9)}.rule-{len(rules)}"
        if any(not _accepts_all(leaf, domains[leaf.key]) for leaf in leaves):
            rules.append((rule, leaves))
        if rules and chance.random() < 0.05 and len(rules) < most:
            rules.append((f"{rule}-again", rules[-1][1]))
    return rules


def some_facts(chance: random.Random, domains: Mapping[str, Domain], rules: Rules = ()) -> Facts:
    """One value for each key; if rules are given, often just what one of them asks for."""
    facts: Facts = {key: _some_value(chance, domain) for key, domain in domains.items()}
    if rules and chance.random() < 0.7:
        for leaf in chance.choice(rules)[1]:
            ends = [end for end in (leaf.low, leaf.high) if end is not None]
            nearby = [end + step for end in ends for step in (-1, 0, 1)]
            near = [number for number in nearby if number in domains[leaf.key]]
            facts[leaf.key] = chance.choice(leaf.accepts) if leaf.accepts else chance.choice(near)
    return facts


def _some_value(chance: random.Random, domain: Domain) -> str | int:
    """A value of a key."""
    return domain[chance.randrange(len(domain))]


def _some_leaf(chance: random.Random, key: str, domain: Domain) -> Leaf:
    """A condition on one key."""
    if isinstance(domain, tuple):
        several = chance.randint(1, len(domain))
        return Leaf(key, tuple(chance.sample(domain, chance.choice((1, 1, several)))))
    low, high = sorted((chance.choice(domain), chance.choice(domain)))
    return chance.choice(
        (Leaf(key, low=low, high=high), Leaf(key, low=low), Leaf(key, high=high), _one(key, low))
    )


def _one(key: str, number: int) -> Leaf:
    """A condition that only one number meets."""
    return Leaf(key, low=number, high=number)


def _accepts_all(leaf: Leaf, domain: Domain) -> bool:
    """Whether a condition asks nothing at all."""
    return all(holds(leaf, value) for value in (domain[0], domain[-1], *domain[:50]))
