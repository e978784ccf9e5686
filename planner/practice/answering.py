"""What a learner answers before the plan is shown; own words are no part of it, and stay theirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

DISPOSITIONS = ("proceed", "review_first", "stop")
"""Whether to go on, in the order in which it is asked."""
NOTHING = "none"
"""The answer that no item is a step now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: go on or not, the item said first (or `none`), and the items that wait."""

    disposition: str
    first: str
    waits: frozenset[str]


def read_answer(
    disposition: str, first: str, waits: Iterable[str], items: Collection[str]
) -> Answer | tuple[str, ...]:
    """The answer; or the names of the texts that say what is still to be answered.

    Who stops says nothing first, so that need not be answered then. Whatever is no item is left
    out of `waits`, and the step that comes first cannot wait.
    """
    stops = disposition == "stop"
    begins = first if first in items else NOTHING if stops or first == NOTHING else ""
    waiting = frozenset(waits) & frozenset(items)
    problems = []
    if disposition not in DISPOSITIONS:
        problems.append("practice_missing_disposition")
    if not begins:
        problems.append("practice_missing_first")
    elif begins in waiting:
        problems.append("practice_first_waits")
    return tuple(problems) or Answer(disposition, begins, waiting)
