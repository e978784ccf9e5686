"""The practice of one sitting: which cases were told, and what differed the last time.

It lives in the browser's signed form session and ends with the browser: addresses of told cases
and names of points, nothing of a person, and never what they would say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import session as form_session

from planner.practice.practice import Wanted

SITTING = "practice"
LONGEST = 60
"""Cases that a sitting remembers, the last ones: what does not fit a cookie is told again."""


def seen() -> list[str]:
    """The addresses of the cases that were told, the last at the end."""
    return [str(one) for one in _sitting().get("seen", ())]


def differed() -> frozenset[str]:
    """The tags of the points that differed in the last answer."""
    return frozenset(map(str, _sitting().get("differed", ())))


def wanted() -> Wanted:
    """What was asked for when the last case was told."""
    told = _sitting()
    points = frozenset(map(str, told.get("points", ())))
    return Wanted(str(told.get("kind", "")), str(told.get("item", "")), points)


def told(key: str, of: Wanted) -> None:
    """Remember that a case was told, and what had been asked for."""
    before = [one for one in seen() if one != key][1 - LONGEST :]
    _keep(seen=[*before, key], kind=of.kind, item=of.item, points=sorted(of.points))


def answered(tags: Iterable[str]) -> None:
    """Remember what differed in the answer that was just given."""
    _keep(differed=sorted(tags))


def _sitting() -> dict[str, Any]:
    """What is remembered; nothing where the session holds something else."""
    found = form_session.get(SITTING)
    return found if isinstance(found, dict) else {}


def _keep(**parts: object) -> None:
    form_session[SITTING] = {**_sitting(), **parts}
