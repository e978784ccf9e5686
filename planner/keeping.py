"""What was made once and is kept on disk, as Python's compiled code is.

Kept in ``__pycache__`` beside what it was made of, or below `PYTHONPYCACHEPREFIX` where Python
keeps its own compiled files there; under a name with the hash of what it was made of, and in the
same trust as those files: whoever can write them can change the code itself. Whatever is missing,
damaged or not allowed is silently made anew.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

Made = TypeVar("Made")


class Digest(Protocol):
    """A hash that is being made, as those of `hashlib` are."""

    def update(self, data: bytes, /) -> None:
        """Depend on these bytes as well."""


_KEPT = 4
"""Files of one sort that stay, the newest: one checkout may serve several Pythons and packs."""


def place(directory: Path, name: str, digest: str) -> Path:
    """The file in which a thing of that name is kept that was made of what has this hash."""
    return cache_beside(directory) / f"{name}-{digest[:32]}.pickle"


def cache_beside(directory: Path) -> Path:
    """The directory that keeps what was made of files of this one, chosen as Python chooses it.

    A service that may write nowhere beside its code names another by `PYTHONPYCACHEPREFIX`.
    """
    if sys.pycache_prefix is None:
        return directory / "__pycache__"
    return Path(sys.pycache_prefix, *directory.absolute().parts[1:])


def kept(path: Path | None, kind: type[Made], make: Callable[[], Made]) -> Made:
    """What was kept in a place, or made now and kept; with no place it is made each time."""
    found = _taken(path, kind) if path is not None else None
    if found is None:
        found = make()
        if path is not None:
            put(path, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
    return found


def _taken(path: Path, kind: type[Made]) -> Made | None:
    """What was kept; None where the file is missing or damaged."""
    running = gc.isenabled()
    gc.disable()  # thousands of small objects come at once, none of them garbage
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301  # written by this code, beside its own .pyc
    except Exception:  # noqa: BLE001  # damaged in any way means: make it anew
        return None
    finally:
        if running:
            gc.enable()
    return found if isinstance(found, kind) else None


def put(path: Path, text: bytes, most: int = _KEPT) -> None:
    """Write the file, whole or not at all, or leave it; of its sort only the newest `most` stay."""
    import tempfile  # it loads a dozen modules, and most starts write nothing

    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=sys.pycache_prefix is not None, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        same = path.parent.glob(f"{path.name.partition('-')[0]}-*{path.suffix}")
        for old in sorted(same, key=lambda one: one.stat().st_mtime)[:-most]:
            old.unlink(missing_ok=True)


def write_whole(path: Path, text: bytes) -> None:
    """Write a file that a person named, whole or not at all: what stood there stays until then.

    A link is followed, and a file keeps its mode. What is no plain file, such as a pipe, is
    written as it is. Raises OSError, which names the file as it was named.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(text)
        else:
            _replace(Path(os.path.realpath(path)), text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _replace(path: Path, text: bytes) -> None:
    """Put a file in the place of another, or of none, in one step."""
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def take_in(digest: Digest, root: Path, paths: Iterable[Path]) -> None:
    """Make a hash depend on files, by their names below `root` and their bytes; or OSError."""
    for path in paths:
        name = os.fsencode(path.relative_to(root))
        digest.update(name + b"\0" + path.read_bytes() + b"\0")
