"""An exercise made ready for a page: what is known, the points in words, the words beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.contract.values import KINDS
from planner.plan.plan import Plan
from planner.practice.answering import DISPOSITIONS, NOTHING, Answer
from planner.practice.known import Known
from planner.practice.laying_beside import WAITS, Point, lay_beside
from planner.practice.practice import SAFETY, Practice
from planner.practice.saying import Saying
from planner.practice.turning import Turn
from webui.knowledge import knowledge
from webui.words.texts import text


@dataclass(frozen=True, slots=True)
class Told:
    """A point in words, with what it is about in the title."""

    point: Point
    title: str
    sentences: tuple[str, ...]
    near: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a turn asks, and what would be then."""

    question: str
    then: str


def practice() -> Practice:
    """The running application's cases."""
    return knowledge().practice


def saying() -> Saying:
    """The running application's way to say them."""
    return knowledge().saying


def choices() -> dict[str, Any]:
    """What a learner chooses from, as the form's fields have it."""
    items = {item: f"{item}: {saying().title(item)}" for item in practice().items}
    return {
        "goes_on": {one: text(f"practice_goes_on_{one}") for one in DISPOSITIONS},
        "first": {**items, NOTHING: text("practice_first_none")},
        "waits": items,
    }


def kinds() -> dict[str, str]:
    """The kinds of case that can be asked for, in words."""
    named = {kind: knowledge().words.brief("kind", kind) for kind in KINDS}
    return {**named, SAFETY: text("practice_kind_safety")}


def known(observation: Mapping[str, Any], *, unspoken: bool = True) -> dict[str, Any]:
    """What is known of a case and what was not told."""
    telling = practice().telling
    rows: list[Known] = list(telling.known(observation, unspoken=unspoken))
    return {"known": rows, "open": ", ".join(telling.open(observation))}


def asked(turn: Turn | None) -> Asked | None:
    """A changed answer in words; None where there is none."""
    return Asked(saying().what_if(turn), saying().then(turn)) if turn else None


def beside(observation: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """The plan beside an answer: each point in words, and what stands beside one's own words."""
    planner = practice().planner
    plan: Plan = planner.plan(observation)
    points = lay_beside(observation, answer, planner)
    return {
        "plan": plan,
        "points": [_told(point) for point in points],
        "nothing_waits": plan.disposition != "stop" and not any(p.about == WAITS for p in points),
        "asks": saying().asks(plan),
    }


def differing(observation: Mapping[str, Any], answer: Answer) -> list[str]:
    """The tags of the points that differ, to practice them again."""
    points = lay_beside(observation, answer, practice().planner)
    return [point.tag for point in points if not point.same]


def named(tags: frozenset[str]) -> str:
    """Points that differed, as they are offered to be practiced."""
    return "; ".join(saying().tag(tag) for tag in sorted(tags))


def answered(answer: Answer) -> str:
    """What a learner answered, in one line."""
    parts = [text(f"practice_goes_on_{answer.disposition}").lower()]
    if answer.first != NOTHING:
        parts.append(text("practiced_first", item=answer.first))
    if answer.waits:
        parts.append(text("practiced_waits", items=", ".join(sorted(answer.waits))))
    return "; ".join(parts)


def _told(point: Point) -> Told:
    """A point with its title."""
    title = text(f"practice_about_{point.about}")
    title = f"{title}: {point.item}" if point.item else title
    near = saying().near(point) if point.near else ""
    return Told(point, title, tuple(saying().point(point)), near)
