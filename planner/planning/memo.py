"""A bounded memo of two generations: what was asked for lately stays, the rest is forgotten."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Memo(Generic[Key, Made]):
    """A memo with a limit in megabytes, so that memory stays flat.

    When the young generation has half of the limit, it becomes the old one, and what was old and
    not asked for since is gone. Memory is counted by what one entry takes, which whoever keeps
    something here has measured. It needs no lock, which a fork could leave locked forever: each
    step is one that Python does not divide, and what is missing is only made again.
    (`lru_cache` serves where what is made depends on nothing but its key; here the key says all
    that it depends on, but not how to make it.)
    """

    __slots__ = ("_half", "_old", "_young")

    def __init__(self, megabytes: float, each: int = 1024) -> None:
        """Keep so many megabytes of entries that take so many bytes each."""
        self._half = int(megabytes * 2**20 / each / 2)
        self._young: dict[Key, Made] = {}
        self._old: dict[Key, Made] = {}

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._young) + len(self._old)

    def get(self, key: Key) -> Made | None:
        """What was kept under a key, or None."""
        made = self._young.get(key)
        if made is None:
            made = self._old.get(key)
            if made is not None:
                self.keep(key, made)
        return made

    def keep(self, key: Key, made: Made) -> Made:
        """Store a value under its key, and return it."""
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        if self._half:
            self._young[key] = made
        return made
