"""Rules as the text that durable-rules reads, and facts as its text in pieces.

Why the text looks as it does. Counted with callgrind for 55 rules of 3 to 4 conditions over
30 keys of 5 values, in thousands of instructions a match (82 of them take 8 to 15
microseconds, by how busy the machine is; the rules as they come, naively named: 139):

- The engine tries every property of a fact after each condition that held so far. So the
  condition that fails most often goes first (`_order`): 82; in the rules' own order 117. The
  usual value of each key, when it is known, is worth 12 of these.
- It finds a condition through the low five bits of its key's hash, and then reads on until
  the first empty slot: keys that share a stretch are searched through each other. Keys are
  renamed so that each has its own stretch with a gap behind (`_names`): 94; named `p0`,
  `p1`, ... 108; with single letters as they come 104 (these three without usual values).
- Each result repeats the whole fact, so names and values are short. Whether a value is
  written as `3` or `"3"` makes no difference (82.3 and 82.3); numbers need no escaping.
"""

import itertools
import json
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.engine.limits import MOST_BRANCHES, Domain, Leaf, Rules, problems, share
from planner.errors import EngineError

_BUCKETS = 32
_SIGNS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled ruleset: the engine's text, and how a fact is written for it.

    `fragments` holds for each of `keys` the piece of the fact that each value stands for;
    `numbers` are the places among them that take whole numbers.
    """

    text: str
    keys: tuple[str, ...]
    fragments: tuple[Mapping[str | int, str], ...]
    numbers: tuple[int, ...]


class Numbers(dict[str | int, str]):
    """The pieces of a fact for each number of a range, written when first asked for.

    Few numbers are kept, so that no stream of odd values can grow it.
    """

    KEPT = 1024

    def __init__(self, prefix: str, allowed: range) -> None:
        super().__init__((n, f"{prefix}{n}") for n in allowed[: self.KEPT])
        self.prefix, self.allowed = prefix, allowed

    def __missing__(self, number: str | int) -> str:
        if type(number) is int and number in self.allowed:
            return f"{self.prefix}{number}"
        raise KeyError(number)


def compile_rules(
    name: str,
    rules: Rules,
    domains: Mapping[str, Domain],
    usual: Mapping[str, str | int] | None = None,
) -> Program:
    """Turn rules into the engine's text, or raise an EngineError with every reason not to.

    `usual` may tell the value that a key mostly has: conditions that it passes go last.
    """
    found = [f'ruleset "{name}": {problem}' for problem in problems(rules, domains)]
    if found:
        raise EngineError("\n".join(found))
    common = Counter(leaf for _, leaves in rules for leaf in leaves)
    ordered = [_order(leaves, domains, usual or {}, common) for _, leaves in rules]
    children = _children(ordered, domains)
    if max(map(len, children.values())) > MOST_BRANCHES:
        raise EngineError(f'ruleset "{name}": {_too_many_branches(rules, ordered, domains)}')
    keys = tuple(dict.fromkeys(leaf.key for leaves in ordered for leaf in leaves))
    names = _names(keys, children[()])
    text = {
        f"{number:02}": {"all": [{"m": {"$and": conditions}}], "count": 1, "pri": number}
        for number, leaves in enumerate(ordered)
        for conditions in [[e for leaf in leaves for e in _expressions(leaf, names, domains)]]
    }
    fragments = tuple(_fragments(names[key], domains[key]) for key in keys)
    numbers = tuple(i for i, key in enumerate(keys) if isinstance(domains[key], range))
    return Program(json.dumps(text, separators=(",", ":")), keys, fragments, numbers)


def _order(
    leaves: Iterable[Leaf],
    domains: Mapping[str, Domain],
    usual: Mapping[str, str | int],
    common: Counter[Leaf],
) -> list[Leaf]:
    """The conditions, most selective first; what many rules ask first, so that they share it."""

    def rank(leaf: Leaf) -> tuple[bool, float, int, str]:
        value = usual.get(leaf.key)
        return _passes(leaf, value), share(leaf, domains), -common[leaf], repr(leaf)

    return sorted(dict.fromkeys(leaves), key=rank)


def _passes(leaf: Leaf, value: str | int | None) -> bool:
    """Whether the usual value of a key, if one is known, passes."""
    if not isinstance(value, int):
        return value in leaf.accepts
    return (leaf.low is None or leaf.low <= value) and (leaf.high is None or value <= leaf.high)


def _tests(leaf: Leaf, domains: Mapping[str, Domain]) -> list[tuple[str, int]]:
    """The condition as the engine's operators, each with its number.

    Several words of one key exclude each other, so `$or` over them holds once at most.
    Words that end or begin their domain are one comparison instead of several.
    """
    domain = domains[leaf.key]
    if isinstance(domain, range):
        if leaf.low == leaf.high and leaf.low is not None:
            return [("$eq", leaf.low)]
        ends = (("$gte", leaf.low), ("$lte", leaf.high))
        return [(operator, end) for operator, end in ends if end is not None]
    places = sorted(map(domain.index, leaf.accepts))
    if len(places) > 1 and places[-1] == len(places) - 1:
        return [("$lte", places[-1])]
    if len(places) > 1 and places[0] == len(domain) - len(places):
        return [("$gte", places[0])]
    return [("$eq", place) for place in places]


def _expressions(
    leaf: Leaf, names: Mapping[str, str], domains: Mapping[str, Domain]
) -> list[dict[str, object]]:
    """One condition in the engine's notation; what it lists must all hold."""
    key = names[leaf.key]
    tests: list[dict[str, object]] = [
        {key: value} if operator == "$eq" else {operator: {key: value}}
        for operator, value in _tests(leaf, domains)
    ]
    return [{"$or": tests}] if leaf.accepts and len(tests) > 1 else tests


_Node = tuple[object, ...]


def _children(
    ordered: Sequence[Sequence[Leaf]], domains: Mapping[str, Domain]
) -> dict[_Node, set[tuple[str, str, int]]]:
    """The engine's tree of conditions: what can follow each; `()` is the root."""
    children: dict[_Node, set[tuple[str, str, int]]] = {(): set()}
    for rule, leaves in enumerate(ordered):
        node: _Node = ()
        for leaf in leaves:
            tests = [(leaf.key, *test) for test in _tests(leaf, domains)]
            if len(tests) == 1:
                children.setdefault(node, set()).update(tests)
                node = (*node, tests[0])
            elif leaf.accepts:  # the ways through an `$or` meet in a node of the rule's own
                children.setdefault(node, set()).update(tests)
                node = (*node, leaf, rule)
            else:
                for test in tests:
                    children.setdefault(node, set()).add(test)
                    node = (*node, test)
    return children


def _too_many_branches(
    rules: Rules, ordered: Sequence[Sequence[Leaf]], domains: Mapping[str, Domain]
) -> str:
    """Names the rule whose first condition spreads widest."""
    widths = [len(_tests(leaves[0], domains)) for leaves in ordered]
    rule = rules[widths.index(max(widths))][0]
    return (
        f"more than {MOST_BRANCHES} different conditions follow one another's place; rule "
        f'"{rule}" begins with {max(widths)} values; split the rules into several rulesets.'
    )


def _fragments(name: str, domain: Domain) -> Mapping[str | int, str]:
    """The pieces of a fact that each value of a key stands for."""
    if isinstance(domain, range):
        return Numbers(f',"{name}":', domain)
    return {value: f',"{name}":{place}' for place, value in enumerate(domain)}


def _hash(name: str) -> int:
    """The engine's own hash of a property's name (FNV-1a, 32 bits)."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def _names(keys: Iterable[str], first: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Short names whose hashes give each key its own stretch of the engine's first table.

    A key that begins some rules gets as many slots as conditions and one that stays empty;
    all other keys start at such a gap, where the engine's search ends at once.
    """
    entries = Counter(key for key, _, _ in first)
    pool = [_names_in(bucket) for bucket in range(_BUCKETS)]
    names: dict[str, str] = {}
    start, gaps = 1, [0]
    for key, count in sorted(entries.items(), key=lambda entry: (entry[1], entry[0])):
        names[key] = next(pool[min(start, _BUCKETS - 1)])
        start += count + 1
        if start <= _BUCKETS:
            gaps.append(start - 1)
    for place, key in enumerate(key for key in keys if key not in names):
        names[key] = next(pool[gaps[place % len(gaps)]])
    return names


def _names_in(bucket: int) -> Iterator[str]:
    """The names of a bucket, shortest first; `id` and `sid` are the engine's own."""
    for length in (1, 2, 3):
        for signs in itertools.product(_SIGNS, repeat=length):
            name = "".join(signs)
            if _hash(name) % _BUCKETS == bucket and name not in {"id", "sid"}:
                yield name
