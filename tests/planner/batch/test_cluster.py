"""The lines for Dask, Spark and Ray, each on a cluster of its own on this machine."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from planner import Planner
from planner.batch import added_columns, plan_frame
from tests.planner.support.flat_rows import flat_row, plans_of, some_observations
from tests.support.missing import missing

ROOT = Path(__file__).resolve().parents[3]
OBSERVATIONS = some_observations(60, seed=9, distinct=20)
ROWS = [flat_row(one) | {"site": "north"} for one in OBSERVATIONS]
BAD = ROWS[0] | {"safety.flags": "", "case": "bad"}

SPARK = """
import json, sys
from pathlib import Path
from pyspark.sql import SparkSession
settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
rows = json.loads(Path(sys.argv[1]).read_text())
df = spark.createDataFrame([tuple(row.values()) for row in rows], list(rows[0])).repartition(3)
exec(Path(sys.argv[2]).read_text())
told = [row.asDict() for row in planned.collect()]
Path(sys.argv[3]).write_text(json.dumps(told))
spark.stop()
"""

RAY = """
import json, sys
from pathlib import Path
import pandas as pd, ray
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
rows = json.loads(Path(sys.argv[1]).read_text())
dataset = ray.data.from_pandas(pd.DataFrame(rows)).repartition(3)
exec(Path(sys.argv[2]).read_text())
Path(sys.argv[3]).write_text(planned.to_pandas().to_json(orient="records"))
ray.shutdown()
"""


def lines_of(word: str) -> str:
    """The block of Python of docs/files.md with this word in it."""
    readme = (ROOT / "docs/files.md").read_text("utf-8")
    [block] = [
        one
        for one in re.findall(r"^```py\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
        if word in one
    ]
    return str(block)


def imported(module: str, name: str) -> Any:
    """What continuous integration installs (the extra `cluster`), and others may have."""
    try:
        return importlib.import_module(module)
    except ImportError:
        missing(f"{name} is not installed")


@pytest.fixture(scope="module")
def expected(planner: Planner) -> dict[str, str]:
    """The plan of each case, without what belongs to its row alone."""
    plans = plans_of(planner, OBSERVATIONS)
    return {one["case"]: plan for one, plan in zip(OBSERVATIONS, plans, strict=True)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what other libraries warn of each other is not ours
def test_dask_runs_it_in_processes_of_its_own(
    planner: Planner, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on any number of machines: what is sent to a worker, a planner too, is pickled."""
    distributed = imported("distributed", "Dask")
    dd, pd = imported("dask.dataframe", "Dask's data frames"), imported("pandas", "pandas")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster):
        parts = dd.from_pandas(pd.DataFrame([*ROWS, BAD]), npartitions=3)
        names: dict[str, Any] = {"parts": parts}
        exec(lines_of("map_partitions"), names)  # noqa: S102  # what a reader would type
        done = names["planned"].compute()
        meta = plan_frame(parts.head()).head(0)
        sent = parts.map_partitions(plan_frame, planner, meta=meta).compute()
    assert list(done["case"]) == [*expected, "bad"]
    assert list(done["plan.json"])[:-1] == list(expected.values())
    assert orjson.loads(done["plan.refused"].iloc[-1])[0]["field"] == "safety.flags"
    assert sent.equals(done)


@pytest.mark.slow
def test_spark_runs_it_with_another_separator(tmp_path: Path, expected: dict[str, str]) -> None:
    """A dot in a column's name is an error there (UNRESOLVED_COLUMN)."""
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    pytest.importorskip("pandas", reason="pandas is not installed")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Java, which Spark runs on, is not installed")
    given, lines, out = (tmp_path / name for name in ("given.json", "lines.py", "out.json"))
    given.write_text(json.dumps([*ROWS, BAD]))
    lines.write_text(lines_of("mapInPandas"))
    command = [sys.executable, "-c", SPARK, str(given), str(lines), str(out)]
    here = {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | here, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    done = {row["case"]: row for row in json.loads(out.read_text())}
    assert list(done["bad"])[-len(added_columns()) :] == list(added_columns("__"))
    refused = orjson.loads(done.pop("bad")["plan__refused"])
    assert refused[0]["field"] == "safety__flags"
    assert {case: row["plan__json"] for case, row in done.items()} == expected
    assert {row["site"] for row in done.values()} == {"north"}


@pytest.mark.slow
def test_ray_runs_it_by_the_same_function(tmp_path: Path, expected: dict[str, str]) -> None:
    pytest.importorskip("ray.data", reason="Ray is not installed")
    pytest.importorskip("pandas", reason="pandas is not installed")
    given, lines, out = (tmp_path / name for name in ("given.json", "lines.py", "out.json"))
    given.write_text(json.dumps([*ROWS, BAD]))
    lines.write_text(lines_of("map_batches"))
    here = {"PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"}
    command = [sys.executable, "-c", RAY, str(given), str(lines), str(out)]
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ | here, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    done = {row["case"]: row for row in json.loads(out.read_text())}
    assert orjson.loads(done.pop("bad")["plan.refused"])[0]["field"] == "safety.flags"
    assert {case: row["plan.json"] for case, row in done.items()} == expected
    assert {row["site"] for row in done.values()} == {"north"}
