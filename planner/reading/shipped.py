"""The cache of the read rulebook, beside the rule files, as Python's compiled code is.

Reading and checking thousands of lines takes most of a cold start, and asking the engine about
each of them most of the rest. What was read, and what the engine said, is kept in ``__pycache__``
beside the rule files, for one engine and for the exact bytes of those files and of the code that
read them: by their age and size an edit could be missed that keeps both, and the bytes cost some
7 ms of a start. `planner.keeping` has how it is kept, and whom that trusts.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from planner.engine.ruleset import installed
from planner.keeping import kept, place, take_in
from planner.rulebook.rulebook import Rulebook

Made = TypeVar("Made")

_CODE = Path(__file__).resolve().parents[1]
_PACKED = _CODE / "rules"
SHIPPED = _PACKED if _PACKED.is_dir() else _CODE.parent / "rules"
"""Where the rules that ship stand: inside this package where it was installed from a wheel, at the
top of the repository in a checkout, an unpacked sdist and an editable install. Never beside an
installed package, where a folder of that name is somebody else's."""
_ENDINGS = frozenset((".yaml", ".yml", ".json", ".txt"))
"""What a file is called that is read, or told of by its name."""
_LARGEST = 1_000_000
"""Bytes of a rule file, as reading has it (`nodes.LIMIT_BYTES`): not imported for a number."""


def rulebook_of(directory: Path, packs: Sequence[Path] = ()) -> Rulebook:
    """The rulebook of a directory with its packs; raises `RulebookError` as reading does."""
    return _rulebook(_place(directory, packs), directory, packs)


def rulebook_with(
    directory: Path, packs: Sequence[Path], kind: type[Made], make: Callable[[Rulebook], Made]
) -> tuple[Rulebook, Made]:
    """The same, and what is made of it, which is kept beside it under the name of its type."""
    found = _place(directory, packs)
    rulebook = _rulebook(found, directory, packs)
    path = found.of(kind) if found else None
    return rulebook, kept(path, kind, lambda: make(rulebook))


def _rulebook(found: _Place | None, directory: Path, packs: Sequence[Path]) -> Rulebook:
    """The rulebook as it was read before, or read now."""

    def read() -> Rulebook:
        from planner.reading.rulebook import read_rulebook
        from planner.rulebook.sharing import Sharing

        return Sharing().of(read_rulebook(directory, packs))

    return kept(found.of(Rulebook) if found else None, Rulebook, read)


class _Place(NamedTuple):
    """Where things are kept that were made of certain rules by certain code."""

    directory: Path
    digest: str

    def of(self, kind: type) -> Path:
        """The file of one of them."""
        return place(self.directory, kind.__name__.lower(), self.digest)


def _place(directory: Path, packs: Sequence[Path]) -> _Place | None:
    """The place for these rules, this code and engine; None where a rule file cannot be read.

    None as well where anything stands there that reading refuses without looking into it.
    """
    digest = hashlib.sha256(sys.version.encode() + installed())
    try:
        for root in (directory, *packs):
            digest.update(b"\0rules" + os.fsencode(root) + b"\0")  # rules carry their path
            take_in(digest, root, _rules(root))
        code = sorted(_CODE.rglob("*.py"))
        if not code:  # compiled modules alone do not say which code they are of
            return None
        take_in(digest, _CODE, code)
    except OSError:
        return None
    return _Place(directory, digest.hexdigest())


def _rules(root: Path) -> Iterator[Path]:
    """The files of a directory of rules; OSError where reading must tell what is wrong with them.

    Nothing is opened that is no plain file or too large, and no more files than rules have.
    """
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name == "__pycache__":
            continue
        if path.name in ("wording", "pages"):
            yield from _rules(path)  # OSError where it is no directory
        elif path.is_dir() and path.name != "scenarios" and any(path.glob("*.y*ml")):
            raise IsADirectoryError(errno.EISDIR, "rules in a directory of their own", str(path))
        if path.suffix.lower() in _ENDINGS:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                raise OSError(errno.EINVAL, "no rule file", str(path))
            yield path
