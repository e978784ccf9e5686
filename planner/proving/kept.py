"""What was proved before, so that only what an edit touches is proved again.

A question to the solver is kept by its hash: all of its formula and of the world's bounds (see
`digests`), for this Python, this Z3 and this very code. A hit is the same question, and it was
answered "impossible"; what was refuted is never kept. Observations that showed something to be
possible are kept as well, but nothing is believed of them: they are looked at anew.

It stands in `__pycache__` beside the rule files, in the same trust as the read rulebook there and
as Python's own compiled code. What is missing, stale, damaged or not allowed is proved anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import z3

from planner.keeping import cache_beside, put, take_in

Point = Mapping[str, int]
"""See `points`."""

MOST_QUESTIONS, MOST_POINTS, MOST_RULEBOOKS = 20_000, 3_000, 100
"""More are not kept; the last ones used stay."""
_LARGEST = 32_000_000
"""Bytes of the file, beyond which it is not looked at: a third of this is what it can have."""
FILES = 3
_CODE = Path(__file__).resolve().parents[1]


@dataclass
class Kept:
    """Questions answered "impossible", rulebooks with all proved, observations worth a look.

    Each in the order of its last use. `shown` has for a field an observation whose plan asked it.
    """

    place: Path | None = None
    impossible: dict[str, None] = field(default_factory=dict)
    rulebooks: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def beside(cls, rules: Path) -> Kept:
        """What is kept beside these rule files; nothing where it is missing, stale or damaged."""
        place = cache_beside(rules) / f"proof-{_circumstances()}.json"
        kept = cls(place)
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            if place.stat().st_size <= _LARGEST:
                kept.merge(_read(place.read_bytes()))
        return kept

    def knows(self, key: str) -> bool:
        """Whether a question is known to be answered "impossible"."""
        if key not in self.impossible:
            return False
        self.note(key)
        return True

    def note(self, key: str) -> None:
        """Keep that a question was answered "impossible"."""
        self.impossible.pop(key, None)
        self.impossible[key] = None

    def merge(self, other: Kept) -> None:
        """Take over what another one knows, as the last used."""
        for key in other.impossible:
            self.note(key)
        for name, proved in other.rulebooks.items():
            self.rulebooks.pop(name, None)
            self.rulebooks[name] = proved
        met = {tuple(sorted(one.items())) for one in other.points}
        older = [one for one in self.points if tuple(sorted(one.items())) not in met]
        self.points = [*older, *other.points]
        self.shown |= other.shown

    def save(self) -> None:
        """Write it, whole or not at all, with what others have written by now."""
        if self.place is None:
            return
        with contextlib.suppress(OSError):
            told = Kept.beside(self.place.parents[1])
            told.merge(self)
            put(self.place, told.text(), FILES)

    def text(self) -> bytes:
        """All of it as JSON, below a line with its hash."""
        points = self.points[-MOST_POINTS:]
        names = sorted(points[-1]) if points else []
        told = {
            "impossible": list(self.impossible)[-MOST_QUESTIONS:],
            "rulebooks": dict(list(self.rulebooks.items())[-MOST_RULEBOOKS:]),
            "names": names,
            "points": [[one[name] for name in names] for one in points if sorted(one) == names],
            "shown": self.shown,
        }
        return sealed(told)


def sealed(told: object) -> bytes:
    """A value as JSON, below a line with its hash."""
    written = json.dumps(told).encode()
    return hashlib.sha256(written).hexdigest().encode() + b"\n" + written


def _read(text: bytes) -> Kept:
    """What a file says; ValueError, TypeError or KeyError where it is damaged."""
    seal, _, written = text.partition(b"\n")
    if seal != hashlib.sha256(written).hexdigest().encode():
        raise ValueError(seal)
    told = json.loads(written)
    names = told["names"]
    return Kept(
        None,
        dict.fromkeys(map(_text, told["impossible"])),
        {
            key: (int(many), tuple(map(_text, some)))
            for key, (many, some) in told["rulebooks"].items()
        },
        [dict(zip(names, map(int, one), strict=True)) for one in told["points"]],
        dict(told["shown"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _circumstances() -> str:
    """The hash of what an answer may rest on beside its question: Python, Z3, engine and code."""
    engine = version("durable-rules")  # by which the planner finds what its plans ask
    told = hashlib.sha256(f"{sys.version}\0{z3.get_full_version()}\0{engine}\0".encode())
    take_in(told, _CODE, _code())
    return told.hexdigest()[:32]


def _code() -> Iterable[Path]:
    return sorted(_CODE.rglob("*.py"))
