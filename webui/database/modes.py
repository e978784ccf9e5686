"""Who can read the files: they are made for their owner alone, and what stands open is told."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from webui.database.refusals import NoDatabase

OWNER_ONLY = 0o600
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
"""How a file is opened that must be new: no link and no file that somebody put there is used."""
BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite puts behind a file's name for the files that belong to it."""
BACKUPS = "*.backup"


def make_alone(file: Path) -> None:
    """Make an empty file that its owner alone can read, where there is none.

    SQLite gives the files that it puts beside it the same mode. Raises OSError, and NoDatabase for
    a link that leads nowhere: whoever planted it chose where the file would be made.
    """
    try:
        descriptor = os.open(file, NEW, OWNER_ONLY)
    except FileExistsError:
        if file.is_symlink() and not file.exists():
            raise NoDatabase(f"{file} is a link that leads nowhere. Remove it.") from None
        return
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, OWNER_ONLY)
    finally:
        os.close(descriptor)


def standing_open(directory: Path, key_file: Path, database: Path | None) -> list[str]:
    """What others on this machine can read, or put in place of it; each with the mend.

    Looked at are a SQLite file with what belongs to it, the key, and the backups in the directory.
    """
    if os.name != "posix":
        return []
    files = [key_file, *sorted(directory.glob(BACKUPS))]
    if database:
        files += [database.with_name(database.name + end) for end in BESIDE]
    return [*_readable(files), *_writable(directory)]


def readable(file: Path) -> list[str]:
    """That others can read this file; empty where they cannot."""
    return list(_readable([file])) if os.name == "posix" else []


def _readable(files: list[Path]) -> Iterator[str]:
    for file in files:
        mode = _mode(file)
        if mode & 0o077 and stat.S_ISREG(mode):
            named = shlex.quote(str(file))
            yield f"{file} can be read by others on this machine. Mend: chmod 600 {named}"


def _writable(directory: Path) -> Iterator[str]:
    if _mode(directory) & 0o022:
        named = shlex.quote(str(directory))
        yield f"Others on this machine can put files into {directory}. Mend: chmod go-w {named}"


def _mode(path: Path) -> int:
    """The mode; 0 where nothing is there, or it cannot be asked."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0
