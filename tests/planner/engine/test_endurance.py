"""The engine stays right for long, in many threads and across forks."""

import contextlib
import gc
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from planner.engine.limits import Domain, Leaf, Rules
from planner.engine.ruleset import Ruleset
from tests.planner.support.breaking_in import forks, in_child, quiet_fork
from tests.planner.support.engine_case import Case
from tests.planner.support.oracle import Facts
from tests.support.long import LONG

MOST_GROWTH = 5 * 2**20


@pytest.fixture
def case() -> Case:
    return Case(1)


def test_answers_stay_right_far_past_the_engines_1024_states(case: Case) -> None:
    """A new state for each match ends at the 1,025th; one permanent state never does."""
    for _ in range(20):
        case.check()


def test_random_rule_bases_stay_right_at_length() -> None:
    """100,000 observations when asked to; a few thousand always."""
    for seed in range(100, 200 if LONG else 103):
        Case(seed, rules=60, facts=1_000).check()


def test_memory_stays_flat_over_tens_of_thousands_of_matches() -> None:
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
    assert matches(50_000 if LONG else 10_000) - before < MOST_GROWTH


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
        codes = [in_child(case.check) for _ in range(200 if LONG else 8)]
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
