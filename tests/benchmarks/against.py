"""Other commits beside this tree: the same worker on all, in turn, on the same observations.

`OLD=COMMIT[,COMMIT]` in the environment names them. Without it they are the one that the goals of
speed were set by, which had fewer rules, and the last before the matching was written anew, which
has the same. Where git or a commit is missing, that is said, and the rest is measured.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson

from tests.benchmarks.cases import Told, by_chance, realistic
from tests.benchmarks.commits import NoCommitError, checked_out, surroundings, worker
from tests.benchmarks.measuring import ROOT, percentile

OLD = tuple((os.environ.get("OLD") or "3ce700e,479389f").split(","))
HERE = "this tree"
MAKER = """
import json, sys
from tests.benchmarks.cases import by_chance, realistic
how = {"realistic": realistic, "chance": by_chance}
print(json.dumps({name: how[name](count, seed) for name, count, seed in json.loads(sys.argv[1])}))
"""

Given = dict[str, list[Told]]
Sides = Mapping[str, Path]
Found = dict[str, list[float]]


@contextmanager
def sides() -> Iterator[Sides]:
    """The trees that are measured, the oldest first and this one last."""
    with ExitStack() as trees:
        found: dict[str, Path] = {}
        for commit in OLD:
            try:
                found[commit] = trees.enter_context(checked_out(commit))
            except NoCommitError as missing:
                print(f"Nothing to compare with: {commit} ({missing}).\n", flush=True)
        yield {**found, HERE: ROOT}


def ran(tree: Path, what: str, given: Given) -> Found:
    """What the worker found on one tree, in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        lines = [orjson.dumps([name, one]) for name, cases in given.items() for one in cases]
        Path(file.name).write_bytes(b"\n".join(lines))
        done = subprocess.run(
            worker("timing.py", tree, (what, file.name)),
            env=surroundings(tree),
            stdout=subprocess.PIPE,
            check=True,
        )
    found: Found = json.loads(done.stdout)
    return found


def in_turn(trees: Sides, what: str, given: Given, rounds: int) -> dict[str, Found]:
    """The worker on each tree, several times over, with the times of all rounds together."""
    found: dict[str, Found] = {side: {} for side in trees}
    for _ in range(rounds):
        for side, tree in trees.items():
            for name, times in ran(tree, what, given).items():
                found[side].setdefault(name, []).extend(times)
    return found


def accepted_by_all(trees: Sides, count: int, many: int = 0) -> Given:
    """Observations that every tree takes, made as the oldest of them makes its own.

    `realistic` and `chance` have `count` each; `recombined` are the ruptures of one realistic
    observation with the context of another; `many` has so many, half of either sort.
    """
    tree = next(iter(trees.values()))
    ask = [("realistic", count + count // 4, 1), ("chance", count + count // 4, 1)]
    found = _made(tree, ask)
    for other in trees.values():
        valid = ran(other, "accepted", found)
        found = {name: [cases[int(n)] for n in valid[name]] for name, cases in found.items()}
    found = {name: cases[:count] for name, cases in found.items()}
    found["recombined"] = list(recombined(found["realistic"]))
    if many:
        more = _made(tree, [("realistic", many // 2, 2), ("chance", many // 2, 2)])
        found["many"] = [one for pair in zip(*more.values(), strict=True) for one in pair]
    return found


def _made(tree: Path, ask: Sequence[tuple[str, int, int]]) -> Given:
    """Observations by a tree's own makers."""
    command = [sys.executable, "-P", "-c", MAKER, json.dumps(ask)]
    done = subprocess.run(
        command, cwd=tree, env=surroundings(tree), stdout=subprocess.PIPE, check=True
    )
    found: Given = orjson.loads(done.stdout)
    return found


def recombined(cases: Sequence[Told]) -> Iterator[Told]:
    """Every answer was met before, but never all of them together."""
    met = {orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in cases}
    for number, case in enumerate(cases):
        other = cases[(number * 7 + 1) % len(cases)]
        one = {**case, "context": other.get("context", {})}
        if orjson.dumps(one, option=orjson.OPT_SORT_KEYS) not in met:
            yield one


def own(count: int) -> Given:
    """Observations of this tree's own, with every field of today."""
    cases = realistic(count)
    return {
        "realistic": cases,
        "chance": by_chance(count),
        "recombined": list(recombined(cases)),
    }


def compared(
    found: Mapping[str, Found],
    names: Mapping[str, str],
    goals: Mapping[str, str],
    shares: Sequence[float] = (0, 0.5, 0.95),
) -> Iterator[tuple[str, ...]]:
    """A row for each thing measured: every side's times, this tree's ratio to each other, a goal.

    A side's times are the least, the median and the 95th percentile.
    """
    *others, here = found.values()
    for name, said in names.items():
        cells = [_cell(side.get(name, []), shares) for side in found.values()]
        ratios = [_ratio(here[name], side.get(name, [])) for side in others]
        yield said, *cells, *ratios, goals.get(name, "")


def heads(what: str, trees: Iterable[str]) -> tuple[str, ...]:
    """The heads of such rows."""
    others = [side for side in trees if side != HERE]
    return what, *others, HERE, *(f": {side}" for side in others), "goal"


def _ratio(now: Sequence[float], then: Sequence[float]) -> str:
    """The medians' ratio; nothing where the other has none."""
    return f"{percentile(now, 0.5) / percentile(then, 0.5):.2f}" if then else ""


def _cell(times: Sequence[float], shares: Sequence[float]) -> str:
    """The times that these shares of the calls kept within."""
    return " · ".join(f"{percentile(times, share):.0f}" for share in shares if times)
