"""The file of a backup: sealed as a whole, made for its owner alone, written over nothing else."""

from __future__ import annotations

import json
import os
import random
import stat
import tracemalloc
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, insert

from tests.support.long import times
from tests.webui.support import postgres
from tests.webui.support.people import House
from webui.database.address import sqlite_address
from webui.database.backups import backup_file, backup_rows
from webui.database.backups.backup import backup, digest_of
from webui.database.backups.backup_file import BLOCK, TAG, Backup, Damaged, OtherKey
from webui.database.backups.restoring import restore
from webui.database.connection import Database
from webui.database.sealed import keys
from webui.database.tables import Setting
from webui.database.upgrade import prepare

WORD = "Quittenbaum"
"""A word that stands nowhere but where a test plants it."""


def body(file: Path) -> int:
    """Where the sealed blocks begin."""
    return len(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))


@pytest.fixture
def made(house: House, tmp_path: Path) -> Path:
    """A backup of three plans, with a planted word in each."""
    for number in range(3):
        house.kept(case=f"K-{WORD}-{number}", notes=f"{WORD} {number}")
    file = tmp_path / "good.backup"
    backup(house.database, file)
    return file


def test_a_planted_word_is_not_found_in_it(made: Path) -> None:
    content = made.read_bytes()
    assert WORD.encode() not in content
    start = body(made)
    for unpacked in (content[start:], content[start : start + 200]):
        with pytest.raises(zlib.error):
            zlib.decompress(unpacked)
    assert set(json.loads(content.splitlines()[1])) == {"key", "salt", "revision", "release"}


def test_two_backups_of_the_same_have_nothing_in_common_but_their_digest(
    house: House, made: Path
) -> None:
    other = made.with_name("other.backup")
    digests = {backup(house.database, one) for one in (made, other)}
    assert digests == {digest_of(house.database)}
    start = body(made)
    assert made.read_bytes()[start : start + 64] != other.read_bytes()[start : start + 64]


def test_a_damaged_backup_is_refused_and_changes_nothing(house: House, made: Path) -> None:
    """A bit turned anywhere, a part cut off, doubled or added."""
    good, before = made.read_bytes(), digest_of(house.database)
    chance = random.Random(9)
    places = [0, 22, 23, 24, 30, 60, body(made) - 1, body(made), len(good) - TAG, len(good) - 1]
    places += [chance.randrange(len(good)) for _ in range(times(90, 2000))]
    bad = made.with_name("bad.backup")
    for place in places:
        turned = bytearray(good)
        turned[place] ^= 1 << chance.randrange(8)
        refused(house, bad, bytes(turned))
    for cut in (0, 10, 24, body(made), body(made) + TAG, len(good) // 2, len(good) - 1):
        refused(house, bad, good[:cut])
    for added in (b"x", good[body(made) :], good):
        refused(house, bad, good + added)
    assert digest_of(house.database) == before


def refused(house: House, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(Damaged):
        restore(house.database, file)


def sealed(lines: Iterator[bytes], key: keys.Key) -> bytes:
    stream = BytesIO()
    backup_file.seal(stream, lines, key, ("0015", "test"))
    return stream.getvalue()


def test_blocks_cannot_be_left_out_doubled_or_put_elsewhere() -> None:
    """Blocks of what cannot be packed: each bound to its place, and the last one to its end."""
    key, chance = keys.new_key(), random.Random(4)
    lines = [b"%x\n" % chance.getrandbits(8 * 4096) for _ in range(110)]
    good = sealed(iter(lines), key)
    front = len(b"".join(good.splitlines(keepends=True)[:2]))
    step = BLOCK + TAG
    blocks = [good[at : at + step] for at in range(front, len(good), step)]
    assert len(blocks) >= 6
    at_hand = keys.Keys((key,), "here")  # each seal is tried alone, without what was packed
    assert list(Backup(BytesIO(good), at_hand).lines()) == [line[:-1] for line in lines]
    for first in range(len(blocks)):
        for second in range(len(blocks)):
            swapped = list(blocks)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            for changed in (
                swapped if first != second else blocks[:-1],
                [*blocks[:first], *blocks[first + 1 :]],
                [*blocks[:first], blocks[second], *blocks[first:]],
            ):
                with pytest.raises(Damaged):
                    list(
                        Backup(BytesIO(good[:front] + b"".join(changed)), at_hand)._sealed_blocks()
                    )
    other = sealed(iter(lines), key)  # the same content under the same key: no block of it fits
    mixed = good[: front + step] + other[front + step :]
    with pytest.raises(Damaged):
        list(Backup(BytesIO(mixed), at_hand)._sealed_blocks())


def test_without_its_key_it_says_which_one_is_missing_and_where(house: House, made: Path) -> None:
    other = keys.Keys((keys.new_key(),), "/somewhere/else.key")
    with pytest.raises(OtherKey) as told:
        restore(house.database, made, keys=other)
    for said in (house.database.keys.current.id, "/somewhere/else.key", "--key OTHER.key"):
        assert said in str(told.value)


def test_it_is_for_its_owner_alone_whatever_the_umask(house: House, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        backup(house.database, tmp_path / "open.backup")
        (tmp_path / "was-open.backup").touch(0o666)
        backup(house.database, tmp_path / "was-open.backup")
    finally:
        os.umask(before)
    for file in tmp_path.glob("*.backup"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_a_planted_link_receives_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the backup goes, nor where its part is written first."""
    elsewhere = tmp_path / "elsewhere"
    for target in (elsewhere, tmp_path / "there"):
        (tmp_path / "there").touch()
        link = tmp_path / "all.backup"
        link.symlink_to(target)
        with pytest.raises(OSError, match="no file that a backup could replace"):
            backup(house.database, link)
        assert link.is_symlink()
        link.unlink()
    monkeypatch.setattr("webui.database.backups.backup.secrets.token_hex", lambda _bytes: "known")
    (tmp_path / f".all.backup.{os.getpid()}.known.part").symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        backup(house.database, tmp_path / "all.backup")
    assert not elsewhere.exists()
    assert (tmp_path / "there").read_bytes() == b""


def test_what_it_is_made_of_is_never_written_over(house: House) -> None:
    database = house.database
    own = [database.path] if database.path else []
    for file in own:
        before = file.read_bytes()
        with pytest.raises(OSError, match="replace what it is to be made of"):
            backup(database, file)
        assert file.read_bytes() == before


def test_much_is_written_without_holding_it_in_memory(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are taken a few at a time, from a server too: of 60 megabytes a third is held."""
    monkeypatch.setattr(backup_rows, "AT_ONCE", 5)
    with house.database.engine.begin() as connection:
        for number in range(60):
            row = {"name": f"big {number}", "value": "x" * 10**6}
            connection.execute(insert(Setting), [row])
    cursors = []
    engine = house.database.engine
    event.listen(engine, "before_cursor_execute", lambda *sent: cursors.append(type(sent[1])))
    tracemalloc.start()
    try:
        backup(house.database, tmp_path / "big.backup")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000
    if not house.database.is_sqlite:  # what the driver holds is not traced: the server keeps it
        assert psycopg.ServerCursor in cursors


def test_a_backup_of_sqlite_is_restored_into_postgresql_and_back(
    house: House, kind: str, made: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        server = request.getfixturevalue("server")
        name = f"other_{os.getpid()}"
        postgres.statement(f"{server}postgres", f"CREATE DATABASE {name}")
        other = Database(f"{server}{name}")
    else:
        other = Database(sqlite_address(tmp_path / "other.sqlite3"))
    prepare(other)
    digest = backup(house.database, made)
    assert restore(other, made).digest == digest
    other.close()
