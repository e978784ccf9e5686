"""Three things that the description does not say; schemathesis loads this module and keeps to them.

One number is at most another: the therapist's own share of the lost times is no more than all of
them. A list has at most one rupture of a kind: typed clients could not read it said. And a version
is written without a point: to a schema 3.0 is an integer. (An observation's 3.0 is 3, so there it
is sent as it is.)
"""

from typing import Any

import schemathesis


@schemathesis.hook
def map_case(_context: Any, case: Any) -> Any:
    """What schemathesis is about to send, however it came upon it."""
    case.body = kept_to(case.body)
    return case


def kept_to(body: Any) -> Any:
    """A body without what the schema could not forbid."""
    ruptures = body.get("ruptures") if isinstance(body, dict) else None
    if not isinstance(ruptures, list):
        return written(body)
    return {**body, "ruptures": once([shared(one) for one in ruptures])}


def shared(rupture: Any) -> Any:
    """The same rupture; where each number could be right by itself, the lesser is the share."""
    if not isinstance(rupture, dict):
        return rupture
    own: Any = rupture.get("own_occurrences")
    of_all: Any = rupture.get("occurrences", 1)
    of_all = 1 if of_all is None else of_all
    numbers = all(type(one) in (int, float) and 1 <= one <= 999 for one in (own, of_all))
    return {**rupture, "own_occurrences": of_all} if numbers and own > of_all else rupture


def once(ruptures: list[Any]) -> list[Any]:
    """The same ruptures without the later ones of a kind that was there; what is none stays."""
    seen: list[Any] = []
    kept = []
    for rupture in ruptures:
        kind = rupture.get("kind") if isinstance(rupture, dict) else None
        if kind is None or kind not in seen:
            kept.append(rupture)
        seen.append(kind)
    return kept


def written(node: Any) -> Any:
    """The same with every whole number as an int."""
    if isinstance(node, float) and node.is_integer():
        return int(node)
    if isinstance(node, dict):
        return {key: written(value) for key, value in node.items()}
    if isinstance(node, list):
        return [written(value) for value in node]
    return node
