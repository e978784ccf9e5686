"""Each distinct observation planned once, here or in several processes.

What no rule reads (case, session, notes) is left out of what makes observations distinct, and put
into the plan afterwards, so that the plan of a row is to the byte what the planner makes of it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from planner.batch.flat import OWN, flat_problems
from planner.errors import FieldProblem, ObservationError
from planner.planning.planner import Planner
from planner.rulebook.rulebook import Rulebook

PLAN_COLUMNS = (
    "plan.disposition",
    "plan.steps",
    "plan.held",
    "plan.barred",
    "plan.avoid",
    "plan.asks",
    "plan.rulebook",
)
"""The columns that a plan has in the flat form, beside `plan.json`, the whole plan."""

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

K = TypeVar("K", bound=Hashable)

_HEAD = b'"observation":{"case":null,"session":null,'
_TAIL = b',"notes":""},"rulebook":{'
_KEPT = 20_000
_WORTH_IT = 2_500
"""From this many new observations on, other processes save more time than they cost: each starts,
and learns for itself what plans have in common."""
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an observation: its plan's cells and JSON, or why it was refused."""

    cells: tuple[str, ...] = ()
    json: bytes = b""
    problems: tuple[FieldProblem, ...] = ()
    data: Mapping[str, Any] | None = None

    @property
    def flat_problems(self) -> tuple[FieldProblem, ...]:
        """The problems, each with its column of the flat form in place of the contract's field."""
        return flat_problems(self.problems, self.data or {})

    def with_own(self, own: Mapping[str, Any]) -> bytes:
        """The plan's JSON with the row's own case, session and notes in it."""
        if not own:
            return self.json
        case, session, notes = (orjson.dumps(own.get(name)) for name in OWN)
        head = b'"observation":{"case":%b,"session":%b,' % (case, session)
        json = self.json.replace(_HEAD, head, 1)
        if not own.get("notes"):
            return json
        return json.replace(_TAIL, b',"notes":%b},"rulebook":{' % notes, 1)


class Answers:
    """A bounded memo of the last distinct observations and their results."""

    def __init__(self, planner: Planner, *, whole: bool, processes: int = 1) -> None:
        """`whole` keeps each plan's JSON beside its cells; `processes` 1 plans here."""
        self._planner = planner
        self._whole = whole
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._kept: dict[Hashable, Answer] = {}
        self.planned = 0
        self.most = _KEPT // 2 if whole else _KEPT

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def of(self, keys: Sequence[K], read: Callable[[K], Any]) -> list[Answer]:
        """What becomes of each key's observation; `read` gives it in the contract's shape."""
        new = [key for key in dict.fromkeys(keys) if key not in self._kept]
        planned = self.of_distinct([read(key) for key in new])
        found: dict[Hashable, Answer] = dict(zip(new, planned, strict=True))
        answers = [found.get(key) or self._kept[key] for key in keys]
        if len(self._kept) + len(found) > self.most:
            self._kept = {}
        self._kept.update(found if len(found) <= _KEPT else {})
        return answers

    def of_distinct(self, observations: list[Any]) -> list[Answer]:
        """What becomes of observations that are different, and new to whoever asks."""
        self.planned += len(observations)
        return self._plan(observations)

    def _plan(self, observations: list[Any]) -> list[Answer]:
        """Plan distinct observations, in other processes where there are many."""
        if self._processes < 2 or len(observations) < _WORTH_IT:
            return self._here(observations)
        parts = [
            observations[start : start + _AT_ONCE]
            for start in range(0, len(observations), _AT_ONCE)
        ]
        return [one for part in self._shared(parts) for one in part]

    def _shared(self, parts: Sequence[list[Any]]) -> list[list[Answer]]:
        """Plan the parts, the first ones in other processes and the last ones here meanwhile.

        So this process is one of those asked for, and the others are started while it plans.
        """
        if self._pool is None:
            self._pool = _pool(self._processes - 1, self._planner.rulebook, whole=self._whole)
        sent = [self._pool.submit(_work, part) for part in parts]
        here = {
            number: self._here(parts[number])
            for number in reversed(range(len(parts)))
            if sent[number].cancel()
        }
        return [here.get(number) or one.result() for number, one in enumerate(sent)]

    def _here(self, observations: list[Any]) -> list[Answer]:
        """Plan observations in this process."""
        return [answer(self._planner, one, whole=self._whole) for one in observations]


def answer(planner: Planner, data: Any, *, whole: bool) -> Answer:
    """Plan one observation in the contract's shape, or tell why not."""
    try:
        plan = planner.plan(data)
    except ObservationError as error:
        return Answer(problems=error.problems, data=data if isinstance(data, dict) else None)
    cells = (
        plan.disposition,
        "|".join(f"{step.item} {step.when}" for step in plan.steps),
        "|".join(one.item for one in plan.held),
        "|".join(one.item for one in plan.barred),
        "|".join(one.code for one in plan.avoid),
        "|".join(dict.fromkeys(one.field for one in plan.questions)),
        f"{plan.rulebook.version} {plan.rulebook.edition}",
    )
    return Answer(cells, plan.to_json().encode() if whole else b"")


_WORKER: dict[str, Any] = {}
"""What a process of the pool works with: set once, when it starts."""


def _pool(processes: int, rulebook: Rulebook, *, whole: bool) -> ProcessPoolExecutor:
    """Processes that plan; started afresh, for a fork of a process with threads may hang."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(processes, get_context(method), _start, (rulebook, whole))


def _start(rulebook: Rulebook, whole: bool) -> None:
    """Make a planner; leave Ctrl-C to the process that asked, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _WORKER.update(planner=Planner(rulebook), whole=whole)


def _end_with_parent() -> None:
    """Leave no process behind when the one that asked was killed."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(observations: list[Any]) -> list[Answer]:
    """Plan some observations in a process of the pool."""
    return [answer(_WORKER["planner"], one, whole=_WORKER["whole"]) for one in observations]
