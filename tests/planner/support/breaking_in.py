"""Work that is broken off wherever it is by then: by a signal, by another thread; and forks."""

import contextlib
import ctypes
import gc
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

Work = Callable[[], object]
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
quiet_fork = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
needs_timers = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no interval timers"
)
own_alarm = pytest.mark.timeout(method="thread")
"""For a test that sets the process's one alarm itself, which keeps the others' deadline."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, told apart from a real one."""


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile: an exception in a farewell can only be reported."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def by_signal(work: Work, after: Callable[[int], None], rounds: int, longest: float) -> int:
    """Break work without an end off by a signal, so many times, each within `longest` seconds.

    After each interruption `after` is told its number. Gives how many fell into the work.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise Interrupted

    chance = random.Random(3)
    usual = signal.signal(signal.SIGALRM, interrupt)
    interrupted = 0
    try:
        with uncollected():
            for number in range(rounds):
                with contextlib.suppress(Interrupted):
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, longest))
                    try:
                        work()
                    except Interrupted:
                        interrupted += 1
                signal.setitimer(signal.ITIMER_REAL, 0)
                after(number)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    return interrupted


class Victim(threading.Thread):
    """A thread whose work without an end is broken off again and again."""

    def __init__(self, work: Work, after: Callable[[int], None], rounds: int) -> None:
        super().__init__(daemon=True)
        self.work, self.after, self.rounds = work, after, rounds
        self.begun = 0  # each beginning waits for one interruption, and for no second one

    def run(self) -> None:
        """Begin, be interrupted, see whether all is well; so many times."""
        for number in range(self.rounds):
            with contextlib.suppress(Interrupted):
                self.begun += 1
                self.work()
            self.after(number)

    def interrupt(self, number: int, pause: float) -> None:
        """Throw one exception into the work, wherever it is so many seconds after it began."""
        end = time.monotonic() + 60
        while self.begun <= number:
            assert time.monotonic() < end, f"interruption {number} never came out of the work"
            time.sleep(1e-5)
        time.sleep(pause)
        thread = ctypes.c_ulong(self.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(Interrupted))


def by_thread(victim: Victim, longest: float, meanwhile: Callable[[int], None]) -> None:
    """Break a victim's work off from this thread, as often as it wants to be."""
    chance = random.Random(4)
    with uncollected():
        victim.start()
        for number in range(victim.rounds):
            victim.interrupt(number, chance.uniform(1e-6, longest))
            meanwhile(number)
        victim.join(60)
    assert not victim.is_alive()


def in_child(work: Work, patience: float = 60) -> int:
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
