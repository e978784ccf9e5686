"""Plans as tables: stretches of CSV and Parquet files planned column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from planner.batch.answering import PLAN_COLUMNS, Answer, Answers
from planner.batch.flat import FLAT, OWN, flat_problems, observation_of
from planner.batch.frame import columns_of, read_answers
from planner.batch.grouping import grouped
from planner.batch.naming import JSON
from planner.batch.parts import NUMBER, Planned
from planner.batch.rows import own_problems
from planner.batch.sources import ROW
from planner.contract.limits import LONGEST_CASE, LONGEST_NOTES
from planner.errors import FieldProblem

Refusal = tuple[int, Sequence[FieldProblem]]

_ODD = {
    "case": (LONGEST_CASE, r"[\x00-\x1f\x7f-\x9f]"),
    "session": (4, r"^0|[^0-9]"),
    "notes": (LONGEST_NOTES, r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"),
}
"""How long an answer is at most, and what is in none; a cell beyond that is looked at by itself."""


class Tables:
    """Stretches of a file planned one after the other, with the plans of those before at hand."""

    def __init__(self, answers: Answers, *, whole: bool) -> None:
        """`whole` tells each plan's JSON beside its cells."""
        self._answers = answers
        self._whole = whole
        self._forget(pl.DataFrame())

    def _forget(self, keys: pl.DataFrame) -> None:
        """Know no observation, before the first stretch and whenever there are too many."""
        self._keys = keys.clear()
        self._plans = _table((), whole=self._whole)
        self._problems: dict[int, tuple[FieldProblem, ...]] = {}

    def of(self, frame: pl.DataFrame) -> tuple[Planned, list[Refusal]]:
        """A stretch with its plans, and its refused rows."""
        numbers = self._numbers(frame.select([name for name in frame.columns if name in FLAT]))
        refused = self._refused(frame, numbers)
        if refused:
            gone = pl.Series([number for number, _ in refused], dtype=pl.UInt32)
            good = ~frame[ROW].is_in(gone.implode())
            frame, numbers = frame.filter(good), numbers.filter(good)
        rows = pl.DataFrame([*_carried(frame), numbers.alias(NUMBER)])
        return Planned(rows, self._plans), refused

    def _numbers(self, keys: pl.DataFrame) -> pl.Series:
        """Which of the known observations each row is, after the new ones are planned."""
        if self._keys.width != keys.width or self._keys.height > self._answers.most:
            self._forget(keys)
        known = self._keys.height
        distinct, numbers = grouped(pl.concat([self._keys, keys]))
        if rows := distinct.slice(known).rows():
            found = read_answers(self._answers, keys.columns, rows)
            told = ((number, one.flat_problems) for number, one in enumerate(found, known))
            self._problems.update((number, problems) for number, problems in told if problems)
            self._plans = pl.concat([self._plans, _table(found, whole=self._whole)], rechunk=True)
            # Made anew, for a slice would keep all the text of the stretch that it is a part of.
            fresh = pl.DataFrame(rows, schema=keys.schema, orient="row")
            self._keys = pl.concat([self._keys, fresh], rechunk=True)
        return numbers.slice(known)

    def _refused(self, frame: pl.DataFrame, numbers: pl.Series) -> list[Refusal]:
        """Why rows are refused; those are left out whose own cells turn out to be answers."""
        own = [name for name in OWN if name in frame.columns]
        told = pl.Series(list(self._problems), dtype=pl.UInt32)
        odd: list[pl.Series | pl.Expr] = [numbers.is_in(told.implode()), *map(_odd, own)]
        marks = frame.select(ROW, *own).with_columns(numbers.alias(NUMBER))
        refused: list[Refusal] = []
        for row in marks.filter(pl.any_horizontal(odd)).iter_rows(named=True):
            given = observation_of({name: row[name] for name in own})
            mine = {name: given[name] for name in own if name in given}
            own_told = flat_problems(own_problems(mine), mine)
            if problems := (*own_told, *self._problems.get(row[NUMBER], ())):
                refused.append((row[ROW], problems))
        return refused


def _odd(name: str) -> pl.Expr:
    """Whether a row's own cell may be no answer."""
    longest, signs = _ODD[name]
    cell = pl.col(name)
    return (cell.str.len_chars() > longest) | cell.str.contains(signs)


def planned_rows(rows: Sequence[tuple[int, Mapping[str, Any], Answer]], *, whole: bool) -> Planned:
    """Rows that were read one by one, as the same table."""
    marks = pl.DataFrame(
        {
            ROW: pl.Series([number for number, _, _ in rows], dtype=pl.UInt32),
            "case": pl.Series([own.get("case") for _, own, _ in rows], dtype=pl.String),
            "session": pl.Series(
                [_text(own.get("session")) for _, own, _ in rows], dtype=pl.String
            ),
            NUMBER: pl.Series(range(len(rows)), dtype=pl.UInt32),
        }
    )
    return Planned(marks, _table([answer for _, _, answer in rows], whole=whole))


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _table(answers: Sequence[Answer], *, whole: bool) -> pl.DataFrame:
    """The plans' columns, a row for each answer."""
    columns = columns_of(answers)
    told = (*PLAN_COLUMNS, JSON) if whole else PLAN_COLUMNS
    return pl.DataFrame({name: columns[name] for name in told}, dict.fromkeys(told, pl.String))


def _carried(frame: pl.DataFrame) -> list[pl.Series]:
    """The row's number and marks, and what was carried along."""
    return [frame[name] for name in frame.columns if name not in FLAT and name != "notes"]
