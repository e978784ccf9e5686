"""The end of the history, written once more outside the database, beside the key.

A database whose last changes were taken away, as with a lost write-ahead log, is whole in itself:
only what stands elsewhere tells that there was more. The file holds one line, the head, sealed
with the key; it is written over whenever a row was written, and never goes back. Where it cannot be
written, work goes on, and `audit` says so.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, select

from webui.database.audit.binding import sealed
from webui.database.sealed.keys import Key, Keys
from webui.database.tables import HistoryHead, HistoryRow

try:
    import fcntl
except ImportError:  # Windows has none, and one process there
    fcntl = None  # type: ignore[assignment]  # as above

SUFFIX = ".head"
LENGTH = 160
"""Bytes of the file: a head of at most twelve digits, the key's id and the seal."""
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


class Witnessed(Protocol):
    """What is asked of a database here."""

    @property
    def witness(self) -> Path | None:
        """The file; None where there is no place for one."""

    @property
    def keys(self) -> Keys:
        """The keys that seal it."""

    @property
    def engine(self) -> Engine:
        """Connections to the database."""


class Unread(Exception):  # noqa: N818 - it says how the file is
    """The file is there, and cannot be read as one that this program wrote."""


def found(file: Path, keys: Keys) -> Head | None:
    """The head that stands in a file; None where there is none. Raises Unread."""
    try:
        with file.open("rb") as stream:
            _lock(stream.fileno(), others=True)
            return _read(stream.read(LENGTH + 1), keys)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unread(f"it cannot be read ({error.strerror})") from error


def keep(database: Witnessed, head: Head, before: Head) -> None:
    """Write down a head that was just committed; `before` is the one that it followed.

    A longer one that stands there stays, and so does one that is no row of this history: it is
    what `audit` will tell. Raises OSError where it cannot be written.
    """
    if database.witness is None:
        return
    with _alone(database.witness) as descriptor:
        try:
            line = os.read(descriptor, LENGTH + 1)
            stood = _read(line, database.keys) if line else None
        except Unread:
            stood = None
        if stood is None or stood == before or _continues(database, stood, head):
            _write(descriptor, head, database.keys.current)


def hindrance(file: Path | None) -> str:
    """Why nothing can be written there; empty where it can, or where there is no such place."""
    if file is None or os.access(file if file.exists() else file.parent, os.W_OK):
        return "" if file is None or not file.is_dir() else "it is a directory"
    return "this user may not write there" if file.parent.is_dir() else "there is no such directory"


def renew(database: Witnessed) -> None:
    """Write down the head that the database has now, whatever stood there, as after a restore.

    Raises OSError where it cannot be written.
    """
    if database.witness is None:
        return
    end = select(HistoryHead.length, HistoryHead.hash)
    with database.engine.connect() as connection:
        head = Head(*connection.execute(end).one())
    with _alone(database.witness) as descriptor:
        _write(descriptor, head, database.keys.current)


def _continues(database: Witnessed, stood: Head, head: Head) -> bool:
    """Whether a head that another process wrote down is a row before this one."""
    if stood.length >= head.length:
        return False
    row = select(HistoryRow.hash).where(HistoryRow.id == stood.length)
    with database.engine.connect() as connection:
        return stood.length == 0 or connection.scalar(row) == stood.hash


def _read(line: bytes, keys: Keys) -> Head:
    told = _LINE.fullmatch(line.decode("ascii", "replace"))
    key = keys.find(told[3]) if told else None
    if told is None or key is None:
        raise Unread("it is not whole, or was sealed with a key that is not here")
    head = Head(int(told[1]), told[2])
    if not hmac.compare_digest(told[4], sealed(key, "head", str(head))):
        raise Unread("its seal does not hold")
    return head


def _write(descriptor: int, head: Head, key: Key) -> None:
    """Write the one line in one go, always of the same length.

    It is not forced to the disk: the database is, and what stands here may be a little older.
    """
    line = f"{head} {key.id} {sealed(key, 'head', str(head))}"
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, f"{line:<{LENGTH - 1}}\n".encode("ascii"))


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[int]:
    """The file, open to be read and written while no other process does."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(file, flags, 0o600)
    try:
        _lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, others: bool = False) -> None:
    """Wait until nobody writes; with `others`, others may read meanwhile."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_SH if others else fcntl.LOCK_EX)
