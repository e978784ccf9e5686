"""Other rule engines on the rulebook that ships, whole: the same rules and the same answers.

Every engine matches findings and then all other rules for the same observations, in a process of
its own, each observation for the first time. What holds is compared with a naive interpreter, and
that with `rules_that_hold`. `python -m tests.benchmarks.peers` prints Markdown.
"""

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from planner import Observation, Planner
from tests.benchmarks import peer_code, peer_durable, peer_engines
from tests.benchmarks.cases import realistic
from tests.benchmarks.measuring import CELLS, ROOT, Times, percentile, table, where_and_when
from tests.benchmarks.peer_base import Base, Case, Match, Stage, base_of

COUNT, BEFORE = 1_000, 50
"""Observations that are measured, and others that are met before."""
ROUNDS, TRIES = 2, 3

Asking = Callable[[Case], Any]

ENGINES: Mapping[str, Callable[[Stage], Match]] = {
    "generated if-chain, the limit": peer_code.if_chain,
    "datalogic-py": peer_engines.datalogic,
    "naive interpreter, the oracle": peer_engines.naive,
    "durable-rules by its C calls, every ruleset asked": peer_durable.by_calls,
    "clipspy": peer_engines.clipspy,
    "durable-rules by its Host, as documented": peer_durable.by_host,
    "zen-engine": peer_engines.zen_engine,
    "json-logic": peer_engines.json_logic,
    "business-rules": peer_engines.business_rules,
}
MATCHING = "**this project: matching alone, placing included**"
VALIDATING = "**this project: validating and matching**"
ALWAYS = "this project: the engine asked every time"
WHOLE = "**this project: the whole plan with JSON**"
OURS = (MATCHING, VALIDATING, ALWAYS, WHOLE)


def asking(name: str, base: Base) -> Asking:
    """How one observation is asked about, by an engine or by this project."""
    if name in ENGINES:
        first, second = map(ENGINES[name], (base.findings, base.planning))
        return partial(base.both, first, second)
    planner = always_asking() if name == ALWAYS else Planner()
    if name == WHOLE:
        return lambda case: planner.plan(case.told).to_json()
    if name == VALIDATING:
        return lambda case: planner.rules_that_hold(case.told)
    read = {id(case): Observation.read(case.told) for case in base.cases}
    return lambda case: planner.rules_that_hold(read[id(case)])


def always_asking() -> Planner:
    """A planner that asks the engine for every plan."""
    try:
        return Planner(ask="always")  # type: ignore[call-arg,unused-ignore]  # a choice of newer ones
    except TypeError:
        return Planner(remember=0)  # type: ignore[call-arg,unused-ignore]  # a choice of older ones


def answer_of(name: str, base: Base, answer: Any) -> frozenset[str] | None:
    """The rules that hold by an answer; None for a plan, which names those alone that it tells."""
    if name in ENGINES:
        return base.rules_of(answer)
    return None if name == WHOLE else frozenset(rule.id for rule in answer)


def measure(name: str, file: Path) -> None:
    """In a process of its own: print what each call took, and how many answers differ."""
    base: Base = pickle.loads(file.read_bytes())  # noqa: S301  # written by this benchmark
    ask, times, differ = asking(name, base), Times(), 0
    for case in base.cases[:BEFORE]:
        ask(case)
    for case in base.cases[BEFORE:]:
        found = answer_of(name, base, times.of(partial(ask, case)))
        differ += found is not None and found != case.holds
    print(json.dumps({"cpu": times.cpu, "wall": times.wall, "differ": differ}))


def ran(name: str, file: Path) -> tuple[Times, str]:
    """The times of one engine, and what is to be said of it; it may crash, and is asked again."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", name, str(file)]
    for attempt in range(TRIES):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found = json.loads(done.stdout.splitlines()[-1])
            if found["differ"] and name != "durable-rules by its Host, as documented":
                raise SystemExit(f"{name}: {found['differ']} answers are not the oracle's.")
            said = [f"crashed {attempt} times before"] * bool(attempt)
            said += [f"{found['differ']} of {COUNT:,} answers wrong"] * bool(found["differ"])
            return Times(found["wall"], found["cpu"]), ", ".join(said)
    return Times(), f"crashed {TRIES} times, at last: {done.stderr.strip()[-200:]}"


def measured(base: Base) -> dict[str, tuple[Times, str]]:
    """All engines in turn, several times over; of each the faster round."""
    best: dict[str, tuple[Times, str]] = {}
    with tempfile.TemporaryDirectory() as room:
        file = Path(room) / "base"
        file.write_bytes(pickle.dumps(base))
        for _ in range(ROUNDS):
            for name in (*OURS, *ENGINES):
                times, said = ran(name, file)
                known = best.get(name)
                if known is None or _p50(times) < _p50(known[0]):
                    best[name] = times, said
    return best


def _p50(times: Times) -> float:
    return percentile(times.cpu, 0.5) or float("inf")


def report() -> str:
    """The table as Markdown, fastest first."""
    planner = Planner()
    base = base_of(planner, realistic(COUNT + BEFORE, seed=3))
    found = measured(base)
    units = [_p50(found[name][0]) for name in (MATCHING, WHOLE)]
    rows = [
        (
            f"{name} ({said})" if said else name,
            *times.cells(".0f"),
            *(f"{_p50(times) / unit:.2f}" for unit in units),
        )
        for name, (times, said) in sorted(found.items(), key=lambda one: _p50(one[1][0]))
    ]
    book = planner.rulebook
    how = (
        f"{COUNT:,} different realistic observations, each for the first time, microseconds; "
        f"the faster of {ROUNDS} rounds, a process for each. {where_and_when()}"
    )
    what = (
        f"The same {len(book.assessment)} findings, then {len(book.planning)} rules, and the same "
        "answers: 0 sets of rules differ from those of a naive interpreter and of "
        "`rules_that_hold`. Facts are flat and typed before the clock starts, and where the items "
        "stand is told to the peers; this project works out both itself."
    )
    heads = ("engine", *CELLS, ": matching alone", ": whole plan")
    return "\n\n".join((how, what, table(heads, rows)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        print(report())
