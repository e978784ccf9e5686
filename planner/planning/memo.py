"""A bounded memo: when it is full, it is emptied and begins anew."""

from __future__ import annotations

from typing import TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Memo(dict[Key, Made]):
    """A memo with a size limit, so that memory stays flat.

    It needs no lock, which a fork could leave locked forever: each step is one that Python does
    not divide, and what is missing is only made again. (`lru_cache` serves where what is made
    depends on nothing but its key; here the key says all that it depends on, but not how to make
    it.)
    """

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        super().__init__()
        self.most = most

    def keep(self, key: Key, made: Made) -> Made:
        """Store a value under its key, and return it."""
        if len(self) >= self.most:
            self.clear()
        self[key] = made
        return made
