"""Problems in rule files: where, what, and what to write instead.

Problems are collected, never raised one by one, so that one run shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from planner.errors import RuleProblem

MOST = 1_000
"""Mistakes in rule files that are told in one run; of any other, only that there are more."""
_MANY = 45
"""Above this many known names the list helps nobody; the nearest one does."""


class Problems:
    """All problems found so far, over all files, up to so many."""

    def __init__(self, most: int = MOST) -> None:
        self._found: dict[RuleProblem, None] = {}
        self._most = most
        self._more: RuleProblem | None = None
        self._beyond = 0

    @property
    def full(self) -> bool:
        """Whether no other problem will be told, so that whoever looks for more may stop."""
        return self._more is not None

    def add(self, path: str, line: int, message: str) -> None:
        """Keep one problem; the same one is kept once, and of those beyond the limit none."""
        problem = RuleProblem(path, line, message)
        if problem in self._found:
            return
        if len(self._found) < self._most:
            self._found[problem] = None
            return
        self._beyond += 1
        more = f"there are more mistakes than the {self._most:,} that are told; mend these first."
        self._more = self._more or RuleProblem(path, line, more)

    def in_order(self) -> tuple[RuleProblem, ...]:
        """Every problem by path and line; those of one line stay as they were found.

        Where there are more than are kept, the last one says so.
        """
        found = sorted(self._found, key=lambda problem: (problem.path, problem.line))
        return (*found, self._more) if self._more else tuple(found)

    def __len__(self) -> int:
        return len(self._found) + self._beyond


class Place:
    """A file, and the rule or text within it, to which problems are tied."""

    def __init__(self, problems: Problems, path: str, what: str = "") -> None:
        self.problems = problems
        self.path = path
        self.what = what

    def within(self, what: str) -> Place:
        """The same file, speaking of one rule or text in it."""
        return Place(self.problems, self.path, what)

    def say(self, line: int, message: str, hint: str) -> None:
        """Note a problem here, and below it what to write instead, with an example."""
        told = f"{self.what}: {message}" if self.what else message
        self.problems.add(self.path, line, f"{told}\n    {hint}")

    def unknown(self, line: int, what: str, word: object, known: Iterable[str]) -> None:
        """Tell of a name that is not known, with the nearest one and the names there are.

        The nearest is not looked for where nobody will read it: that takes a millisecond.
        """
        kind, _, place = what.partition(" for ")
        told = f'unknown {kind} "{shortened(word)}"'
        hint = "" if self.problems.full else instead(word, known, kind)
        self.say(line, f"{told} for {place}." if place else f"{told}.", hint)


def instead(word: object, known: Iterable[str], kind: str = "value") -> str:
    """The nearest known name, and all of them when they are few enough to read."""
    names = list(known)
    near = get_close_matches(str(word)[:100], names, n=1, cutoff=0.6)
    parts = [f'Did you mean "{near[0]}"?'] if near else []
    if not names:
        parts.append(
            f"There is no {kind} so far: write one first, or take `{shortened(word)}` out."
        )
    elif len(names) <= _MANY:
        parts.append(f"{_plural(kind)}: {', '.join(names)}.")
    elif not near:
        some = ", ".join(f"`{name}`" for name in names[:3])
        parts.append(f"There are {len(names)} {kind}s, such as {some}.")
    return " ".join(parts)


def shortened(word: object, limit: int = 60) -> str:
    """A value as a person wrote it, cut where it would drown the message."""
    text = str(word)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _plural(kind: str) -> str:
    """`value` to `Values`, for the list that follows."""
    return f"{kind[0].upper()}{kind[1:]}s"
