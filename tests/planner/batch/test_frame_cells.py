"""`plan_frame` on frames as people have them: truth values, categories, NaN, an index, `row`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import orjson
import pytest

from planner import ObservationError, Planner
from planner.batch import plan_frame
from planner.batch.naming import ADDED

COLUMNS: dict[str, list[Any]] = {
    "Lateness.Who": ["Therapist", "client", "both"],
    "lateness.minutes": [20.0, float("nan"), 52.0],
    "lateness.notice_given": [True, False, None],
    "context.feelings": ["Hurt|sad", None, None],
    "safety.flags": ["none", "self_harm:Unsure", "NONE"],
    "row": ["a", "b", "c"],
    "#": [1, 2, 3],
    "note": [float("nan"), 1.5, 2.0],
}
LATE: tuple[dict[str, Any], ...] = (
    {"kind": "lateness", "who": "therapist", "minutes": 20, "notice_given": "yes"},
    {"kind": "lateness", "who": "client", "notice_given": "no"},
    {"kind": "lateness", "who": "both", "minutes": 52},
)


@pytest.fixture(scope="module")
def expected(planner: Planner) -> list[str]:
    feelings: list[list[str]] = [["hurt", "sad"], [], []]
    flags = [{}, {"self_harm": "unsure"}, {}]
    return [
        planner.plan(
            {"ruptures": [one], "context": {"feelings": felt}, "safety": {"flags": raised}}
        ).to_json()
        for one, felt, raised in zip(LATE, feelings, flags, strict=True)
    ]


def framed(library: str) -> Any:
    """A frame whose words are categories."""
    made = pytest.importorskip(library, reason=f"{library} is not installed").DataFrame(COLUMNS)
    for name in ("Lateness.Who", "context.feelings", "safety.flags"):
        if library == "polars":
            made = made.with_columns(made[name].cast(import_module("polars").Categorical))
        else:
            made[name] = made[name].astype("category")
    return made


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_cells_of_every_kind_are_read_and_columns_of_ones_own_stay(
    library: str, planner: Planner, expected: list[str]
) -> None:
    frame = framed(library)
    done = plan_frame(frame, planner)
    assert list(done["plan.json"]) == expected
    assert list(done.columns) == [*COLUMNS, *ADDED]
    own = ["row", "#", "note"]
    assert done[own].equals(frame[own])


@pytest.mark.parametrize("index", [[7, 7, 9], ["x", "y", "z"], [("a", 1), ("a", 2), ("b", 1)]])
def test_a_pandas_index_stays_as_it_is(
    index: list[Any], planner: Planner, expected: list[str]
) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = framed("pandas")
    tuples = isinstance(index[0], tuple)
    frame.index = pd.MultiIndex.from_tuples(index) if tuples else pd.Index(index, name="row")
    done = plan_frame(frame, planner)
    assert list(done["plan.json"]) == expected
    assert done.index.equals(frame.index)
    assert done.index.names == frame.index.names


@pytest.mark.parametrize("kind", ["boolean", "string", "Int64", "object"])
def test_the_missing_values_of_pandas_are_no_answers(kind: str, planner: Planner) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    cells = {"boolean": [True, None], "Int64": [5, None]}.get(kind, ["yes", None])
    name = "lateness.minutes" if kind == "Int64" else "lateness.notice_given"
    given = {"lateness.who": ["client"] * 2, name: pd.array(cells, dtype=kind)}
    done = plan_frame(pd.DataFrame(given | {"safety.flags": ["none"] * 2}), planner)
    late = [orjson.loads(plan)["observation"]["ruptures"][0] for plan in done["plan.json"]]
    answer = name.partition(".")[2]
    assert [one[answer] for one in late] == ([5, None] if kind == "Int64" else ["yes", "unknown"])


def test_columns_that_stand_twice_in_pandas_stay(planner: Planner) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    names = ["site", "site", "", "lateness.who", "safety.flags", 0]
    frame = pd.DataFrame([["a", "b", "c", "client", "none", "d"]], columns=names)
    done = plan_frame(frame, planner)
    assert list(done.columns) == [*names, *ADDED]
    assert list(done.iloc[0, :6]) == list(frame.iloc[0])
    frame.columns = ["lateness.who", *names[1:]]
    with pytest.raises(ObservationError, match=r"`lateness\.who` is there twice"):
        plan_frame(frame, planner)


@pytest.mark.parametrize("separator", [".", "__"])
def test_a_name_near_a_field_s_is_left_alone_where_it_is_asked_for(
    separator: str, planner: Planner
) -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    near = f"lateness{separator}whom"
    frame = pl.DataFrame(
        {near: ["x"], f"lateness{separator}who": ["client"], f"safety{separator}flags": ["none"]}
    )
    with pytest.raises(ObservationError, match="Did you mean") as caught:
        plan_frame(frame, planner, separator=separator)
    assert f'If it is a column of your own: carry=["{near}"].' in str(caught.value)
    done = plan_frame(frame, planner, separator=separator, carry=[near])
    assert done[near].to_list() == ["x"]


def test_unclear_cells_are_refused_with_nothing_in_their_place(planner: Planner) -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    cells = ["N/A", "maybe", "0", "-", "?", "None"]
    given = {"lateness.who": "client", "lateness.notice_given": cells, "safety.flags": "none"}
    done = plan_frame(pl.DataFrame(given), planner)
    told = [orjson.loads(one)[0] for one in done["plan.refused"]]
    assert [one["value"] for one in told] == cells
    assert {(one["field"], one["nearest"]) for one in told} == {("lateness.notice_given", None)}
