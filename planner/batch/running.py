"""`repair-planner batch`: from a file of observations to a file of plans, stretch by stretch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from planner.batch.answering import Answer, Answers
from planner.batch.choosing import Asked, Written, need_polars, refuse_same, source_of, written_as
from planner.batch.flat import COLUMNS, flat_problems
from planner.batch.kinds import LINES, PARQUET
from planner.batch.opening import opened
from planner.batch.rows import flat_rows, json_rows, own_problems
from planner.batch.sinks import PART, Partial, State, csv_of
from planner.batch.sources import ROW, Source, Stretch, no_rows
from planner.errors import FieldProblem
from planner.planning.planner import Planner

if TYPE_CHECKING:
    from planner.batch.tabular import Tables

Row = tuple[int, Mapping[str, Any], Answer]
"""A row's number, its own case, session and notes, and what became of the rest of it."""
Refusal = tuple[int, Sequence[FieldProblem]]


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run: rows read, observations planned, rows refused, share done (0 to 1).

    `empty` counts rows of a table that hold nothing; they are not among the others.
    """

    rows: int
    planned: int
    refused: int
    done: float
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of a run."""

    go_on: bool = False
    again: bool = False
    whole: bool = False
    processes: int = 1
    asked: Asked = field(default_factory=Asked)


def run_batch(
    source_path: Path,
    out: Path,
    planner: Planner,
    wishes: Wishes = Wishes(),
    tell: Callable[[Progress], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
) -> Progress:
    """Plan every observation of a file, and give the numbers.

    `source_path` may be `-`, standard input. `note` is told what a person should know of the file.
    Raises ObservationError when the file as a whole cannot be used, OSError when one cannot be
    read or written. What was done stays in `OUT.partial` then, and `go_on` takes it up.
    """
    with opened(source_path) as given:
        source = source_of(given, wishes.asked)
        written = written_as(out, given, source, wishes.asked)
        whole = wishes.whole or written.kind == LINES
        refuse_same(source_path, out)
        run = {
            "input": list(given.identity),
            "rules": [planner.rulebook.version, planner.rulebook.edition],
            "output": [*written.told, whole, PART],
            "reading": [given.encoding, source.known.names, *wishes.asked.told],
        }
        partial = Partial(out, json.loads(json.dumps(run)), written.form, source.above)
        partial.begin(go_on=wishes.go_on, again=wishes.again)
        for line in (*source.notes, source.known.note()):
            if line:
                note(line)
        with Answers(planner, whole=whole, processes=wishes.processes) as answers:
            _run(source, _Writer(answers, written, whole=whole), partial, tell)
        partial.finish()
    return _progress(partial.state, 1.0)


def _run(
    source: Source, writer: _Writer, partial: Partial, tell: Callable[[Progress], None]
) -> None:
    """Plan the stretches that are left, one after the other."""
    for stretch in source.stretches(partial.state.position, partial.state.rows):
        before = writer.planned
        plans, refused = writer.written(stretch, first=not partial.state.parts)
        planned = partial.state.planned + writer.planned - before
        empty = partial.state.empty + stretch.empty
        state = State(stretch.position, stretch.rows, planned, empty=empty)
        partial.add(plans, refused, state)
        tell(_progress(partial.state, min(source.done(stretch.rows), 1.0)))
    if not partial.state.parts:
        nothing = Stretch(0, 0, frame=no_rows(source.known))
        partial.add(*writer.written(nothing, first=True), State())


def _progress(state: State, done: float) -> Progress:
    return Progress(state.rows - state.empty, state.planned, state.refused, done, state.empty)


class _Writer:
    """Turns stretches into bytes of the format asked for."""

    def __init__(self, answers: Answers, written: Written, *, whole: bool) -> None:
        self._answers = answers
        self._written = written
        self._whole = whole
        if written.kind != LINES:
            need_polars()

    @property
    def planned(self) -> int:
        """How many different observations were planned so far."""
        return self._answers.planned

    @cached_property
    def _tables(self) -> Tables:
        from planner.batch.tabular import Tables

        return Tables(self._answers, whole=self._whole)

    def written(self, stretch: Stretch, *, first: bool) -> tuple[bytes, list[Refusal]]:
        """A stretch's plans as bytes, and its refused rows in order."""
        lines = self._written.kind == LINES
        if stretch.frame is not None and not lines:
            planned, refused = self._tables.of(stretch.frame)
        else:
            rows, refused = self._rows(stretch)
            if lines:
                carried = _carried(stretch)
                made = b"".join(_line(*row, carried.get(row[0], b"")) for row in rows)
                return made, _in_order(refused, stretch)
            from planner.batch.tabular import planned_rows

            planned = planned_rows(rows, whole=self._whole)
        if self._written.kind == PARQUET:
            return planned.packed(), _in_order(refused, stretch)
        form = self._written
        table = csv_of(planned.joined(), form.separator, header=first, marked=form.marked)
        return table, _in_order(refused, stretch)

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
                mine = own_problems(own)
                problems = (*(flat_problems(mine, own) if flat else mine), *told)
                if not problems:
                    rows.append((number, own, answer))
            if problems:
                refused.append((number, problems))
        return rows, refused


def _line(number: int, own: Mapping[str, Any], answer: Answer, carried: bytes) -> bytes:
    """A plan as a line of JSON, with the number of its row and what was carried along."""
    return b'{"row":%d,%b"plan":%b}\n' % (number, carried, answer.with_own(own))


def _carried(stretch: Stretch) -> dict[int, bytes]:
    """What a table's rows carry along, as a member of a line of JSON."""
    names = (
        [name for name in stretch.frame.columns if name != ROW] if stretch.frame is not None else []
    )
    own = [name for name in names if name not in COLUMNS]
    if not own:
        return {}
    rows = stretch.frame.select(ROW, *own).iter_rows()
    return {
        row[0]: b'"carried":%b,' % orjson.dumps(dict(zip(own, row[1:], strict=True)))
        for row in rows
    }


def _in_order(refused: Sequence[Refusal], stretch: Stretch) -> list[Refusal]:
    """All refused rows of a stretch by number."""
    return sorted([*stretch.refused, *refused], key=lambda one: one[0])
