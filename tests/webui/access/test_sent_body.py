"""Malformed and oversized bodies under the real servers: the sender's fault, never a 5xx."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.support.live import served
from tests.webui.support.postgres import free_port

JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
PARTS = b"multipart/form-data; boundary=x"
CHUNKED = {
    "no length": b"ZZ\r\n{}\r\n0\r\n\r\n",
    "cut off": b"5\r\n{}",
    "longer than it says": b"2\r\n{}XX0\r\n\r\n",
    "negative": b"-1\r\n{}\r\n0\r\n\r\n",
    "endless": b"FFFFFFFFFFFFFFFFFF\r\n{}\r\n",
    "bad trailer": b"2\r\n{}\r\n0\r\nbad trailer\r\n\r\n",
    "too large": b"200000\r\n" + b" " * 0x200000 + b"\r\n0\r\n\r\n",
}
HEAD = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\n"
OTHERS = (
    HEAD % (b"/api/v1/plans", JSON) + b"Content-Length: 100\r\n\r\n{}",
    HEAD % (b"/api/v1/plans", JSON) + b"Content-Length: -5\r\n\r\n",
    HEAD % (b"/plan", FORM) + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD % (b"/plan", FORM) + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    HEAD % (b"/plan", PARTS)
    + b"Content-Length: 40\r\n\r\n--x\r\nContent-Disposition: form-data\r\n\r\n",
)


@contextmanager
def gunicorn(kind: str, home: Path) -> Iterator[str]:
    """Gunicorn with one worker of this kind."""
    port = free_port()
    line = [sys.executable, "-m", "gunicorn", "--worker-class", kind, "--threads", "4"]
    line += ["--bind", f"127.0.0.1:{port}", "--log-level", "critical", "webui.wsgi:application()"]
    told = {**os.environ, "REPAIR_PLANNER_DATA": str(home)}
    told.pop("DATABASE_URL", None)
    process = subprocess.Popen(line, env=told, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def answered(address: str, request: bytes) -> bytes:
    """The first line of the answer; nothing where the connection was only closed."""
    where = urlsplit(address)
    assert where.hostname
    assert where.port
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        got = b""
        with suppress(OSError):  # it was closed before all was sent
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65_536):
                got += piece
    return got.split(b"\r\n")[0]


@pytest.mark.slow
@pytest.mark.parametrize("server", ["waitress", "sync", "gthread"])
def test_no_body_makes_a_5xx(app: Flask, tmp_path: Path, server: str) -> None:
    running = served(app, free_port()) if server == "waitress" else gunicorn(server, tmp_path)
    with running as address:
        for path, media in ((b"/api/v1/plans", JSON), (b"/plan", FORM), (b"/plan", PARTS)):
            head = HEAD % (path, media) + b"Transfer-Encoding: chunked\r\n\r\n"
            for name, body in CHUNKED.items():
                line = answered(address, head + body)
                assert not line.startswith(b"HTTP/1.1 5"), (path, name, line)
                if name == "no length":
                    assert line.startswith(b"HTTP/1.1 400"), line
        for request in OTHERS:
            line = answered(address, request)
            assert not line.startswith(b"HTTP/1.1 5"), (request, line)
        assert answered(address, b"GET /livez HTTP/1.0\r\n\r\n").endswith(b"200 OK")
