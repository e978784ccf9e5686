"""`plan_frame`: a pure function on a frame of Polars or pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from planner import ObservationError, Planner
from planner.batch import plan_frame
from planner.batch.naming import ADDED
from tests.planner.support.flat_rows import flat_row, plans_of, some_observations

OBSERVATIONS = some_observations(150, seed=9, distinct=40)
EXAMPLE = Path(__file__).resolve().parents[2] / "example_pack"
ROWS = [flat_row(one) | {"site": "north"} for one in OBSERVATIONS]
BAD = ROWS[0] | {"safety.flags": ""}


@pytest.fixture(scope="module")
def expected(planner: Planner) -> list[str]:
    return plans_of(planner, OBSERVATIONS)


def test_a_polars_frame_comes_back_with_its_plans(planner: Planner, expected: list[str]) -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    frame = pl.DataFrame(ROWS)
    before = frame.clone()
    done = plan_frame(frame, planner)
    assert done["plan.json"].to_list() == expected
    assert done.columns == [*frame.columns, *ADDED]
    assert done["plan.refused"].null_count() == done.height
    assert frame.equals(before)
    assert done.drop(ADDED).equals(frame)


def test_numbers_lists_and_nulls_of_polars_are_read(planner: Planner) -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    frame = pl.DataFrame(
        {
            "lateness.who": ["client", "client", None],
            "lateness.minutes": [20, None, None],
            "context.feelings": [["hurt", "sad"], [], None],
            "safety.flags": ["none", "none", "none"],
        }
    )
    done = plan_frame(frame, planner)
    observation = {
        "ruptures": [{"kind": "lateness", "who": "client", "minutes": 20}],
        "context": {"feelings": ["hurt", "sad"]},
        "safety": {"flags": {}},
    }
    assert done["plan.json"][0] == planner.plan(observation).to_json()
    assert done["plan.json"].is_null().to_list() == [False, False, True]
    assert orjson.loads(done["plan.refused"][2])[0]["field"] == "ruptures"


def test_a_pandas_frame_comes_back_with_its_plans(planner: Planner, expected: list[str]) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.DataFrame([*ROWS, BAD], index=range(1000, 1000 + len(ROWS) + 1))
    frame["lateness.minutes"] = pd.to_numeric(frame["lateness.minutes"], errors="coerce")
    done = plan_frame(frame, planner)
    assert list(done["plan.json"][:-1]) == expected
    assert done["plan.json"].isna().sum() == 1
    assert orjson.loads(done["plan.refused"].iloc[-1])[0]["field"] == "safety.flags"
    assert list(done.index) == list(frame.index)
    assert list(done.columns) == [*frame.columns, *ADDED]
    assert list(plan_frame(frame.head(0), planner).columns) == list(done.columns)


def test_a_frame_with_other_columns_is_refused(planner: Planner) -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    with pytest.raises(ObservationError, match=r"Did you mean `lateness\.who`"):
        plan_frame(pl.DataFrame({"lateness.whom": ["client"], "safety.flags": ["none"]}), planner)


def test_an_empty_frame_has_the_columns_and_a_pack_is_named_by_its_directory() -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    done = plan_frame(pl.DataFrame(ROWS).head(0), str(EXAMPLE))
    assert (done.height, done.columns[-len(ADDED) :]) == (0, list(ADDED))
    done = plan_frame(pl.DataFrame(ROWS).head(1), str(EXAMPLE))
    assert "Harbor Training Clinic" in done["plan.rulebook"][0]


def test_polars_is_imported_only_for_a_frame_of_its_own() -> None:
    code = (
        "import sys, planner.batch, planner.batch.running, planner.cli; "
        "assert not {'polars', 'pandas', 'concurrent.futures.process'} & set(sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)


def test_what_is_no_frame_is_told_by_its_kind() -> None:
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    lazy = pl.DataFrame({"lateness.who": ["client"], "safety.flags": ["none"]}).lazy()
    for other in (lazy, None, {"lateness.who": ["client"]}):
        with pytest.raises(
            TypeError, match=rf"a Polars or a pandas frame, not .*{type(other).__name__}"
        ):
            plan_frame(other)
