"""What a check is, and how it is written: a function over a plan that gives the lines at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.reading.seen import Line, Seen, sentences

Look = Callable[[Seen], Iterable[Line]]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of fault: its name, what it is in a sentence, and how it is found in a plan."""

    name: str
    fault: str
    look: Look


CHECKS: dict[str, Check] = {}
"""Every check by its name, in the order in which the modules are imported; see `checks`."""


def check(fault: str) -> Callable[[Look], Look]:
    """Enter a function among the checks, under its own name."""

    def enter(look: Look) -> Look:
        name = look.__name__.replace("_", "-")
        CHECKS[name] = Check(name, fault, look)
        return look

    return enter


def saying(lines: Iterable[Line], pattern: str) -> Iterator[Line]:
    """Each line with the sentence in which a pattern is found, whatever the case."""
    asked = re.compile(pattern, re.IGNORECASE)
    for line in lines:
        if asked.search(line.text):
            for sentence in filter(asked.search, sentences(line.text)):
                yield Line(line.where, sentence)


def has(text: str, pattern: str) -> bool:
    """Whether a pattern is found in a text, whatever the case."""
    return re.search(pattern, text, re.IGNORECASE) is not None
