"""A worker: how long one tree's planner takes; prints JSON. It imports the planner alone.

`python -P timing.py TREE WHAT FILE`: each line of FILE is the name of a list and an observation in
it, WHAT is one of the functions at the end. The same worker runs on every commit, and uses what is
public in all of them.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import planner

Told = dict[str, Any]
Given = Iterable[tuple[str, Told]]
Found = dict[str, list[float]]
SIMPLE: Told = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
"""Planned before the clock starts: whatever is made at first need is made by then."""
NOTED = 100
"""Plans between two looks at the memory."""


def timed(call: Callable[[Told], Any], cases: Iterable[Told]) -> list[float]:
    """Microseconds of the processor for each."""
    clock, found = time.thread_time_ns, []
    for case in cases:
        begun = clock()
        call(case)
        found.append((clock() - begun) / 1_000)
    return found


def fresh() -> tuple[planner.Planner, Callable[[Told], str]]:
    """A planner that has met one observation, and what is measured of it."""
    made = planner.Planner()
    made.plan(SIMPLE).to_json()
    return made, lambda case: made.plan(case).to_json()


def told_of_others(cases: Iterable[Told]) -> list[Told]:
    """The same answers, told of other cases in other sessions: no plan can be given again."""
    return [{**one, "case": f"B-{n}", "session": n % 90 + 1} for n, one in enumerate(cases)]


def plans(given: Given) -> Found:
    """Whole plans with JSON: each first, what was met before, one again."""
    _, written = fresh()
    lists = listed(given)
    cases = lists["realistic"]
    found = {"first": timed(written, cases)}
    found["other case"] = timed(written, told_of_others(cases))
    found["recombined"] = timed(written, lists["recombined"])
    written(cases[0])
    found["again"] = timed(written, [cases[0]] * len(cases))
    return found


def chance(given: Given) -> Found:
    """Whole plans with JSON of observations by chance, each first."""
    _, written = fresh()
    return {"chance": timed(written, listed(given)["chance"])}


def matching(given: Given) -> Found:
    """Reading an observation alone; reading it and matching every rule."""
    made, _ = fresh()
    cases = listed(given)["realistic"]
    found = {"read": timed(planner.Observation.read, cases)}
    found["matched"] = timed(made.rules_that_hold, cases)
    found["matched again"] = timed(made.rules_that_hold, cases)
    return found


def memory(given: Given) -> Found:
    """Megabytes: with the planner loaded, then after so many plans; nothing else is kept."""
    _, written = fresh()
    found = [0.0, resident()]
    for number, (_, case) in enumerate(given, 1):
        written(case)
        if number % NOTED == 0:
            found += [number, resident()]
    return {"memory": found}


def resident() -> float:
    """Megabytes of this process that are in memory now."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def accepted(given: Given) -> Found:
    """Of each list the numbers of those observations that are valid here."""
    return {name: list(map(float, _valid(cases))) for name, cases in listed(given).items()}


def _valid(cases: list[Told]) -> Iterable[int]:
    for number, case in enumerate(cases):
        try:
            planner.Observation.read(case)
        except planner.ObservationError:
            continue
        yield number


def size(_: Given) -> Found:
    """How many rules the rulebook that ships has."""
    return {"rules": [float(len(planner.Planner().rulebook.rules))]}


WHAT = (size, plans, chance, matching, memory, accepted)


def listed(given: Given) -> dict[str, list[Told]]:
    """The lists by their names."""
    found: dict[str, list[Told]] = {}
    for name, case in given:
        found.setdefault(name, []).append(case)
    return found


def main() -> None:
    """Measure one thing."""
    tree, what, file = sys.argv[1:]
    if not Path(planner.__file__).is_relative_to(tree):
        raise SystemExit(f"{planner.__file__} is not the planner of {tree}")
    with Path(file).open("rb") as lines:
        print(json.dumps({one.__name__: one for one in WHAT}[what](map(json.loads, lines))))


if __name__ == "__main__":
    main()
