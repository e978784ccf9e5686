"""What the first stage finds, and the branches of the second that this refuses.

A few findings at a time, because there are few ways in which a few can be found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
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


class _Few(NamedTuple):
    """The branches that find a few findings, and what is refused when some of them hold."""

    branches: int
    refused: Callable[[int], int]


class Findings:
    """All findings of one rulebook."""

    def __init__(self, rulebook: Rulebook, branching: Branching, table: Table) -> None:
        """Note which branches find each of them."""
        self.each = tuple(
            _Finding(
                f"finding.{name}",
                branching.mask(rule for rule in rulebook.assessment if rule.object == name),
                table.refused(f"finding.{name}", YES),
                table.refused(f"finding.{name}", NO),
            )
            for name in rulebook.findings
        )
        self.few = tuple(
            _few(self.each[start : start + _FEW]) for start in range(0, len(self.each), _FEW)
        )
        self.of = lru_cache(maxsize=_KEPT)(self._found)
        """What exactly these branches find."""
        self.touched = lru_cache(maxsize=_KEPT)(self._touching)
        """The places in `few` of what some branches find."""

    def deciding(self, branches: int) -> int:
        """The branches that find what some of these ask about."""
        deciding = 0
        for one in self.each:
            if (one.by_yes ^ one.by_no) & branches:
                deciding |= one.branches
        return deciding

    def refused(self, branches: int) -> int:
        """The branches that do not hold because of what these find, and what they do not."""
        refused = 0
        for finding, by in self.few:
            refused |= by(branches & finding)
        return refused

    def _found(self, branches: int) -> Found:
        return Found(self, branches)

    def _touching(self, branches: int) -> tuple[int, ...]:
        return tuple(i for i, one in enumerate(self.few) if one.branches & branches)


class Found:
    """What was found by some branches of the first stage: each finding is a yes or a no."""

    def __init__(self, findings: Findings, branches: int) -> None:
        self._findings = findings
        self.branches = branches
        """The branches that found it."""
        self.refused = findings.refused(branches)
        """The branches that do not hold because of what was found."""

    @cached_property
    def findings(self) -> Mapping[str, str]:
        """A yes or a no for every finding."""
        found = self.branches
        return {one.name: YES if found & one.branches else NO for one in self._findings.each}

    @cached_property
    def _without(self) -> tuple[int, ...]:
        """What all findings but a few refuse, for each few of them."""
        told = [by(self.branches & finding) for finding, by in self._findings.few]
        before, after = [0], [0]
        for refused in told[:-1]:
            before.append(before[-1] | refused)
        for refused in reversed(told[1:]):
            after.append(after[-1] | refused)
        return tuple(a | b for a, b in zip(before, reversed(after), strict=True))

    def refused_with(self, branches: int) -> int:
        """What would be refused if these branches of the first stage held."""
        findings = self._findings
        touched = findings.touched(branches ^ self.branches)
        if len(touched) > 1:
            return findings.refused(branches)
        (place,) = touched
        finding, by = findings.few[place]
        return self._without[place] | by(branches & finding)


def _few(findings: Sequence[_Finding]) -> _Few:
    """A few findings as one."""

    @lru_cache(maxsize=_KEPT)
    def refused(found: int) -> int:
        mask = 0
        for one in findings:
            mask |= one.by_yes if found & one.branches else one.by_no
        return mask

    branches = 0
    for one in findings:
        branches |= one.branches
    return _Few(branches, refused)
