"""A PostgreSQL server of the tests' own: in a temporary directory, on loopback, as no one special.

The server refuses to run as root; where the tests do, it is started as the user `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB"
TEMPLATE = "ready"


def programs() -> Path | None:
    """Where PostgreSQL's programs are installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve()] if on_path else []
    return found[0].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server and give its address, to which a database's name is added."""
    with TemporaryDirectory(prefix="repair-planner-") as directory:
        yield from _running(Path(directory))


def _running(directory: Path) -> Iterator[str]:
    bin_ = programs()
    assert bin_
    user = as_nobody(directory)
    data = directory / "data"
    run([bin_ / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "-N"], user)
    port = free_port()
    options = f"-p {port} -h 127.0.0.1 -k {directory} {SETTINGS}"
    log = directory / "log"
    run([bin_ / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], user)
    try:
        yield f"postgresql://tests@127.0.0.1:{port}/"
    finally:
        run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], user)


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
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def statement(address: str, text: str) -> None:
    """Run one statement outside any transaction."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(text.encode())
