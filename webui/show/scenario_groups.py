"""The told cases in groups that a person can read: by what happened, by the plan's steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webui.knowledge import Knowledge
from webui.words.cases import Case
from webui.words.texts import text

KIND, ITEM = "kind", "item"
WAYS = (KIND, ITEM)
"""The ways to group, as they stand in addresses."""
NONE = "none"
"""Where cases stand in which nothing happened but what a safety question asks about."""
WITHOUT_STEP = ("stop", "review_first", "proceed")
"""Where cases stand whose plan has no step: by its disposition."""


@dataclass(frozen=True, slots=True)
class ScenarioGroup:
    """Some cases under one heading."""

    key: str
    label: str
    cases: tuple[Case, ...]


def grouped(cases: Iterable[Case], way: str, book: Knowledge) -> tuple[ScenarioGroup, ...]:
    """The groups that hold any case, in the order of the vocabulary or of the handout."""
    found: dict[str, list[Case]] = {key: [] for key in _keys(way, book)}
    for case in cases:
        for key in _places(case, way):
            found[key].append(case)
    return tuple(
        ScenarioGroup(key, _label(way, key, book), tuple(inside))
        for key, inside in found.items()
        if inside
    )


def _keys(way: str, book: Knowledge) -> tuple[str, ...]:
    if way == KIND:
        return (*(option.value for option in book.words.options("kind")), NONE)
    return (*book.rulebook.handout.items, *WITHOUT_STEP)


def _places(case: Case, way: str) -> tuple[str, ...]:
    return (case.kinds or (NONE,)) if way == KIND else case.steps


def _label(way: str, key: str, book: Knowledge) -> str:
    """A group's heading."""
    if way == KIND:
        return text("scenarios_no_kind") if key == NONE else book.words.label("kind", key)
    if key in WITHOUT_STEP:
        return text(f"scenarios_without_{key}")
    return text("rules_item", item=key, title=book.item_title(key))
