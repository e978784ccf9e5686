"""How long a plan takes, beside another commit: first, met before, again, and by chance.

`python -m tests.benchmarks.plan_speed [COUNT]` prints Markdown; `OLD=COMMIT` names the other.
"""

import sys

from tests.benchmarks import sampling
from tests.benchmarks.against import (
    HERE,
    accepted_by_all,
    compared,
    heads,
    in_turn,
    own,
    ran,
    sides,
)
from tests.benchmarks.measuring import ROOT, table, where_and_when

COUNT, ROUNDS = 3_000, 3

PLANS = {
    "first": "realistic, first time",
    "recombined": "every answer met before, never together",
    "other case": "the same answers, told of another case",
    "again": "one observation again",
}
CHANCE = {"chance": "by chance, first time"}
MATCHING = {
    "read": "`Observation.read` alone",
    "matched": "reading and matching (`rules_that_hold`), first time",
    "matched again": "the same, met before",
}
GOALS = {
    "first": "ratio 0.45",
    "other case": "110 us",
    "again": "10 us",
    "chance": "ratio 0.60",
    "matched again": "25 us",
}
NAMES = {"plans": PLANS, "chance": CHANCE, "matching": MATCHING}


def report(count: int = COUNT, rounds: int = ROUNDS) -> str:
    """All tables as Markdown."""
    with sides() as trees:
        sizes = {side: ran(tree, "size", {})["rules"][0] for side, tree in trees.items()}
        shared = accepted_by_all(trees, count)
        found = {what: in_turn(trees, what, shared, rounds) for what in NAMES}
    both = [row for what, names in NAMES.items() for row in compared(found[what], names, GOALS)]
    how = (
        f"{count:,} different observations that all of them take, microseconds of the processor: "
        f"least · median · p95; {rounds} rounds in turn, a fresh process each. Rules: "
        f"{', '.join(f'{rules:.0f} in {side}' for side, rules in sizes.items())}. "
        f"{where_and_when()}"
    )
    return "\n\n".join(
        (
            how,
            table(heads("whole plan with JSON, or a part", trees), both),
            "This tree on observations with every field of today:",
            alone(count),
            "### Where the time goes",
            sampling.report(count * 3),
        )
    )


def alone(count: int) -> str:
    """What this tree takes for its own observations."""
    mine = own(count)
    rows = [
        row[:2]
        for what, names in NAMES.items()
        for row in compared({HERE: ran(ROOT, what, mine)}, names, {})
    ]
    return table(("whole plan with JSON, or a part", HERE), rows)


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:3])))
