"""A whole frame planned at once: `plan_frame`, a pure function from a frame to a frame.

It takes a Polars or a pandas frame in the flat form and gives the same kind of frame with the
plans' columns beside its own. It keeps nothing and writes nothing, so that Dask and Spark can
send it to their workers as it is. Neither library is imported before a frame of its own comes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from planner.batch.answering import PLAN_COLUMNS, Answer, Answers
from planner.batch.columns import known_columns
from planner.batch.flat import FLAT, JOINED, observation_of
from planner.batch.naming import DOT, PLAIN, Names, added_columns
from planner.errors import FieldProblem, ObservationError
from planner.planning.planner import Planner

Cells = tuple[str, ...]
_MISSING = ("nan", "NaN", "<NA>", "NaT")
"""The texts that stand for a missing value in a pandas frame."""


def plan_frame(
    frame: Any,
    planner: Planner | str | None = None,
    *,
    separator: str = DOT,
    carry: Collection[str] = (),
) -> Any:
    """The frame with a plan for each row, in the same order.

    `planner` is a Planner, the directory of a pack, or None for the rules that ship; a worker of
    a cluster reads a directory or the rules that ship once, and compiles a Planner for each task.
    `separator` stands in the columns' names in place of the dot, in those that are added too:
    Spark needs one, such as `"__"` (`lateness__who`). `added_columns` has the names.
    Columns of other names are left alone; one that is nearly called like a field is refused,
    unless `carry` names it.
    The plans are those of the observations without `case`, `session` and `notes`, which stay in
    their columns. Raises ObservationError when the columns are not those of the flat form,
    ValueError for a separator that stands in a field's name, and TypeError for what is no frame.
    """
    _refuse_other(frame)
    names = Names(separator)
    inside = [names.inside(str(name)) for name in frame.columns]
    known = planner if isinstance(planner, Planner) else _planner(planner)
    add = _polars if _is_polars(frame) else _pandas
    try:
        columns = known_columns(inside, [names.inside(name) for name in carry], kept=True)
        fields = dict(zip(columns.names, frame.columns, strict=True))
        given = {field: fields[field] for field in columns.names if field in FLAT}
        with Answers(known, whole=True) as answers:
            return add(frame, given, answers, names)
    except ObservationError as error:
        raise ObservationError([names.told(one) for one in error.problems]) from None


@lru_cache(maxsize=4)
def _planner(pack: str | None) -> Planner:
    """One planner for all the frames that a worker is sent."""
    return Planner.load(pack) if pack else Planner()


def _refuse_other(frame: Any) -> None:
    """Refuse what is no frame at hand, such as a plan of one: its rows are nowhere yet."""
    kind = type(frame)
    if hasattr(kind, "collect") or hasattr(kind, "compute") or not hasattr(frame, "columns"):
        what = f"plan_frame takes a Polars or a pandas frame, not {kind.__module__}.{kind.__name__}"
        message = f"{what}: collect it first, or have its workers call plan_frame (docs/files.md)."
        raise TypeError(message)


def _is_polars(frame: Any) -> bool:
    return type(frame).__module__.partition(".")[0] == "polars"


def _polars(frame: Any, given: Mapping[str, Any], answers: Answers, names: Names) -> Any:
    """Add the columns to a Polars frame."""
    import polars as pl

    from planner.batch.grouping import grouped

    keys = frame.select(list(given.values()))
    keys.columns = list(given)
    refuse_kinds(keys.schema)
    distinct, numbers = grouped(texts(keys))
    added = columns_of(read_answers(answers, distinct.columns, distinct.rows()), names)
    table = pl.DataFrame(added, schema=dict.fromkeys(added, pl.String))
    return frame.hstack(table[numbers])


def _pandas(frame: Any, given: Mapping[str, Any], answers: Answers, names: Names) -> Any:
    """Add the columns to a pandas frame, or to one that works like it."""
    own = frame[list(given.values())]
    keys = own.apply(lambda column: column.astype(object).map(text_of))
    keys.columns = list(given)
    numbers = keys.groupby(list(given), sort=False, dropna=False).ngroup().to_numpy()
    distinct = list(keys.drop_duplicates().itertuples(False, None))
    added = columns_of(read_answers(answers, list(given), distinct), names)
    table = type(frame)(added, columns=list(added), dtype=object).take(numbers)
    table.index = frame.index
    return frame.assign(**{name: table[name] for name in added})


def texts(frame: Any) -> Any:
    """A Polars frame with every cell as the text of the flat form, blank where it is null.

    What is not a number (NaN) is no answer to a field; in a column of one's own it stays.
    """
    import polars as pl

    def text(column: Any) -> Any:
        # Under a plain name meanwhile: Polars takes `*` and `^…$` for patterns of names.
        cells = column.rename("cells")
        if column.name in FLAT and cells.dtype.is_float():
            cells = cells.fill_nan(None)
        if isinstance(cells.dtype, pl.List):
            cells = cells.list.eval(pl.element().cast(pl.String)).list.join(JOINED)
        return cells.cast(pl.String).fill_null("").rename(column.name)

    return pl.DataFrame([text(column) for column in frame.iter_columns()])


def refuse_kinds(schema: Mapping[str, Any]) -> None:
    """Raise ObservationError for columns whose cells have no form in text."""
    import polars as pl

    without = (pl.Binary, pl.Struct, pl.List, pl.Array, pl.Object, pl.Duration)
    problems = []
    for name, kind in schema.items():
        inner = kind.inner if isinstance(kind, pl.List) else kind
        if isinstance(inner, without):
            what = f"The cells of `{name}` are {kind}, which has no form in text."
            mend = f"Make them text, numbers or a list of text joined by `{JOINED}`: `hurt|angry`."
            problems.append(FieldProblem(name, None, f"{what} {mend}"))
    if problems:
        raise ObservationError(problems)


def read_answers(answers: Answers, names: Sequence[str], rows: Sequence[Cells]) -> list[Answer]:
    """What becomes of each of some distinct rows of text."""
    return answers.of_distinct([observation_of(dict(zip(names, row, strict=True))) for row in rows])


def columns_of(answers: Sequence[Answer], names: Names = PLAIN) -> dict[str, list[str | None]]:
    """The added columns of distinct rows."""
    columns: dict[str, list[str | None]] = {name: [] for name in added_columns(names.separator)}
    for one in answers:
        cells = one.cells or (None,) * len(PLAN_COLUMNS)
        told = (*cells, one.json.decode() or None, _problems(one, names))
        for column, cell in zip(columns.values(), told, strict=True):
            column.append(cell)
    return columns


def _problems(one: Answer, names: Names) -> str | None:
    """Why a row was refused, as JSON."""
    if not one.problems:
        return None
    return orjson.dumps([names.told(problem).as_dict() for problem in one.flat_problems]).decode()


def text_of(cell: Any) -> str:
    """A cell of a pandas frame as the text of the flat form; nothing there is blank."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | tuple) or getattr(cell, "shape", None):
        return JOINED.join(map(str, cell))
    return "" if cell is None or str(cell) in _MISSING else str(cell)
