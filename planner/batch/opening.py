"""What a person hands over as bytes of UTF-8: a file or standard input, packed or not, recoded.

An encoding is never guessed. UTF-8 is what is read; UTF-16 and UTF-32 say by their first bytes
that they are there; any other is named by whoever asks.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from planner.batch.sources import BOM, refusal
from planner.errors import printable

STDIN = "-"
UTF_8 = "utf-8"
_GZIP = b"\x1f\x8b"
_HELD = 64_000_000
"""Bytes of standard input that are held in memory; what is longer goes to a file without a name."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (BOM, UTF_8),
)
_NOT_OF_FILES = frozenset(("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"))
_WRONG = "\udcff"
"""What stands for bytes that are no text: it has no form in UTF-8, so that its cell is refused."""


@dataclass
class Opened:
    """The bytes of a file or of standard input, from the start; `size` counts them as they stand.

    `identity` tells the same bytes again: a stopped run goes on only with these.
    """

    name: str
    source: IO[bytes]
    size: int
    identity: tuple[Any, ...]
    path: Path | None = None
    encoding: str = UTF_8
    marked: bool = False

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.source.close()

    @property
    def piped(self) -> bool:
        """Whether it is standard input, which has no name to tell its form."""
        return bool(self.identity[0] == STDIN)

    @property
    def packed(self) -> bool:
        """Whether the bytes are a gzip file, whatever it is called."""
        return self.head(2) == _GZIP

    def head(self, size: int) -> bytes:
        """The first bytes."""
        self.source.seek(0)
        return self.source.read(size)

    def whole(self) -> bytes:
        """All bytes at once."""
        self.source.seek(0)
        return self.source.read()

    def share(self) -> float:
        """What part of the bytes was read, from 0 to 1."""
        return self.source.tell() / max(self.size, 1)

    def text(self, asked: str | None) -> IO[bytes]:
        """The text as UTF-8, unpacked; `asked` is the encoding that a person named."""
        packed = self.packed
        self.source.seek(0)
        plain = cast("IO[bytes]", Unpacked(self.source, self.name)) if packed else self.source
        start = plain.read(4)
        plain.seek(0)
        mark = next((name for bom, name in _MARKS if start.startswith(bom)), None)
        self.encoding = _encoding(asked, mark)
        self.marked = mark is not None or self.encoding != UTF_8
        if self.encoding == UTF_8:
            return plain
        return io.BufferedReader(Recoded(plain, self.encoding), 1 << 20)


class Unpacked(gzip.GzipFile):
    """A gzip file that says what is wrong with it."""

    def __init__(self, packed: IO[bytes], name: str) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._called = name

    def read(self, size: int | None = -1) -> bytes:
        """Read on; ObservationError where the file is cut off or damaged."""
        try:
            return super().read(size)
        except (EOFError, OSError, zlib.error) as error:
            raise _damaged(self._called, error) from None

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line; ObservationError as above."""
        try:
            return super().readline(size)
        except (EOFError, OSError, zlib.error) as error:
            raise _damaged(self._called, error) from None


class Recoded(io.RawIOBase):
    """Text of another encoding as UTF-8, read once from its start to its end."""

    def __init__(self, source: IO[bytes], encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)(_MARK_WRONG)
        self._waiting = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Give as many bytes as there is room for; 0 at the end."""
        room = memoryview(into).cast("B")
        while not self._waiting:
            data = self._source.read(1 << 20)
            text = self._decoder.decode(data, not data)
            self._waiting = text.encode(UTF_8, "surrogatepass")
            if not data:
                break
        given = self._waiting[: len(room)]
        self._waiting = self._waiting[len(given) :]
        room[: len(given)] = given
        return len(given)


def is_stdin(path: Path) -> bool:
    """Whether a person names standard input, or standard output."""
    return str(path) == STDIN


def opened(path: Path) -> Opened:
    """A file, or standard input for `-`; OSError where it cannot be read."""
    if is_stdin(path):
        return _standard_input()
    found = path.stat()
    identity = (str(path.resolve()), found.st_size, found.st_mtime_ns)
    return Opened(path.name, path.open("rb"), found.st_size, identity, path)


def _standard_input() -> Opened:
    """Standard input, kept where it can be read twice: its form is found from its first bytes."""
    kept = tempfile.SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115 - closed by whoever reads it
    digest, size = hashlib.sha256(), 0
    while block := sys.stdin.buffer.read(1 << 20):
        kept.write(block)
        digest.update(block)
        size += len(block)
    return Opened(
        "standard input", cast("IO[bytes]", kept), size, (STDIN, size, digest.hexdigest())
    )


def _encoding(asked: str | None, mark: str | None) -> str:
    """Python's name of the encoding; ObservationError where it is none, or not the file's."""
    if asked is None:
        return mark or UTF_8
    try:
        found = codecs.lookup(asked)
        io.TextIOWrapper(io.BytesIO(), encoding=asked)  # refuses codecs of other things than text
        known = found.name not in _NOT_OF_FILES
    except (LookupError, ValueError):
        known = False
    if not known:
        what = f"There is no encoding called `{printable(asked)}`."
        raise refusal(f"{what} Names are utf-8, utf-16, windows-1252, iso-8859-15, mac-roman.")
    name = found.name.removesuffix("-sig").replace("_", "-")
    if mark and not name.startswith(mark):
        what = (
            f"The file says by its first bytes that it is {mark.upper()}, not {printable(asked)}."
        )
        raise refusal(f"{what} Leave --encoding out.")
    return mark or name


def _wrong(error: UnicodeError) -> tuple[str, int]:
    """Put a mark in the place of bytes that are no text, and go on behind them."""
    if isinstance(error, UnicodeDecodeError):
        return _WRONG, error.end
    raise error


_MARK_WRONG = "repair-planner-wrong"
codecs.register_error(_MARK_WRONG, _wrong)


def _damaged(name: str, error: Exception) -> Exception:
    first = str(error).partition("\n")[0].rstrip(".")
    return refusal(
        f"{name} is no whole gzip file: {first}. Pack it again, or hand it over unpacked."
    )
