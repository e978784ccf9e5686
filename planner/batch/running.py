"""`repair-planner batch`: from a file of observations to a file of plans, stretch by stretch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.batch.answering import Answer, Answers
from planner.batch.rows import flat_rows, json_rows, own_problems
from planner.batch.sinks import PARQUET, PART, Partial, State, csv_of
from planner.batch.sources import Columns, Lines, Source, Stretch, refusal
from planner.errors import FieldProblem
from planner.planning.planner import Planner

if TYPE_CHECKING:
    from planner.batch.tabular import Tables

FORMATS = (".jsonl", ".csv", PARQUET)

Row = tuple[int, Mapping[str, Any], Answer]
"""A row's number, its own case, session and notes, and what became of the rest of it."""
Refusal = tuple[int, Sequence[FieldProblem]]


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run: rows read, observations planned, rows refused, share done (0 to 1)."""

    rows: int
    planned: int
    refused: int
    done: float


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of a run."""

    go_on: bool = False
    again: bool = False
    whole: bool = False
    processes: int = 1


def run_batch(
    source_path: Path,
    out: Path,
    planner: Planner,
    wishes: Wishes = Wishes(),
    tell: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Plan every observation of a file, and give the numbers.

    Raises ObservationError when the file as a whole cannot be used, OSError when one cannot be
    read or written. What was done stays in `OUT.partial` then, and `go_on` takes it up.
    """
    source = _source(source_path)
    whole = wishes.whole or _suffix(out) == ".jsonl"
    _refuse_same(source_path, out)
    found = source_path.stat()
    run = {
        "input": [str(source_path.resolve()), found.st_size, found.st_mtime_ns],
        "rules": [planner.rulebook.version, planner.rulebook.edition],
        "output": [_suffix(out), whole, PART],
    }
    partial = Partial(out, run, parts=_suffix(out) == PARQUET)
    partial.begin(go_on=wishes.go_on, again=wishes.again)
    with Answers(planner, whole=whole, processes=wishes.processes) as answers:
        writer = _Writer(answers, _suffix(out), whole=whole)
        for stretch in source.stretches(partial.state.position, partial.state.rows):
            before = answers.planned
            plans, refused = writer.written(stretch, first=not partial.state.parts)
            planned = partial.state.planned + answers.planned - before
            state = State(stretch.position, stretch.rows, planned)
            partial.add(plans, refused, state)
            tell(_progress(partial.state, stretch.read / max(source.size, 1)))
        if not partial.state.parts:
            partial.add(*writer.written(Stretch(0, 0, 0), first=True), State())
    partial.finish()
    return _progress(partial.state, 1.0)


def _progress(state: State, done: float) -> Progress:
    return Progress(state.rows, state.planned, state.refused, done)


def _suffix(path: Path) -> str:
    """The format by the file's ending; ObservationError for any other ending."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        what = f"{path.name}: the name must end in {', '.join(FORMATS)}."
        raise refusal(f"{what} Save it as one of them: `{path.stem or 'plans'}.csv`.")
    return suffix


def _source(path: Path) -> Source:
    suffix = _suffix(path)
    if suffix == ".jsonl":
        return Lines(path)
    path.stat()
    _need_polars()
    if suffix == PARQUET:
        return Columns(path)
    from planner.batch.tables import Table

    return Table(path)


def _need_polars() -> None:
    """CSV and Parquet need Polars; say how to get it."""
    from importlib.util import find_spec

    if find_spec("polars") is None:
        what = "CSV and Parquet need Polars: pip install '.[batch]'."
        raise refusal(f"{what} JSONL works without it.")


def _refuse_same(source: Path, out: Path) -> None:
    """Refuse a run that would overwrite its input or a directory."""
    if out.exists() and out.samefile(source):
        other = f"{source.stem}-plans{source.suffix}"
        raise refusal(f"IN and OUT are the same file. Name another OUT, like `{other}`.")
    if out.is_dir():
        raise IsADirectoryError(21, "this is a directory", str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(2, "there is no such directory", str(out.parent))
    if _suffix(out) != ".jsonl":
        _need_polars()


class _Writer:
    """Turns stretches into bytes of the format asked for."""

    def __init__(self, answers: Answers, suffix: str, *, whole: bool) -> None:
        self._answers = answers
        self._suffix = suffix
        self._whole = whole

    @cached_property
    def _tables(self) -> Tables:
        from planner.batch.tabular import Tables

        return Tables(self._answers, whole=self._whole)

    def written(self, stretch: Stretch, *, first: bool) -> tuple[bytes, list[Refusal]]:
        """A stretch's plans as bytes, and its refused rows in order."""
        if stretch.frame is not None and self._suffix != ".jsonl":
            planned, refused = self._tables.of(stretch.frame)
        else:
            rows, refused = self._rows(stretch)
            if self._suffix == ".jsonl":
                return b"".join(_line(*row) for row in rows), _in_order(refused, stretch)
            from planner.batch.tabular import planned_rows

            planned = planned_rows(rows, whole=self._whole)
        if self._suffix == PARQUET:
            return planned.packed(), _in_order(refused, stretch)
        return csv_of(planned.joined(), header=first), _in_order(refused, stretch)

    def _rows(self, stretch: Stretch) -> tuple[list[Row], list[Refusal]]:
        """Each row that could be planned, and each that could not."""
        flat = stretch.frame is not None
        read = list(flat_rows(stretch.frame) if flat else json_rows(stretch))
        asked = [one for one in read if one[3] is None]
        found = iter(self._answers.of([one[2] for one in asked], json.loads))
        rows: list[Row] = []
        refused: list[Refusal] = []
        for number, own, _, unread in read:
            problems = unread
            if unread is None:
                answer = next(found)
                told = answer.flat_problems if flat else answer.problems
                problems = (*own_problems(own), *told)
                if not problems:
                    rows.append((number, own, answer))
            if problems:
                refused.append((number, problems))
        return rows, refused


def _line(number: int, own: Mapping[str, Any], answer: Answer) -> bytes:
    """A plan as a line of JSON, with the number of its row."""
    return b'{"row":%d,"plan":%b}\n' % (number, answer.with_own(own))


def _in_order(refused: Sequence[Refusal], stretch: Stretch) -> list[Refusal]:
    """All refused rows of a stretch by number."""
    return sorted([*stretch.refused, *refused], key=lambda one: one[0])
