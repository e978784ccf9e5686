"""`serve` cannot be silenced by who has no account: idle connections, slow ones, many at once."""

from __future__ import annotations

import http.client
import resource
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from waitress.trigger import trigger

from tests.webui.commands.test_serve import fetch, serving
from webui.commands.listening import CONNECTIONS, THREADS, Server
from webui.commands.serve import _bound

IDLE = 1_100


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process open as many connections as the test needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2 * IDLE:
        pytest.skip("this system lets a process open fewer files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * IDLE), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
@pytest.mark.usefixtures("many_files")
def test_idle_connections_silence_nobody() -> None:
    """More than a process may have files: those that were silent longest are closed."""
    with serving("--port", "0") as (process, address), ExitStack() as opened:
        where = urlsplit(address)
        assert where.hostname
        assert where.port
        for number in range(IDLE):
            one = socket.create_connection((where.hostname, where.port), timeout=20)
            opened.callback(one.close)
            if number % 2:
                one.sendall(b"POST /api/v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
        for path in ("livez", "", "readyz"):
            assert fetch(f"{address}{path}")[0] == 200
        assert process.poll() is None


class Slow:
    """An application that answers `/slow` only when it is told to."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.going_on = threading.Event()
        self.asked: list[str] = []
        self.threads: list[int] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        self.threads.append(threading.get_ident())
        if environ["PATH_INFO"] == "/slow":
            self.begun.release()
            self.going_on.wait(60)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]


@contextmanager
def listening(app: Slow) -> Iterator[Server]:
    server = Server(app, _bound("127.0.0.1", 0))

    def run() -> None:
        with suppress(OSError):  # it waits on a socket that is closed at the end
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        app.going_on.set()
        server.close()
        thread.join(5)


def asked(server: Server, path: str) -> http.client.HTTPConnection:
    """A request that was sent, and is answered or not."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.effective_port), timeout=30)
    connection.request("GET", path)
    return connection


def test_a_sign_of_life_waits_for_nobody_who_works() -> None:
    """As many as can be answered at once, and as many again who wait: it is answered before."""
    app = Slow()
    with listening(app) as server, ExitStack() as opened:
        for _ in range(2 * THREADS):
            opened.enter_context(closing(asked(server, "/slow")))
        for _ in range(THREADS):
            assert app.begun.acquire(timeout=20)
        for _ in range(3):
            with closing(asked(server, "/livez")) as connection:
                assert connection.getresponse().status == 200
        assert not app.going_on.is_set()


def test_signs_of_life_that_were_asked_for_at_once_are_answered_in_order() -> None:
    """Also a thousand of them, and between pages that others answer; none is answered twice."""
    app, paths = Slow(), ["/livez"] * 1_000 + ["/page", "/livez", "/livez", "/page", "/livez"]
    app.going_on.set()
    asking = "".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths)
    asking += "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with listening(app) as server, closing(
        socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=20)
    ) as connection:  # fmt: skip
        connection.sendall(asking.encode())
        came = b"".join(iter(lambda: connection.recv(65536), b""))
    assert came.count(b"HTTP/1.1 200 OK") == len(app.asked) == len(paths) + 1
    assert app.asked == [*paths, "/end"]


def test_who_asks_a_thousand_times_in_one_go_does_not_keep_the_thread_that_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers the first of what it reads at once, and never fills the pipe that wakes it."""
    app, woken, wake = Slow(), [], trigger.pull_trigger

    def noted(one: trigger) -> None:
        woken.append(threading.get_ident())
        wake(one)

    monkeypatch.setattr(trigger, "pull_trigger", noted)
    with listening(app) as server, closing(
        socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=20)
    ) as connection:  # fmt: skip
        asking = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000
        connection.sendall(f"{asking}GET /end HTTP/1.0\r\n\r\n".encode())
        came = b"".join(iter(lambda: connection.recv(65536), b""))
        reader = server._reader
    assert came.count(b"HTTP/1.1 200 OK") + came.count(b"HTTP/1.0 200 OK") == 1_001
    assert 0 < app.threads.count(reader) < 20
    assert reader not in woken
    assert woken


def test_a_connection_that_is_being_answered_is_not_closed_for_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webui.commands.listening.CONNECTIONS", 3)
    app = Slow()
    with listening(app) as server, ExitStack() as opened:
        slow = opened.enter_context(closing(asked(server, "/slow")))
        assert app.begun.acquire(timeout=20)
        idle = [socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=20)
                for _ in range(6)]  # fmt: skip
        for one in idle:
            opened.callback(one.close)
        assert idle[0].recv(1) == b""  # the first of those that say nothing was closed
        app.going_on.set()
        assert slow.getresponse().status == 200
    assert CONNECTIONS < 1024
