"""Counting plans: by month, kind, item and outcome. Plans are counted, people never compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from planner.contract.observation import KINDS
from webui.database.person import Person
from webui.database.refusals import NotOpened, as_stored
from webui.database.repository import Repository
from webui.database.tables import KeptPlan, Outcome, Version
from webui.register import states, steps
from webui.register.visibility import seen_by

MONTHS = 12
SMALL = 5
"""Counts below this are marked: they say little, and may point to one person."""
OWN, SUPERVISEES = "own", "supervisees"


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was seen; `small` where that is too seldom to say anything."""

    key: str
    count: int

    @property
    def small(self) -> bool:
        """Whether this number is to be marked."""
        return 0 < self.count < SMALL


@dataclass(frozen=True, slots=True)
class Trends:
    """Counts over a period. `n` is the plans, `told` the outcomes; a plan may count in several."""

    since: datetime
    until: datetime
    n: int
    told: int
    months: tuple[Count, ...]
    kinds: tuple[Count, ...]
    items: tuple[Count, ...]
    tried: tuple[Count, ...]
    resolved: tuple[Count, ...]


class Counting(Repository):
    """Trends of one's own plans, or of all supervisees together."""

    def trends(self, person: Person, whose: str = OWN) -> Trends:
        """Count the plans of the last twelve months that were not withdrawn."""
        until = self.clock()
        months = _months(until)
        year, month = int(months[0][:4]), int(months[0][5:])
        since = datetime(year, month, 1, tzinfo=until.tzinfo)
        mine, own = KeptPlan.owner_id == person.id, whose == OWN
        last = KeptPlan.version if own else KeptPlan.shared_to
        kept = (
            select(KeptPlan.id, KeptPlan.made_at, Version)
            .join(Version, (Version.plan_id == KeptPlan.id) & (Version.number == last))
            .where(seen_by(person), mine if own else ~mine)
            .where(KeptPlan.made_at >= since, KeptPlan.state != states.WITHDRAWN)
        )
        with self.database.read() as session:
            counts, numbers = _counted(session.execute(kept).all())
            tried, resolved = _outcomes(session, numbers)
        return Trends(
            *(since, until, len(numbers), tried.total()),
            months=_ordered(counts["months"], months),
            kinds=_ordered(counts["kinds"], KINDS),
            items=_ordered(counts["items"], ITEMS),
            tried=_ordered(tried, TRIED),
            resolved=_ordered(resolved, RESOLVED),
        )


ITEMS = ("C1", "C2", "C3", "D1", "D2", "D3", "D4", "D5")
TRIED = ("yes", "partly", "no")
RESOLVED = ("1", "2", "3", "4", "5")


def _months(until: datetime) -> list[str]:
    """The last twelve months, this one included, oldest first."""
    last = until.year * 12 + until.month - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(last - MONTHS + 1, last + 1)]


def _counted(
    rows: Iterable[Row[int, datetime, Version]],
) -> tuple[Mapping[str, Counter[str]], list[int]]:
    """Count each plan once in its month, once under each of its kinds and items.

    A plan that cannot be opened is not counted.
    """
    counts: dict[str, Counter[str]] = {key: Counter() for key in ("months", "kinds", "items")}
    numbers = []
    for number, made_at, version in rows:
        try:
            plan_json, steps_json = version.plan_json, version.steps_json
        except NotOpened:
            continue
        numbers.append(number)
        counts["months"][f"{made_at:%Y-%m}"] += 1
        with as_stored():
            ruptures = json.loads(plan_json)["observation"]["ruptures"]
            counts["kinds"].update({rupture["kind"] for rupture in ruptures})
        counts["items"].update({step.item for step in steps.read(steps_json) if step.in_use})
    return counts, numbers


def _outcomes(session: Session, plans: list[int]) -> tuple[Counter[str], Counter[str]]:
    """Count the outcomes of these plans: whether they were tried, and how well it resolved."""
    tried: Counter[str] = Counter()
    resolved: Counter[str] = Counter()
    told = select(Outcome.tried, Outcome.resolved).where(Outcome.plan_id.in_(plans))
    for answer, degree in session.execute(told):
        tried[answer] += 1
        if degree is not None:
            resolved[str(degree)] += 1
    return tried, resolved


def _ordered(counter: Counter[str], keys: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(key, counter[key]) for key in keys)
