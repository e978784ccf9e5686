"""What stands in a database to the letter, and a case in which one word was typed everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, String, cast, select, text, update

from tests.webui.support.people import House
from webui.database.base import Base
from webui.database.connection import Database
from webui.database.sealed.sealed_columns import Sealed
from webui.register.outcomes import Report
from webui.register.reviews import Remark
from webui.register.steps import Edit, FreeStep

WORD = "zymurgical"
"""No text of the product has it."""
CODE = f"K-{WORD}"
PLAIN = "xylographic"
"""For tests that store it as older releases did: PostgreSQL's own log goes on holding it."""


def typed_everywhere(house: House, word: str = WORD) -> str:
    """A case in which a person typed the word wherever anything can be typed; its plan."""
    code = f"K-{word}"
    toni, sam = house["Toni"], house["Sam"]
    ref = house.kept(case=code, notes=f"The {word} notes")
    edits = {"C2": Edit(words=f"My {word} words", line=f"{word} line")}
    house.keeping.edit(toni, ref, 1, edits, FreeStep(f"A {word} title", "now", f"{word} too"))
    edits = {"C2": Edit(where="held", reason=f"A {word} reason")}
    house.keeping.edit(toni, ref, 2, edits)
    house.keeping.submit(toni, ref, 3)
    remarks = {"C2": Remark("question", f"A {word} remark"), "D5-1": Remark("", f"{word} again")}
    house.decide(ref, "escalate", text=f"A {word} worry", remarks=remarks)
    house.reviewing.keep_draft(sam, ref, 3, {"text": f"A {word} draft"})
    house.decide(ref, "approve", "Sue", text=f"{word}, but good")
    for number in range(2):
        told = Report(tried="yes", response=f"The {word} answer {number}", new_rupture=True)
        house.afterwards.add(toni, ref, told)
    house.cases.retain(toni, ref, "2020-01-01")
    other = house.submitted(case=code, session=2)
    house.reviewing.keep_draft(sam, other, 1, {"text": f"Another {word} draft"})
    return ref


def columns() -> list[tuple[str, str]]:
    """Every column that is sealed, by its table and name."""
    classes = [mapper.class_ for mapper in Base.registry.mappers]
    named = {
        (one.__tablename__, sealed.name)
        for one in classes
        for sealed in vars(one).values()
        if isinstance(sealed, Sealed)
    }
    return sorted(named)


def raw(connection: Connection, table: str, column: str) -> dict[tuple[Any, ...], Any]:
    """A column as it stands there, by the primary keys of the rows."""
    told = Base.metadata.tables[table]
    keys = list(told.primary_key.columns)
    rows = connection.execute(select(*keys, told.c[column]).order_by(*keys)).all()
    return {tuple(row[:-1]): row[-1] for row in rows}


def put(database: Database, place: tuple[str, str], key: tuple[Any, ...], value: Any) -> None:
    """Write a value into a column past the program, as an insider would."""
    table = Base.metadata.tables[place[0]]
    same = [one == told for one, told in zip(table.primary_key.columns, key, strict=True)]
    with database.engine.begin() as connection:
        connection.execute(update(table).where(*same).values({place[1]: value}))


def everything(database: Database) -> str:
    """Every value of every table as text, by way of the database."""
    with database.engine.connect() as connection:
        return "\n".join(_values(connection))


def _values(connection: Connection) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for row in connection.execute(select(*(cast(one, String) for one in table.columns))):
            yield repr(tuple(row))


def in_files(database: Database, word: str) -> list[str]:
    """The files of the database that hold a word: its own, its log, and a server's of its data."""
    return [file.name for file in _files(database) if word.encode() in file.read_bytes()]


def _files(database: Database) -> list[Path]:
    if database.path is not None:
        return sorted(database.path.parent.glob(f"{database.path.name}*"))
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        found = connection.execute("SHOW data_directory").fetchone()
        number = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert found
    assert number
    place = Path(found[0])
    files = [*place.glob(f"base/{number[0]}/*"), *place.glob("pg_wal/*"), *place.glob("log*")]
    return [file for file in files if file.is_file()]


def tamper(database: Database, statement: str) -> None:
    """Run a statement past the program."""
    with database.engine.begin() as connection:
        connection.execute(text(statement))
