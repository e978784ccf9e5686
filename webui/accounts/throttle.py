"""Slowing down whoever guesses: failures are counted in the database, and each makes one wait.

Nobody is kept out by somebody else: what is counted is an address together with a name, and a
browser in which this person signed in before is counted by itself, whatever others try. Only two
counts go over all addresses: an account takes 80 failures in a row from browsers that it does not
know (and 20 from one that it knows, so 100), and an address has a ceiling over all names.

A failure is written down before the password is looked at and taken back if it was right, so
that many tries at once, by several processes, do not slip through together. A key has one row,
however often it fails; a try that is refused writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from webui.accounts.tokens import mark
from webui.database.account_tables import Attempt
from webui.database.connection import Database
from webui.database.refusals import Refusal
from webui.words.texts import text

MOST = 5
"""Failures of one key that cost no wait; the fifth makes the next wait a minute, each more twice
as long, up to an hour."""
MINUTE, HOUR, DAY = 60, 3600, 86_400
STRANGERS, KNOWN = 80, 20
"""Failures in a row that an account takes from browsers it does not know, and from one it knows."""
STRANGERS_WAIT_FROM, STRANGERS_STEP, STRANGERS_LONGEST = 40, 15, 600
"""From this failure in a row on, whatever the address, each makes strangers wait so many seconds
more, up to ten minutes: a hundred addresses take hours to use up what an account takes."""
CEILING, FALLS = 50, timedelta(minutes=2)
"""Failures of one address over all names; the count falls by one every two minutes."""
SKEW = timedelta(minutes=1)
"""How far the clocks of two machines may differ. What is dated later than this has ended."""
MOST_ROWS = 10_000
KEPT_FOR, KEPT_FOR_NAMES = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Counted:
    """One key that is counted, and how: `kind` is `key`, `address`, `account` or `name`.

    `name` is a name that nobody has: it is counted as an account is, so that nothing tells them
    apart, and forgotten after a month. `seen` is only counted, and never makes anyone wait.
    """

    key: str
    kind: str = "key"
    most: int | None = None

    def wait(self, failures: int) -> int:
        """Seconds that so many failures make the next one wait."""
        if self.kind == "key":
            return min(MINUTE * 2 ** min(failures - MOST, 10), HOUR) if failures >= MOST else 0
        if self.kind in {"account", "name"} and failures >= STRANGERS_WAIT_FROM:
            steps = failures - STRANGERS_WAIT_FROM + 1
            return min(STRANGERS_STEP * steps, STRANGERS_LONGEST)
        if self.kind == "address" and failures >= CEILING:
            return int(FALLS.total_seconds()) * (failures - CEILING + 1)
        return 0


@dataclass(frozen=True, slots=True)
class Try:
    """A failure that was written down beforehand: its keys' hashes, and how many each has now."""

    counts: dict[str, int]
    kinds: dict[str, str]
    before: dict[str, datetime]
    """When each key that failed before did so last."""

    def of(self, counted: Counted) -> int:
        """Failures of this key in a row, this one included."""
        return self.counts.get(mark(counted.key), 0)


class TooMany(Refusal):
    """A try that comes too soon after others that failed. `retry_after` says when, in seconds."""

    status = 429
    says = "refusal_too_many"

    def __init__(self, seconds: int = MINUTE) -> None:
        """Say how long to wait, in words too."""
        self.retry_after = max(1, seconds)
        super().__init__(text("refusal_too_many_wait", wait=in_words(self.retry_after)))


class Closed(TooMany):
    """An account took as many failures in a row as it may from browsers that it does not know."""

    says = "refusal_closed"

    def __init__(self) -> None:
        """Say what helps in place of waiting."""
        super().__init__(DAY)
        self.args = (text(self.says),)


def in_words(seconds: int) -> str:
    """How long to wait, rounded up: in seconds, minutes or hours."""
    for unit, length in (("hours", HOUR), ("minutes", MINUTE)):
        if seconds > length:
            return text(f"wait_{unit}", number=-(-seconds // length))
    return text("wait_minute") if seconds == MINUTE else text("wait_seconds", number=seconds)


def begin(database: Database, at: datetime, *keys: str | Counted) -> Try:
    """Write a try down as a failure. Raises TooMany, or Closed, and then writes nothing."""
    counted = [Counted(one) if isinstance(one, str) else one for one in keys]
    with database.read() as session:  # whoever has to wait does not keep others from writing
        _refuse(session, at, counted)
    with database.write() as session:
        _lock(session, database, counted)
        _refuse(session, at, counted)
        keys_counted = [mark(one.key) for one in counted]
        earlier = session.scalars(select(Attempt).where(Attempt.key_hash.in_(keys_counted)))
        before = {row.key_hash: row.at for row in earlier}
        counts = {mark(one.key): _count(session, at, one) for one in counted}
        return Try(counts, {mark(one.key): one.kind for one in counted}, before)


def succeeded(database: Database, attempt: Try) -> None:
    """Take a try back, with all before it: it was the right one."""
    with database.write() as session:
        forgive(session, attempt)


def forgive(session: Session, attempt: Try) -> None:
    """As `succeeded`, within the transaction that lets the person in.

    An address keeps what it tried under other names.
    """
    whole = [key for key, kind in attempt.kinds.items() if kind != "address"]
    session.execute(delete(Attempt).where(Attempt.key_hash.in_(whole)))
    _one_less(session, [key for key in attempt.kinds if key not in whole])


def taken_back(database: Database, attempt: Try) -> None:
    """Take this one try back: nobody looked whether it was right."""
    with database.write() as session:
        _one_less(session, attempt.kinds)


def forgive_strangers(session: Session, key: str, at: datetime) -> None:
    """Begin to count an account's strangers anew: its person came in, in a browser that is known.

    Not before a day is over since the first of them, so that a person who signs in often gives
    nobody more tries: a guesser has 80 a day, and 80 for ever while the person does not come.
    """
    row = session.get(Attempt, mark(key), with_for_update=True, populate_existing=True)
    if row is not None and row.since <= at - timedelta(seconds=DAY):
        session.delete(row)


def forget(session: Session, key: str) -> None:
    """Begin to count a key anew."""
    session.execute(delete(Attempt).where(Attempt.key_hash == mark(key)))


def _one_less(session: Session, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        row = session.get(Attempt, key, with_for_update=True, populate_existing=True)
        if row is not None:
            row.failures, row.until = max(0, row.failures - 1), None


def _lock(session: Session, database: Database, counted: Iterable[Counted]) -> None:
    """One after another for each key; SQLite lets nobody else write anyway."""
    if database.is_sqlite:
        return
    for lock in sorted(int(mark(one.key)[:15], 16) for one in counted):
        session.execute(sql("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def _refuse(session: Session, at: datetime, counted: Iterable[Counted]) -> None:
    """Raise TooMany or Closed where one of these keys has to wait."""
    waits = [0]
    for one in counted:
        row = session.get(Attempt, mark(one.key), populate_existing=True)
        if row is None or _is_over(row, at):
            continue
        if one.most is not None and row.failures >= one.most:
            raise Closed
        if one.kind == "address":
            waits.append(one.wait(_fallen(row, at)[0]))
        elif row.until is not None and row.until > at:
            left = -int((at - row.until).total_seconds() // 1)
            waits.append(min(left, one.wait(row.failures)))
    if max(waits) > 0:
        raise TooMany(max(waits))


def _is_over(row: Attempt, at: datetime) -> bool:
    """Whether it is dated later than now: the clock was set back, and it has ended."""
    return row.at > at + SKEW


def _fallen(row: Attempt, at: datetime) -> tuple[int, datetime]:
    """What an address still has of its failures, and since when it has them."""
    falls = max(0, int((at - row.at) / FALLS))
    left = max(0, row.failures - falls)
    return left, row.at + falls * FALLS if left else at


def _count(session: Session, at: datetime, one: Counted) -> int:
    """One failure more for this key; give how many it has now."""
    row = session.get(Attempt, mark(one.key), populate_existing=True)
    if row is None:
        _sweep(session, at)
        row = Attempt(key_hash=mark(one.key), kind=one.kind, failures=0, since=at, at=at)
        session.add(row)
    elif _is_over(row, at):
        row.failures, row.since, row.at = 0, at, at
    before, since = row.failures, at
    if one.kind == "address":
        before, since = _fallen(row, at)
    row.failures, row.at = before + 1, since
    wait = one.wait(row.failures)
    row.until = at + timedelta(seconds=wait) if wait else None
    session.flush()
    return row.failures


def _sweep(session: Session, at: datetime) -> None:
    """Rows that say nothing more go, and the oldest of too many; never those of accounts."""
    kept_for = {"name": KEPT_FOR_NAMES}
    for kind in ("key", "address", "name", "seen"):
        old = at - kept_for.get(kind, KEPT_FOR)
        session.execute(delete(Attempt).where(Attempt.kind == kind, Attempt.at < old))
    passing = Attempt.kind != "account"
    number = session.scalar(select(func.count()).select_from(Attempt).where(passing)) or 0
    if number >= MOST_ROWS:
        oldest = select(Attempt.key_hash).where(passing).order_by(Attempt.at)
        session.execute(
            delete(Attempt)
            .where(Attempt.key_hash.in_(oldest.limit(number - MOST_ROWS + 1)))
            .execution_options(synchronize_session=False)
        )
