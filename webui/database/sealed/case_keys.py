"""The keys of cases within one transaction: found by plan or by code, made where there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import Connection, column, func, insert, select, table, text

from webui.database.refusals import NotOpened
from webui.database.sealed.at_rest import CASE, Box, Storage, Wrapped
from webui.database.sealed.key_tables import CaseKey

KEYS = table("case_keys", *(column(one.name, one.type) for one in CaseKey.__table__.columns))
PLANS = table("plans", column("id"), column("key_id"))
MOST = 500
"""How many numbers are asked for in one query."""


def case_of(key: int) -> str:
    """What a case is called where its code must not stand: by the number of its key."""
    return f"key {key}"


class Ring:
    """The keys of cases that one transaction met; a key is unwrapped when it is first used."""

    def __init__(self, storage: Callable[[], Storage]) -> None:
        """Begin with none; `storage` wraps and unwraps, and is asked for when it is needed."""
        self._storage = storage
        self._boxes: dict[int, Box | Wrapped] = {}
        self._plans: dict[int, int] = {}
        self._given: dict[str, int] = {}

    @property
    def storage(self) -> Storage:
        """What the keys outside the database do."""
        return self._storage()

    def of_case(self, connection: Connection, owner_id: int, code: str | None) -> int:
        """The number of a case's key, made where it has none; without a code always a new one."""
        found = None if code is None else self.find(connection, owner_id, code)
        if found is not None:
            return found
        number = self.next_number(connection, KEYS.name)
        stored, self._boxes[number] = self.storage.new(number, owner_id, code)
        connection.execute(insert(KEYS).values(**stored.columns()))
        return number

    def find(self, connection: Connection, owner_id: int, code: str) -> int | None:
        """The number of a case's key, by its code."""
        marks = self.storage.marks(CASE, owner_id, code)
        same = (KEYS.c.owner_id == owner_id, KEYS.c.mark.in_(marks))
        number: int | None = connection.scalar(select(KEYS.c.id).where(*same).limit(1))
        return number

    def belongs(self, plan: int, key: int) -> None:
        """Remember which key is a plan's."""
        self._plans[plan] = key

    def learn(self, connection: Connection, plans: Collection[int]) -> None:
        """Find the keys of these plans, with as few queries as can be."""
        unknown = sorted({one for one in plans if one not in self._plans})
        for some in _parts(unknown):
            found = select(PLANS.c.id, PLANS.c.key_id).where(PLANS.c.id.in_(some))
            self._plans.update((row.id, row.key_id) for row in connection.execute(found))
        wanted = {self._plans[one] for one in plans if one in self._plans}
        for some in _parts(sorted(wanted - self._boxes.keys())):
            for row in connection.execute(select(KEYS).where(KEYS.c.id.in_(some))):
                self._boxes[row[0]] = Wrapped(*row)

    def box(self, plan: int) -> Box:
        """The box of a plan whose key was learned. Raises NotOpened where there is none."""
        number = self._plans.get(plan)
        found = None if number is None else self._boxes.get(number)
        if number is None or found is None:
            raise NotOpened
        if isinstance(found, Wrapped):
            found = self._boxes[number] = self.storage.open(found)
        return found

    def next_number(self, connection: Connection, name: str) -> int:
        """A number for a new row, known before the row is: what is sealed names its row."""
        if connection.dialect.name == "postgresql":
            sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id'))")
            return int(connection.scalar(sequence, {"name": name}))
        highest = connection.scalar(select(func.max(column("id"))).select_from(table(name))) or 0
        self._given[name] = max(highest, self._given.get(name, 0)) + 1
        return self._given[name]


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in parts that one query may name."""
    for begin in range(0, len(numbers), MOST):
        yield numbers[begin : begin + MOST]
