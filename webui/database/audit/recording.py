"""The session that every change goes through: what is changed is bound before it is committed.

Whatever a transaction changes of a plan, an account or what hangs on them is seen here, by the
rows that are added, changed and deleted, one by one or many at once. Before it is changed it must
be what the history says of it; afterwards the transaction's last row of the history binds it. A
change that no row tells of gets one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Delete, Insert, Table, Update, event
from sqlalchemy.orm import ORMExecuteState, Session

from webui.database import history
from webui.database.account_tables import Account
from webui.database.audit import binding, bound_tables, subjects
from webui.database.base import now
from webui.database.history import Event
from webui.database.refusals import Altered
from webui.database.sealed.wiping import Transaction
from webui.database.tables import HistoryHead, HistoryRow, KeptPlan
from webui.words.texts import text

UNTOLD = "changed"
"""The action of a row for a change that nothing else was recorded of."""
COMMITTED = "what is called with the heads before and after a commit"
_BUSY = "writing the history"
_HISTORY = {HistoryRow.__tablename__, HistoryHead.__tablename__}


class RecordedSession(Transaction):
    """A session whose changes are bound to the history."""


def changed(session: Session, *names: str) -> None:
    """Have subjects bound at the end of the transaction. They must fit as they are now."""
    waiting: dict[str, None] = session.info.setdefault(binding.CHANGED, {})
    new = [name for name in names if name not in waiting]
    unseen = [name for name in new if name not in binding.known(session)]
    if unseen and not session.info.get(binding.AS_IT_IS):
        with before(session) as other:
            binding.expect(other, *unseen)
    waiting.update(dict.fromkeys(new))


def before(session: Session) -> Session:
    """Another session in the same transaction, which sees nothing that was not flushed yet."""
    binding.known(session)
    return Session(session.connection(), info=session.info, autoflush=False)


def settle(session: Session) -> None:
    """Write what was recorded, and bind what was changed."""
    if session.info.get(_BUSY):
        return
    session.info[_BUSY] = True
    try:
        session.flush()
        names: dict[str, None] = session.info.pop(binding.CHANGED, {})
        if session.info.pop(binding.AS_IT_IS, False):
            names = dict.fromkeys(binding.everything(session))
        if names and not session.info.get(history.WAITING):
            told = next((name for name in names if binding.differs(session, name)), None)
            if told is not None:
                history.record(session, now(), None, Event(UNTOLD, told[:40]))
        if session.info.get(history.WAITING):
            history.write(session, names)
    finally:
        session.info[_BUSY] = False


@event.listens_for(RecordedSession, "before_commit")
def _before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        settle(session)


@event.listens_for(RecordedSession, "after_commit")
def _after_commit(session: Session) -> None:
    heads = session.info.pop(history.WRITTEN, None)
    if heads:
        session.info[COMMITTED](*heads)


@event.listens_for(RecordedSession, "before_flush")
def _before_flush(session: Session, *_others: object) -> None:
    """See what is about to be changed, while the database still has it as it was."""
    dirty = (row for row in session.dirty if session.is_modified(row))
    names: dict[str, None] = {}
    for row in session.new:
        if isinstance(row, KeptPlan):  # a reference by chance: there was none such before
            binding.known(session).setdefault(row.ref, binding.GONE)
    for row in (*session.new, *dirty, *session.deleted):
        names.update(dict.fromkeys(subjects.changed_by(session, row)))
    changed(session, *names)


@event.listens_for(RecordedSession, "after_flush")
def _after_flush(session: Session, *_others: object) -> None:
    """See the accounts that were added: they have their numbers now."""
    for row in session.new:
        if isinstance(row, Account):
            name = subjects.account(row.id)
            if binding.is_bound(session, name) and not session.info.get(binding.AS_IT_IS):
                raise Altered(text("altered", what=f"{name}: it was deleted before"))
            session.info.setdefault(binding.CHANGED, {})[name] = None


@event.listens_for(RecordedSession, "do_orm_execute")
def _do_orm_execute(state: ORMExecuteState) -> None:
    """See changes of many rows at once; and write the history before it is read."""
    statement: Any = state.statement
    if isinstance(statement, Update | Delete | Insert):
        _many(state.session, statement)
    elif state.session.info.get(history.WAITING) and _reads_history(statement):
        settle(state.session)


def _many(session: Session, statement: Any) -> None:
    table: Table = statement.table
    if isinstance(statement, Insert):
        if table.name not in bound_tables.NOT_BOUND:
            raise TypeError(f"rows of {table.name} are added by Session.add, which binds them")
        return
    session.flush()
    changed(session, *subjects.meant_by(session, table, statement.whereclause))


def _reads_history(statement: Any) -> bool:
    if not getattr(statement, "is_select", False):
        return False
    return any(getattr(one, "name", "") in _HISTORY for one in statement.get_final_froms())
