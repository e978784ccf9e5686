"""Plans as tables: stretches of CSV and Parquet files planned column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from planner.batch.answering import PLAN_COLUMNS, Answer, Answers
from planner.batch.flat import FLAT, OWN, observation_of
from planner.batch.frame import JSON, REFUSED, columns_of, grouped, read_answers
from planner.batch.rows import own_problems
from planner.batch.sources import ROW
from planner.contract.observation import LONGEST_CASE, LONGEST_NOTES
from planner.errors import FieldProblem

_NUMBER = "plan.#"
"""Which of the distinct observations a row is; no file brings a column that begins so."""
_SOUND = {
    "case": rf"^[^\x00-\x1f\x7f-\x9f]{{0,{LONGEST_CASE}}}$",
    "session": r"^(?:[1-9][0-9]{0,3})?$",
    "notes": rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{{0,{LONGEST_NOTES}}}$",
}
"""What is surely an answer; whatever else a cell holds is looked at by itself."""


def planned_frame(
    frame: pl.DataFrame, answers: Answers, *, whole: bool
) -> tuple[pl.DataFrame, list[tuple[int, Sequence[FieldProblem]]]]:
    """A stretch with the columns of its plans, and its refused rows."""
    names = [name for name in frame.columns if name in FLAT]
    distinct, numbers = grouped(frame.select(names))
    found = read_answers(answers, names, distinct.rows())
    table = _table(found)
    taken = table.select(pl.all().gather(numbers))
    answered = frame.hstack(taken).hstack([numbers.alias(_NUMBER)])
    own = [name for name in OWN if name in frame.columns]
    odd = [~pl.col(name).str.contains(_SOUND[name]) for name in own]
    bad = answered.select(pl.any_horizontal(pl.col(REFUSED).is_not_null(), *odd)).to_series()
    refused = _refused(answered.filter(bad), own, found)
    kept = answered
    if refused:
        numbers_refused = pl.Series(ROW, [number for number, _ in refused], dtype=pl.UInt32)
        kept = answered.filter(~pl.col(ROW).is_in(numbers_refused.implode()))
    shown = _shown(frame.columns, whole=whole)
    return pl.DataFrame([kept[name] for name in shown]), refused


def frame_of_rows(
    rows: Sequence[tuple[int, Mapping[str, Any], Answer]], *, whole: bool
) -> pl.DataFrame:
    """Rows that were read one by one, as the same table."""
    table = _table([answer for _, _, answer in rows])
    marks = pl.DataFrame(
        {
            ROW: pl.Series([number for number, _, _ in rows], dtype=pl.UInt32),
            "case": pl.Series([own.get("case") for _, own, _ in rows], dtype=pl.String),
            "session": pl.Series(
                [_text(own.get("session")) for _, own, _ in rows], dtype=pl.String
            ),
        }
    )
    return marks.hstack(table).select(_shown(marks.columns, whole=whole))


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _table(answers: Sequence[Answer]) -> pl.DataFrame:
    """The plans' columns, a row for each answer."""
    columns = columns_of(answers)
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _shown(columns: Sequence[str], *, whole: bool) -> list[str]:
    """The row's number and marks, what was carried along, and the plan."""
    carried = [name for name in columns if name not in FLAT and name != "notes"]
    return [*carried, *PLAN_COLUMNS, *([JSON] if whole else [])]


def _refused(
    frame: pl.DataFrame, own: Sequence[str], found: Sequence[Answer]
) -> list[tuple[int, Sequence[FieldProblem]]]:
    """Why rows are refused; those are left out whose own cells turn out to be answers."""
    refused: list[tuple[int, Sequence[FieldProblem]]] = []
    for row in frame.select(ROW, _NUMBER, *own).iter_rows(named=True):
        given = observation_of({name: row[name] for name in own})
        told = own_problems({name: given[name] for name in own if name in given})
        problems = (*told, *found[row[_NUMBER]].flat_problems)
        if problems:
            refused.append((row[ROW], problems))
    return refused
