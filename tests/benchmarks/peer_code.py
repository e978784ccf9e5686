"""The practical limit: rules written as Python, conditions that rules share asked once."""

from collections import Counter
from collections.abc import Iterator, Sequence

from planner.engine.limits import Leaf
from tests.benchmarks.peer_base import Match, Stage

Rest = list[tuple[str, tuple[Leaf, ...]]]


def if_chain(stage: Stage) -> Match:
    """One function for a stage, nested by what most rules ask."""
    read = [f"    {key} = facts['{key}']" for key in stage.domains]
    lines = ["def match(facts):", "    held = []", *read, *_nested(list(stage.rules), 1)]
    made: dict[str, Match] = {}
    code = compile("\n".join([*lines, "    return held"]), "if_chain", "exec")
    exec(code, made)  # noqa: S102  # written above from the rulebook alone
    return made["match"]


def _nested(rules: Rest, depth: int) -> Iterator[str]:
    """The rules as statements: what most of them ask first, and below it those that ask it."""
    space = "    " * depth
    while rules:
        asked = Counter(leaf for _, leaves in rules for leaf in leaves)
        if not asked:
            yield from (f"{space}held.append('{name}')" for name, _ in rules)
            return
        first = max(asked, key=lambda leaf: (asked[leaf], repr(leaf)))
        below = [(name, _without(leaves, first)) for name, leaves in rules if first in leaves]
        rules = [(name, leaves) for name, leaves in rules if first not in leaves]
        if len(below) == 1:
            [(name, rest)] = below
            yield f"{space}if {' and '.join(map(_written, (first, *rest)))}:"
            yield f"{space}    held.append('{name}')"
        else:
            yield f"{space}if {_written(first)}:"
            yield from _nested(below, depth + 1)


def _without(leaves: Sequence[Leaf], one: Leaf) -> tuple[Leaf, ...]:
    return tuple(leaf for leaf in leaves if leaf != one)


def _written(leaf: Leaf) -> str:
    """A condition as Python."""
    if len(leaf.accepts) == 1:
        return f"{leaf.key} == {leaf.accepts[0]!r}"
    if leaf.accepts:
        return f"{leaf.key} in {{{', '.join(map(repr, leaf.accepts))}}}"
    return f"{leaf.low} <= {leaf.key} <= {leaf.high}"
