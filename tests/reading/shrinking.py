"""The smallest case that still shows a finding: answers are taken out while the finding stays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from planner.errors import PlannerError
from tests.reading.seen import Told
from tests.support.strategies import REQUIRED

Stays = Callable[[Told], bool]


def smallest(observation: Told, stays: Stays) -> Told:
    """The observation with as many answers taken out, one after the other, as leave it a finding.

    No single answer can be taken out of what comes back. `stays` may raise `PlannerError`.
    """
    found = observation
    shrunk = True
    while shrunk:
        shrunk = False
        for smaller in _smaller(found):
            if _holds(stays, smaller):
                found, shrunk = smaller, True
                break
    return found


def _holds(stays: Stays, observation: Told) -> bool:
    try:
        return stays(observation)
    except PlannerError:
        return False


def _smaller(observation: Told) -> Iterator[Told]:
    """The observation without each of its answers in turn, the largest first."""
    for path in _paths(observation):
        smaller = copy.deepcopy(observation)
        place: Any = smaller
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        yield smaller


def _paths(observation: Told) -> Iterator[tuple[str | int, ...]]:
    """Where an answer stands that a case may do without."""
    yield from ((name,) for name in observation if name not in ("ruptures", "safety"))
    yield from (("safety", "flags", flag) for flag in observation["safety"]["flags"])
    ruptures = observation["ruptures"]
    yield from (("ruptures", number) for number in range(len(ruptures)))
    for number, rupture in enumerate(ruptures):
        needed = ("kind", REQUIRED[rupture["kind"]])
        yield from (("ruptures", number, name) for name in rupture if name not in needed)
    for name, value in observation.get("context", {}).items():
        yield ("context", name)
        if isinstance(value, list) and len(value) > 1:
            yield from (("context", name, number) for number in range(len(value)))
