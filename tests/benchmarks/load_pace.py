"""How fast one route answers when it is asked without a pause: bare sockets, nothing to parse.

A client that did more would be the slower half, and hide what the server takes.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator

CONNECTIONS = 8
LOCATION = re.compile(rb"\r\nLocation: ([^\r]+)")
COOKIE = re.compile(rb"\r\nCookie: ([^\r]+)")
SET_COOKIE = re.compile(rb"\r\nSet-Cookie: ([^;\r]+)")


def request_of(path: str, body: bytes = b"", media: str = "", cookie: str = "") -> bytes:
    """A request as it goes over the wire."""
    head = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if body:
        head += [f"Content-Type: {media}", f"Content-Length: {len(body)}"]
    if cookie:
        head.append(f"Cookie: {cookie}")
    return "\r\n".join([*head, "", ""]).encode() + body


def answered(connection: socket.socket, request: bytes) -> bytes:
    """The whole answer, head and body."""
    connection.sendall(request)
    got = b""
    while b"\r\n\r\n" not in got:
        got += _received(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    parts, have = [got], len(body)
    while have < length:
        parts.append(_received(connection))
        have += len(parts[-1])
    return b"".join(parts)


def led_to(connection: socket.socket, request: bytes, answer: bytes) -> bytes:
    """The page that an answer leads to, asked for with the cookies that it set; or the answer."""
    place = LOCATION.search(answer)
    if not answer.startswith(b"HTTP/1.1 303") or place is None:
        return answer
    given = [found[1] for found in (COOKIE.search(request),) if found]
    cookie = b"; ".join([*given, *SET_COOKIE.findall(answer)])
    return answered(connection, request_of(place[1].decode(), cookie=cookie.decode()))


def _received(connection: socket.socket) -> bytes:
    """What came next; a server that hangs up is an error here."""
    piece = connection.recv(262_144)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece


def pace(port: int, turn: Iterator[bytes], seconds: float) -> int:
    """How many answers eight connections got in this time, each asking as soon as it can."""
    counts: list[int] = []
    until = time.monotonic() + seconds
    askers = [
        threading.Thread(target=_ask, args=(port, turn, until, counts)) for _ in range(CONNECTIONS)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    if len(counts) < CONNECTIONS:
        raise ConnectionError("an answer was not 200; see above")
    return sum(counts)


def _ask(port: int, turn: Iterator[bytes], until: float, counts: list[int]) -> None:
    """One connection; it reports only when every answer was good."""
    count = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        while time.monotonic() < until:
            request = next(turn)
            answer = led_to(connection, request, answered(connection, request))
            if not answer.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(answer[:300])
            count += 1
    counts.append(count)
