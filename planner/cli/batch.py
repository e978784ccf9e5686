"""`repair-planner batch` on the command line: its options, its progress, its closing line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from planner.chosen_rules import chosen_planner
from planner.cli.terminal import PROGRAM, Commands, add_rules

if TYPE_CHECKING:
    from planner.batch.running import Progress

REFUSED_ROWS = 1


def add_command(commands: Commands) -> None:
    """Add `batch` to the command line."""
    command = commands.add_parser(
        "batch",
        help="many observations to plans, in a file",
        description="Make a plan of each observation in a file. Refused rows get their reasons.",
        epilog=f"Example: {PROGRAM} batch cases.csv plans.csv",
    )
    command.add_argument("source", metavar="IN", help="JSONL, CSV or Parquet, by its ending")
    command.add_argument("out", metavar="OUT", help="JSONL, CSV or Parquet, by its ending")
    add_rules(command)
    command.add_argument(
        "--full", action="store_true", help="the whole plan as JSON in CSV and Parquet as well"
    )
    stopped = command.add_mutually_exclusive_group()
    stopped.add_argument(
        "--continue", dest="go_on", action="store_true", help="go on with a run that was stopped"
    )
    stopped.add_argument("--again", action="store_true", help="discard a stopped run, start again")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Plan a file, and print the numbers."""
    from planner.batch.running import Wishes, run_batch

    planner = chosen_planner(chosen.rules)
    wishes = Wishes(chosen.go_on, chosen.again, chosen.full, os.cpu_count() or 1)
    out = Path(chosen.out)
    try:
        with _bar() as tell:
            done = run_batch(Path(chosen.source), out, planner, wishes, tell)
    except KeyboardInterrupt:
        print(f"\nStopped. The same command with --continue goes on: {out}", file=sys.stderr)
        raise
    counted = f"{done.rows:,} rows, {done.planned:,} different observations read"
    print(f"{counted}, {done.refused:,} rows refused.")
    if done.refused:
        print(f"Why they were refused: {out}.refused.jsonl", file=sys.stderr)
    return REFUSED_ROWS if done.refused else 0


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A progress bar on a terminal, and silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda now: bar.update(
            task,
            completed=now.done,
            description=f"{now.rows:,} rows, {now.planned:,} planned, {now.refused:,} refused",
        )
