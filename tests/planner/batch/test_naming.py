"""Names of columns where a dot may not stand, and frames that travel to other processes."""

from __future__ import annotations

import pickle
from functools import partial
from typing import Any

import orjson
import pytest

from planner import ObservationError, Planner
from planner.batch import added_columns, plan_frame
from planner.batch.flat import COLUMNS
from planner.batch.naming import ADDED, Names
from tests.planner.support.flat_rows import flat_row, some_observations

ROWS = [flat_row(one) | {"my__site": "north"} for one in some_observations(8, seed=5)]
UNDERLINED = [{Names("__").outside(name): cell for name, cell in row.items()} for row in ROWS]


def framed(library: str, rows: list[dict[str, str]]) -> Any:
    return pytest.importorskip(library, reason=f"{library} is not installed").DataFrame(rows)


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_another_separator_changes_the_names_and_nothing_else(
    library: str, planner: Planner
) -> None:
    dotted = plan_frame(framed(library, ROWS), planner)
    done = plan_frame(framed(library, UNDERLINED), planner, separator="__")
    assert not [name for name in done.columns if "." in name]
    assert list(done.columns) == [*UNDERLINED[0], *added_columns("__")]
    for name, other in zip(dotted.columns, done.columns, strict=True):
        assert list(dotted[name].astype(str) if library == "pandas" else dotted[name]) == list(
            done[other].astype(str) if library == "pandas" else done[other]
        )


@pytest.mark.parametrize("separator", [".", "__", ":", "-"])
def test_every_name_comes_back(separator: str) -> None:
    names = Names(separator)
    for name in (*COLUMNS, *ADDED, "site", "my__site"):
        assert names.inside(names.outside(name)) == name
    assert added_columns(separator) == tuple(names.outside(name) for name in ADDED)
    assert added_columns() == ADDED


@pytest.mark.parametrize("separator", ["", "_", "e"])
def test_a_separator_that_stands_in_names_is_refused(separator: str, planner: Planner) -> None:
    with pytest.raises(ValueError, match='Use another, such as "__": `lateness__who`'):
        plan_frame(framed("polars", ROWS), planner, separator=separator)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"lateness__whom": "client", "safety__flags": "none"}, "Did you mean `lateness__who`?"),
        ({"context__" + "q" * 30: "", "safety__flags": "none"}, "has no `__` in its name"),
        ({"lateness__who": "client"}, "The column `safety__flags` is missing"),
        ({"safety__flags": "none"}, "Add one of lateness__who,"),
        (
            {"lateness__who": "client", "safety__flags": "none", "plan__steps": ""},
            "a column `plan__steps` of its own",
        ),
    ],
)
def test_refusals_call_the_columns_as_the_frame_does(
    columns: dict[str, str], says: str, planner: Planner
) -> None:
    with pytest.raises(ObservationError) as caught:
        plan_frame(framed("polars", [columns]), planner, separator="__")
    assert says in str(caught.value)
    assert "." not in caught.value.problems[0].field


def test_a_refused_row_names_its_column_as_the_frame_does(planner: Planner) -> None:
    frame = framed("polars", [UNDERLINED[0] | {"safety__flags": ""}])
    [told] = orjson.loads(plan_frame(frame, planner, separator="__")["plan__refused"][0])
    assert told["field"] == "safety__flags"
    assert told["message"].startswith("`safety__flags` is blank")


def test_what_is_sent_to_another_process_can_be_pickled(planner: Planner) -> None:
    """By itself, and with a planner, which is compiled there again from its rulebook."""
    sent = pickle.loads(  # noqa: S301  # pickled here
        pickle.dumps(partial(plan_frame, planner=planner, separator="__"))
    )
    there = sent.keywords["planner"]
    assert there is not planner
    assert there.rulebook == planner.rulebook
    frame = framed("polars", UNDERLINED)
    assert sent(frame).equals(plan_frame(frame, planner, separator="__"))
