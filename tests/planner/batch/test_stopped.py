"""A run that was stopped: by a key, by a full disk, by a kill. It goes on, and nothing is half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from planner import ObservationError, Planner
from planner.batch.running import Progress, Wishes, run_batch
from planner.cli import main
from tests.planner.support.flat_rows import flat_row, some_observations

pl = pytest.importorskip("polars", reason="CSV and Parquet need Polars")

SLOW = """
import sys, time
from pathlib import Path
import planner.batch.sources, planner.batch.tables
from planner import Planner
from planner.batch.running import Wishes, run_batch
planner.batch.sources.ROWS, planner.batch.sources.BLOCK = 20, 6000
planner.batch.tables.BLOCK = 6000
def tell(now):
    print(now.rows, flush=True)
    time.sleep(0.15)
run_batch(Path(sys.argv[1]), Path(sys.argv[2]), Planner(), Wishes(go_on=len(sys.argv) > 3), tell)
"""
ROOT = Path(__file__).resolve().parents[3]
PAIRS = [(".jsonl", ".jsonl"), (".csv", ".csv"), (".parquet", ".parquet"), (".csv", ".jsonl")]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches so small that a run has many."""
    monkeypatch.setattr("planner.batch.sources.ROWS", 20)
    monkeypatch.setattr("planner.batch.sources.BLOCK", 6000)
    monkeypatch.setattr("planner.batch.tables.BLOCK", 6000)


def given(directory: Path, suffix: str) -> Path:
    """A file with good rows and a few bad ones."""
    rows: list[Any] = some_observations(200, seed=4, distinct=60)
    for row in (3, 77, 150):
        rows[row] = {**rows[row], "session": 0, "case": "bad"}
    path = directory / f"in{suffix}"
    if suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path
    frame = pl.DataFrame([flat_row(one) | {"session": str(one["session"])} for one in rows])
    _ = frame.write_csv(path) if suffix == ".csv" else frame.write_parquet(path)
    return path


def same(one: Path, other: Path) -> None:
    """Two outputs hold the same, refusals included, and nothing of a run is left beside them."""
    if one.suffix == ".parquet":
        assert pl.read_parquet(one).equals(pl.read_parquet(other))
    else:
        assert one.read_bytes() == other.read_bytes()
    told = [path.with_name(f"{path.name}.refused.jsonl").read_bytes() for path in (one, other)]
    assert told[0] == told[1] != b""
    assert not list(one.parent.glob("*.partial"))


@pytest.mark.parametrize(
    ("suffix", "into", "how"),
    [*((*pair, signal.SIGKILL) for pair in PAIRS), (".csv", ".csv", signal.SIGINT)],
)
def test_a_killed_run_goes_on_to_the_same_end(
    suffix: str, into: str, how: signal.Signals, tmp_path: Path, planner: Planner
) -> None:
    source, out = given(tmp_path, suffix), tmp_path / f"out{into}"
    run_batch(source, tmp_path / f"whole{into}", planner)
    command = [sys.executable, "-c", SLOW, str(source), str(out)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout
        seen = [int(run.stdout.readline()) for _ in range(3)]
        run.send_signal(how)
    assert 0 < seen[-1] < 200
    assert not out.exists()
    assert not out.with_name(f"{out.name}.refused.jsonl").exists()
    ended = subprocess.run(
        [*command, "go on"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(ended.stdout.split()[0]) > seen[0]
    same(out, tmp_path / f"whole{into}")


@pytest.mark.parametrize(("suffix", "into"), PAIRS)
def test_whatever_was_written_and_not_told_of_is_taken_back(
    suffix: str, into: str, tmp_path: Path, planner: Planner
) -> None:
    """The worst moment: rows are on the disk, and the state still says that they are not."""
    source, out = given(tmp_path, suffix), tmp_path / f"out{into}"
    run_batch(source, tmp_path / f"whole{into}", planner)
    stop_after(2, source, out, planner)
    partial = tmp_path / f"out{into}.partial"
    for name in ("plans", "refused", "000002.part", "state.new"):
        with (partial / name).open("ab") as file:
            file.write(b"half a li")
    run_batch(source, out, planner, Wishes(go_on=True))
    same(out, tmp_path / f"whole{into}")


def stop_after(stretches: int, source: Path, out: Path, planner: Planner) -> None:
    """Run as far as so many stretches, and press Ctrl-C."""
    seen: list[Progress] = []

    def tell(now: Progress) -> None:
        seen.append(now)
        if len(seen) == stretches:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(source, out, planner, tell=tell)


def test_a_stopped_run_is_neither_lost_nor_taken_for_another(
    tmp_path: Path, planner: Planner, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = given(tmp_path, ".jsonl"), tmp_path / "out.jsonl"
    stop_after(2, source, out, planner)
    assert main(["batch", str(source), str(out)]) == 2
    assert "--continue" in capsys.readouterr().err
    source.write_text(source.read_text() + "{}\n")
    with pytest.raises(ObservationError, match=r"was another one: input differ"):
        run_batch(source, out, planner, Wishes(go_on=True))
    assert main(["batch", str(source), str(out), "--again"]) == 1
    assert len(out.read_text().splitlines()) == 197


def test_a_state_that_cannot_be_read_starts_over(tmp_path: Path, planner: Planner) -> None:
    source, out = given(tmp_path, ".jsonl"), tmp_path / "out.jsonl"
    run_batch(source, tmp_path / "whole.jsonl", planner)
    stop_after(2, source, out, planner)
    (tmp_path / "out.jsonl.partial" / "state.json").write_text('{"run": ')
    run_batch(source, out, planner, Wishes(go_on=True))
    same(out, tmp_path / "whole.jsonl")


def test_to_go_on_with_nothing_is_to_begin(tmp_path: Path, planner: Planner) -> None:
    source = given(tmp_path, ".csv")
    done = run_batch(source, tmp_path / "out.csv", planner, Wishes(go_on=True))
    assert done.rows == 200


@pytest.mark.parametrize(("suffix", "into"), PAIRS)
def test_a_full_disk_is_told_and_leaves_the_old_output_alone(
    suffix: str, into: str, tmp_path: Path, planner: Planner
) -> None:
    """A limit on the size of files stands for the disk: the same error at the same call."""
    source, out = given(tmp_path, suffix), tmp_path / f"out{into}"
    out.write_text("of an earlier run")
    limit = 3000 if into == ".parquet" else 20_000
    code = (
        "import resource, sys; from planner.cli import main; import planner.batch.sources as s, "
        "planner.batch.tables as t; s.ROWS, s.BLOCK, t.BLOCK = 20, 6000, 6000; "
        "import planner.keeping; planner.keeping.put = lambda *_: None; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "batch", str(source), str(out)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "File too large" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert out.read_text() == "of an earlier run"
    run_batch(source, tmp_path / f"whole{into}", planner)
    run_batch(source, out, planner, Wishes(go_on=True))
    same(out, tmp_path / f"whole{into}")


def test_no_process_is_left_when_the_run_is_killed(tmp_path: Path) -> None:
    """Helpers end with whoever started them, even when it had no time to say so."""
    psutil = pytest.importorskip("psutil", reason="psutil is not installed")
    source = tmp_path / "in.jsonl"
    rows = some_observations(6000, seed=8)
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code = (
        "from pathlib import Path; from planner import Planner; "
        "from planner.batch.running import Wishes, run_batch; import sys; "
        "run_batch(Path(sys.argv[1]), Path(sys.argv[2]), Planner(), Wishes(processes=2))"
    )
    command = [sys.executable, "-c", code, str(source), str(tmp_path / "out.jsonl")]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as run:
        helpers: list[Any] = []
        until = time.monotonic() + 60
        while len(helpers) < 3 and time.monotonic() < until and run.poll() is None:
            helpers = psutil.Process(run.pid).children(recursive=True)
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)
    assert helpers
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
