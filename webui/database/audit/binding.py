"""What a thing is like is bound to the history, and compared with it before it is shown or changed.

The digest of what a subject holds is made with the key outside the database, so that whoever owns
the database can neither make one nor guess from one. It stands in the row of the history that
told of the last change, and in the table of bound states, where it is found at once.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webui.database.account_tables import Account
from webui.database.audit import bound_tables, subjects
from webui.database.audit.binding_tables import BoundState
from webui.database.audit.subjects import Values
from webui.database.refusals import Altered
from webui.database.sealed.keys import HISTORY, Key, Keys
from webui.database.tables import HistoryHead, HistoryRow, KeptPlan
from webui.words.texts import text

SHORT = 12
"""Hexadecimal digits of a part's digest: enough to tell what changed; `state` proves the whole."""
GONE = ""
"""The state of what is not there any more."""
KEYS, KNOWN, CHANGED, AS_IT_IS = "keys", "known states", "changed subjects", "as it is"
"""What a session keeps of its transaction, under these names in its `info`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: the subject, and what of it."""

    subject: str
    what: str

    def __str__(self) -> str:
        """As a line of `audit` names it."""
        return f"{self.subject}: {self.what}"


def sealed(key: Key, kind: str, said: str) -> str:
    """HMAC-SHA256 of a text by the key for the history; `kind` keeps uses of it apart."""
    return hmac.digest(key.of(HISTORY), f"{kind}\n{said}".encode(), "sha256").hex()


def state_of(key: Key, held: Values | None) -> str:
    """The digest of everything that a subject holds; empty where it is not there."""
    if held is None:
        return GONE
    return sealed(key, "state", json.dumps(held, sort_keys=True, default=bound_tables.told))


def parts_of(key: Key, held: Values) -> dict[str, str]:
    """A short digest of each part, so that the one that does not fit can be named."""
    return {
        name: sealed(key, f"part {name}", json.dumps(value, default=bound_tables.told))[:SHORT]
        for name, value in sorted(held.items())
    }


def keys_of(session: Session) -> Keys:
    """The keys of the database that a session reads. Raises NoKey."""
    keys: Keys = session.info[KEYS]()
    return keys


def expect(session: Session, *names: str, row: KeptPlan | Account | None = None) -> None:
    """See whether subjects are as the history says. Raises Altered, which says what is not.

    `row` is a plan or an account that is one of them, where it was read already.
    """
    asked = [name for name in names if name not in known(session)]
    if asked and (found := _unfit(session, asked, row)):
        if session.get_bind().dialect.name != "sqlite":
            # Another transaction may have ended between two of our questions; none ends now.
            session.get_one(HistoryHead, 1, with_for_update=True, populate_existing=True)
            if row is not None:
                session.refresh(row)
            found = _unfit(session, asked, row)
        if found:
            raise Altered(text("altered", what="; ".join(map(str, found[:3]))))


def known(session: Session) -> dict[str, str]:
    """The subjects that were seen to fit in this transaction, and what state they had then."""
    states: dict[str, str] = session.info.setdefault(KNOWN, {})
    return states


def take_as_it_is(session: Session) -> None:
    """Have everything bound as it is when the transaction ends, whatever was bound before.

    For whoever puts all of it there on purpose, as a restore and an exchange of the key do, and
    records it: nothing is compared with what the history says, so nothing else may call it.
    """
    session.info[AS_IT_IS] = True


def still_needed(session: Session) -> Iterable[str]:
    """The ids of the keys that sealed what stands in the table of bound states."""
    return session.scalars(select(BoundState.key_id).distinct()).all()


def everything(session: Session) -> list[str]:
    """Every subject that is there, or that the history says is there; none is known to fit."""
    known(session).clear()
    bound = session.scalars(select(BoundState.subject).order_by(BoundState.subject))
    return list(dict.fromkeys((*subjects.existing(session), *bound)))


def is_bound(session: Session, name: str) -> bool:
    """Whether the history says of a subject that it is there."""
    return session.get(BoundState, name) is not None


def _unfit(session: Session, names: list[str], row: KeptPlan | Account | None) -> list[Finding]:
    asked, told = (_ONE, {"name": names[0]}) if len(names) == 1 else (_SOME, {"names": names})
    bound = {one.subject: one for one in session.connection().execute(asked, told)}
    keys, found = keys_of(session), []
    for name in names:
        held = _held(session, name, row)
        finding = compared(keys, name, bound.get(name), held)
        if finding is None:
            known(session)[name] = bound[name].state if name in bound else GONE
        else:
            found.append(finding)
    return found


def all_bound() -> Select[Any]:
    """Every bound state, each with the seal of its row."""
    return _EVERY


_EVERY = (
    select(
        *(column for column in BoundState.__table__.columns),
        HistoryRow.hash.label("row_hash"),
        HistoryRow.seal.label("row_seal"),
        HistoryRow.key_id.label("row_key"),
    )
    .outerjoin(HistoryRow, HistoryRow.id == BoundState.row)
    .order_by(BoundState.subject)
)
_ONE = _EVERY.where(BoundState.subject == bindparam("name"))
_SOME = _EVERY.where(BoundState.subject.in_(bindparam("names", expanding=True)))


def _held(session: Session, name: str, row: KeptPlan | Account | None) -> Values | None:
    if isinstance(row, KeptPlan) and row.ref == name:
        return subjects.plan_values(session, row)
    if isinstance(row, Account) and subjects.account(row.id) == name:
        return bound_tables.row_values(row)
    held = subjects.values(session, name)
    return held or None  # rows of an account of which there is none are not there


def compared(keys: Keys, name: str, bound: Any, held: Values | None) -> Finding | None:
    """What does not fit of a subject; None where it is as it was bound last."""
    if bound is None:
        return Finding(name, "it was added without a row of the history") if held else None
    key = keys.find(bound.key_id)
    if key is None:
        return Finding(name, f"it was sealed with the key {bound.key_id}, which is not here")
    if not hmac.compare_digest(bound.seal, seal_of(key, bound)):
        return Finding(name, "what the history says of it was changed")
    row_key = keys.find(bound.row_key or "")
    if row_key is None or bound.row_seal != sealed(row_key, "row", bound.row_hash):
        return Finding(name, f"row {bound.row} of the history, which tells of it, is bad or gone")
    if hmac.compare_digest(bound.state, state_of(key, held)):
        return None
    return Finding(name, _different(key, json.loads(bound.parts), held))


def seal_of(key: Key, bound: Any) -> str:
    """The seal of a bound state: nothing of it can be changed, or put in another's place."""
    said = [bound.subject, bound.row, bound.state, bound.parts]
    return sealed(key, "bound", json.dumps(said))


def _different(key: Key, was: dict[str, str], held: Values | None) -> str:
    """Which parts of a subject are not as they were bound."""
    if held is None:
        return "it was deleted without a row of the history"
    now = parts_of(key, held)
    said = [f"{name} was deleted" for name in was.keys() - now.keys()]
    said += [f"{name} was added" for name in now.keys() - was.keys()]
    said += [f"{name} was changed" for name in was.keys() & now.keys() if was[name] != now[name]]
    return ", ".join(sorted(said)) or "it is not what it was"


def bind(session: Session, names: Iterable[str], row: int) -> dict[str, str]:
    """Store what these subjects are like now, under the row that will say so; give their states.

    Those that are as they were are left out.
    """
    keys, states, rows = keys_of(session), {}, []
    key, before = keys.current, known(session)
    for name in names:
        held = subjects.values(session, name) or None
        state = states[name] = state_of(key, held)
        if before.get(name) == state:
            del states[name]
        elif held is None:
            session.connection().execute(delete(BoundState).where(BoundState.subject == name))
        else:
            rows.append(_row(key, name, row, state, held))
        before[name] = state
    if rows:
        _put(session, rows)
    return states


def differs(session: Session, name: str) -> bool:
    """Whether a subject that was seen to fit in this transaction is bound otherwise than it is.

    What changes by use alone is no difference: `bound_tables.VOLATILE`.
    """
    held = subjects.values(session, name) or None
    return known(session).get(name) != state_of(keys_of(session).current, held)


def _row(key: Key, name: str, row: int, state: str, held: Values) -> dict[str, Any]:
    parts = json.dumps(parts_of(key, held))
    bound = BoundState(subject=name, row=row, state=state, parts=parts, key_id=key.id)
    said = {"subject": name, "row": row, "state": state, "parts": parts, "key_id": key.id}
    return {**said, "seal": seal_of(key, bound)}


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    """Store these, in the place of those of the same subjects."""
    connection = session.connection()
    connection.execute(_putting(connection.dialect.name), rows if len(rows) > 1 else rows[0])


@cache
def _putting(dialect: str) -> Any:
    new: Any = (sqlite if dialect == "sqlite" else postgresql).insert(BoundState.__table__)
    others = {one.name: new.excluded[one.name] for one in new.excluded if one.name != "subject"}
    return new.on_conflict_do_update(index_elements=["subject"], set_=others)
