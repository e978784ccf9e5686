"""The engine stays right for long, in many threads, across forks and through interruptions."""

import contextlib
import ctypes
import gc
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import psutil
import pytest

from planner.engine import Ruleset, _durable_rules
from planner.errors import EngineError
from planner.limits import Domain, Leaf, Rules
from tests.planner.oracle import LONG, Facts, oracle_match, some_domains, some_facts, some_rules

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
quiet_fork = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
MOST_GROWTH = 5 * 2**20


class Case:
    """A ruleset with facts of which the oracle has said what holds."""

    def __init__(self, seed: int, rules: int = 40, facts: int = 300) -> None:
        chance = random.Random(seed)
        domains = some_domains(chance)
        self.rules = some_rules(chance, domains, rules)
        self.ruleset = Ruleset("endurance", self.rules, domains)
        self.facts: list[Facts] = [some_facts(chance, domains, self.rules) for _ in range(facts)]
        self.expected = [oracle_match(self.rules, facts) for facts in self.facts]
        self.busiest = self.facts[max(range(facts), key=lambda n: len(self.expected[n]))]

    def check(self) -> None:
        """Every answer must still be what the oracle said."""
        assert [self.ruleset.match(facts) for facts in self.facts] == self.expected

    def right(self, start: int, count: int) -> int:
        """How many of so many answers in a row are right."""
        places = [(start + step) % len(self.facts) for step in range(count)]
        return sum(self.ruleset.match(self.facts[n]) == self.expected[n] for n in places)


@pytest.fixture
def case() -> Case:
    return Case(1)


def test_answers_stay_right_far_past_the_engines_1024_states(case: Case) -> None:
    """A new state for each match ends at the 1,025th; one permanent state never does."""
    for _ in range(20):
        case.check()


def test_random_rule_bases_stay_right_at_length() -> None:
    """100,000 observations when asked to; a few thousand always."""
    for seed in range(100, 200 if LONG else 105):
        Case(seed, rules=60, facts=1_000).check()


def test_memory_stays_flat_over_200_000_matches() -> None:
    """Neither the engine nor the door to it keeps anything of a fact."""
    rules: Rules = [
        ("a.who", (Leaf("who", ("both",)),)),
        ("b.wait", (Leaf("minutes", low=10), Leaf("who", ("client", "both")))),
    ]
    domains: dict[str, Domain] = {"who": ("absent", "client", "both"), "minutes": range(-1, 601)}
    ruleset = Ruleset("memory", rules, domains)
    facts: list[Facts] = [{"who": w, "minutes": m} for w in ("both", "absent") for m in (-1, 10)]
    process = psutil.Process()

    def matches(rounds: int) -> int:
        for _ in range(rounds):
            for fact in facts:
                ruleset.match(fact)
        gc.collect()
        return process.memory_info().rss

    before = matches(2_500)
    assert matches(50_000) - before < MOST_GROWTH


def test_eight_threads_get_what_one_gets(case: Case) -> None:
    """Each thread begins elsewhere, so that a mix-up of facts cannot go unseen."""
    count = 20_000 if LONG else 600
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            right = list(threads.map(lambda n: case.right(n * 37, count), range(8)))
    finally:
        sys.setswitchinterval(switching)
    assert right == [count] * 8


def in_child(work: Callable[[], None], patience: float = 30) -> int:
    """Fork, let the child do the work, and give its exit code; 99 if it hangs."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 99


@forks
@quiet_fork
def test_a_fork_after_loading_matches_on_both_sides(case: Case) -> None:
    case.check()
    assert in_child(case.check) == 0
    case.check()


@contextlib.contextmanager
def matching_thread(case: Case) -> Iterator[list[bool]]:
    """Another thread that matches all the time; what it saw is in the list."""
    seen: list[bool] = []
    enough = threading.Event()

    def work() -> None:
        place = 0
        while not enough.is_set():
            seen.append(case.right(place, 5) == 5)
            place += 5

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield seen
    finally:
        enough.set()
        thread.join()


@forks
@quiet_fork
def test_a_fork_while_another_thread_matches_cannot_block_the_child(case: Case) -> None:
    """The child has no such thread: were its lock not renewed, it would wait forever."""
    with matching_thread(case) as seen:
        codes = [in_child(case.check) for _ in range(200 if LONG else 20)]
    assert set(codes) == {0}
    assert seen
    assert all(seen)
    case.check()


@forks
@quiet_fork
def test_a_lock_held_elsewhere_at_a_fork_is_new_in_the_child(case: Case) -> None:
    """The same, without chance: another thread surely holds the lock."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with case.ruleset._lock:
            held.set()
            free.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    try:
        assert in_child(case.check) == 0
    finally:
        free.set()
        thread.join()
    case.check()


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
