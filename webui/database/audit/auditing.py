"""Everything that `audit` looks at: the history, what it binds, and whether all can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.database import history
from webui.database.audit import binding, subjects, witness
from webui.database.audit.binding import Finding
from webui.database.audit.witness import Head, Unread
from webui.database.base import Base
from webui.database.connection import Database
from webui.database.history import Audit
from webui.database.refusals import Broken, Refusal, told
from webui.database.tables import Decision, HistoryRow, KeptPlan, Version

REPLACED = "history_replaced"
"""The action of the row that names the head of a history that a restore took the place of: its
length is the row's version, its hash the row's detail."""


MEND = "Restore a backup, or move that file away if you put an older database here yourself"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: the chain, and what does not fit besides; `notes` are no faults."""

    chain: Audit
    findings: Sequence[str]
    notes: Sequence[str] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.chain.bad_row is None and not self.findings

    @property
    def head(self) -> Head:
        """The line to keep elsewhere."""
        return Head(self.chain.length, self.chain.hash)


def examined(database: Database, heads: Iterable[Head] = ()) -> Examined:
    """Look at everything, and compare the end of the history with these heads.

    Raises a Refusal where the database is away, or so damaged that not even the history is read.
    """
    damages = list(_damages(database))
    if damages:
        return Examined(_chain_of(database), damages)
    outside, note = _outside(database)
    with database.read() as session:
        if not database.is_sqlite:  # else others could end something between two questions
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        found = looked_at(session)
        findings = [*found.findings, *_compared(session, heads)]
        if outside is not None and (why := _missing(session, outside)):
            findings.append(f"{why}, and {database.witness} says that it was written. {MEND}")
        return Examined(found.chain, findings, [*note, *_replaced(session, heads)])


def looked_at(session: Session) -> Examined:
    """Check the history, and everything that is stored against it, as one transaction sees it."""
    chain = history.audit(session)
    findings = [str(one) for one in _bound(session, chain)]
    return Examined(chain, [*findings, *_contents(session)])


def _chain_of(database: Database) -> Audit:
    """The chain of a database that cannot be read as a whole; nothing of it where it cannot."""
    with suppress(Refusal), database.read() as session:
        return history.audit(session)
    return Audit(0, history.BEGINNING)


def _damages(database: Database) -> Iterator[str]:
    """What the database itself finds wrong, and tables that cannot be read to their end."""
    try:
        with told(), database.engine.connect() as connection:
            if database.is_sqlite:
                yield from _by_itself(connection)
    except Refusal as refusal:
        if not isinstance(refusal, Broken):
            raise
        yield f"the database: {_cause(refusal)}"
    for table in Base.metadata.sorted_tables:
        why = _unreadable(database, table)
        if why:
            yield f"table {table.name}: it cannot be read to its end ({why})"


def _by_itself(connection: Any) -> Iterator[str]:
    """What SQLite finds; each line is one fault."""
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"the database: {' '.join(str(line).split())}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
        yield f"table {row[0]}: row {row[1]} belongs to a row of {row[2]} that is not there"


def _unreadable(database: Database, table: Any) -> str:
    """Why a table cannot be read; empty where it can."""
    try:
        with told(), database.engine.connect() as connection:
            rows = connection.execution_options(yield_per=500).execute(select(table))
            with closing(rows):
                for row in rows:
                    for column, value in zip(table.columns, row, strict=True):
                        _typed(column, value)
    except Refusal as refusal:
        if not isinstance(refusal, Broken):
            raise
        return _cause(refusal)
    except (ValueError, TypeError, OverflowError) as error:
        return (
            f"{type(error).__name__} in a column" if isinstance(error, ValueError) else str(error)
        )
    return ""


def _typed(column: Any, value: Any) -> None:
    """Raise TypeError where a value is not of its column's kind, as after damage on the disk."""
    if value is None:
        if not column.nullable:
            raise TypeError(f"nothing stands in {column.name}")
        return
    kind = column.type.python_type
    if not isinstance(value, kind) or (kind is str and "\0" in value):
        raise TypeError(f"what stands in {column.name} is none of its values")


def _cause(error: BaseException) -> str:
    """What the database says of it, without the text that it says it of."""
    cause = getattr(error.__cause__, "orig", None) or error.__cause__ or error
    return " ".join(str(cause).partition(" with text ")[0].split())[:120]


def _bound(session: Session, chain: Audit) -> Iterator[Finding]:
    """What is not as the history says: missing, changed, or there without a row."""
    keys, last = binding.keys_of(session), _last_bound(session)
    stored = {one.subject: one for one in session.execute(binding.all_bound())}
    if not last and not stored and not chain.length:
        return
    for name in dict.fromkeys((*subjects.existing(session), *stored, *last)):
        bound, said = stored.get(name), last.get(name, (0, binding.GONE))
        finding = binding.compared(keys, name, bound, subjects.values(session, name) or None)
        finding = finding or _other_row(name, bound, *said)
        if finding is not None:
            yield finding


def _other_row(name: str, bound: Any, row: int, state: str) -> Finding | None:
    """What does not fit where the history's last row on a subject is another than is stored."""
    if bound is None and state != binding.GONE:
        return Finding(name, f"it was deleted, and row {row} of the history says that it is there")
    if bound is not None and (bound.row, bound.state) != (row, state):
        return Finding(
            name, f"it is not as row {row} of the history, the last that changed it, says"
        )
    return None


def _last_bound(session: Session) -> dict[str, tuple[int, str]]:
    """For each subject the last row of the history that bound it, and as what."""
    found: dict[str, tuple[int, str]] = {}
    rows = select(HistoryRow.id, HistoryRow.bound).where(HistoryRow.bound != "")
    for number, bound in session.execute(rows.order_by(HistoryRow.id)):
        with suppress(ValueError):
            found.update(
                {name: (number, state) for name, state in json.loads(bound or "{}").items()}
            )
    return found


def _contents(session: Session) -> Iterator[str]:
    """Versions whose words are not those that their hash was made of, and decisions on others."""
    refs = {number: ref for number, ref in session.execute(select(KeptPlan.id, KeptPlan.ref))}  # noqa: C416 - rows are no pairs to `dict`
    hashes: dict[tuple[int, int], str] = {}
    for version in session.scalars(select(Version).execution_options(yield_per=100)):
        hashes[version.plan_id, version.number] = version.content_hash
        whose = f"{refs.get(version.plan_id, 'no plan')}: version {version.number}"
        try:
            words = f"{version.plan_json}\n{version.steps_json}"
        except Refusal as refusal:
            yield f"{whose}: {refusal}"
            continue
        if sha256(words.encode()).hexdigest() != version.content_hash:
            yield f"{whose}: its words are not those that were stored"
    made = select(Decision.id, Decision.plan_id, Decision.version, Decision.content_hash)
    for number, plan, on, content in session.execute(made):
        if hashes.get((plan, on)) != content:
            whose = refs.get(plan, "no plan")
            yield f"{whose}: decision {number} is on another content than version {on} has"


def _compared(session: Session, heads: Iterable[Head]) -> list[str]:
    """The heads that were kept elsewhere and are no rows of this history."""
    return [found for head in heads if (found := _missing(session, head))]


def _missing(session: Session, head: Head) -> str:
    """Why the history does not continue a head that was kept elsewhere; empty where it does."""
    row = session.get(HistoryRow, head.length)
    if (row.hash if row else history.BEGINNING) == head.hash:
        return ""
    if _replacing(session, head) is not None:
        return ""
    length = session.scalar(select(func.max(HistoryRow.id))) or 0
    if row is None:
        return f"head {head.length}: the history is shorter now, {length} rows"
    return f"head {head.length}: row {head.length} of the history says something else now"


def _replacing(session: Session, head: Head) -> HistoryRow | None:
    """The row of the restore that put another history in the place of this one."""
    named = (HistoryRow.version == head.length, HistoryRow.detail == head.hash)
    rows = select(HistoryRow).where(HistoryRow.action == REPLACED, *named)
    return session.scalars(rows.order_by(HistoryRow.id.desc()).limit(1)).one_or_none()


def _replaced(session: Session, heads: Iterable[Head]) -> Iterator[str]:
    for head in heads:
        row = session.get(HistoryRow, head.length)
        by = None if row is not None and row.hash == head.hash else _replacing(session, head)
        if by is not None:
            yield f"Head {head.length} was replaced by the restore of row {by.id}, at {by.at}."


def _outside(database: Database) -> tuple[Head | None, list[str]]:
    """The head that was written down outside the database, and what there is to say of that.

    It is asked for first: what is committed meanwhile is no less than what stands there.
    """
    file = database.witness
    if file is None:
        return None, ["The end of the history stands in the database alone: keep its head."]
    try:
        head = witness.found(file, database.keys)
    except Unread as error:
        return None, [f"{file}: {error}. The next change writes it anew; keep the head elsewhere."]
    return head, [] if head else [f"{file} was not written yet, or cannot be; keep the head."]
