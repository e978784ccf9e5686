"""The server of `serve`: waitress, which nobody without an account can silence.

It goes on accepting whatever is open: where there is no room, the connection that was silent for
longest is closed. And the thread that reads answers by itself whether it lives, so that people who
sign in or plan never keep that answer waiting.
"""

from __future__ import annotations

import socket
from threading import get_ident
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.utilities import BadRequest, ServerNotImplemented

from webui.access.problems import LIVES

THREADS = 12
"""People who are answered at once; two of them at most hash a password."""
CONNECTIONS = 500
"""Open at once, of the 1,024 files that a process may usually have; a browser has six."""
SILENT = 30
"""Seconds without a byte after which a connection is closed."""
HEADER = 32 * 1024
"""Bytes of a request's header: every cookie of ours, several times."""
BODY = 32 * 1024 * 1024
"""More than the application takes, so that it is the application that refuses, in its own words."""


class Channel(HTTPChannel):
    """A connection on which the thread that reads answers by itself whether the process lives.

    Nothing else is answered there: that answer waits for nothing, and fits into what is sent at
    once. It comes as soon as it was asked for, and not after five turns of five threads.
    """

    at_once = False
    """Whether the first request that waits is answered by the thread that reads."""
    receiving = False
    """Whether the thread that reads takes what came; while it answers it does not."""

    def received(self, data: bytes) -> bool:
        """Take what came, and answer the first of it where it is answered at once.

        Not the second too: who sends hundreds in one go would keep everybody else unread.
        """
        self.receiving = True
        taken = bool(super().received(data))
        self.receiving = False
        if self.at_once:
            self.at_once = False
            self.service()
        return taken


class Server(TcpWSGIServer):
    """waitress, with room for whoever comes, and an answer at once to whether it lives."""

    effective_port: int
    channel_class = Channel

    def __init__(self, app: Any, bound: socket.socket) -> None:
        """Listen on a socket that is bound already."""
        told = Adjustments(
            threads=THREADS,
            connection_limit=4 * CONNECTIONS,  # never reached: room is made before
            channel_timeout=SILENT,
            cleanup_interval=5,
            max_request_header_size=HEADER,
            max_request_body_size=BODY,
            asyncore_use_poll=True,  # `select` fails on the 1,025th file of a process
            ident=None,
            sockets=[bound],
        )
        where = (bound.family, bound.type, bound.proto, bound.getsockname())
        super().__init__(app, _sock=bound, adj=told, bind_socket=False, sockinfo=where)
        self._reader = 0

    def run(self) -> None:
        """Read and answer until interrupted."""
        self._reader = get_ident()
        super().run()

    def add_task(self, channel: Any) -> None:
        """Let the request be answered, at once where it asks for a sign of life.

        A body in a coding that waitress does not read is the sender's mistake: 400, not 501.

        Each comes from the thread that reads, or from the one that answered the one before it.
        """
        first: Any = next(iter(channel.requests), None)
        if isinstance(getattr(first, "error", None), ServerNotImplemented):
            first.error = BadRequest("A body of that kind is not read.")
        if getattr(first, "path", "") == LIVES and self._is_reader() and channel.receiving:
            channel.at_once = True
        else:
            self.task_dispatcher.add_task(channel)

    def pull_trigger(self) -> None:
        """Wake the thread that reads, where it is not this one.

        It looks at everything again by itself, and a pipe that it alone empties could be full.
        """
        if not self._is_reader():
            super().pull_trigger()

    def _is_reader(self) -> bool:
        return get_ident() == self._reader

    def handle_accept(self) -> None:
        """Accept, and close the connection that was silent longest where there are too many.

        In this order, so that what the system said of a closed one is not taken for the new one,
        which may get its number.
        """
        super().handle_accept()
        channels: Any = self.active_channels  # a dictionary; its stub says one channel
        if len(channels) <= CONNECTIONS:
            return
        idle = [one for one in channels.values() if not one.requests]
        if idle:
            min(idle, key=lambda one: float(one.last_activity)).handle_close()
