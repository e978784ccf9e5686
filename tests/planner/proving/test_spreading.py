"""Several processes prove what one proves, in the same order, and end with the one that asked."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

pytest.importorskip("z3", reason="z3-solver is not installed")

from planner.errors import PlannerError
from planner.proving import spreading
from planner.proving.asking import Questions
from planner.proving.kept import Kept
from planner.proving.proof import prove
from tests.planner.support.small_proof import EDITS, Proved, small

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> Proved:
    """The small rulebook with every edit that goes together with the others."""
    proved = small(tmp_path_factory.mktemp("rules"))
    for kind in ("condition", "rank", "words", "one more rule"):
        proved = EDITS[kind][0](proved)
    return proved


@pytest.fixture
def worth_it(monkeypatch) -> None:
    monkeypatch.setattr("planner.proving.spreading._WORTH_IT", 0)
    monkeypatch.setattr("planner.proving.spreading._BLOCK", 1)


@pytest.mark.usefixtures("worth_it")
def test_several_processes_tell_the_same_in_the_same_order_and_keep_the_same(broken):
    alone, together = Kept(), Kept()
    proof = prove(*broken, kept=alone)
    assert len(proof.problems) > 4
    assert prove(*broken, kept=together, processes=3) == proof
    assert together.impossible.keys() == alone.impossible.keys()
    assert {*together.shown} == {*alone.shown}
    assert together.points
    assert multiprocessing.active_children() == []


def test_every_question_falls_to_one_share_alone(broken, monkeypatch):
    questions = Questions(*broken)
    monkeypatch.setitem(spreading._HERE, "questions", questions)
    shares = [spreading._answer(one, 5, 2)[0] for one in range(5)]
    numbers = sorted(number for share in shares for number, _ in share)
    assert numbers == list(range(len(questions.all)))


def test_a_small_rulebook_is_not_worth_a_second_process(broken, monkeypatch):
    monkeypatch.setattr("planner.proving.proof.spread", None)
    assert prove(*broken, processes=8) == prove(*broken)


class KillsOne(ProcessPoolExecutor):
    """Its first process is killed as soon as it has something to do."""

    def submit(self, *given, **named):
        future = super().submit(*given, **named)
        for one in list(self._processes.values())[:1]:
            one.kill()
        return future


@pytest.mark.usefixtures("worth_it")
def test_a_killed_process_is_an_error_that_says_so_and_nothing_is_proved(broken, monkeypatch):
    monkeypatch.setattr("planner.proving.spreading.ProcessPoolExecutor", KillsOne)
    kept = Kept()
    with pytest.raises(PlannerError, match="A process of the proof was ended from outside"):
        prove(*broken, kept=kept, processes=2)
    assert kept.rulebooks == {}


class Interrupted(ProcessPoolExecutor):
    """Ctrl-C comes as soon as the processes have started."""

    started: ClassVar[list[BaseProcess]] = []

    def submit(self, *given, **named):
        super().submit(*given, **named)
        self.started.extend(self._processes.values())
        raise KeyboardInterrupt


@pytest.mark.usefixtures("worth_it")
def test_ctrl_c_waits_for_no_process(broken, monkeypatch):
    monkeypatch.setattr("planner.proving.spreading.ProcessPoolExecutor", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        prove(*broken, processes=2)
    assert Interrupted.started
    for one in Interrupted.started:
        one.join(60)
        assert one.exitcode == -signal.SIGTERM


@pytest.mark.usefixtures("worth_it")
def test_an_error_in_a_process_is_told_here(broken):
    rulebook, properties = broken
    lost = replace(properties[0], claim=replace(properties[0].claim, kind="nothing"))
    with pytest.raises(KeyError, match="nothing"):
        prove(rulebook, (lost,), processes=2)


PROVING = """
import sys
from pathlib import Path
from planner.proving import spreading
from planner.proving.proof import prove
from tests.benchmarks.growing import grown

if __name__ == "__main__":
    print("begins", flush=True)
    prove(grown(0), (), processes=2)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Ctrl-C goes to a group of processes")
@pytest.mark.parametrize("how", ["Ctrl-C", "killed"])
def test_when_the_one_that_asked_ends_no_process_stays(tmp_path, how):
    script = tmp_path / "proving.py"
    script.write_text(PROVING)
    line = [sys.executable, str(script)]
    quiet = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=quiet
    ) as asking:
        assert asking.stdout
        assert asking.stdout.readline() == b"begins\n"
        below = _proving_below(asking.pid)
        if how == "Ctrl-C":
            os.killpg(asking.pid, signal.SIGINT)
        else:
            asking.kill()
        asking.wait(60)
        _, alive = psutil.wait_procs(below, timeout=60)
        assert alive == []


def _proving_below(pid: int) -> list[psutil.Process]:
    """The processes that prove for another one, once there are two of them at work."""
    asking = psutil.Process(pid)
    for _ in range(600):
        below = asking.children(recursive=True)
        if sum(one.num_threads() > 1 for one in below) >= 2:  # one thread watches the asking one
            return below
        time.sleep(0.1)
    raise AssertionError(below)
