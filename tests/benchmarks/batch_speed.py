"""How fast a million rows are planned, how much memory that and four million take, all compared.

`python -m tests.benchmarks.batch_speed [.parquet] [.csv]` prints Markdown. The processor's time
is that of all processes together; divided among two cores it tells what the clock would on a
machine that does nothing else. A plain loop over `plan_many` runs beside it, over the same rows.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from planner import Plan, Planner
from planner.batch.flat import observation_of
from tests.benchmarks.cases import realistic
from tests.benchmarks.measuring import ROOT, table, where_and_when
from tests.planner.support.flat_rows import flat_row

ROWS, MORE, DISTINCT, CORES, LOOPED = 1_000_000, 4_000_000, 5_000, 2, 5_000
GOALS = {".parquet": 500_000, ".csv": 200_000}
GROWTH = 1.25
"""Four million rows may take so much more memory than one, by the chance of when it is measured."""
RUN = """
import json, sys, time
from pathlib import Path
from threading import Event, Thread
import psutil
from planner import Planner
from planner.batch.running import Wishes, run_batch

if __name__ == "__main__":
    me, used, most, ended = psutil.Process(), {}, 0, Event()
    def note():
        global most
        family = [me, *me.children(recursive=True)]
        most = max(most, sum(one.memory_info().rss for one in family))
        used.update((one.pid, sum(one.cpu_times()[:2])) for one in family)
    def watch():
        while not ended.wait(0.1):
            try:
                note()
            except psutil.NoSuchProcess:
                pass
    planner = Planner()
    note()
    before, begun = sum(used.values()), time.perf_counter()
    Thread(target=watch, daemon=True).start()
    done = run_batch(
        Path(sys.argv[1]), Path(sys.argv[2]), planner, Wishes(processes=2), lambda _: note()
    )
    wall = time.perf_counter() - begun
    ended.set()
    used[me.pid] = sum(me.cpu_times()[:2])
    print(json.dumps([done.rows, done.planned, wall, sum(used.values()) - before, most / 2**20]))
"""
HEADS = (
    "format",
    "rows",
    "distinct",
    "clock",
    "rows/s",
    "processors",
    f"rows/s on {CORES} cores",
    "goal",
    "planning",
    "memory at most",
)

Ran = tuple[int, int, float, float, float]
"""Rows, different ones, seconds by the clock and of all processors, most megabytes."""


def rows_of_cases(distinct: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """Rows with a case of their own, which are the chosen ones otherwise."""
    cases = pl.Series("case", [f"K-{row}" for row in range(chosen.len())])
    return distinct[chosen].with_columns(cases)


def ran(source: Path, out: Path) -> Ran:
    """Plan a file in a process of its own."""
    script = out.with_name("run.py")
    script.write_text(RUN)
    command = [sys.executable, str(script), str(source), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rows, planned, wall, cpu, memory = json.loads(ended.stdout)
    return rows, planned, wall, cpu, memory


def looped(frame: pl.DataFrame) -> tuple[float, list[Plan]]:
    """Processor seconds of a plain loop over `plan_many`, with a new planner, and the plans."""
    planner = Planner()
    begun = time.process_time()
    plans = list(planner.plan_many(map(observation_of, frame.iter_rows(named=True))))
    return time.process_time() - begun, plans


def cells_of(plan: Plan) -> dict[str, str]:
    """What a table says of a plan, written here a second time."""
    return {
        "plan.disposition": plan.disposition,
        "plan.steps": "|".join(f"{step.item} {step.when}" for step in plan.steps),
        "plan.held": "|".join(one.item for one in plan.held),
        "plan.barred": "|".join(one.item for one in plan.barred),
        "plan.avoid": "|".join(one.code for one in plan.avoid),
        "plan.asks": "|".join(dict.fromkeys(one.field for one in plan.questions)),
        "plan.rulebook": f"{plan.rulebook.version} {plan.rulebook.edition}",
    }


def compare(out: Path, expected: pl.DataFrame, chosen: pl.Series) -> None:
    """Every row, in order, has its case and the plan of `plan_many`; else the run ends."""
    csv = out.suffix == ".csv"
    start = 0
    for start in range(0, chosen.len(), ROWS):
        part = chosen.slice(start, ROWS)
        scan = pl.scan_csv(out, infer_schema=False) if csv else pl.scan_parquet(out)
        told = scan.slice(start, ROWS).collect().fill_null("")
        cases = pl.Series("case", [f"K-{start + row}" for row in range(part.len())])
        wanted = expected[part].insert_column(0, cases)
        if not told.select(wanted.columns).equals(wanted):
            sys.exit(f"{out.name}: rows from {start + 1} on have other plans.")


def measured(suffix: str, distinct: pl.DataFrame, home: Path) -> list[list[str]]:
    """One format's rows of the table, after its plans were compared."""
    alone, plans = looped(distinct)
    expected = pl.DataFrame([cells_of(plan) for plan in plans])
    rows, memory = [], 0.0
    for count in (ROWS, MORE):
        chance = random.Random(11)
        chosen = pl.Series([chance.randrange(distinct.height) for _ in range(count)])
        source, out = home / f"in{suffix}", home / f"out{suffix}"
        given = rows_of_cases(distinct, chosen)
        _ = given.write_parquet(source) if suffix == ".parquet" else _blank(given).write_csv(source)
        del given
        done = ran(source, out)
        compare(out, expected, chosen)
        if done[0] != count or (memory and done[-1] > memory * GROWTH):
            sys.exit(f"{suffix}: {done[0]:,} rows took {done[-1]:,.0f} MB, fewer {memory:,.0f}.")
        memory = done[-1]
        rows.append(_row(suffix, done, alone))
    return rows


def _row(suffix: str, done: Ran, alone: float) -> list[str]:
    count, planned, wall, cpu, memory = done
    return [
        suffix,
        f"{count:,}",
        f"{planned:,}",
        f"{wall:.1f} s",
        f"{count / wall:,.0f}",
        f"{cpu:.1f} s",
        f"{count * CORES / cpu:,.0f}",
        f"{GOALS[suffix]:,}",
        f"{alone / cpu:.0%}",
        f"{memory:,.0f} MB",
    ]


def _blank(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with nothing where a cell is blank, as most programs write CSV."""
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def main() -> None:
    """Measure each format that is asked for, or both."""
    distinct = pl.DataFrame([flat_row(one) for one in realistic(DISTINCT, seed=11)])
    chance = random.Random(11)
    first = distinct[pl.Series([chance.randrange(DISTINCT) for _ in range(LOOPED)])]
    loop, _ = looped(first)
    with tempfile.TemporaryDirectory() as home:
        asked = sys.argv[1:] or list(GOALS)
        rows = [row for one in asked for row in measured(one, distinct, Path(home))]
    print(table(HEADS, rows))
    print(
        f"\nA plain loop over `plan_many` took {loop:.1f} s for the first {LOOPED:,} of these rows:"
        f" {LOOPED / loop:,.0f} rows a second on one core, {LOOPED * CORES / loop:,.0f} on {CORES}."
        " Planning is the share that the distinct rows alone take in such a loop."
        f" Every row's plan was compared with it. {where_and_when()}"
    )


if __name__ == "__main__":
    main()
