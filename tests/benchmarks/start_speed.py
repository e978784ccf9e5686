"""How long a start takes and how much memory: each in a process of its own, median of ten.

`python -m tests.benchmarks.start_speed` prints Markdown.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from planner.reading.shipped import SHIPPED
from tests.benchmarks.cases import realistic
from tests.benchmarks.measuring import ROOT, Times, middle, table, where_and_when

ROUNDS = 10
COMMAND = str(Path(sys.executable).parent / "repair-planner")
CASE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}
IMPORT = """
import time; wall, cpu = time.perf_counter(), time.process_time()
import planner
print((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)
"""
MEMORY = """
import json, sys
from planner import Planner
def most():
    told = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return int(told["VmHWM"].split()[0]) / 1024
planner = Planner()
loaded = most()
for line in sys.stdin:
    planner.plan(json.loads(line)).to_json()
print(loaded, most())
"""


def ran(command: Sequence[str], given: str = "") -> str:
    """What a command prints."""
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def nothing() -> None:
    """What is done before a start that needs nothing done."""


def of_command(
    command: Sequence[str], given: str = "", before: Callable[[], None] = nothing
) -> Times:
    """Milliseconds from start to end of a process, and those of its processor time."""
    times = Times()
    for _ in range(ROUNDS):
        before()
        spent, start = _children(), time.perf_counter()
        ran(command, given)
        times.wall.append((time.perf_counter() - start) * 1e3)
        times.cpu.append((_children() - spent) * 1e3)
    return times


def _children() -> float:
    """The processor's seconds of all processes that this one started and that have ended."""
    told = os.times()
    return told.children_user + told.children_system


def importing() -> Times:
    """Milliseconds for `import planner` in a fresh Python, without Python's own start."""
    times = Times()
    for _ in range(ROUNDS):
        wall, cpu = map(float, ran([sys.executable, "-c", IMPORT]).split())
        times.wall.append(wall)
        times.cpu.append(cpu)
    return times


def forget() -> None:
    """Take away what was kept of the rulebook, as after an update."""
    for kept in (SHIPPED / "__pycache__").glob("rulebook-*.pickle"):
        kept.unlink(missing_ok=True)


def report() -> str:
    """The table as Markdown."""
    plan, given = [COMMAND, "plan", "-", "--format", "json"], json.dumps(CASE)
    rows = {
        "`python -c pass`, for comparison": of_command([sys.executable, "-c", "pass"]),
        "`import planner`": importing(),
        "`repair-planner plan`, rules changed since": of_command(plan, given, forget),
        "`repair-planner plan`": of_command(plan, given),
    }
    lines = [
        f"Fresh processes, milliseconds, median of {ROUNDS}. {where_and_when()}",
        table(
            ("start", "CPU", "wall"),
            [(n, f"{middle(t.cpu):.0f}", f"{middle(t.wall):.0f}") for n, t in rows.items()],
        ),
    ]
    if Path("/proc/self/status").exists():
        told = "\n".join(map(json.dumps, realistic(3_000)))
        loaded, most = map(float, ran([sys.executable, "-c", MEMORY], told).split())
        lines.append(
            f"Most memory (VmHWM): {loaded:.0f} MB with the planner loaded, {most:.0f} MB after "
            "3,000 different realistic plans."
        )
    return "\n\n".join(lines)


if __name__ == "__main__":
    print(report())
