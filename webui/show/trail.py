"""The history of a plan as a person reads it: acts one by one, readings counted for each reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from webui.database.refusals import as_stored
from webui.database.tables import HistoryRow
from webui.words.said import act

READ = "read"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a plan."""

    at: datetime
    who: str
    what: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Readings:
    """How often somebody read a plan, and when for the first and the last time."""

    who: str
    times: int
    first: datetime
    last: datetime


def acts(rows: Sequence[HistoryRow], names: Mapping[int, str]) -> list[Act]:
    """What was done, newest first; reading is no act."""
    done = [row for row in reversed(rows) if row.action != READ]
    return [Act(_at(row), _who(row, names), act(row.action), row.version) for row in done]


def readings(rows: Sequence[HistoryRow], names: Mapping[int, str]) -> list[Readings]:
    """Every reader with the times that they read it, the last reader first."""
    moments: dict[str, list[datetime]] = {}
    for row in rows:
        if row.action == READ:
            moments.setdefault(_who(row, names), []).append(_at(row))
    found = [Readings(who, len(at), min(at), max(at)) for who, at in moments.items()]
    return sorted(found, key=lambda one: one.last, reverse=True)


def _at(row: HistoryRow) -> datetime:
    with as_stored():
        return datetime.fromisoformat(row.at)


def _who(row: HistoryRow, names: Mapping[int, str]) -> str:
    return names.get(row.actor, "") if row.actor is not None else ""
