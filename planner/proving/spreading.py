"""The questions of a proof answered by several processes, which end with the one that asked.

Each of them makes the formulas of the rulebook itself and answers its share of the questions; what
came out is put together in the order of the questions. An example is the same in every process
(see `examples`), and so is the proof.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from planner.errors import PlannerError
from planner.proving.asking import Answer, Questions
from planner.proving.kept import Kept
from planner.rulebook.properties import Property
from planner.rulebook.rulebook import Rulebook

_SHARES = 4
"""Shares of the questions for each process, so that none works long after the others."""
_BLOCK = 16
"""Questions after each other that fall to one share: what is near is often about one rule."""
_WORTH_IT = 300
"""Rules and variants from which on a second process is quicker than starting it takes."""

Share = tuple[list[tuple[int, list[Answer]]], Kept]
"""Answers by the number of their question, and what is to be kept."""


def worth_it(rulebook: Rulebook) -> bool:
    """Whether there is enough to prove for more than one process."""
    return len(rulebook.rules_and_variants) >= _WORTH_IT


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    rulebook: Rulebook, properties: Sequence[Property], kept: Kept, processes: int
) -> list[Answer]:
    """Every answer, in the order of the questions; `kept` learns what was proved.

    Raises PlannerError where a process was killed. Whatever ends this ends the processes.
    """
    shares = processes * _SHARES
    with _pool(processes, (rulebook, tuple(properties), kept)) as pool:
        asked: list[Future[Share]] = [
            pool.submit(_answer, one, shares, _BLOCK) for one in range(shares)
        ]
        answered: dict[int, list[Answer]] = {}
        for one in asked:
            answers, proved = one.result()
            answered.update(answers)
            kept.merge(proved)
    return [one for number in sorted(answered) for one in answered[number]]


@contextmanager
def _pool(processes: int, given: tuple[Any, ...]) -> Iterator[ProcessPoolExecutor]:
    """Processes that prove; started afresh, for a fork of a process with threads may hang."""
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    others = active_children()
    pool = ProcessPoolExecutor(processes, get_context(method), _start, given)
    try:
        yield pool
        pool.shutdown()
    except BrokenProcessPool:
        raise PlannerError(
            "A process of the proof was ended from outside, perhaps because memory ran out. "
            "Nothing is proved by halves: free some memory and prove again."
        ) from None
    except BaseException:
        for child in active_children():
            if child not in others:
                child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_HERE: dict[str, Questions] = {}
"""What a process of the pool works with: set once, when it starts."""


def _start(rulebook: Rulebook, properties: Sequence[Property], kept: Kept) -> None:
    """Make the questions; leave Ctrl-C to the process that asked, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _HERE["questions"] = Questions(rulebook, properties, kept)


def _end_with_parent() -> None:
    """Leave no process behind when the one that asked was killed."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _answer(share: int, shares: int, block: int) -> Share:
    """Answer one share of the questions, which are dealt out in blocks."""
    questions = _HERE["questions"]
    numbers = [one for one in range(len(questions.all)) if one // block % shares == share]
    answers = [(number, list(questions.all[number].ask())) for number in numbers]
    questions.prover.keep()
    return answers, questions.prover.kept
