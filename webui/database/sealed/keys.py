"""The key that stands outside the database: it seals the history, what is stored, and backups.

It is one line of text in a file of the data directory, which is made at the first start, or in
`HISTORY_KEY`. A key that was replaced stays in a later line, so that what it sealed can be read.
Nothing is ever sealed with the key itself: each purpose has one of its own, derived from it.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webui.database.refusals import NoKey

FILE = "repair-planner.key"
VARIABLE = "HISTORY_KEY"
HISTORY, STORAGE, BACKUP = "history", "storage", "backup"
FORMS, SESSIONS = "forms", "sessions"
"""What a key is used for; each use has a key of its own."""
BYTES = 32
_LINE = re.compile(r"rp1-([A-Za-z0-9_-]{43})")
ABOUT = """\
# The key of Repair Planner: without it, stored plans and backups cannot be read any more.
# Keep a copy, apart from the backups. The first line is in use, later ones were replaced.
"""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key; `id` names it in what it sealed, and tells nothing of it."""

    secret: bytes

    @property
    def id(self) -> str:
        """Eight hexadecimal digits."""
        return sha256(b"repair-planner key\n" + self.secret).hexdigest()[:8]

    def of(self, purpose: str) -> bytes:
        """The 32 bytes for one purpose, derived by HKDF with SHA-256."""
        return _derived(self.secret, purpose)

    def line(self) -> str:
        """The key as it is written down."""
        return "rp1-" + base64.urlsafe_b64encode(self.secret).decode().rstrip("=")


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The key in use, and those that were replaced; `where` says where they were found."""

    all: tuple[Key, ...]
    where: str
    made: bool = False
    """Whether the file was made just now."""

    @property
    def current(self) -> Key:
        """The key that seals what is written now."""
        return self.all[0]

    def find(self, number: str) -> Key | None:
        """The key of this id, in use or replaced."""
        return next((key for key in self.all if key.id == number), None)


@lru_cache(maxsize=64)
def _derived(secret: bytes, purpose: str) -> bytes:
    """Derived once, because every request needs them."""
    info = f"repair-planner {purpose} 1".encode()
    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=info).derive(secret)


def new_key() -> Key:
    """A key by chance."""
    return Key(secrets.token_bytes(BYTES))


def read(text: str, where: str) -> Keys:
    """The keys that stand in a text, line by line. Raises NoKey where one cannot be read."""
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    return Keys(tuple(_key(line, where) for line in told), where) if told else _none(where)


def from_environment() -> Keys | None:
    """The keys of `HISTORY_KEY`, with blanks between them; None where it is not set."""
    told = os.environ.get(VARIABLE, "").split()
    return read("\n".join(told), VARIABLE) if told else None


def from_file(file: Path) -> Keys | None:
    """The keys of a file; None where there is none. Raises NoKey where it cannot be read."""
    try:
        return read(file.read_text("ascii"), str(file))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NoKey(f"The key in {file} cannot be read ({error}).") from error


def in_file(file: Path) -> Keys:
    """The keys of a file, which is made with a new key where it is not there.

    Of several processes that make it at once, the first to be done has made everybody's.
    """
    found = from_file(file)
    if found is not None:
        return found
    write(file, (new_key(),))
    made = from_file(file)
    if made is None:
        raise NoKey(f"The key in {file} was taken away while it was made.")
    return Keys(made.all, made.where, made=True)


class KeyFile:
    """A key file as it stands now: it is read again once it was changed."""

    def __init__(self, file: Path) -> None:
        """Of this file, which may not be there."""
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._keys: Keys | None = None

    def made(self) -> Keys:
        """The keys; the file is made where there is none. Raises NoKey."""
        found = self.read()
        if found is None:
            made = in_file(self._file).made
            found = self.read() or in_file(self._file)
            self._keys = found = Keys(found.all, found.where, made)
        return found

    def read(self) -> Keys | None:
        """The keys, or None where there is no file. Raises NoKey.

        One that is taken away later is not missed: the process goes on with what it has read.
        """
        mark = self._mark()
        if mark is not None and mark != self._seen:
            self._keys, self._seen = from_file(self._file), mark
        return self._keys

    def _mark(self) -> tuple[int, int, int] | None:
        """What is another once the file was written anew."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NoKey(f"The key in {self._file} cannot be read ({error}).") from error
        return found.st_ino, found.st_size, found.st_mtime_ns


def write(file: Path, keys: Sequence[Key], *, instead: bool = False) -> None:
    """Write keys into a file that its owner alone can read: whole, or not at all.

    A file that is there stays as it is, unless these are to stand `instead`.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(part, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(ABOUT + "".join(f"{key.line()}\n" for key in keys))
            stream.flush()
            os.fsync(stream.fileno())
        if instead:
            part.replace(file)
        else:
            with suppress(FileExistsError):
                os.link(part, file)
    finally:
        part.unlink(missing_ok=True)


def _key(line: str, where: str) -> Key:
    found = _LINE.fullmatch(line)
    try:
        secret = base64.urlsafe_b64decode(found[1] + "=") if found else b""
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != BYTES:
        raise NoKey(
            f"{where} has a line that is no key. A key is `rp1-` and 43 letters and digits; put "
            "back the copy that was kept of it."
        )
    return Key(secret)


def _none(where: str) -> Keys:
    raise NoKey(f"{where} holds no key. Put back the copy that was kept of it.")
