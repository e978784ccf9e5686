"""What the first stage finds, and the branches of the second that this refuses.

A few findings at a time, because there are few ways in which a few can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from planner.planning.branching import Branching
from planner.planning.table import Table
from planner.planning.viewing import NO, YES
from planner.rulebook.rulebook import Rulebook

_FEW = 6
_KEPT = 256


class _Finding(NamedTuple):
    """The branches that find something, and what a yes and a no refuse."""

    name: str
    branches: int
    by_yes: int
    by_no: int


class Found(NamedTuple):
    """What was found by some branches of the first stage, and the branches that this refuses."""

    branches: int
    refused: int
    findings: Mapping[str, str]
    """A yes or a no for every finding."""


class Findings:
    """All findings of one rulebook, and what they refuse of a table."""

    def __init__(self, rulebook: Rulebook, branching: Branching, table: Table) -> None:
        """Note which branches find each of them."""
        self._each = tuple(
            _Finding(
                f"finding.{name}",
                branching.mask(rule for rule in rulebook.assessment if rule.object == name),
                table.refused(f"finding.{name}", YES),
                table.refused(f"finding.{name}", NO),
            )
            for name in rulebook.findings
        )
        starts = range(0, len(self._each), _FEW)
        self._few = tuple(_few(self._each[start : start + _FEW]) for start in starts)
        self.of = lru_cache(maxsize=_KEPT)(self._found)
        """What exactly these branches find."""

    def refused(self, branches: int) -> int:
        """The branches that do not hold because of what these find, and what they do not."""
        refused = 0
        for finding, by in self._few:
            refused |= by(branches & finding)
        return refused

    def deciding(self, branches: int) -> int:
        """The branches that find what some of these ask about."""
        deciding = 0
        for one in self._each:
            if (one.by_yes ^ one.by_no) & branches:
                deciding |= one.branches
        return deciding

    def _found(self, branches: int) -> Found:
        told = {one.name: YES if branches & one.branches else NO for one in self._each}
        return Found(branches, self.refused(branches), told)


def _few(findings: Sequence[_Finding]) -> tuple[int, Callable[[int], int]]:
    """The branches that find a few findings, and what is refused when some of them hold."""

    @lru_cache(maxsize=_KEPT)
    def refused(found: int) -> int:
        mask = 0
        for one in findings:
            mask |= one.by_yes if found & one.branches else one.by_no
        return mask

    branches = 0
    for one in findings:
        branches |= one.branches
    return branches, refused
