"""Killing what works on a database, at a moment by chance, and what must hold afterwards."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from sqlalchemy import inspect, select, text

from tests.webui.database.killed_work import Order
from webui.database.audit.auditing import looked_at
from webui.database.connection import Database
from webui.database.tables import Decision, HistoryRow, KeptPlan, Version
from webui.register.states import APPROVALS, APPROVED
from webui.register.versions import content_of

ROOT = Path(__file__).parents[3]
ONCE = "upgrade"
"""What is done once: the first is let end, then kills come before the end, or a little after."""
RANK = ("draft", "to_review", "approved")
"""The states in their order, as they are acknowledged."""

Picture = Mapping[str, tuple[str, int, tuple[str, ...], tuple[str, ...]]]
"""Each plan's reference, with its state, version, hashes of its versions, and its decisions."""


@dataclass
class Foreman:
    """Gives orders to a process that has everything loaded, and kills who follows them."""

    orders: IO[str]
    answers: IO[str]
    chance: random.Random = field(default_factory=lambda: random.Random(14))
    paces: dict[str, float] = field(default_factory=dict)
    """Seconds that each kind of work lately took from one acknowledgment to the next."""
    kills: Counter[str] = field(default_factory=Counter)

    def kill(self, order: Order) -> list[list[str]]:
        """Have an order followed, kill at a moment by chance, and give what was acknowledged.

        The moment is in the first, second or third piece of work in turn, anywhere in it,
        however fast the machine is.
        """
        self.orders.write(json.dumps(asdict(order)) + "\n")
        self.orders.flush()
        told: list[list[str]] = []
        begun = time.monotonic()
        kind = f"{order.work} {order.address.partition(':')[0]}"
        rounds = self.kills[kind] % 3 if order.work != ONCE else not self.kills[kind]
        for _ in range(2 + rounds):  # its number, that it is ready, its work
            begun = time.monotonic() if len(told) >= 2 else begun
            told.append(self._answer())
        if len(told) > 2:
            self.paces[kind] = time.monotonic() - begun
        time.sleep(self.chance.uniform(0, 1.2 * self.paces.get(kind, 0.05)))
        os.kill(next(int(one[1]) for one in told if one[0] == "copy"), signal.SIGKILL)
        self.kills[kind] += 1
        while told[-1][0] != "ended":
            told.append(self._answer())
        assert told[-1] == ["ended", str(-signal.SIGKILL)], told[-1]
        return [one for one in told if one[0] not in {"ready", "copy", "ended"}]

    def _answer(self) -> list[str]:
        line = self.answers.readline()
        assert line.endswith("\n"), "the process that follows orders is gone"
        assert not line.startswith("ended 1"), "a copy ended by itself"
        return line.split()


@contextmanager
def foreman() -> Iterator[Foreman]:
    """A process with everything loaded, for as long as it is needed."""
    line = [sys.executable, "-m", "tests.webui.database.killed_work"]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "warm\n"
        yield Foreman(process.stdin, process.stdout)
        process.stdin.close()
        process.wait()


@contextmanager
def opened(address: str) -> Iterator[Database]:
    """The database as a new process finds it."""
    database = Database(address, patience=30)
    try:
        yield database
    finally:
        database.close()


def picture(database: Database, *, never_changed: bool = True) -> Picture:
    """What is stored, after a look at whether it is whole: chain, contents, versions, decisions.

    Where plans may have been reopened or withdrawn, an approval need not be the last word.
    """
    with database.read() as session:
        found = looked_at(session)
        assert found.whole, found
        versions: dict[int, list[str]] = {}
        for one in session.scalars(select(Version).order_by(Version.plan_id, Version.number)):
            hashes = versions.setdefault(one.plan_id, [])
            hashes.append(one.content_hash)
            assert (one.number, content_of(one).hash) == (len(hashes), one.content_hash)
        decisions: dict[int, list[Decision]] = {}
        for made in session.scalars(select(Decision).order_by(Decision.id)):
            decisions.setdefault(made.plan_id, []).append(made)
        plans = {one.id: one for one in session.scalars(select(KeptPlan)).unique()}
        rows = session.execute(select(HistoryRow.subject, HistoryRow.action))
        lines = {(subject, action) for subject, action in rows}
    assert versions.keys() == plans.keys(), "a version without its plan, or a plan without one"
    assert decisions.keys() <= plans.keys()
    for number, plan in plans.items():
        assert plan.version == len(versions[number])
        assert (plan.ref, "kept") in lines
        if never_changed:
            check_approval(plan, versions[number], decisions.get(number, []), lines)
    return {
        one.ref: (
            one.state,
            one.version,
            tuple(versions[one.id]),
            tuple(f"{made.kind} {made.version}" for made in decisions.get(one.id, [])),
        )
        for one in plans.values()
    }


def check_approval(
    plan: KeptPlan, hashes: list[str], decisions: list[Decision], lines: set[tuple[str, str]]
) -> None:
    """An approved plan has the decision and the line that say so; no other plan has them."""
    approving = [one for one in decisions if one.kind in APPROVALS]
    assert (plan.state == APPROVED) == bool(approving), "an approval without its decision"
    for one in approving:
        assert (one.version, one.content_hash) == (plan.version, hashes[-1])
        assert (plan.ref, one.kind) in lines


def check_acknowledged(told: list[list[str]], stored: Picture) -> int:
    """Nothing that was acknowledged is lost; gives how much that was."""
    found = [one for one in told if one[0] in RANK]
    for state, ref, version in found:
        assert ref in stored, f"{ref} was acknowledged as {state} and is lost"
        now, number = stored[ref][:2]
        assert RANK.index(now) >= RANK.index(state), f"{ref} was acknowledged as {state}"
        assert number >= int(version), f"version {version} of {ref} was acknowledged"
    return len(found)


def shape(database: Database) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The step at which a database says it is, and the columns of each of its tables."""
    with database.engine.connect() as connection:
        revision = str(connection.scalar(text("SELECT version_num FROM alembic_version")))
        found = inspect(connection)
        names = found.get_table_names()
        columns = {name: [one["name"] for one in found.get_columns(name)] for name in names}
    return revision, {name: tuple(sorted(of)) for name, of in columns.items()}
