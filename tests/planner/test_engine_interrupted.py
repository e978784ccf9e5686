"""The engine stays right after an interruption, and says so where its answer cannot be."""

import contextlib
import ctypes
import random
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import pytest

from planner.engine import _durable_rules
from planner.errors import EngineError
from tests.planner.engine_case import Case
from tests.planner.oracle import LONG


@pytest.fixture
def case() -> Case:
    return Case(1)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, told apart from a real one."""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
@pytest.mark.filterwarnings(  # by chance the signal falls where Python can only tell of it
    "ignore:Exception ignored in. <function WeakSet:pytest.PytestUnraisableExceptionWarning"
)
def test_a_signal_in_mid_match_leaves_the_next_match_right(case: Case) -> None:
    """Whenever Ctrl-C comes, the engine is empty and unlocked afterwards."""
    chance = random.Random(3)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise Interrupted

    usual = signal.signal(signal.SIGALRM, interrupt)
    interrupted = 0
    try:
        for number in range(5_000 if LONG else 500):
            with contextlib.suppress(Interrupted):
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, 2e-4))
                try:
                    while True:
                        case.ruleset.match(case.busiest)
                except Interrupted:
                    interrupted += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert case.right(number, 3) == 3
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert interrupted > 100
    assert not case.ruleset._session.unended


class Victim(threading.Thread):
    """A thread that matches without end and is interrupted again and again."""

    def __init__(self, case: Case, rounds: int) -> None:
        super().__init__(daemon=True)
        self.case, self.rounds = case, rounds
        self.interrupted = 0
        self.wrong: list[int] = []

    def run(self) -> None:
        """Match; when interrupted, the very next match must be right."""
        while self.interrupted < self.rounds:
            with contextlib.suppress(Interrupted):  # one more may come in the handling of one
                self.match_until_interrupted()

    def match_until_interrupted(self) -> None:
        """One interruption, and the match after it."""
        try:
            while True:
                self.case.ruleset.match(self.case.busiest)
        except Interrupted:
            self.interrupted += 1
        if self.case.right(self.interrupted, 1) != 1:
            self.wrong.append(self.interrupted)


def test_an_exception_thrown_in_from_another_thread_leaves_the_next_match_right(
    case: Case,
) -> None:
    """As a server does that gives up on a slow request; the lock is never left behind."""
    chance = random.Random(4)
    victim = Victim(case, 3_000 if LONG else 300)
    victim.start()
    end = time.monotonic() + 60
    while victim.is_alive() and time.monotonic() < end:
        time.sleep(chance.uniform(1e-6, 3e-4))
        thread = ctypes.c_ulong(victim.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(Interrupted))
        assert case.right(0, 1) == 1
    victim.join(60)
    assert victim.interrupted >= victim.rounds
    assert victim.wrong == []
    case.check()


def test_a_match_may_be_called_by_a_signal_handler_in_mid_match(case: Case) -> None:
    """The lock lets its own thread in again, and between two steps the engine is empty."""
    answers: list[tuple[str, ...]] = []
    usual = signal.signal(
        signal.SIGUSR1, lambda *_: answers.append(case.ruleset.match(case.facts[0]))
    )
    try:
        for _ in range(50):
            with case.ruleset._lock:
                signal.raise_signal(signal.SIGUSR1)
            case.check()
    finally:
        signal.signal(signal.SIGUSR1, usual)
    assert answers == [case.expected[0]] * 50


def test_a_fact_left_over_is_cleared_away_and_the_match_done_once_more(case: Case) -> None:
    """The engine answers 2 when its one fact is already there, with old results pending."""
    session = case.ruleset._session
    for facts, expected in zip(case.facts, case.expected, strict=True):
        # Where the new fact matches nothing, the engine answers 1, and gives the old results.
        session._assert(case.ruleset._fact(case.busiest))
        assert case.ruleset.match(facts) == expected


def no_memory() -> None:
    raise MemoryError


def refusing() -> None:
    raise _durable_rules().error("Could not start action, error code: 303")


@pytest.mark.parametrize("step", ["_assert", "_start", "_complete", "_retract"])
@pytest.mark.parametrize(
    ("fail", "told"), [(no_memory, MemoryError), (refusing, EngineError)], ids=["memory", "303"]
)
def test_a_match_broken_off_inside_the_engine_is_followed_by_a_new_session(
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fail: Callable[[], None],
    told: type[Exception],
) -> None:
    """The old copy of the rules may hold anything then: it is never asked again."""
    session = case.ruleset._session
    broken: object = (fail,) if step in {"_start", "_complete"} else lambda *_: fail()
    monkeypatch.setattr(session, step, broken)
    with pytest.raises(told):
        case.ruleset.match(case.busiest)
    case.check()
    assert case.ruleset._session is not session


def test_a_match_without_a_result_is_an_error_never_an_empty_answer(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case.ruleset._session, "_start", (lambda: None,))
    with pytest.raises(EngineError, match="answered 0 with 0 results"):
        case.ruleset.match(case.busiest)
    monkeypatch.undo()
    case.check()


@pytest.mark.parametrize("answer", [2, 3])
def test_an_answer_that_is_not_known_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    """A second 2 in a row counts: what is left over could not be cleared away."""
    monkeypatch.setattr(case.ruleset._session, "_assert", lambda _: (answer, 1))
    with pytest.raises(EngineError, match=f"answered {answer}"):
        case.ruleset.match(case.busiest)
    monkeypatch.undo()
    case.check()


@pytest.mark.parametrize(
    ("message", "told"), [('{"00":{}}', "fired twice"), ('{"99":{}}', "no rule is called '99'")]
)
def test_a_result_that_cannot_be_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch, message: str, told: str
) -> None:
    monkeypatch.setattr(case.ruleset._session, "turn", lambda _: (0, (message, message)))
    with pytest.raises(EngineError, match=told):
        case.ruleset.match(case.busiest)
