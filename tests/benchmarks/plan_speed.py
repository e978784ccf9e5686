"""How long a plan takes: 3,000 different observations, each for the first time, and one again.

`python -m tests.benchmarks.plan_speed` prints Markdown. A planner is fresh for every row.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from planner.contract.observation import Observation
from planner.planning import wording
from planner.planning.planner import Planner
from planner.rulebook.rulebook import Rulebook
from tests.benchmarks.cases import Told, by_chance, realistic
from tests.benchmarks.measuring import CELLS, Times, percentile, table, where_and_when

COUNT = 3_000
STAGES = ("read", "match", "compose", "questions", "JSON")


def fresh(rulebook: Rulebook | None = None, **how: Any) -> Planner:
    """A planner that remembers nothing, in a process that remembers nothing for it."""
    wording._changed.cache_clear()
    return Planner(rulebook, **how)


def written(planner: Planner, case: Told) -> str:
    """The plan for a case, as JSON."""
    return planner.plan(case).to_json()


def whole(planner: Planner, cases: list[Told]) -> Times:
    """An observation in, JSON out."""
    times = Times()
    for case in cases:
        times.of(partial(written, planner, case))
    return times


def again(planner: Planner, case: Told, rounds: int = COUNT) -> Times:
    """One observation that was planned before."""
    written(planner, case)
    times = Times()
    for _ in range(rounds):
        times.of(partial(written, planner, case))
    return times


class Split:
    """The time that each stage of one plan takes, measured inside the planner."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.times = {stage: Times() for stage in STAGES}
        self._matching, self._asking = Times(), Times()
        self._watch(planner._matching, "holding", self._matching)
        self._watch(planner._matching, "fitting", self._matching)
        self._watch(planner._questions, "of", self._asking)

    @staticmethod
    def _watch(part: Any, name: str, times: Times) -> None:
        """Note how long each call of a method takes."""
        method: Callable[..., Any] = getattr(part, name)
        setattr(part, name, lambda *given: times.of(partial(method, *given)))

    def plan(self, case: Told) -> None:
        """Plan one case, and note for each stage how long it took."""
        for watched in (self._matching, self._asking):
            watched.cpu.clear()
            watched.wall.clear()
        observation = self.times["read"].of(partial(Observation.read, case))
        making = Times()
        plan = making.of(partial(self.planner.plan, observation))
        self.times["JSON"].of(plan.to_json)
        for clock in ("cpu", "wall"):
            match, ask = sum(getattr(self._matching, clock)), sum(getattr(self._asking, clock))
            getattr(self.times["match"], clock).append(match)
            getattr(self.times["questions"], clock).append(ask)
            rest = getattr(making, clock)[0] - match - ask
            getattr(self.times["compose"], clock).append(rest)


def split(planner: Planner, cases: list[Told]) -> dict[str, Times]:
    """What each stage takes, over all cases."""
    measured = Split(planner)
    for case in cases:
        measured.plan(case)
    return measured.times


def report() -> str:
    """Both tables as Markdown."""
    told, random_ones = realistic(COUNT), by_chance(COUNT)
    book = Planner().rulebook
    planner = fresh(book)
    rows = {
        "realistic, first pass": whole(planner, told),
        "realistic, first third": Times(),
        "realistic, last third": Times(),
        "the same again, by a planner that has met its rules' cases": Times(),
        "one observation repeated": again(planner, told[0]),
    }
    first = rows["realistic, first pass"]
    for name, part in (("first", slice(0, COUNT // 3)), ("last", slice(-COUNT // 3, None))):
        rows[f"realistic, {name} third"] = Times(first.wall[part], first.cpu[part])
    rows["the same again, by a planner that has met its rules' cases"] = whole(planner, told)
    rows["by chance, first pass"] = whole(fresh(book), random_ones)
    rows["realistic, the engine asked every time"] = whole(fresh(book, remember=0), told)
    stages = split(fresh(book), told)
    shares = (
        f"Share within 100 us (CPU): {within(first, 100):.0%}; "
        f"mean {sum(first.cpu) / len(first.cpu):.0f} us; p99 {percentile(first.cpu, 0.99):.0f} us."
    )
    lines = (
        f"{COUNT:,} different observations, microseconds. {where_and_when()}",
        table(("whole plan", *CELLS), [(name, *t.cells(".1f")) for name, t in rows.items()]),
        table(("stage, realistic", *CELLS), [(n, *t.cells(".1f")) for n, t in stages.items()]),
        shares,
    )
    return "\n\n".join(lines)


def within(times: Times, limit: float) -> float:
    """The share of calls that kept within a limit."""
    return sum(one <= limit for one in times.cpu) / len(times.cpu)


if __name__ == "__main__":
    print(report())
