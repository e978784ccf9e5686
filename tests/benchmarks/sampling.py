"""Where the time of a first plan goes: the stack looked at every few milliseconds.

Nothing is wrapped or counted, so that what is looked at runs as it always does. `python -m
tests.benchmarks.sampling` prints Markdown.
"""

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from planner import Planner
from tests.benchmarks.cases import Told, realistic
from tests.benchmarks.measuring import ROOT, table, where_and_when

COUNT = 10_000
EVERY = 0.001
"""Seconds of the processor's time between two looks; the system may make it four times that."""
SHOWN = 12
_HOME = f"{ROOT / 'planner'}/"

Place = tuple[str, str]
"""A module of the planner, and the function in it."""

PARTS: dict[str, Callable[[Place], bool]] = {
    "the brief": lambda place: "brief" in place[0],
    "words to go on with, and cues": lambda place: "ready" in place[1] or "cue" in place[1],
    "pairs of questions": lambda place: place[0].endswith("pairs"),
    "all questions": lambda place: place[0].endswith(("questions", "pairs", "whatif")),
    "JSON": lambda place: place[1] == "to_json",
}
"""Parts told by the names of their modules and functions; what is renamed is not found."""


class Looks:
    """What was on the stack at each look."""

    def __init__(self) -> None:
        self.stacks: list[list[Place]] = []

    def look(self, _number: int, frame: FrameType | None) -> None:
        """Note the planner's part of the stack, the innermost first."""
        found: list[Place] = []
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(_HOME):
                module = code.co_filename.removeprefix(_HOME).removesuffix(".py")
                found.append((module.replace("/", "."), code.co_name))
            frame = frame.f_back
        if found:
            self.stacks.append(found)

    def share_of(self, part: Callable[[Place], bool]) -> float:
        """The share of the time in which any of a part was on the stack."""
        return sum(any(map(part, stack)) for stack in self.stacks) / max(len(self.stacks), 1)

    def innermost(self) -> Counter[str]:
        """How often each module did something itself."""
        return Counter(stack[0][0] for stack in self.stacks)


@contextmanager
def looking() -> Iterator[Looks]:
    """Look at the stack as long as this lasts; in the main thread alone, and not on Windows."""
    looks = Looks()
    before = signal.signal(signal.SIGPROF, looks.look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield looks
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def looked_at(cases: list[Told]) -> Looks:
    """Plan each case, first, and look."""
    planner = Planner()
    planner.plan(cases[0]).to_json()
    with looking() as looks:
        for case in cases[1:]:
            planner.plan(case).to_json()
    return looks


def report(count: int = COUNT) -> str:
    """Both tables as Markdown."""
    if not hasattr(signal, "setitimer"):
        return "Where the time goes is looked at by a timer that this system has not."
    looks = looked_at(realistic(count, seed=4))
    seen = len(looks.stacks)
    shares = {name: looks.share_of(part) for name, part in PARTS.items()}
    parts = [(name, f"{share:.1%}" if share else "not met") for name, share in shares.items()]
    most = [(f"`{name}`", f"{n / seen:.1%}") for name, n in looks.innermost().most_common(SHOWN)]
    how = (
        f"{count:,} different realistic observations, each first; the share of {seen:,} looks in "
        f"which a part was on the stack, of modules the innermost. {where_and_when()}"
    )
    return "\n\n".join((how, table(("part", "share"), parts), table(("module", "share"), most)))


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:2])))
