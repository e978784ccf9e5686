"""The end of the history, written once more outside the database, beside the key.

A database whose last changes were taken away, as with a lost write-ahead log, is whole in itself:
only what stands elsewhere tells that there was more. The file holds one line, the head, sealed
with the key; it is replaced whenever a row was written and never goes back. Where it cannot be
written, work goes on, and `audit` says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from webui.database.binding import sealed
from webui.database.keys import Key, Keys
from webui.database.tables import HistoryRow

if TYPE_CHECKING:
    from webui.database.connection import Database

SUFFIX = ".head"
_LINE = re.compile(r"(\d{1,12}):([0-9a-f]{64}) ([0-9a-f]{8}) ([0-9a-f]{64})\s*")
_HEAD = re.compile(r"(\d{1,12})\D{1,60}?([0-9a-f]{64})\b")


@dataclass(frozen=True, slots=True)
class Head:
    """How long a history was once, and the hash of its last row then."""

    length: int
    hash: str

    def __str__(self) -> str:
        """As it is written down: `12:` and 64 hexadecimal digits."""
        return f"{self.length}:{self.hash}"

    @classmethod
    def read(cls, line: str) -> Head | None:
        """A head as `audit` printed it, alone or in its whole line; None where it is none."""
        found = _HEAD.search(line)
        return cls(int(found[1]), found[2]) if found else None


class Unread(Exception):  # noqa: N818 - it says how the file is
    """The file is there, and cannot be read as one that this program wrote."""


def found(file: Path, keys: Keys) -> Head | None:
    """The head that stands in a file; None where there is none. Raises Unread."""
    try:
        line = file.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Unread(str(error)) from error
    told = _LINE.fullmatch(line)
    key = keys.find(told[3]) if told else None
    if told is None or key is None:
        raise Unread("it is not whole, or was sealed with a key that is not here")
    head = Head(int(told[1]), told[2])
    if not hmac.compare_digest(told[4], sealed(key, "head", str(head))):
        raise Unread("its seal does not hold")
    return head


def keep(database: Database, head: Head, before: Head) -> None:
    """Write down a head that was just committed; `before` is the one that it followed.

    A longer one that stands there stays, and so does one that is no row of this history: it is
    what `audit` will tell. Raises OSError where nothing can be written.
    """
    file = database.witness
    if file is None:
        return
    with _alone(file):
        try:
            stood = found(file, database.keys)
        except Unread:
            stood = None
        if stood not in (None, before) and not _continues(database, stood, head):
            return
        _write(file, head, database.keys.current)


def renew(database: Database) -> None:
    """Write down the head that the database has now, whatever stood there: after a restore.

    Where nothing can be written, nothing is.
    """
    from webui.database.tables import HistoryHead

    file = database.witness
    if file is None:
        return
    with database.read() as session:
        head = session.get_one(HistoryHead, 1)
        now = Head(head.length, head.hash)
    with contextlib.suppress(OSError), _alone(file):
        _write(file, now, database.keys.current)


def _continues(database: Database, stood: Head | None, head: Head) -> bool:
    """Whether a head that another process wrote down is a row before this one."""
    if stood is None or stood.length >= head.length:
        return False
    row = select(HistoryRow.hash).where(HistoryRow.id == stood.length)
    with database.engine.connect() as connection:
        return stood.length == 0 or connection.scalar(row) == stood.hash


def _write(file: Path, head: Head, key: Key) -> None:
    """Replace the file as a whole. It is not forced to the disk: the database is."""
    line = f"{head} {key.id} {sealed(key, 'head', str(head))}\n"
    part = file.with_name(f".{file.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(part, flags, 0o600)
    try:
        os.write(descriptor, line.encode("ascii"))
    finally:
        os.close(descriptor)
    part.replace(file)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let no other process write the file meanwhile."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(file.with_name(f".{file.name}.lock"), flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
