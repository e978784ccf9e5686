"""How compiling, planning and proving grow with the rules: the shipped ones, 1,000 and 2,000.

`python -m tests.benchmarks.proof_speed [RULES ...]` prints Markdown. The proof is timed in one
process by the processor's clock, and with every processor by the wall's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from planner.planning.planner import Planner
from planner.proving.kept import Kept
from planner.proving.proof import Proof, prove
from planner.proving.spreading import cores
from planner.reading.properties import read_properties
from planner.reading.shipped import SHIPPED
from planner.rulebook.rulebook import Rulebook
from tests.benchmarks.cases import realistic
from tests.benchmarks.growing import grown
from tests.benchmarks.measuring import Times, middle, table, where_and_when
from tests.benchmarks.mutating import mutants

SIZES = (0, 1000, 2000)
PLANS = 300
EDITED = ("caution", "call", "hold", "find", "stop")
"""An edit of one rule is made in the middle rule of each of these verbs, in its own place."""
PROPERTIES = read_properties(SHIPPED)


@dataclass
class Spent:
    """Seconds: of one process by its processor's clock, of all processes by the wall's."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def cells(self) -> tuple[str, str]:
        """The median of both; of several also the worst."""
        return _cell(self.cpu), _cell(self.wall)


def _cell(times: Sequence[float]) -> str:
    worst = f" (worst {max(times):.1f})" if len(times) > 1 else ""
    return f"{middle(times):.1f}{worst}"


def edits(rulebook: Rulebook) -> list[Rulebook]:
    """The rulebook with one condition of one rule changed, for each of some verbs."""
    changed: dict[str, Rulebook] = {}
    for verb in EDITED:
        rules = [rule.id for rule in rulebook.rules if rule.verb == verb]
        only = replace(rulebook, rules=(rulebook.rule(rules[len(rules) // 2]),))
        edited = next(one for one in mutants(only) if one.kind != "condition dropped").rulebook
        [rule] = edited.rules
        told = (rule if one.id == rule.id else one for one in rulebook.rules)
        changed[verb] = replace(rulebook, rules=tuple(told))
    return list(changed.values())


def proved(rulebook: Rulebook, before: Kept, spent: Spent) -> Proof:
    """Prove it with what was kept before, in one process and in all; both come to the same."""
    proofs = []
    for processes, clock, times in (
        (1, time.process_time, spent.cpu),
        (cores(), time.perf_counter, spent.wall),
    ):
        kept = Kept()
        kept.merge(before)
        start = clock()
        proofs.append(prove(rulebook, PROPERTIES, kept=kept, processes=processes))
        times.append(clock() - start)
    if proofs[0] != proofs[1]:
        raise AssertionError(rulebook.edition)
    before.merge(kept)
    return proofs[0]


def planned(rulebook: Rulebook) -> tuple[str, str]:
    """Milliseconds to compile, and microseconds of a whole plan of a case seen first."""
    compiling, planning = Times(), Times()
    planner = compiling.of(lambda: Planner(rulebook))
    planner.plan(realistic(1, seed=2)[0])
    for told in realistic(PLANS):
        planning.of(_plan(planner, told))
    return f"{compiling.cpu[0] / 1000:.0f}", f"{middle(planning.cpu):.0f}"


def _plan(planner: Planner, told: dict[str, object]) -> Callable[[], bytes]:
    return lambda: planner.plan(told).to_json().encode()


def row(rules: int) -> tuple[str, ...]:
    """What a rulebook of this size takes."""
    rulebook = grown(rules)
    nothing, again, edited = Spent(), Spent(), Spent()
    kept = Kept()
    proof = proved(rulebook, kept, nothing)
    proved(rulebook, kept, again)
    for one in edits(rulebook):
        before = Kept()
        before.merge(kept)
        proved(one, before, edited)
    told = f"{len(rulebook.rules):,}", *planned(rulebook), f"{proof.proved:,}"
    return *told, *nothing.cells(), *again.cells(), *edited.cells()


def report(sizes: Sequence[int]) -> str:
    """The table as Markdown."""
    heads = ("rules", "compile, ms", "plan, us", "proved")
    parts = ("from nothing", "again", "after an edit")
    clocks = [f"{part}, {clock}" for part in parts for clock in ("CPU s", "wall s")]
    return f"{where_and_when()}\n\n{table((*heads, *clocks), map(row, sizes))}"


if __name__ == "__main__":
    print(report([*map(int, sys.argv[1:])] or SIZES))
