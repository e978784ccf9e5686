"""A PostgreSQL server of the tests' own: in a temporary directory, on loopback, as no one special.

The server refuses to run as root; where the tests do, it is started as the user `nobody`.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psutil
import psycopg

from webui.database.connection import Database
from webui.database.upgrade import prepare

SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB"
TEMPLATE = "ready"
PORTS = range(20_000, 32_000)


def programs() -> Path | None:
    """Where PostgreSQL's programs are installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve()] if on_path else []
    return found[0].parent if found else None


@contextmanager
def shared(place: Path) -> Iterator[str]:
    """The one server of all processes that name this place, with a database to copy.

    Gives its address, to which a database's name is added. Who comes first starts it, and who
    goes last stops it.
    """
    with _users(place) as users:
        if not users:
            users["directory"] = mkdtemp(prefix="repair-planner-")
            users["address"] = _started(Path(users["directory"]))
            users["pids"] = []
        users["pids"].append(os.getpid())
        address: str = users["address"]
    try:
        yield address
    finally:
        with _users(place) as users:
            own = os.getpid()
            users["pids"] = [one for one in users["pids"] if one != own and psutil.pid_exists(one)]
            if not users["pids"]:
                _stopped(Path(users["directory"]))
                users.clear()


@contextmanager
def _users(place: Path) -> Iterator[dict[str, Any]]:
    """What is known of the server, for one process at a time to read and to change."""
    with (place / "postgresql.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = json.loads(file.read() or "{}")
        yield known
        file.truncate(0)
        file.write(json.dumps(known))


def _started(directory: Path) -> str:
    """Run a server, make its tables once, and give its address."""
    bin_ = programs()
    assert bin_
    user = as_nobody(directory)
    data = directory / "data"
    run([bin_ / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "-N"], user)
    port = free_port()
    options = f"-p {port} -h 127.0.0.1 -k {directory} {SETTINGS}"
    log = directory / "log"
    run([bin_ / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], user)
    address = f"postgresql://tests@127.0.0.1:{port}/"
    statement(f"{address}postgres", f"CREATE DATABASE {TEMPLATE}")
    ready = Database(f"{address}{TEMPLATE}")
    prepare(ready)
    ready.close()
    return address


def _stopped(directory: Path) -> None:
    """Stop the server at once and take its files away."""
    bin_ = programs()
    assert bin_
    data = directory / "data"
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], user)
    shutil.rmtree(directory)


def as_nobody(directory: Path) -> int | None:
    """The user to run as, who then owns the directory; None where the tests are not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(directory, nobody, -1)
    return nobody


def run(command: list[object], user: int | None) -> None:
    words = [str(word) for word in command]
    subprocess.run(
        words, user=user, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/"
    )


def free_port() -> int:
    """A port on which nobody listens.

    It is below those that the system gives to connections, so that none of them takes it before a
    server does, or while a server is away for a moment.
    """
    for port in random.sample(PORTS, 200):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("Two hundred ports are taken.")


def statement(address: str, text: str) -> None:
    """Run one statement outside any transaction."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(text.encode())
