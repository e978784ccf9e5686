"""`repair-planner batch` on the command line: its options, its progress, its closing line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from planner.chosen_rules import chosen_planner
from planner.cli.terminal import PROGRAM, Commands, add_rules

if TYPE_CHECKING:
    from planner.batch.running import Progress
    from planner.planning.planner import Planner

FORMATS = ("jsonl", "csv", "tsv", "parquet", "xlsx")
REFUSED_ROWS = 1
SHOWN = 5
"""How many refused rows are told at once; all of them stand in their file."""
_IN = "JSONL, CSV, TSV, Parquet or .xlsx, by its ending (text also packed: .gz)"
_OUT = "JSONL, CSV, TSV or Parquet, by its ending"
_CARRY = "carry a column along although it is nearly called like a field"
_ENCODING = "how IN is encoded, if not UTF-8, such as windows-1252"


def add_command(commands: Commands) -> None:
    """Add `batch` to the command line."""
    command = commands.add_parser(
        "batch",
        help="many observations to plans, in a file",
        description="Make a plan of each observation in a file. Refused rows get their reasons.",
        epilog=f"Example: {PROGRAM} batch cases.csv plans.csv",
    )
    command.add_argument("source", metavar="IN", help=f"{_IN}; - is standard input")
    command.add_argument("out", metavar="OUT", help=f"{_OUT}; - is standard output")
    add_rules(command)
    command.add_argument(
        "--full", action="store_true", help="the whole plan as JSON in CSV and Parquet as well"
    )
    command.add_argument(
        "--carry", action="append", default=[], metavar="NAME", help=f"{_CARRY}; may be repeated"
    )
    command.add_argument("--encoding", metavar="NAME", help=_ENCODING)
    command.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook to read")
    command.add_argument(
        "--from", dest="read_as", choices=FORMATS, help="what IN is, whatever its name"
    )
    command.add_argument("--to", dest="write_as", choices=FORMATS[:-1], help="what OUT is")
    stopped = command.add_mutually_exclusive_group()
    stopped.add_argument(
        "--continue", dest="go_on", action="store_true", help="go on with a run that was stopped"
    )
    stopped.add_argument("--again", action="store_true", help="discard a stopped run, start again")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Plan a file, and print the numbers."""
    planner = chosen_planner(chosen.rules)
    if chosen.out != "-":
        return _plan_file(chosen, Path(chosen.out), planner)
    with TemporaryDirectory(prefix="repair-planner-") as directory:
        return _plan_file(chosen, Path(directory, "plans"), planner)


def _plan_file(chosen: argparse.Namespace, out: Path, planner: Planner) -> int:
    """Plan into a file, and tell the numbers: on standard error where the plans go to the other."""
    from planner.batch.choosing import SAME, Asked
    from planner.batch.running import Wishes, run_batch

    piped = chosen.out == "-"
    read, written = chosen.read_as, chosen.write_as or (SAME if piped else None)
    asked = Asked(tuple(chosen.carry), chosen.encoding, chosen.sheet, read, written)
    wishes = Wishes(chosen.go_on, chosen.again, chosen.full, os.cpu_count() or 1, asked)
    try:
        with _bar() as tell:
            done = run_batch(Path(chosen.source), out, planner, wishes, tell, _note)
    except KeyboardInterrupt:
        again = "" if piped else f" The same command with --continue goes on: {out}"
        print(f"\nStopped.{again}", file=sys.stderr)
        raise
    if piped:
        with out.open("rb") as plans:
            copyfileobj(plans, sys.stdout.buffer)
        sys.stdout.flush()
    _tell_numbers(done, out, piped=piped)
    return REFUSED_ROWS if done.refused else 0


def _note(line: str) -> None:
    print(line, file=sys.stderr)


def _tell_numbers(done: Progress, out: Path, *, piped: bool) -> None:
    """The closing lines: how many rows, and the first that were refused with their reasons."""
    counted = f"{done.rows:,} rows, {done.planned:,} different observations read"
    empty = f" {done.empty:,} empty rows were passed over." if done.empty else ""
    print(
        f"{counted}, {done.refused:,} rows refused.{empty}",
        file=sys.stderr if piped else sys.stdout,
    )
    if not done.refused:
        return
    refused = out.with_name(f"{out.name}.refused.jsonl")
    with refused.open(encoding="utf-8") as lines:
        for line in lines if piped else islice(lines, SHOWN):
            print(line.rstrip() if piped else _said(json.loads(line)), file=sys.stderr)
    if not piped:
        print(f"Why they were refused: {refused}", file=sys.stderr)


def _said(refused: dict[str, Any]) -> str:
    """One refused row for a person: where, and what to write instead."""
    row = f"Row {refused['row']:,}"
    if "sheet_row" in refused:
        row += f" ({refused['sheet_row']:,} in the sheet)"
    first = refused["problems"][0]
    return (
        f"{row}: {first['field']}: {first['message']}"
        if first["field"]
        else f"{row}: {first['message']}"
    )


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
