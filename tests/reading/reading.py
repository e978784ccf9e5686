"""Reads plans by the thousand: which checks find what, in how many plans, and where from."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from statistics import median

from planner.planning.planner import Planner
from planner.reading.shipped import SHIPPED, rulebook_of
from tests.benchmarks.cases import by_chance, realistic
from tests.reading.checks import CHECKS
from tests.reading.grades import MEAN, means
from tests.reading.lengths import MEDIAN, parts_of
from tests.reading.naming import named
from tests.reading.seen import Line, Plans, Seen, Told, words_in
from tests.reading.shrinking import smallest

CHUNK = 500


@dataclass
class Findings:
    """What was found in some plans."""

    plans: Counter[str] = field(default_factory=Counter)
    """In how many plans each check found something."""
    lines: dict[tuple[str, Line], Told] = field(default_factory=dict)
    """Each different finding with the first case in which it was found."""
    shorts: set[tuple[str, str]] = field(default_factory=set)
    """Every short form that was met, with its item."""
    briefs: list[int] = field(default_factory=list)
    """How many words each brief has."""
    read: int = 0

    def add(self, other: Findings) -> None:
        """Take in what was found in other plans."""
        self.plans += other.plans
        self.lines = {**other.lines, **self.lines}
        self.shorts |= other.shorts
        self.briefs += other.briefs
        self.read += other.read

    def of(self, name: str) -> list[tuple[Line, Told]]:
        """The different findings of one check."""
        return [(line, case) for (check, line), case in self.lines.items() if check == name]

    def too_long(self) -> bool:
        """Whether half of the briefs have more words than the median may have."""
        return bool(self.briefs) and median(self.briefs) > MEDIAN

    def too_hard(self) -> dict[str, float]:
        """The items whose short words are above the mean grade, with it."""
        return {item: mean for item, mean in means(self.shorts).items() if mean > MEAN}


@dataclass(frozen=True)
class Example:
    """A finding as it is told: in the smallest case, with the rules that it comes from."""

    line: Line
    ids: tuple[str, ...]
    case: Told

    def __str__(self) -> str:
        ids = ", ".join(self.ids) or "no rule found"
        return f"  {self.line.where}: {self.line.text}\n    {ids}\n    {json.dumps(self.case)}"


def cases(many: int, seed: int) -> list[Told]:
    """So many cases, half of them as they are told and half by chance."""
    return [*realistic(many // 2, seed), *by_chance(many - many // 2, seed)]


def read(observations: Iterable[Told], plans: Plans, only: Sequence[str] = ()) -> Findings:
    """Look at the plan of each observation with every check, or with `only` some."""
    found = Findings()
    for observation in observations:
        seen = Seen(observation, plans(observation), plans)
        found.read += 1
        for name in only or CHECKS:
            lines = [*CHECKS[name].look(seen)]
            found.plans[name] += bool(lines)
            for line in lines:
                found.lines.setdefault((name, line), observation)
        found.shorts |= {(line.item, line.text) for line in seen.shorts if line.item}
        if seen.brief and not seen.stopped:
            texts = [text for part in parts_of(seen.brief).values() for text in part]
            found.briefs.append(sum(map(words_in, texts)))
    return found


def example(name: str, line: Line, observation: Told) -> Example:
    """The finding in the smallest case that has it, with the rules and variants of its words."""

    def stays(smaller: Told) -> bool:
        there = CHECKS[name].look(Seen(smaller, shipped(smaller), shipped))
        return any(_same(line, one) for one in there)

    case = smallest(observation, stays)
    return Example(line, _ids(line, case), case)


def _ids(line: Line, case: Told) -> tuple[str, ...]:
    """Where a line comes from: its text, or the reasons of the step whose time it is."""
    if not line.where.endswith(".when"):
        return named(_planner().rulebook, line.text)
    steps = [one for one in shipped(case)["steps"] if one["item"] == line.item]
    return tuple(reason["rule"] for one in steps for reason in one["because"])


def _same(one: Line, other: Line) -> bool:
    """Whether two findings are the same; of a count only the place is."""
    return one.where == other.where and (one.text == other.text or one.where == "brief")


def shipped(observation: Told) -> Told:
    """The plan of the rules that ship, as JSON."""
    return _planner().plan(observation).to_dict()


@cache
def _planner() -> Planner:
    return Planner(rulebook_of(SHIPPED))


def _chunk(asked: tuple[int, int, Sequence[str]]) -> Findings:
    many, seed, only = asked
    return read(cases(many, seed), shipped, only)


def _example(asked: tuple[str, Line, Told]) -> Example:
    return example(*asked)


def read_many(many: int, seed: int, only: Sequence[str] = ()) -> Findings:
    """Read so many plans over all cores; the same number and seed read the same cases."""
    sizes = [min(CHUNK, many - start) for start in range(0, many, CHUNK)]
    found = Findings()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        chunks = ((size, seed * 10_000 + place, only) for place, size in enumerate(sizes))
        for one in pool.map(_chunk, chunks):
            found.add(one)
    return found


def examples(found: Findings, names: Iterable[str], shown: int) -> Iterator[tuple[str, Example]]:
    """A few findings of each check, each in its smallest case."""
    asked = [(name, line, case) for name in names for line, case in found.of(name)[:shown]]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from zip((name for name, *_ in asked), pool.map(_example, asked), strict=True)
