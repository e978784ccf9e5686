"""Asynchronous talks from tests that are not: in a thread of their own.

The browser's own loop runs in the thread of whoever drives it, and a process of the tests may have
driven a browser before.
"""

from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


def come_to(talk: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a talk comes to; whatever it raises is raised here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, talk).result()
