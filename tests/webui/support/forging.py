"""The owner of a database, who knows the program and every plain hash, and has no key."""

from __future__ import annotations

import hmac
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from webui.database.history import BEGINNING

GUARDS = {
    "sqlite": ("DROP TRIGGER history_no_update", "DROP TRIGGER history_no_delete"),
    "postgresql": ("DROP TRIGGER history_guard ON history",),
}
HASHED = ("before", "id", "at", "actor", "action", "subject", "version", "detail", "bound")


@dataclass(frozen=True)
class Forged:
    """What was forged: the row of the history, or the subject and a word of what fits no more."""

    row: int = 0
    subject: str = ""
    words: str = ""


class Forger:
    """Changes what is stored on a connection, and makes all plain hashes fit again."""

    def __init__(self, connection: Connection, chance: random.Random) -> None:
        """Take the guards away first."""
        self.connection, self.chance = connection, chance
        for statement in GUARDS[connection.dialect.name]:
            connection.execute(text(statement))

    def some(self, query: str, **values: object) -> Any:
        """One row of a query's, by chance."""
        rows = self.connection.execute(text(query), values).mappings().all()
        return dict(self.chance.choice(rows))

    def run(self, statement: str, **values: object) -> None:
        assert self.connection.execute(text(statement), values).rowcount > 0, statement

    def put(self, table: str, row: dict[str, Any], **changes: Any) -> None:
        """Insert a row like another one."""
        new = {**row, **changes}
        names, marks = ", ".join(new), ", ".join(f":{name}" for name in new)
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", **new)  # noqa: S608 - the tests' own names

    def chained(self) -> None:
        """Number all rows and compute every plain hash anew; the seals are made by another key."""
        before = BEGINNING
        rows = self.connection.execute(text("SELECT * FROM history ORDER BY id")).mappings().all()
        for number, row in enumerate(map(dict, rows), 1):
            was = row["id"]
            row |= {"id": number, "before": before}
            said = [row[name] for name in HASHED if name != "bound" or row[name] is not None]
            new = sha256(json.dumps(said).encode()).hexdigest()
            if (was, new) != (number, row["hash"]):
                seal = hmac.digest(b"a key of his own", f"row\n{new}".encode(), "sha256").hex()
                changed = {"id": number, "before": before, "hash": new, "seal": seal, "was": was}
                self.run(
                    "UPDATE history SET id = :id, before = :before, hash = :hash, seal = :seal "
                    "WHERE id = :was",
                    **changed,
                )
            before = new
        self.run("UPDATE history_head SET length = :n, hash = :hash", n=len(rows), hash=before)

    # The twelve kinds.

    def actor(self) -> Forged:
        row = self.some("SELECT id FROM history WHERE actor IS NOT NULL")["id"]
        self.run("UPDATE history SET actor = actor + 1 WHERE id = :id", id=row)
        self.chained()
        return Forged(row=row)

    def row_deleted(self) -> Forged:
        row = self.some("SELECT id FROM history WHERE id < (SELECT length FROM history_head)")["id"]
        self.run("DELETE FROM history WHERE id = :id", id=row)
        self.chained()
        return Forged(row=row)

    def row_added(self) -> Forged:
        row = self.some("SELECT * FROM history")
        last = self.some("SELECT length FROM history_head")["length"] + 1
        self.put("history", row, id=last, action="approve")
        self.chained()
        return Forged(row=last)

    def words(self) -> Forged:
        row = self.some(
            "SELECT plan_id, number, plan_json, steps_json, ref FROM versions "
            "JOIN plans ON id = plan_id"
        )
        steps = str(row["steps_json"]).replace("words", "w0rds", 1).replace("e", "a", 9)
        assert steps != row["steps_json"]
        same = {"plan": row["plan_id"], "number": row["number"]}
        where = "WHERE plan_id = :plan AND number = :number"
        self.run(f"UPDATE versions SET steps_json = :steps {where}", steps=steps, **same)  # noqa: S608 - as above
        if self.chance.random() < 0.5:  # the plain hashes too
            new = sha256(f"{row['plan_json']}\n{steps}".encode()).hexdigest()
            self.run(f"UPDATE versions SET content_hash = :new {where}", new=new, **same)  # noqa: S608 - as above
        return Forged(subject=row["ref"], words=f"version {row['number']}")

    def state(self) -> Forged:
        row = self.some("SELECT ref FROM plans WHERE state <> 'approved'")
        self.run("UPDATE plans SET state = 'approved' WHERE ref = :ref", **row)
        return Forged(subject=row["ref"], words="state was changed")

    def decision_added(self) -> Forged:
        row = self.some("SELECT * FROM decisions")
        other = self.some(
            "SELECT plans.id, ref, content_hash FROM plans "
            "JOIN versions ON plan_id = plans.id AND number = version"
        )
        self.put("decisions", row, id=9000, plan_id=other["id"], content_hash=other["content_hash"])
        return Forged(subject=other["ref"], words="decision 9000 was added")

    def decision_changed(self) -> Forged:
        row = self.some("SELECT decisions.id, ref FROM decisions JOIN plans ON plans.id = plan_id")
        change = self.chance.choice(
            ("author_id = author_id - 1", "kind = 'acknowledge'", "text = 'Use it as it is.'")
        )
        self.run(f"UPDATE decisions SET {change} WHERE id = :id", id=row["id"])  # noqa: S608 - as above
        return Forged(subject=row["ref"], words=f"decision {row['id']} was changed")

    def plan_deleted(self) -> Forged:
        row = self.some("SELECT id, ref FROM plans")
        self.run("DELETE FROM plans WHERE id = :id", id=row["id"])
        if self.chance.random() < 0.5:
            self.run("DELETE FROM bound_states WHERE subject = :ref", ref=row["ref"])
        return Forged(subject=row["ref"], words="deleted")

    def plan_added(self) -> Forged:
        row = self.some("SELECT * FROM plans")
        number = row["id"]
        self.put("plans", row, id=9000, ref="forgedforged", draft_key=None)
        for version in (
            self.connection.execute(
                text("SELECT * FROM versions WHERE plan_id = :id"), {"id": number}
            )
            .mappings()
            .all()
        ):
            self.put("versions", dict(version), plan_id=9000)
        return Forged(subject="forgedforged", words="added without a row")

    def role(self) -> Forged:
        row = self.some("SELECT id FROM accounts WHERE NOT administrator")
        column = self.chance.choice(("administrator", "password", "disabled"))
        value = {"password": "'forged'"}.get(column, f"NOT {column}")
        self.run(f"UPDATE accounts SET {column} = {value} WHERE id = :id", **row)  # noqa: S608 - as above
        return Forged(subject=f"account-{row['id']}", words=f"{column} was changed")

    def supervision(self) -> Forged:
        pair = self.some(
            "SELECT a.id AS above, b.id AS below FROM accounts a, accounts b WHERE a.id <> b.id "
            "AND NOT EXISTS (SELECT 1 FROM supervision WHERE supervisor_id = a.id "
            "AND therapist_id = b.id)"
        )
        self.run("INSERT INTO supervision VALUES (:above, :below)", **pair)
        return Forged(subject=f"account-{pair['below']} supervision", words="added")

    def states_taken(self) -> Forged:
        """Another state of a plan, with what the history says of it taken from another subject."""
        row = self.some("SELECT ref FROM plans WHERE state <> 'withdrawn'")
        other = self.some("SELECT * FROM bound_states WHERE subject <> :ref", **row)
        self.run("UPDATE plans SET state = 'withdrawn' WHERE ref = :ref", **row)
        values = {name: other[name] for name in ("state", "parts", "key_id", "seal")}
        self.run(
            "UPDATE bound_states SET state = :state, parts = :parts, key_id = :key_id, "
            "seal = :seal WHERE subject = :ref",
            **row,
            **values,
        )
        return Forged(subject=row["ref"], words="what the history says of it was changed")


KINDS: tuple[Callable[[Forger], Forged], ...] = (
    Forger.actor,
    Forger.row_deleted,
    Forger.row_added,
    Forger.words,
    Forger.state,
    Forger.decision_added,
    Forger.decision_changed,
    Forger.plan_deleted,
    Forger.plan_added,
    Forger.role,
    Forger.supervision,
    Forger.states_taken,
)
