"""Each distinct row is planned once, and no row gets the plan of another that has its hash."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner import Planner
from planner.batch import plan_frame
from planner.batch.running import Wishes, run_batch
from tests.planner.support.flat_rows import flat_row, plans_of, some_observations

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

from planner.batch import grouping  # noqa: E402  # needs Polars

OBSERVATIONS = some_observations(150, seed=21, distinct=50)
HASHES: dict[str, Callable[[Any], Any]] = {
    "one for all": lambda keys: pl.Series("hash", [7] * keys.height, dtype=pl.UInt64),
    "one for many": lambda keys: keys.hash_rows().alias("hash") % 5,
    "of one column": lambda keys: keys.select("safety.flags").hash_rows().alias("hash"),
}


@pytest.fixture(scope="module")
def expected(planner: Planner) -> list[str]:
    return plans_of(planner, OBSERVATIONS)


def source(directory: Path, suffix: str) -> Path:
    path, frame = directory / f"in{suffix}", pl.DataFrame([flat_row(one) for one in OBSERVATIONS])
    _ = frame.write_csv(path) if suffix == ".csv" else frame.write_parquet(path)
    return path


def planned(given: Path, planner: Planner) -> tuple[list[Any], int]:
    """Each row's case and plan, and how many observations were planned."""
    out = given.with_name("out.parquet")
    done = run_batch(given, out, planner, Wishes(whole=True))
    return pl.read_parquet(out).select("case", "plan.json").rows(), done.planned


def cased(plans: list[str]) -> list[tuple[str, str]]:
    return [(one["case"], plan) for one, plan in zip(OBSERVATIONS, plans, strict=True)]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("hashes", HASHES)
def test_rows_of_one_hash_keep_their_own_plans(
    hashes: str,
    suffix: str,
    tmp_path: Path,
    planner: Planner,
    monkeypatch: pytest.MonkeyPatch,
    expected: list[str],
) -> None:
    """In one stretch, and with rows of the stretches before."""
    monkeypatch.setattr(grouping, "hashes_of", HASHES[hashes])
    given = source(tmp_path, suffix)
    assert planned(given, planner) == (cased(expected), len(set(expected)))
    monkeypatch.setattr("planner.batch.sources.ROWS", 20)
    monkeypatch.setattr("planner.batch.tables.BLOCK", 6000)
    assert planned(given, planner) == (cased(expected), len(set(expected)))


def test_a_frame_s_rows_of_one_hash_keep_their_own_plans(
    planner: Planner, monkeypatch: pytest.MonkeyPatch, expected: list[str]
) -> None:
    monkeypatch.setattr(grouping, "hashes_of", HASHES["one for many"])
    frame = pl.DataFrame([flat_row(one) for one in OBSERVATIONS])
    assert plan_frame(frame, planner)["plan.json"].to_list() == expected


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_what_was_forgotten_is_planned_again_and_alike(
    suffix: str,
    tmp_path: Path,
    planner: Planner,
    monkeypatch: pytest.MonkeyPatch,
    expected: list[str],
) -> None:
    """Only so many observations are known at a time: 10 here, of 50 in stretches of 20 rows."""
    monkeypatch.setattr("planner.batch.sources.ROWS", 20)
    monkeypatch.setattr("planner.batch.tables.BLOCK", 6000)
    given = source(tmp_path, suffix)
    assert planned(given, planner) == (cased(expected), len(set(expected)))
    monkeypatch.setattr("planner.batch.answering._KEPT", 20)
    plans, again = planned(given, planner)
    assert plans == cased(expected)
    assert len(set(expected)) < again < len(expected)


def test_distinct_rows_come_in_the_order_in_which_they_were_met() -> None:
    chance = random.Random(3)
    rows = [("ab"[chance.randrange(2)], "xyz"[chance.randrange(3)], "") for _ in range(500)]
    keys = pl.DataFrame(rows, schema=["one", "two", "three"], orient="row")
    distinct, numbers = grouping.grouped(keys)
    assert distinct.rows() == list(dict.fromkeys(rows))
    assert [distinct.row(number) for number in numbers] == rows
    nothing, none = grouping.grouped(keys.clear())
    assert (nothing.height, none.len()) == (0, 0)
