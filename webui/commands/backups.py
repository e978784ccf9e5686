"""The commands that look after backups and the key: `backup`, `restore`, `change-key`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webui.commands.database import FAILED, with_database

if TYPE_CHECKING:
    from webui.database.backups.restoring import Restored
    from webui.database.connection import Database
    from webui.database.sealed.key_change import Changed
    from webui.database.sealed.keys import Keys


def add_backup(commands: Any) -> None:
    """Add `backup`; called through the entry point of its group."""
    parser = commands.add_parser(
        "backup",
        help="write everything that is stored into one sealed file",
        description="Write everything that is stored into one sealed file; keep a copy of the key "
        "apart from it.",
        epilog="Example: repair-planner backup plans.backup",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=_backup)


def add_restore(commands: Any) -> None:
    """Add `restore`."""
    parser = commands.add_parser(
        "restore",
        help="put a backup in place of what is stored",
        description="Put a backup in place of all that is stored; people sign in again, and "
        "programs need new keys.",
        epilog="Example: repair-planner restore plans.backup --key old-laptop.key",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="read it with the key in this file, and keep that"
    )
    parser.set_defaults(run=_restore)


def add_change_key(commands: Any) -> None:
    """Add `change-key`."""
    parser = commands.add_parser(
        "change-key",
        help="seal with another key from now on",
        description="Seal what is stored with another key; the one before stays, so that older "
        "backups can be read.",
        epilog="Example: repair-planner change-key",
    )
    parser.add_argument(
        "--forget-old",
        action="store_true",
        help="only remove the keys that were replaced, once nothing needs them",
    )
    parser.set_defaults(run=_change_key)


def _backup(chosen: argparse.Namespace) -> int:
    """Write a backup, while others go on working."""
    from webui.database.backups.backup import backup, record
    from webui.database.base import now

    def write(database: Database) -> int:
        print(f"Written to {chosen.file}, digest {backup(database, chosen.file)}")
        record(database, now())
        return 0

    return with_database(write, made=False)


def _restore(chosen: argparse.Namespace) -> int:
    """Put a backup in place of everything; a damaged file changes nothing."""
    from webui.database.backups.backup_file import Damaged
    from webui.database.backups.restoring import restore
    from webui.database.modes import readable
    from webui.database.two_roles import as_owner

    def put_back(database: Database) -> int:
        try:
            keys, keep = _keys(database, chosen.key)
            with as_owner(database, what="A restore makes every table anew") as owner:
                done = restore(owner, chosen.file, keys=keys, before_end=keep)
        except Damaged as damaged:
            print(f"{chosen.file}: {damaged}", file=sys.stderr)
            return FAILED
        print(f"Restored, digest {done.digest}. Everyone signs in again.")
        for line in [*_told(done), *readable(chosen.file)]:
            print(line)
        return 0

    return with_database(put_back)


def _keys(database: Database, other: Path | None) -> tuple[Keys, Callable[[], None]]:
    """The keys to read a backup with, and what keeps those of the other file. Raises NoKey."""
    from webui.database.refusals import NoKey
    from webui.database.sealed import keys

    own = database.keys
    if other is None:
        return own, lambda: None
    found = keys.from_file(other)
    if found is None:
        raise NoKey(f"There is no {other}. Name the file that holds the key of the backup.")
    more = tuple(key for key in found.all if own.find(key.id) is None)
    both = replace(own, all=own.all + more, where=f"{own.where} or {other}")
    if more and own.where == keys.VARIABLE:
        lines = " ".join(key.line() for key in both.all)
        raise NoKey(f"The key would not be kept. Set {keys.VARIABLE}={lines!r} instead of --key.")
    place = database.key_file.resolve()
    return both, lambda: keys.write(place, both.all, instead=True) if more else None


def _told(done: Restored) -> list[str]:
    """What whoever restores should know."""
    told = ["Programs need new keys, and invitations have to be sent again."]
    if not done.sealed:
        told.append(
            "Notice: this backup is of an older version and was not sealed, so nobody can tell "
            "whether it was changed. Its history is sealed from now on."
        )
    if done.gone:
        told.append(f"Not in the backup, so without an account now: {', '.join(done.gone)}.")
    if done.kept:
        told.append(
            "What was taken away or changed since the backup stays so (shut out, roles, "
            f"supervision, passwords, second factors) for: {', '.join(done.kept)}."
        )
    if done.back:
        told.append(f"Erased since the backup, and back with it: {done.back} plans. Erase again.")
    if not done.administered:
        told.append("No administrator can sign in.")
    return told


def _change_key(chosen: argparse.Namespace) -> int:
    """Another key, or an end of the replaced ones."""
    from webui.database.base import now
    from webui.database.sealed.key_change import change_key, forget_replaced

    def change(database: Database) -> int:
        did = forget_replaced if chosen.forget_old else change_key
        for line in _said(did(database, now()), database.keys.where):
            print(line)
        return 0

    return with_database(change, made=False)


def _said(done: Changed, where: str) -> list[str]:
    """What became of the keys, and what is left to do."""
    if done.to_set:
        lead = "Set this for every process, start them anew, and run the same command once more:"
        return ["Nothing was changed yet.", lead, f"HISTORY_KEY={done.to_set!r}"]
    told = [
        f"Sealed with the key {done.current} in {where}. Keep a copy of it, apart from backups."
    ]
    if done.replaced:
        told.append(f"Kept to read older backups with: {', '.join(done.replaced)}.")
    return told
