"""How often a sign-in failed, as the history tells it: a few lines for a burst of failures.

The 1st, 10th and 100th in a row have a line each, so that failures write little; a sign-in that
succeeds writes how many there were since, so that its person is told all of them. Its `detail` is
their number so far, the word `known` where they came from a browser that is known, and when the
last one was where that is not the line's own time. A wrong second factor has a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.accounts.throttle import KNOWN, SKEW, Counted, Try
from webui.accounts.tokens import mark
from webui.database import history
from webui.database.account_tables import Attempt
from webui.database.history import Event
from webui.database.tables import HistoryRow

FAILED = "sign_in_failed"
_KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Failures:
    """What one line says: `times` so far in a row, from which `source`, and the last one's time."""

    times: int
    source: str
    last: datetime


def is_noted(times: int) -> bool:
    """Whether the failure that is so many in a row has a line of history."""
    return str(times).strip("0") == "1"


def told(counted: Counted, times: int, last: datetime | None = None) -> str:
    """The `detail` of a line."""
    source = [_KNOWN] if counted.most == KNOWN else []
    return " ".join([str(times), *source, *([last.isoformat()] if last else [])])


def read(detail: str, at: datetime) -> Failures:
    """What a line of this `detail` says that was written `at` this time."""
    number, *more = detail.split()[:3] or [""]
    if not (number.isascii() and number.isdigit()):
        return Failures(1, number, at)
    source = _KNOWN if _KNOWN in more else ""
    return Failures(int(number), source, _moment(more[-1], at) if more else at)


def bursts(failures: Iterable[Failures]) -> list[int]:
    """Which of these lines, oldest first, tell a whole burst: the last of each, by its place."""
    last: dict[str, tuple[int, int]] = {}
    whole: set[int] = set()
    for place, one in enumerate(failures):
        before, times = last.get(one.source, (-1, 0))
        if one.times > times:
            whole.discard(before)
        whole.add(place)
        last[one.source] = (place, one.times if one.source in {"", _KNOWN} else 0)
    return sorted(whole)


def note(session: Session, at: datetime, account: int, counted: Counted, attempt: Try) -> None:
    """Write how many failures came before a sign-in, where no line tells of all of them yet.

    A known browser counts by itself, so those from elsewhere are written beside it.
    """
    last = attempt.before.get(mark(counted.key))
    if last is not None:
        _note(session, at, account, told(counted, attempt.of(counted) - 1, last))
    if counted.most == KNOWN:
        strangers = Counted(f"account {account}", "account")
        row = session.get(Attempt, mark(strangers.key), populate_existing=True)
        if row is not None and row.at <= at + SKEW:
            _note(session, at, account, told(strangers, row.failures, row.at))


def _note(session: Session, at: datetime, account: int, detail: str) -> None:
    """Write this line unless the newest one from the same source tells as much."""
    now = read(detail, at)
    if now.times == 0:
        return
    mine = (HistoryRow.subject == f"account-{account}", HistoryRow.action == FAILED)
    newest = select(HistoryRow).where(*mine).order_by(HistoryRow.id.desc()).limit(20)
    for row in session.scalars(newest):
        before = read(row.detail, datetime.fromisoformat(row.at))
        if before.source == now.source:
            if before.times == now.times and abs(before.last - now.last) < timedelta(seconds=1):
                return
            break
    history.record(session, at, account, Event(FAILED, f"account-{account}", detail=detail))


def _moment(word: str, at: datetime) -> datetime:
    try:
        return datetime.fromisoformat(word)
    except ValueError:
        return at
