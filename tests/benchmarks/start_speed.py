"""How long a start takes and how much memory, beside other commits: each in a process of its own.

`python -m tests.benchmarks.start_speed [ROUNDS [PLANS]]` prints Markdown; `OLD=COMMIT[,COMMIT]`
names the others.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.against import Found, accepted_by_all, compared, heads, ran, sides
from tests.benchmarks.commits import surroundings
from tests.benchmarks.measuring import table, where_and_when

ROUNDS, PLANS = 10, 20_000
CASE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}
LOAD = """
import time; begun = time.process_time()
from planner import Planner; loaded = time.process_time()
Planner(); made = time.process_time()
print((loaded - begun) * 1e3, (made - loaded) * 1e3)
"""
COMMAND = "import sys; from planner.cli import main; sys.exit(main())"
STARTS = {
    "python": "`python -c pass`, for comparison",
    "import": "`from planner import Planner`",
    "planner": "`Planner()`",
    "command": "`repair-planner plan`",
    "changed": "`repair-planner plan`, rules changed since",
}
GOALS = {"import": "150 ms", "planner": "120 ms", "command": "300 ms"}
MEMORY = {"loaded": "loaded, one plan made", "tenth": "after a tenth", "all": "after all of them"}
"""Growth that ends is a memory that fills; what goes on between the tenth and the end leaks."""
MEMORY_GOALS = {"loaded": "45 MB", "growth": "25 MB"}


def spent(tree: Path, command: Sequence[str], given: str = "") -> float:
    """Milliseconds of the processor from start to end of a process, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, input=given, stdout=subprocess.PIPE, text=True, check=True, env=surroundings(tree)
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e3


def starts(tree: Path, changed: bool) -> dict[str, float]:
    """Each start once."""
    python = [sys.executable, "-P", "-c"]
    plan = [*python, COMMAND, "plan", "-", "--format", "json"]
    found: dict[str, float] = {}
    if changed:
        forget(tree)
        found["changed"] = spent(tree, plan, json.dumps(CASE))
    done = subprocess.run(
        [*python, LOAD], capture_output=True, text=True, check=True, env=surroundings(tree)
    )
    found["import"], found["planner"] = map(float, done.stdout.split())
    found["command"] = spent(tree, plan, json.dumps(CASE))
    found["python"] = spent(tree, [*python, "pass"])
    return found


def forget(tree: Path) -> None:
    """Take away what was kept beside the rules, as after an update."""
    for kept in (tree / "rules" / "__pycache__").glob("*"):
        kept.unlink(missing_ok=True)


def each_in_turn(trees: dict[str, Path], rounds: int) -> dict[str, Found]:
    """All starts on every tree, several times over; the slowest of them three times."""
    found: dict[str, Found] = {side: {name: [] for name in STARTS} for side in trees}
    for tree in trees.values():
        starts(tree, changed=False)  # Python compiles what it has not met
    for number in range(rounds):
        for side, tree in trees.items():
            for name, took in starts(tree, changed=number < 3).items():
                found[side][name].append(took)
    return found


def memory(trees: dict[str, Path], plans: int) -> dict[str, Found]:
    """Megabytes in memory: loaded, after a tenth of the plans, after all, and what was added."""
    given = {"many": accepted_by_all(trees, 10, plans)["many"]}
    found: dict[str, Found] = {}
    for side, tree in trees.items():
        noted = ran(tree, "memory", given)["memory"][1::2]
        loaded, tenth, most = noted[0], noted[len(noted) // 10], noted[-1]
        found[side] = {"loaded": [loaded], "tenth": [tenth], "all": [most]}
        found[side]["growth"] = [most - loaded]
    return found


def report(rounds: int = ROUNDS, plans: int = PLANS) -> str:
    """Both tables as Markdown."""
    with sides() as named:
        trees = dict(named)
        started = each_in_turn(trees, rounds)
        held = memory(trees, plans) if Path("/proc/self/status").exists() else {}
    how = (
        f"Fresh processes, milliseconds of the processor: least · median · p95 of {rounds}. "
        f"{where_and_when()}"
    )
    parts = [how, table(heads("start", trees), compared(started, STARTS, GOALS))]
    if held:
        said = {**MEMORY, "growth": f"added by {plans:,} different plans, half of them by chance"}
        rows = compared(held, said, MEMORY_GOALS, shares=(0.5,))
        parts.append(table(heads("megabytes in memory (RSS)", trees), rows))
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:3])))
