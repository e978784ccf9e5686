"""What a backup of before the history was sealed still tells of itself.

Its history is a chain of plain hashes, as releases up to 0.6 wrote it, and every version of a plan
carries the hash of what it says. Whoever rewrites all of them leaves no trace: that is why the
file is called unsealed when it is restored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from webui.database.backups.backup_file import Damaged

BEGINNING = "0" * 64
CHAINED = ("before", "id", "at", "actor", "action", "subject", "version", "detail")
BY_COLUMNS = (("shared_to", "0010"), ("first_words", "0007"))
"""The steps that a backup of version 1 may fit to, by the newest column of its plans."""
OLDEST, NEWEST = "0006", "0010"


class Older:
    """Looks at every line as it comes, and says at the end what is wrong with them."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._columns: frozenset[str] | None = None
        self._length, self._last = 0, BEGINNING
        self._head: tuple[Any, Any] | None = None
        self._why = ""
        self._hashes: dict[tuple[Any, Any], Any] = {}
        self._decided: list[tuple[tuple[Any, Any], Any]] = []

    def look(self, name: str, row: Mapping[str, Any]) -> None:
        """Take note of one line."""
        if name == "plans":
            self._columns = self._columns or frozenset(row)
        elif name == "history":
            self._follow(row)
        elif name == "history_head":
            self._head = (row.get("length"), row.get("hash"))
        elif name == "versions":
            self._hash(row)
        elif name == "decisions":
            decided = (row.get("plan_id"), row.get("version"))
            self._decided.append((decided, row.get("content_hash")))

    def revision(self) -> str:
        """The step of the migrations that a file of version 1 fits to."""
        if self._columns is None:
            return NEWEST
        return next((one for column, one in BY_COLUMNS if column in self._columns), OLDEST)

    def check(self) -> None:
        """Raise Damaged where its history is broken, or a version is not what it was."""
        if self._head != (self._length, self._last):
            self._bad(f"The history ends at row {self._length} where it should not.")
        for version, content in self._decided:
            if self._hashes.get(version) != content:
                self._bad(f"A decision is on another content than version {version[1]} has.")
        if self._why:
            raise Damaged(f"{self._why} Nothing was changed.")

    def _follow(self, row: Mapping[str, Any]) -> None:
        self._length += 1
        said = [row.get(column) for column in CHAINED]
        hashed = sha256(json.dumps(said).encode()).hexdigest()
        if (row.get("id"), row.get("before"), row.get("hash")) != (
            self._length,
            self._last,
            hashed,
        ):
            self._bad(f"Row {self._length} of its history is bad.")
        self._last = hashed

    def _hash(self, row: Mapping[str, Any]) -> None:
        said = f"{row.get('plan_json')}\n{row.get('steps_json')}"
        if sha256(said.encode()).hexdigest() != row.get("content_hash"):
            self._bad(f"Version {row.get('number')} of a plan does not say what it said.")
        self._hashes[row.get("plan_id"), row.get("number")] = row.get("content_hash")

    def _bad(self, why: str) -> None:
        """Remember the first of what is wrong."""
        self._why = self._why or why
