"""The project's own server in a thread: pages and answers as people and programs get them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask

from webui.commands.serve import listen


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    """Listen on this port or the next free one, and give the address."""
    server = listen(app, "127.0.0.1", port)
    closing = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:  # it waited on a socket that was closed meanwhile
            if not closing.is_set():
                raise

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        closing.set()
        server.close()
        for channel in list(server.active_channels.values()):  # a browser keeps its connections
            with suppress(OSError, AttributeError):  # the other end has closed it meanwhile
                channel.socket.shutdown(socket.SHUT_RDWR)
        thread.join(5)
