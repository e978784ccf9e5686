"""The project's own server in a thread: pages and answers as people and programs get them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from webui.commands.serve import listen


@contextmanager
def served(app: Flask, port: int) -> Iterator[str]:
    """Listen on this port or the next free one, and give the address."""
    server = listen(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(5)
