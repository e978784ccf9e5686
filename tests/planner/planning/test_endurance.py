"""One planner stays right and small for long: in threads, across forks, through interruptions."""

import contextlib
import functools
import gc
import itertools
import random
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from planner.planning.memo import Memo
from planner.planning.planner import Planner
from tests.planner.support.breaking_in import (
    Victim,
    by_signal,
    by_thread,
    forks,
    in_child,
    needs_timers,
    own_alarm,
    quiet_fork,
)
from tests.planner.support.second_opinions import shipped, some_observations
from tests.support.long import LONG
from tests.support.strategies import random_observation

MOST_GROWTH = 5 * 2**20
SMALL = (
    *("branching", "briefing", "findings", "lines", "numbering", "placed_last", "placing"),
    *("questions", "reasons", "stages", "wording"),
)
"""The parts that keep so many answers of each kind."""


class Case:
    """A planner, and observations with the plans that another planner made for them, alone."""

    def __init__(self, planner: Planner, expected: list[tuple[dict[str, Any], str]]) -> None:
        self.planner = planner
        self.expected = expected
        self.places = itertools.count()

    def right(self, start: int, count: int) -> int:
        """How many of so many plans in a row are right, byte for byte."""
        told = (self.expected[(start + step) % len(self.expected)] for step in range(count))
        return sum(self.planner.plan(asked).to_json() == plan for asked, plan in told)

    def check(self) -> None:
        """A few dozen plans must still be what they were."""
        assert self.right(0, 40) == 40


@pytest.fixture(scope="module")
def expected() -> list[tuple[dict[str, Any], str]]:
    """What a planner says that asks the engine of each plan, in one thread."""
    alone = Planner(shipped(), ask="always")
    return [(asked, alone.plan(asked).to_json()) for asked in some_observations(1, 300)]


@pytest.fixture(scope="module", params=["asks each time, little room", "as it ships"])
def case(request: pytest.FixtureRequest, expected: list[tuple[dict[str, Any], str]]) -> Case:
    """One planner for all that follows: what one test leaves behind, the next one meets."""
    if request.param == "as it ships":
        return Case(Planner(shipped()), expected)
    planner = Planner(shipped(), ask="always")
    for memory in memories(planner):
        memory._half = 2
    return Case(planner, expected)


def memories(planner: Planner) -> list[Memo[Any, Any]]:
    """Every memory of a planner."""
    parts = [planner, *vars(planner).values(), planner._matching.table]
    kept = [one for part in parts if hasattr(part, "__dict__") for one in vars(part).values()]
    return [one for one in kept if isinstance(one, Memo)]


def test_plans_stay_right_far_past_the_engines_1024_states(case: Case) -> None:
    count = 12_000 if LONG else 1_200
    assert case.right(0, count) == count


def test_eight_threads_get_what_one_gets(case: Case) -> None:
    """Each begins elsewhere, so that a mix-up cannot go unseen; some plans are asked for twice."""
    count = 20_000 if LONG else 60
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            right = list(threads.map(lambda n: case.right(n // 2 * 37, count), range(8)))
    finally:
        sys.setswitchinterval(switching)
    assert right == [count] * 8


@forks
@quiet_fork
def test_a_fork_after_loading_plans_on_both_sides(case: Case) -> None:
    case.check()
    assert in_child(case.check) == 0
    case.check()


@contextlib.contextmanager
def planning_threads(case: Case, several: int) -> Iterator[list[bool]]:
    """Other threads that plan all the time, much of it again; what they saw is in the list."""
    seen: list[bool] = []
    enough = threading.Event()

    def work() -> None:
        place = 0
        while not enough.is_set():
            seen.append(case.right(place // 50, 2) == 2)
            place += 1

    threads = [threading.Thread(target=work) for _ in range(several)]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        sys.setswitchinterval(switching)
        enough.set()
        for thread in threads:
            thread.join()


@forks
@quiet_fork
def test_a_fork_while_other_threads_plan_cannot_block_the_child(case: Case) -> None:
    """The child has no such threads: a lock that one of them held would never open there."""
    with planning_threads(case, 3) as seen:
        codes = [in_child(lambda: assert_right(case, 3), 20) for _ in range(400 if LONG else 5)]
    assert set(codes) == {0}
    assert seen
    assert all(seen)
    case.check()


def assert_right(case: Case, count: int) -> None:
    """So many plans are right."""
    assert case.right(0, count) == count


@forks
@quiet_fork
def test_no_lock_of_a_planner_outlives_a_fork(case: Case) -> None:
    """The same, without chance: whatever locks a planner has are surely held at the fork."""
    with contextlib.ExitStack() as held:
        holder = threading.Thread(target=lambda: [held.enter_context(one) for one in locks(case)])
        holder.start()
        holder.join()
        assert in_child(lambda: assert_right(case, 3), 20) == 0
    case.check()


def locks(case: Case) -> list[contextlib.AbstractContextManager[bool]]:
    """The plain locks that a planner itself holds; the engine's own have their own tests."""
    plain = type(threading.Lock())
    return [one for one in vars(case.planner).values() if isinstance(one, plain)]


def without_end(case: Case) -> None:
    """Plan until interrupted, each time beginning elsewhere."""
    while True:
        case.right(next(case.places) * 11, 1_000)


@needs_timers
@own_alarm
def test_a_signal_in_mid_plan_leaves_the_next_plan_right(case: Case) -> None:
    """Whenever Ctrl-C comes, nothing half made is remembered and nothing stays locked."""

    def after(number: int) -> None:
        assert case.right(number * 7, 3) == 3

    rounds = 3_000 if LONG else 60
    assert by_signal(lambda: without_end(case), after, rounds, longest=5e-3) > rounds // 2
    case.check()


def test_an_exception_thrown_in_from_another_thread_leaves_the_next_plan_right(case: Case) -> None:
    """As a server does that gives up on a slow request."""
    right: list[int] = []
    victim = Victim(
        work=lambda: without_end(case),
        after=lambda number: right.append(case.right(number, 2)),
        rounds=1_000 if LONG else 25,
    )
    by_thread(victim, longest=1e-2, meanwhile=lambda _: None)
    assert right == [2] * victim.rounds
    case.check()


def grown(planner: Planner, warm: int, plans: int) -> int:
    """How many bytes a process grows over so many plans, all different, after a warm-up."""
    chance = random.Random(5)
    process = psutil.Process()

    def rss_after(count: int) -> int:
        for _ in range(count):
            planner.plan(random_observation(chance)).to_json()
        gc.collect()
        return process.memory_info().rss

    before = rss_after(warm)
    return rss_after(plans) - before


def test_memory_stays_flat_when_a_rulebook_is_compiled_again() -> None:
    """The engine never frees a ruleset: the same rules must not be given to it twice."""
    Planner(shipped())
    process = psutil.Process()
    before = process.memory_info().rss
    kept = [Planner(shipped()) for _ in range(4)]
    gc.collect()
    assert (process.memory_info().rss - before) / len(kept) < MOST_GROWTH


def test_memory_stays_flat_when_all_that_is_remembered_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With little room to remember in, a short run fills it all: what is full does not grow."""
    for module in SMALL:
        monkeypatch.setattr(f"planner.planning.{module}._KEPT", 200)
    monkeypatch.setattr("planner.planning.placing._STANDINGS_KEPT", 200)
    planner = Planner(shipped())
    for memory in memories(planner):
        memory._half = 20
    assert grown(planner, 300, 500) < MOST_GROWTH


@pytest.mark.skipif(not LONG, reason="ten minutes: REPAIR_PLANNER_LONG=1 asks for it")
def test_memory_stays_flat_over_200_000_different_plans() -> None:
    """As it ships; the warm-up is as long as its memories take to fill."""
    assert grown(Planner(shipped()), 40_000, 200_000) < MOST_GROWTH


def test_nothing_is_remembered_without_a_bound() -> None:
    """A memory without a bound would pass every test of an hour and fail in a week."""
    planner, chance = Planner(shipped()), random.Random(6)
    for memory in memories(planner):
        memory._half = 5
    for _ in range(300):
        planner.plan(random_observation(chance)).to_json()
    kept = memories(planner)
    assert len(kept) >= 7
    assert [one for one in kept if len(one) > 10] == []
    gc.unfreeze()  # else it tells of none that was made before this module
    caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    gc.freeze()
    ours = [one for one in caches if one.__module__.startswith("planner")]
    full = [one.cache_info() for one in ours]
    assert len(full) > 5
    assert [one for one in full if one.maxsize is None and one.currsize > 1] == []
