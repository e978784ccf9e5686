"""Sealing rows that stand plain, opening them again, and wrapping their keys anew.

These work on a connection and on the columns as step 0013 knows them: for that step, and for a
backup of an older release that was just put back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, column, delete, insert, select, table, update
from sqlalchemy.orm import Session

from webui.database.refusals import NotOpened
from webui.database.sealed.at_rest import DRAFT, Box, Storage, Wrapped
from webui.database.sealed.case_keys import KEYS, Ring, case_of
from webui.database.sealed.keys import Keys
from webui.database.sealed.wiping import PLAIN_LEFT, SETTINGS

SIGNING = "secret_key"
"""The setting that held the key that signs forms, before it was derived."""
MOST = 100
_LISTED = ("case_code", "session_number", "kinds", "first_words")
_EMPTY: Mapping[str, Any] = dict.fromkeys(_LISTED) | {"kinds": "", "first_words": ""}
_OF_PLAN: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "versions": (("plan_id", "number"), ("plan_json", "steps_json")),
    "decisions": (("plan_id", "version", "id"), ("text",)),
    "review_drafts": (("plan_id", "author_id"), ("data",)),
    "outcomes": (("plan_id", "version", "id"), ("response",)),
}
"""What makes the place of a row, and which of its columns are sealed."""
_COMMENT = (("decision_id", "step", "id"), ("text",))
_PLANS = table("plans", *map(column, ("id", "owner_id", "key_id", "draft_key", "listed", *_LISTED)))
_FILES = table("case_files", column("owner_id"), column("code"))


def seal_rows(connection: Connection, keys: Keys) -> int:
    """Seal every plan that stands plain, with all that hangs on it, and give how many it was.

    What is sealed already stays as it is. The pages that held the plain text are wiped later, by
    `wiping.end_sealing`, because that is no part of any transaction.
    """
    storage, count = Storage(keys), 0
    ring = Ring(lambda: storage)
    waiting = select(_PLANS).where(_PLANS.c.key_id == 0).order_by(_PLANS.c.id).limit(MOST)
    while plans := connection.execute(waiting).mappings().all():
        for plan in plans:
            _seal_plan(connection, ring, plan)
        count += len(plans)
    count += _seal_files(connection, ring)
    count += connection.execute(delete(SETTINGS).where(SETTINGS.c.name == SIGNING)).rowcount
    if count:
        connection.execute(delete(SETTINGS).where(SETTINGS.c.name == PLAIN_LEFT))
        connection.execute(insert(SETTINGS).values(name=PLAIN_LEFT, value="1"))
    return count


def open_rows(connection: Connection, keys: Keys) -> None:
    """Write every plan plain again, and forget the keys of the cases. Raises NotOpened."""
    storage = Storage(keys)
    ring = Ring(lambda: storage)
    waiting = select(_PLANS).where(_PLANS.c.key_id != 0).order_by(_PLANS.c.id).limit(MOST)
    while plans := connection.execute(waiting).mappings().all():
        ring.learn(connection, [plan["id"] for plan in plans])
        for plan in plans:
            _open_plan(connection, ring.box(plan["id"]), plan)
    connection.execute(delete(KEYS))


def rewrap(session: Session, keys: Keys) -> int:
    """Wrap every case's key with the key in use, and give how many were wrapped anew.

    What was sealed with a case's key stays as it is. A key of a case that no key outside the
    database unwraps stays too: nothing of that case could be read before.
    """
    storage, count = Storage(keys), 0
    connection = session.connection()
    older = select(KEYS).where(KEYS.c.wrapped_by != storage.current).order_by(KEYS.c.id)
    last = 0
    while found := connection.execute(older.where(KEYS.c.id > last).limit(MOST)).mappings().all():
        for row in found:
            count += _wrapped_anew(connection, storage, Wrapped(**row))
        last = found[-1]["id"]
    return count


def still_needed(session: Session) -> Sequence[str]:
    """The ids of the keys outside the database that wrap a case's key, so that none may go."""
    found = select(KEYS.c.wrapped_by).distinct().order_by(KEYS.c.wrapped_by)
    return session.connection().scalars(found).all()


def _seal_plan(connection: Connection, ring: Ring, plan: RowMapping) -> None:
    """Seal a plan and all that hangs on it."""
    number, owner, code = plan["id"], plan["owner_id"], plan["case_code"]
    key = ring.of_case(connection, owner, code)
    ring.belongs(number, key)
    ring.learn(connection, [number])
    box = ring.box(number)
    _rewrite(connection, number, box.seal)
    draft = plan["draft_key"]
    told = json.dumps({name: plan[name] for name in _LISTED}, ensure_ascii=False)
    changed = {
        **_EMPTY,
        "key_id": key,
        "listed": box.seal(told, f"plans.listed {number}"),
        "draft_key": None if draft is None else ring.storage.mark(DRAFT, owner, draft),
    }
    connection.execute(update(_PLANS).where(_PLANS.c.id == number).values(**changed))


def _open_plan(connection: Connection, box: Box, plan: RowMapping) -> None:
    """Write a plan plain again, with all that hangs on it."""
    number, owner = plan["id"], plan["owner_id"]
    _rewrite(connection, number, box.open)
    told = json.loads(box.open(plan["listed"], f"plans.listed {number}"))
    changed = {**{name: told.get(name) for name in _LISTED}, "key_id": 0, "listed": ""}
    changed.update(kinds=told.get("kinds") or "", first_words=told.get("first_words") or "")
    if plan["draft_key"] is not None:
        versions = table("versions", *map(column, ("plan_id", "number", "plan_json")))
        first = (versions.c.plan_id == number, versions.c.number == 1)
        made = connection.scalar(select(versions.c.plan_json).where(*first))
        changed["draft_key"] = sha256(str(made).encode()).hexdigest()
    connection.execute(update(_PLANS).where(_PLANS.c.id == number).values(**changed))
    same = (_FILES.c.owner_id == owner, _FILES.c.code == case_of(plan["key_id"]))
    connection.execute(update(_FILES).where(*same).values(code=told.get("case_code")))


def _rewrite(connection: Connection, plan: int, change: Any) -> None:
    """Seal or open what hangs on a plan."""
    for name, (place, sealed) in _OF_PLAN.items():
        rows = table(name, *map(column, dict.fromkeys((*place, *sealed))))
        _rewrite_rows(connection, rows, (rows.c.plan_id == plan, place, sealed), change)
    place, sealed = _COMMENT
    comments = table("comments", *map(column, (*place, *sealed)))
    decisions = table("decisions", column("id"), column("plan_id"))
    own = select(decisions.c.id).where(decisions.c.plan_id == plan)
    _rewrite_rows(connection, comments, (comments.c.decision_id.in_(own), place, sealed), change)


def _rewrite_rows(
    connection: Connection, rows: Any, which: tuple[Any, Any, Any], change: Any
) -> None:
    """Seal or open the columns of some rows of one table."""
    condition, place, sealed = which
    for row in connection.execute(select(rows).where(condition)).mappings().all():
        numbers = " ".join(str(row[name]) for name in place)
        values = {name: change(row[name], f"{rows.name}.{name} {numbers}") for name in sealed}
        same = [rows.c[name] == row[name] for name in place]
        connection.execute(update(rows).where(*same).values(**values))


def _seal_files(connection: Connection, ring: Ring) -> int:
    """Name the cases of `case_files` by their keys, and give how many had their code there."""
    known = connection.execute(select(KEYS.c.owner_id, KEYS.c.id)).all()
    sealed = {(row.owner_id, case_of(row.id)) for row in known}
    files = connection.execute(select(_FILES)).all()
    plain = [(row.owner_id, row.code) for row in files if tuple(row) not in sealed]
    for owner, code in plain:
        named = case_of(ring.of_case(connection, owner, code))
        same = (_FILES.c.owner_id == owner, _FILES.c.code == code)
        connection.execute(update(_FILES).where(*same).values(code=named))
    return len(plain)


def _wrapped_anew(connection: Connection, storage: Storage, stored: Wrapped) -> int:
    """Wrap one key with the key in use; 1 where that was done."""
    try:
        anew = storage.again(stored, _code_of(connection, storage.open(stored), stored.id))
    except NotOpened:
        return 0
    connection.execute(update(KEYS).where(KEYS.c.id == stored.id).values(**anew.columns()))
    return 1


def _code_of(connection: Connection, box: Box, key: int) -> str | None:
    """The code of a case, from one of its plans; None where it has none, or no plan."""
    plans = select(_PLANS.c.id, _PLANS.c.listed).where(_PLANS.c.key_id == key).limit(1)
    for number, listed in connection.execute(plans):
        code: str | None = json.loads(box.open(listed, f"plans.listed {number}"))["case_code"]
        return code
    return None
