"""The steps of a plan as a picture: three times from left to right, and what waits beneath.

Only positions are computed here; the template draws them as SVG and says the same in text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.plan.outline import TIMES
from planner.plan.parts import Barred, Held, Step

WIDTH, LANE, ROW, TOP = 600, 200, 44, 46
RADIUS = 17


@dataclass(frozen=True, slots=True)
class Node:
    """An item where it stands; `state` is step, held, ready or barred."""

    item: str
    x: int
    y: int
    state: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From what must come before to what comes after it, edge to edge."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of the picture, and how tall it is."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    waiting: tuple[Node, ...]
    height: int


def timeline(steps: Sequence[Step], held: Sequence[Held], barred: Sequence[Barred]) -> Timeline:
    """The picture of a plan's steps, and of what it holds and bars."""
    nodes = tuple(_placed(steps))
    at = {node.item: node for node in nodes}
    arrows = tuple(
        _arrow(at[before], at[step.item]) for step in steps for before in step.after if before in at
    )
    rows = max((sum(1 for step in steps if step.when == when) for when in TIMES), default=0)
    below = TOP + max(rows, 1) * ROW
    waiting = tuple(_waiting(held, barred, below + ROW // 2))
    return Timeline(nodes, arrows, waiting, below + (ROW if waiting else 0))


def _placed(steps: Iterable[Step]) -> Iterable[Node]:
    """Each step in the lane of its time, one beneath the other."""
    filled = dict.fromkeys(TIMES, 0)
    for step in steps:
        lane, row = list(TIMES).index(step.when), filled[step.when]
        filled[step.when] += 1
        yield Node(step.item, lane * LANE + LANE // 2, TOP + row * ROW + ROW // 2, "step")


def _waiting(held: Iterable[Held], barred: Iterable[Barred], y: int) -> Iterable[Node]:
    """What is not for now, in a row beneath."""
    states = [(one.item, "ready" if one.ready else "held") for one in held]
    states += [(one.item, "barred") for one in barred]
    room = WIDTH // max(len(states), 1)
    for number, (item, state) in enumerate(states):
        yield Node(item, room * number + min(room, LANE) // 2, y, state)


def _arrow(before: Node, after: Node) -> Arrow:
    """A line between two circles; straight down where both stand in one lane."""
    if before.x == after.x:
        return Arrow(before.x, before.y + RADIUS, after.x, after.y - RADIUS - 4)
    return Arrow(before.x + RADIUS, before.y, after.x - RADIUS - 5, after.y)
