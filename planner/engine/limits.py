"""What a condition is, and everything that the engine must never be given.

The engine answers a bad rule with a bare number, an endless loop or a crash, and takes some
bad rules silently. So each limit is checked here first: the message names the rule that
breaks it and the mend. Which number crashes what was measured on durable-rules 2.0.28.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Domain = tuple[str, ...] | range
Rules = Sequence[tuple[str, tuple["Leaf", ...]]]

MOST_RULES = 60
"""The engine holds 64 matches pending; each rule can be one of them (65: error 303)."""
MOST_ALIKE = 254
"""Rules with one identical condition; the 256th writes past the engine's list (segfault)."""
MOST_BRANCHES = 499
"""Distinct conditions that follow the same condition; at 512 the engine searches forever."""
MOST_PROPERTIES = 249
"""Properties of one fact, `sid` and `id` among them (255: error 302)."""
MOST_CHOICES = 14
"""Conditions with several values in one rule (15: error 113)."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition: the key has one of these words, or lies between these whole numbers.

    Give either `accepts`, or `low` and `high` (both included; `None` leaves that end open).
    """

    key: str
    accepts: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


def problems(rules: Rules, domains: Mapping[str, Domain]) -> Iterator[str]:
    """Every problem of the rules on which the engine would crash, loop or answer wrongly."""
    if not rules:
        yield "there is no rule in it; leave the ruleset out."
    if len(rules) > MOST_RULES:
        yield (
            f'rule "{rules[MOST_RULES][0]}" is number {MOST_RULES + 1} of {len(rules)}, and the '
            f"engine holds {MOST_RULES}; split the rules into several rulesets."
        )
    for rule, times in Counter(rule for rule, _ in rules).items():
        if times > 1:
            yield f'rule "{rule}" is there {times} times; give each rule its own id.'
    alike = Counter(frozenset(leaves) for _, leaves in rules)
    for rule, leaves in rules:
        if alike.pop(frozenset(leaves), 0) > MOST_ALIKE:
            yield (
                f'rule "{rule}" has the same conditions as {MOST_ALIKE} others or more, which '
                "crashes the engine; merge them into one rule or tell them apart."
            )
        yield from (f'rule "{rule}" {problem}' for problem in _rule_problems(leaves, domains))
    yield from _too_many_keys(rules)


def _too_many_keys(rules: Rules) -> Iterator[str]:
    """Names the rule that reads the most when all together read too many."""
    keys = {leaf.key for _, leaves in rules for leaf in leaves}
    most = MOST_PROPERTIES - len(("sid", "id"))
    if len(keys) > most:
        widest = max(rules, key=lambda rule: len(rule[1]))[0]
        yield (
            f'the rules read {len(keys)} keys, rule "{widest}" the most of them, and the engine '
            f"takes {most}; split the rules into rulesets that read fewer keys."
        )


def _rule_problems(leaves: tuple[Leaf, ...], domains: Mapping[str, Domain]) -> Iterator[str]:
    """What is wrong with one rule's conditions."""
    if not leaves:
        yield "has no condition, so it would match everything; give it at least one."
        return
    found = [problem for leaf in leaves for problem in _leaf_problems(leaf, domains)]
    yield from found
    if not found and all(share(leaf, domains) == 1 for leaf in leaves):
        yield "accepts every value of all its keys, so it would match everything; narrow one."
    if sum(len(leaf.accepts) > 1 for leaf in leaves) > MOST_CHOICES:
        yield (
            f"has more than {MOST_CHOICES} conditions with several values each, and the engine "
            "takes no more; split it into two rules."
        )


def _leaf_problems(leaf: Leaf, domains: Mapping[str, Domain]) -> Iterator[str]:
    """What is wrong with one condition, judged by the values its key can have."""
    domain = domains.get(leaf.key)
    if domain is None:
        from difflib import get_close_matches

        near = get_close_matches(leaf.key, domains, 1)
        hint = f'did you mean "{near[0]}"?' if near else "give the key its values."
        yield f'asks for "{leaf.key}", which no fact has, and may be absent; {hint}'
    elif isinstance(domain, range):
        yield from _range_problems(leaf, domain)
    elif leaf.low is not None or leaf.high is not None:
        yield f'asks for a number of "{leaf.key}", which has words; name the words it accepts.'
    elif not leaf.accepts:
        yield f'accepts no value of "{leaf.key}", so it never holds; name at least one.'
    else:
        values = ", ".join(domain)
        for word, times in Counter(leaf.accepts).items():
            if word not in domain:
                yield f'accepts "{word}" of "{leaf.key}", which never has it; values: {values}.'
            if times > 1:
                yield f'accepts "{word}" of "{leaf.key}" {times} times; name it once.'


def _range_problems(leaf: Leaf, domain: range) -> Iterator[str]:
    """What is wrong with a condition on a number."""
    bounds = f"whole numbers from {domain.start} to {domain.stop - 1}"
    ends = [end for end in (leaf.low, leaf.high) if end is not None]
    if domain.step != 1 or not domain:
        yield f'asks for "{leaf.key}", whose range must be unbroken and not empty; mend the range.'
    elif leaf.accepts or not ends:
        yield f'asks for "{leaf.key}", which is a number; give low or high ({bounds}).'
    elif any(type(end) is not int or end not in domain for end in ends):
        yield f'asks for "{leaf.key}" beyond its {bounds}; give exact {bounds}.'
    elif leaf.low is not None and leaf.high is not None and leaf.low > leaf.high:
        yield f'asks for "{leaf.key}" from {leaf.low} to {leaf.high}; swap the ends.'


def share(leaf: Leaf, domains: Mapping[str, Domain]) -> float:
    """The part of the key's values that pass; 1 when all do."""
    domain = domains[leaf.key]
    if isinstance(domain, range):
        low = domain.start if leaf.low is None else leaf.low
        high = domain.stop - 1 if leaf.high is None else leaf.high
        return (high - low + 1) / len(domain)
    return len(leaf.accepts) / len(domain)
