"""How a planner grows with its rules: the rulebook that ships, 1,000 rules and 2,000.

The rules that are added are distinct, ask the same fields and act by the same verbs. `python -m
tests.benchmarks.growth [COUNT [ROUNDS]]` prints Markdown; each size in a process of its own.
"""

import json
import subprocess
import sys
import time

from planner import Planner
from tests.benchmarks.cases import realistic
from tests.benchmarks.growing import grown
from tests.benchmarks.measuring import ROOT, percentile, table, where_and_when
from tests.benchmarks.timing import resident, timed, told_of_others

COUNT, ROUNDS = 1_000, 2
SIZES = (0, 1_000, 2_000)
"""Rules; 0 leaves the rulebook as it ships."""
MEASURED = {
    "made": "`Planner(rulebook)`, nothing of it known",
    "matched": "reading and matching, first time",
    "first": "whole plan with JSON, first time",
    "other case": "the same answers, told of another case",
    "memory": "memory after these plans (RSS)",
}
UNITS = {"made": "ms", "memory": "MB"}
SECONDS = 1_000


def measure(rules: int, count: int) -> dict[str, list[float]]:
    """In a process of its own: milliseconds to make it, microseconds of each plan, megabytes."""
    book, cases = grown(rules), realistic(count, seed=5)
    begun = time.process_time()
    planner = Planner(book)
    planner.plan(cases[0]).to_json()
    made = (time.process_time() - begun) * SECONDS
    first = timed(lambda case: planner.plan(case).to_json(), cases[1:])
    met = timed(lambda case: planner.plan(case).to_json(), told_of_others(cases))
    matched = timed(Planner(book).rules_that_hold, cases)
    return {
        "rules": [len(book.rules)],
        "made": [made],
        "matched": matched,
        "first": first,
        "other case": met,
        "memory": [resident()],
    }


def in_turn(count: int, rounds: int) -> dict[int, dict[str, list[float]]]:
    """Every size, several times over."""
    found: dict[int, dict[str, list[float]]] = {size: {} for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            command = [sys.executable, "-m", "tests.benchmarks.growth", "size", str(size)]
            done = subprocess.run(
                [*command, str(count)], cwd=ROOT, stdout=subprocess.PIPE, check=True
            )
            for name, times in json.loads(done.stdout).items():
                found[size].setdefault(name, []).extend(times)
    return found


def report(count: int = COUNT, rounds: int = ROUNDS) -> str:
    """The table as Markdown; the last column is how it grows while the rules grow."""
    found = in_turn(count, rounds)
    sizes = [side["rules"][0] for side in found.values()]
    rows = []
    for name, said in MEASURED.items():
        middles = [percentile(side[name], 0.5) for side in found.values()]
        unit = UNITS.get(name, "us")
        cells = [f"{one:,.0f} {unit}" for one in middles]
        rows.append((said, *cells, f"{middles[-1] / middles[0]:.2f}"))
    heads = ("p50", *(f"{size:,.0f} rules" for size in sizes), f": {sizes[0]:.0f} rules")
    how = (
        f"{count:,} different realistic observations, CPU; {rounds} rounds in turn, a process "
        f"each. Rules grow by {sizes[-1] / sizes[0]:.2f}. {where_and_when()}"
    )
    return "\n\n".join((how, table(heads, rows)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["size"]:
        print(json.dumps(measure(*map(int, sys.argv[2:4]))))
    else:
        print(report(*map(int, sys.argv[1:3])))
