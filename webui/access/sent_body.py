"""What is wrong with a body as it comes over the wire is the sender's fault: 400, never 500.

A server reads the body only when it is asked for, so what it finds wrong with it (a chunk without
a length, an end that is missing) is raised in the middle of a page, each server in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any

from flask import Flask
from werkzeug.exceptions import BadRequest, HTTPException

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def init_app(app: Flask) -> None:
    """Read every body through `Body`."""
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        return inner(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]  # how Flask says it is done


class Body:
    """A body of which a piece that cannot be read raises BadRequest; later pieces are empty."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read from the server's own stream."""
        self._stream = stream
        self._broken = False

    def read(self, *size: int) -> bytes:
        """So many bytes, or all."""
        return self._piece(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """One line."""
        return self._piece(self._stream.readline, *size)

    def __iter__(self) -> Iterable[bytes]:
        """The lines."""
        return iter(self.readline, b"")

    def __getattr__(self, name: str) -> Any:
        """Whatever else the server's stream has."""
        return getattr(self._stream, name)

    def _piece(self, read: Callable[..., bytes], *size: int) -> bytes:
        """A piece; whoever asks on after one that could not be read gets no more."""
        if self._broken:
            return b""
        try:
            return read(*size)
        except HTTPException:
            raise
        except Exception as error:  # each server has its own errors, some no OSError
            self._broken = True
            raise BadRequest from error
