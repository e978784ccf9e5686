"""Passwords: how one is recognized without being kept, by at most two at a time.

They are hashed by threads of their own, at a lower priority than those that answer: whoever signs
in waits a moment longer, and nobody else's page does.
"""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from threading import BoundedSemaphore, get_native_id

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webui.accounts import password_rules
from webui.accounts.password_rules import LONGEST, SHORTEST, SHORTEST_BESIDE
from webui.database.refusals import Busy
from webui.words.texts import text

AT_ONCE = 2
"""Passwords that a process hashes at a time. Each takes 64 MiB and every core for a moment: more
at once would make nobody's come sooner, and every page of everybody else late."""
PATIENCE = 5.0
"""Seconds that one waits for its turn before the person is told to try again."""
GIVES_WAY = 19
"""By how much less than the rest of the process a thread that hashes asks for the processor, as in
`nice`: all that is left over, and where nothing is, a sixtieth."""


class Crowded(Busy):
    """So many sign in at this moment that a password could not be looked at. Nothing was done."""

    says = "refusal_crowded"


@dataclass(frozen=True)
class Passwords:
    """Hashes with argon2id; tests hand in a hasher that is quick.

    It waits for a turn, so it is never asked within a transaction. Both methods raise Crowded.
    """

    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def hashed(self, password: str) -> str:
        """What is stored in place of a password."""
        plain = password_rules.normal(password[:LONGEST])
        with _turn() as thread:
            return thread.submit(self.hasher.hash, plain).result()

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether this is the password. Takes as long where there is none to compare with."""
        plain = password_rules.normal(password[:LONGER_THAN_ANY])
        try:
            with _turn() as thread:
                thread.submit(self.hasher.verify, stored or _decoy(self.hasher), plain).result()
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def is_dated(self, stored: str) -> bool:
        """Whether it was hashed with less care than today's."""
        return self.hasher.check_needs_rehash(stored)


LONGER_THAN_ANY = 4 * LONGEST
"""Letters of a typed password that are looked at: nobody's has so many, composed or not."""


@contextmanager
def _turn() -> Iterator[Executor]:
    """One of the turns of this process, and who hashes. Raises Crowded where none comes in time."""
    turns, threads = _hashing()
    if not turns.acquire(timeout=PATIENCE):
        raise Crowded
    try:
        yield threads
    finally:
        turns.release()


@lru_cache(maxsize=1)
def _hashing() -> tuple[BoundedSemaphore, Executor]:
    """The turns and the threads of this process: one that was forked has its own."""
    threads = ThreadPoolExecutor(AT_ONCE, "hashing", initializer=_give_way)
    return BoundedSemaphore(AT_ONCE), threads


def _give_way() -> None:
    """Let this thread, and those that it starts, wait for all others, where a thread can."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), GIVES_WAY)


_hashing()  # now, so that two who come first do not make two of them
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_hashing.cache_clear)


def problem(password: str, name: str = "", factor: bool = False) -> str:
    """Why this cannot be a person's password, and what to write instead; empty if it can.

    `factor`: the person has a second factor, so that a shorter one does.
    """
    least = SHORTEST_BESIDE if factor else SHORTEST
    why = password_rules.reason(password, name, beside=factor)
    return text(f"password_{why}", least=least, most=LONGEST) if why else ""


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    """A hash that no one's password fits, and that takes as long to find out: 32 zeros."""
    salt, digest = (
        b64encode(bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    effort = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${effort}${salt}${digest}"
