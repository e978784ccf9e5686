"""How fast a million rows are planned, how much memory that takes, and that the plans are right.

`python -m tests.benchmarks.batch_speed [.parquet] [.csv]` prints Markdown. The processor's time
is that of all processes together; divided among two cores it tells what the clock would on a
machine that does nothing else.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from planner import Planner
from planner.batch.flat import observation_of
from tests.benchmarks.cases import realistic
from tests.benchmarks.measuring import ROOT, table, where_and_when
from tests.planner.support.flat_rows import flat_row

ROWS, DISTINCT, CORES, GOAL = 1_000_000, 5_000, 2, 300_000
GROWTH = 1.5
RUN = """
import json, sys, time
from pathlib import Path
import psutil
from planner import Planner
from planner.batch.running import Wishes, run_batch

if __name__ == "__main__":
    me, used, most = psutil.Process(), {}, 0
    def note(now):
        global most
        family = [me, *me.children(recursive=True)]
        most = max(most, sum(one.memory_info().rss for one in family))
        used.update((one.pid, sum(one.cpu_times()[:2])) for one in family)
    planner = Planner()
    note(None)
    before, begun = sum(used.values()), time.perf_counter()
    done = run_batch(Path(sys.argv[1]), Path(sys.argv[2]), planner, Wishes(processes=2), note)
    wall = time.perf_counter() - begun
    used[me.pid] = sum(me.cpu_times()[:2])
    print(json.dumps([done.rows, done.planned, wall, sum(used.values()) - before, most / 2**20]))
"""


def rows_of_cases() -> pl.DataFrame:
    """A million rows with a case of their own, of which five thousand are different otherwise."""
    chance = random.Random(11)
    distinct = pl.DataFrame([flat_row(one) for one in realistic(DISTINCT, seed=11)])
    chosen = pl.Series([chance.randrange(DISTINCT) for _ in range(ROWS)])
    cases = pl.Series("case", [f"K-{row}" for row in range(ROWS)])
    return distinct.select(pl.all().gather(chosen)).with_columns(cases)


def ran(source: Path, out: Path) -> tuple[int, int, float, float, float]:
    """Rows, different ones, seconds by the clock and of all processors, most megabytes."""
    script = out.with_name("run.py")
    script.write_text(RUN)
    command = [sys.executable, str(script), str(source), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rows, planned, wall, cpu, memory = json.loads(ended.stdout)
    return rows, planned, wall, cpu, memory


def measured(suffix: str, given: pl.DataFrame, home: Path) -> list[str]:
    """One format's row of the table, after its plans were compared."""
    source, part, out = (home / f"{name}{suffix}" for name in ("in", "part", "out"))
    for frame, path in ((given, source), (given.head(ROWS // 4), part)):
        _ = frame.write_parquet(path) if suffix == ".parquet" else _blank(frame).write_csv(path)
    *_, smaller = ran(part, home / f"less{suffix}")
    rows, planned, wall, cpu, memory = ran(source, out)
    if rows != ROWS or memory > smaller * GROWTH:
        sys.exit(f"{suffix}: {rows:,} rows, {memory:,.0f} MB; a quarter took {smaller:,.0f} MB.")
    compare(given, out)
    return [
        suffix,
        f"{planned:,}",
        f"{wall:.1f} s",
        f"{rows / wall:,.0f}",
        f"{cpu:.1f} s",
        f"{rows * CORES / cpu:,.0f}",
        f"{smaller:,.0f} MB",
        f"{memory:,.0f} MB",
    ]


def _blank(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with nothing where a cell is blank, as most programs write CSV."""
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def compare(given: pl.DataFrame, out: Path) -> None:
    """Some rows all over the file have the plans that `plan_many` gives; else the run ends."""
    chosen = random.Random(1).sample(range(ROWS), 500)
    asked = (observation_of(given.row(row, named=True)) for row in chosen)
    csv = out.suffix == ".csv"
    read = pl.read_csv(out, infer_schema=False) if csv else pl.read_parquet(out)
    for row, plan in zip(chosen, Planner().plan_many(asked), strict=True):
        told = read.row(row, named=True)
        expected = {
            "case": f"K-{row}",
            "plan.disposition": plan.disposition,
            "plan.steps": "|".join(f"{step.item} {step.when}" for step in plan.steps),
            "plan.held": "|".join(one.item for one in plan.held),
            "plan.avoid": "|".join(one.code for one in plan.avoid),
        }
        if any((told[name] or "") != cell for name, cell in expected.items()):
            sys.exit(f"row {row + 1} has another plan: {told}")


def main() -> None:
    """Measure each format that is asked for, or both."""
    heads = ("format", "distinct", "clock", "rows/s", "processors", f"rows/s on {CORES} cores")
    given = rows_of_cases()
    with tempfile.TemporaryDirectory() as home:
        rows = [measured(one, given, Path(home)) for one in sys.argv[1:] or (".parquet", ".csv")]
    print(table((*heads, "memory, a quarter", "memory, all"), rows))
    print(f"\n{ROWS:,} rows; the goal is {GOAL:,} a second. {where_and_when()}")


if __name__ == "__main__":
    main()
