"""Columns that hold a sealed text, and read and write as the plain one.

A row is sealed when it is flushed, and opened when its text is first asked for: with the key of its
plan's case, which the session finds. After the transaction a row keeps its key, so that it can be
opened then. What cannot be opened raises NotOpened when it is asked for, and not before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar, Generic, Self, TypeGuard, TypeVar, cast, overload

from sqlalchemy import Connection, Text, event, inspect
from sqlalchemy.orm import Mapper, Session, mapped_column, object_session

from webui.database.refusals import NotOpened
from webui.database.sealed.at_rest import Box
from webui.database.sealed.case_keys import Ring

T = TypeVar("T")
RING = "ring"
"""Where a session keeps its keys, in `session.info`."""
_BOX = "_box"


class _Unsealed(str):
    """Stands in a sealed column until the row is flushed; it says nothing."""

    __slots__ = ()


class Sealed(Generic[T]):
    """A sealed column, declared as `text = Sealed[str]()`; queries cannot compare it."""

    def __init__(
        self,
        told: Callable[[T], str] = str,
        read: Callable[[str], T] | None = None,
        default: str | None = None,
    ) -> None:
        """`told` gives the text of a value, `read` the value of a text.

        `default` is what the column holds in a row that an older release wrote.
        """
        self._told, self._read = told, read or cast("Callable[[str], T]", str)
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        """Add the column itself, under this name with `_sealed` behind it."""
        self.name, self.column = name, f"{name}_sealed"
        setattr(
            owner,
            self.column,
            mapped_column(name, Text, server_default=self._default, nullable=False),
        )

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: SealedRow, owner: type) -> T: ...
    def __get__(self, row: SealedRow | None, owner: type) -> Self | T:
        """The plain value. Raises NotOpened where the stored one cannot be opened."""
        if row is None:
            return self
        stored = getattr(row, self.column)
        known = row.__dict__.get(self.name)
        if known is None or known[0] is not stored:
            known = (stored, self._read(_box_of(row).open(stored, self.place(row))))
            row.__dict__[self.name] = known
        return cast("T", known[1])

    def __set__(self, row: SealedRow, value: T) -> None:
        """Take a plain value, to be sealed when the row is flushed."""
        stored, known = getattr(row, self.column), row.__dict__.get(self.name)
        if known is not None and known[0] is stored and known[1] == value:
            return
        unsealed = _Unsealed()
        row.__dict__[self.name] = (unsealed, value)
        setattr(row, self.column, unsealed)

    def place(self, row: SealedRow) -> str:
        """What a value is sealed with: its table, its column and its row."""
        numbers = " ".join(str(getattr(row, name)) for name in row.sealed_with)
        return f"{row.__tablename__}.{self.name} {numbers}"

    def seal(self, row: SealedRow, box: Box) -> None:
        """Seal a value that was set since the row was flushed."""
        stored = row.__dict__.get(self.column)
        if isinstance(stored, _Unsealed):
            value = row.__dict__[self.name][1]
            sealed = box.seal(self._told(value), self.place(row))
            setattr(row, self.column, sealed)
            row.__dict__[self.name] = (sealed, value)


class Part(Generic[T]):
    """One value among those that a sealed column holds together."""

    def __init__(self, column: str, missing: T) -> None:
        """Name the sealed column, a mapping, and the value where it has none."""
        self.column, self._missing = column, missing

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember what it is called."""
        self._name = name

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...
    @overload
    def __get__(self, row: SealedRow, owner: type) -> T: ...
    def __get__(self, row: SealedRow | None, owner: type) -> Self | T:
        """The plain value. Raises NotOpened."""
        if row is None:
            return self
        return cast("T", getattr(row, self.column).get(self._name, self._missing))

    def __set__(self, row: SealedRow, value: T) -> None:
        """Take a plain value in the place of the one before."""
        new = getattr(row, f"{self.column}_sealed") is None
        others = {} if new else getattr(row, self.column)
        setattr(row, self.column, {**others, self._name: value})


def together() -> Sealed[dict[str, Any]]:
    """A sealed column of several values."""
    return Sealed(lambda value: json.dumps(value, ensure_ascii=False), json.loads, default="")


class SealedRow:
    """A row of a table with sealed columns, which belongs to a plan."""

    __tablename__: str
    sealed_with: ClassVar[tuple[str, ...]]
    """The columns that make its place: nothing that changes after it was stored."""

    def plan_number(self, connection: Connection) -> int:
        """The number of the plan that it belongs to."""
        del connection
        number: int = getattr(self, "plan_id")  # noqa: B009 - the tables' own column
        return number

    def known_to(self, ring: Ring) -> None:
        """Tell which key is the plan's, where the row knows."""

    def numbered(self, ring: Ring, connection: Connection) -> None:
        """Take a number where the row has none yet."""
        if getattr(self, "id", 0) is None:
            self.id = ring.next_number(connection, self.__tablename__)

    @classmethod
    def sealed_columns(cls) -> tuple[Sealed[Any], ...]:
        """Those of its columns that are sealed."""
        return tuple(one for one in vars(cls).values() if isinstance(one, Sealed))


def keep_keys(session: Session) -> None:
    """Give every row of a session what opens it, so that it can be opened after the transaction."""
    waiting = [row for row in session.identity_map.values() if _waits(row)]
    if not waiting:
        return
    connection, ring = session.connection(), ring_of(session)
    for row in waiting:
        row.__dict__[_BOX] = (ring, row.plan_number(connection))
        row.known_to(ring)
    ring.learn(connection, {row.__dict__[_BOX][1] for row in waiting})


def ring_of(session: Session) -> Ring:
    """The keys that a session has met."""
    ring: Ring = session.info[RING]
    return ring


def plain(row: object) -> dict[str, Any]:
    """What a row says, by name, opened: without what only seals it. Raises NotOpened."""
    own = vars(type(row))
    hidden = {one.column for one in own.values() if isinstance(one, Sealed)} | {"key_id"}
    parts = [name for name, one in own.items() if isinstance(one, Part)]
    held = {own[name].column for name in parts}
    opened = [name for name, one in own.items() if isinstance(one, Sealed) and name not in held]
    kept = [one.key for one in inspect(type(row)).column_attrs if one.key not in hidden]
    names = [name for name in kept if not name.startswith("_")]
    return {name: getattr(row, name) for name in (*names, *parts, *opened)}


def _waits(row: object) -> TypeGuard[SealedRow]:
    return isinstance(row, SealedRow) and _BOX not in row.__dict__


def _box_of(row: SealedRow) -> Box:
    """What opens a row; within its transaction, the keys of all its rows are found at once."""
    session = object_session(row)
    if _BOX not in row.__dict__ and session is not None:
        keep_keys(session)
    if _BOX not in row.__dict__:
        raise NotOpened
    ring, plan = row.__dict__[_BOX]
    return cast("Ring", ring).box(plan)


def _seal(_mapper: Mapper[Any], connection: Connection, row: SealedRow) -> None:
    """Seal what was set, before the row is written."""
    session = object_session(row)
    if session is None:
        raise NotOpened
    ring = ring_of(session)
    row.numbered(ring, connection)
    row.known_to(ring)
    plan = row.plan_number(connection)
    ring.learn(connection, [plan])
    for one in row.sealed_columns():
        one.seal(row, ring.box(plan))


event.listen(SealedRow, "before_insert", _seal, propagate=True)
event.listen(SealedRow, "before_update", _seal, propagate=True)
