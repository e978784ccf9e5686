"""Power cuts: every write of a process to its database is recorded, and replayed up to any moment.

What was synced before a cut is on the disk. Of what was written since, the disk may have nothing,
everything, some of it, or half of the last: SQLite promises to open whatever it is.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink"
CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (\d+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
SECTOR = 512
"""Bytes that a disk writes whole or not at all."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a process did: `write`, `cut` (to a length), `remove`, `sync` or `tell`."""

    what: str
    file: str = ""
    at: int = 0
    data: bytes = b""


def available() -> bool:
    """Whether the program that records is there, and may."""
    found = shutil.which("strace")
    tried = [found or "strace", "-o", "/dev/null", "true"]
    return bool(found) and subprocess.run(tried, capture_output=True, check=False).returncode == 0


def record(file: Path, count: int, into: Path) -> list[Step]:
    """Let a process save so many plans in a SQLite file; everything that it wrote there or told."""
    line = ["strace", "-f", "--seccomp-bpf", "-qq", "-xx", "-s", "10000000", "-e", f"trace={CALLS}"]
    work = [sys.executable, "-m", "tests.webui.database.cut_work", str(file), str(count)]
    command = [*line, "-o", str(into), *work]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    with into.open() as lines:
        return list(steps(lines, str(file)))


def steps(lines: Iterable[str], file: str) -> Iterator[Step]:
    """What a trace says of the files of one database, and of what was printed."""
    opened: dict[str, str] = {"1": "told"}
    for line in lines:
        assert "unfinished" not in line, "two threads at once: this record has no order"
        found = CALL.match(line)
        if not found:
            continue
        call, told, result = found.groups()
        number = told.partition(",")[0]
        texts = [bytes.fromhex(one.replace("\\x", "")) for one in TEXT.findall(told)]
        name = texts[0].decode() if call in {"openat", "unlink"} else ""
        ours = name.startswith(file)
        if call == "openat":
            opened.pop(result, None)
            opened |= {result: name[len(file) :]} if ours else {}
        elif call == "unlink":
            yield from [Step("remove", name[len(file) :])] if ours else []
        elif number in opened:
            yield from _step(call, opened[number], told, texts)


def _step(call: str, file: str, told: str, texts: Sequence[bytes]) -> Iterator[Step]:
    """The step of a call on an open file of the database, or of a printed line."""
    if file == "told":
        yield Step("tell", data=texts[0])
    elif file == "-shm":
        return  # how far the log is read, in memory: SQLite makes it anew where it is missing
    elif call == "pwrite64":
        yield Step("write", file, int(told.rpartition(", ")[2]), texts[0])
    elif call == "ftruncate":
        yield Step("cut", file, int(told.rpartition(", ")[2]))
    elif call in {"fsync", "fdatasync"}:
        yield Step("sync", file)
    else:
        raise AssertionError(f"{call} on {file}: this recorder does not know it")


@dataclass
class Disk:
    """What is surely on the disk of each file, and what was written since it was last synced."""

    files: dict[str, bytearray | None]
    loose: list[Step] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Go one step on."""
        if step.what == "tell":
            self.told += step.data.decode().splitlines()
        elif step.what == "sync":
            for one in self.loose:
                if one.file == step.file:
                    done(self.files, one)
            self.loose = [one for one in self.loose if one.file != step.file]
        else:
            self.loose.append(step)

    def after_a_cut(self, way: str, chance: random.Random) -> dict[str, bytearray | None]:
        """The files as they may be found: with `all` that was not synced, `some`, or a `torn` last.

        Where nothing was left to sync, they are as they were.
        """
        kept = self.loose
        if way == "none":
            kept = []
        elif way == "some":
            kept = [one for one in kept if chance.random() < 0.5]
        elif way == "torn" and kept and kept[-1].what == "write":
            last = kept[-1]
            length = chance.randrange(len(last.data) // SECTOR + 1) * SECTOR
            kept = [*kept[:-1], Step("write", last.file, last.at, last.data[:length])]
        files = {name: bytearray(data) if data else data for name, data in self.files.items()}
        for one in kept:
            done(files, one)
        return files


def done(files: dict[str, bytearray | None], step: Step) -> None:
    """Do a step to the files."""
    if step.what == "remove":
        files[step.file] = None
        return
    data = files.get(step.file)
    data = bytearray() if data is None else data
    end = step.at + len(step.data)
    if step.what == "cut":
        del data[step.at :]
    if len(data) < end:
        data.extend(bytes(end - len(data)))
    data[step.at : end] = step.data
    files[step.file] = data


def lay(files: dict[str, bytearray | None], place: Path) -> None:
    """Write the files of a database where it is to be opened; those of an earlier one go."""
    for end in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    for end, data in files.items():
        if data is not None:
            place.with_name(place.name + end).write_bytes(data)
