"""The file of a backup: compressed lines of JSON, sealed as a whole with a key that is elsewhere.

A header names the key and the shape of the database; behind it stand blocks of AES-256-GCM, each
bound to the header, to its place and to whether it is the last one (the STREAM construction of
Hoang, Reyhanitabar, Rogaway and Vizar, 2015). So a byte that is changed, a block that is missing,
doubled, moved or added, and an end that is cut off are all refused. Every file has a key of its
own, derived from the key outside the database and from chance.

Releases up to 0.6 wrote version 1, which is read too: not sealed, but with a hash of itself.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webui.database.sealed.keys import BACKUP, BYTES, Key, Keys

MAGIC = b"repair-planner-backup 2\n"
OLDER = b"repair-planner-backup 1 "
OLDER_HEADER = len(OLDER) + 64 + 1 + 64 + 1
BLOCK, TAG = 1 << 16, 16
MOST = 64 * BLOCK * 16
"""The longest line, in bytes: longer than any row that people can store."""
LONGEST_HEADER = 1024
NO_BACKUP = "This file is no backup, or it is damaged. Nothing was changed."


class Damaged(Exception):  # noqa: N818 - it says what the file is
    """The file is no backup, or not all of it is there as it was written. Nothing was changed."""


class OtherKey(Damaged):
    """The file is sealed with a key that is not at hand. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in front, for everybody to read: nothing of what is stored.

    `key` is the id of the key, `salt` the chance of this file, `revision` the step of the
    migrations that the rows fit to, and `release` the version of the program that wrote it.
    """

    key: str
    salt: str
    revision: str
    release: str

    def written(self) -> bytes:
        """The first two lines of the file."""
        return MAGIC + json.dumps(asdict(self)).encode() + b"\n"


def seal(stream: BinaryIO, lines: Iterable[bytes], key: Key, made: tuple[str, str]) -> str:
    """Write the lines, sealed, and give their digest; `made` is the revision and the release."""
    header = Header(key.id, secrets.token_hex(BYTES), *made).written()
    stream.write(header)
    content, packer = sha256(), zlib.compressobj(6)
    sealing, kept, number = _sealing(key, header), bytearray(), 0
    for line in lines:
        content.update(line)
        kept += packer.compress(line)
        while len(kept) > BLOCK:
            stream.write(sealing.encrypt(_nonce(number), bytes(kept[:BLOCK]), header))
            del kept[:BLOCK]
            number += 1
    kept += packer.compress(_end(content.hexdigest())) + packer.flush()
    for start in range(0, len(kept), BLOCK):
        block, last = bytes(kept[start : start + BLOCK]), start + BLOCK >= len(kept)
        stream.write(sealing.encrypt(_nonce(number, last=last), block, header))
        number += 1
    return content.hexdigest()


class Backup:
    """A backup to read; the file stays open, so that what is checked is what is read."""

    def __init__(self, stream: BinaryIO, keys: Keys) -> None:
        """Read what stands in front. Raises Damaged, and OtherKey where its key is not at hand."""
        self._stream = stream
        stream.seek(0)
        start = stream.read(len(MAGIC))
        self.sealed = start == MAGIC
        """Whether it is sealed with a key; a file of version 1 is not."""
        self.header: Header | None = None
        self.digest = ""
        """The digest of its lines, once they were all read."""
        if self.sealed:
            line = stream.readline(LONGEST_HEADER)
            self._front = start + line
            self.header = _header(line)
            self._key = _key(self.header, keys)
        elif start != OLDER:
            raise Damaged(NO_BACKUP)

    def lines(self) -> Iterator[bytes]:
        """Every line, from the first; none is to be believed before all were read.

        Raises Damaged, at the latest after the last line.
        """
        content, promised = sha256(), b""
        for line in _lines(self._sealed_blocks() if self.sealed else self._older_blocks()):
            if promised:
                yield promised
                content.update(promised + b"\n")
            promised = line
        if not self.sealed:
            if promised:
                yield promised
                content.update(promised + b"\n")
            promised = _end(self._older_digest()).rstrip()
        self.digest = content.hexdigest()
        if promised + b"\n" != _end(self.digest):
            raise Damaged(NO_BACKUP)

    def _sealed_blocks(self) -> Iterator[bytes]:
        """Every block as it was before it was sealed."""
        sealing = _sealing(self._key, self._front)
        self._stream.seek(len(self._front))
        block, number = self._stream.read(BLOCK + TAG), 0
        while True:
            following = self._stream.read(BLOCK + TAG)
            nonce = _nonce(number, last=not following)
            try:
                yield sealing.decrypt(nonce, block, self._front)
            except InvalidTag as error:
                raise Damaged(NO_BACKUP) from error
            if not following:
                return
            block, number = following, number + 1

    def _older_blocks(self) -> Iterator[bytes]:
        """Every block of a file of version 1, after the hash in front of it was checked."""
        whole = sha256()
        self._stream.seek(OLDER_HEADER)
        while block := self._stream.read(BLOCK):
            whole.update(block)
        whole.update(self._older_digest().encode("latin-1"))
        self._stream.seek(0)
        if self._stream.read(OLDER_HEADER - 65) != OLDER + whole.hexdigest().encode() + b"\n":
            raise Damaged(NO_BACKUP)
        self._stream.seek(OLDER_HEADER)
        while block := self._stream.read(BLOCK):
            yield block

    def _older_digest(self) -> str:
        self._stream.seek(OLDER_HEADER - 65)
        told = self._stream.read(65).decode("latin-1")
        if not told.endswith("\n"):
            raise Damaged(NO_BACKUP)
        return told[:-1]


def key_of(file: Path) -> str | None:
    """The id of the key that a backup is sealed with; None for any other file."""
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            return None
        try:
            return _header(stream.readline(LONGEST_HEADER)).key
        except Damaged:
            return None


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that were packed; a little of them in memory at a time. Raises Damaged."""
    unpacker, rest = zlib.decompressobj(), b""
    try:
        for block in blocks:
            packed = block
            while packed:
                *lines, rest = (rest + unpacker.decompress(packed, BLOCK * 16)).split(b"\n")
                yield from lines
                if len(rest) > MOST or unpacker.unused_data:
                    raise Damaged(NO_BACKUP)
                packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Damaged(NO_BACKUP) from error
    if rest or not unpacker.eof:
        raise Damaged(NO_BACKUP)


def _header(line: bytes) -> Header:
    """What the second line says. Raises Damaged."""
    try:
        told: dict[str, Any] = json.loads(line)
        found = Header(**told)
    except (ValueError, TypeError) as error:
        raise Damaged(NO_BACKUP) from error
    if any(not isinstance(one, str) for one in told.values()) or found.written() != MAGIC + line:
        raise Damaged(NO_BACKUP)
    return found


def _key(header: Header, keys: Keys) -> Key:
    found = keys.find(header.key)
    if found is None:
        raise OtherKey(
            f"This backup is sealed with the key {ascii(header.key)[1:-1]}, which is not in "
            f"{keys.where}. Nothing was changed. Where another file holds that key, name it: "
            "repair-planner restore FILE --key OTHER.key"
        )
    return found


def _sealing(key: Key, header: bytes) -> AESGCM:
    """What seals one file: its key is derived anew for each, so that a nonce never comes twice."""
    salt = sha256(header).digest()
    own = HKDF(algorithm=SHA256(), length=BYTES, salt=salt, info=b"repair-planner backup file 2")
    return AESGCM(own.derive(key.of(BACKUP)))


def _nonce(number: int, *, last: bool = False) -> bytes:
    """Where a block stands, and whether another one follows."""
    return number.to_bytes(11, "big") + bytes([last])


def _end(digest: str) -> bytes:
    """The line behind all others."""
    return json.dumps(["", {"digest": digest}]).encode() + b"\n"
