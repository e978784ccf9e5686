"""The steps of a version: the plan's own, as a person edited them, and what they added.

Nothing is ever taken out of the list: a removed step stays in it with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from webui.database.refusals import Unfit
from webui.database.typed_text import checked

TIMES = ("now", "later_this_session", "future_session")
HELD, REMOVED = "held", "removed"
PLACES = (*TIMES, HELD, REMOVED)
FREE = "D5"
MOST_FREE = 20
LONGEST_WORDS, LONGEST_REASON, LONGEST_TITLE = 4000, 1000, 200


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it stands in the course of things, what is said, and why it was changed."""

    key: str
    title: str
    where: str
    words: str
    reason: str = ""
    accepted: bool = False

    @property
    def item(self) -> str:
        """The handout's item; a free step is a D5."""
        return self.key.partition("-")[0]

    @property
    def in_use(self) -> bool:
        """Whether it is something to do, rather than held or removed."""
        return self.where in TIMES


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person wants of one step; `None` leaves a thing as it is."""

    where: str | None = None
    words: str | None = None
    reason: str | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class FreeStep:
    """A step of a person's own."""

    title: str
    where: str
    words: str


def steps_of(plan: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps as the rules made them."""
    return tuple(
        Step(one["item"], one["title"], one["when"], one["words"]) for one in plan["steps"]
    )


def orders(
    step: Step, steps: Sequence[Step], after: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the items that the rules put before a step: those that still are, and those that are not.

    A step that is held or removed waits for nothing.
    """
    if not step.in_use:
        return (), ()
    places = {one.item: one.where for one in steps if one.in_use}
    before = [
        item
        for item in after
        if item in places and TIMES.index(places[item]) <= TIMES.index(step.where)
    ]
    return tuple(before), tuple(item for item in after if item not in before)


def written(steps: Iterable[Step]) -> str:
    """Steps as the text that is stored and hashed."""
    return json.dumps([asdict(step) for step in steps], ensure_ascii=True, sort_keys=True)


def read(text: str) -> tuple[Step, ...]:
    """Steps from their stored text."""
    return tuple(Step(**one) for one in json.loads(text))


def edited(
    steps: Sequence[Step], edits: Mapping[str, Edit], added: FreeStep | None = None
) -> tuple[Step, ...]:
    """The steps after a person's edits. Raises Unfit with every problem, by field."""
    problems: dict[str, str] = {}
    result = [_apply(step, edits.get(step.key, Edit()), problems) for step in steps]
    if added is not None:
        result.append(_free(steps, added, problems))
    if problems:
        raise Unfit(problems)
    return tuple(result)


def _apply(step: Step, edit: Edit, problems: dict[str, str]) -> Step:
    """One step after its edit; each problem is put under the field that it belongs to."""
    where = step.where if edit.where is None else edit.where
    words = _words(step, edit.words, problems)
    reason = step.reason
    if edit.reason is not None:
        reason = checked(edit.reason, LONGEST_REASON, f"reason-{step.key}", problems)
    if where not in PLACES:
        problems[f"where-{step.key}"] = "Choose one of the places."
    if where in (HELD, REMOVED) and not reason:
        problems[f"reason-{step.key}"] = "Say why this step is held or removed."
    accepted = step.accepted if edit.accepted is None else edit.accepted
    return replace(step, where=where, words=words, reason=reason, accepted=accepted)


def _words(step: Step, words: str | None, problems: dict[str, str]) -> str:
    if words is None:
        return step.words
    plain = checked(words, LONGEST_WORDS, f"words-{step.key}", problems)
    if not plain:
        problems[f"words-{step.key}"] = "Enter the words, or remove the step and say why."
    return plain


def _free(steps: Sequence[Step], added: FreeStep, problems: dict[str, str]) -> Step:
    """A step of one's own, numbered after those that are there."""
    count = sum(1 for step in steps if step.item == FREE)
    title = checked(added.title, LONGEST_TITLE, "added-title", problems)
    words = checked(added.words, LONGEST_WORDS, "added-words", problems)
    if not title:
        problems["added-title"] = "Give the step a short name."
    if not words:
        problems["added-words"] = "Enter what you want to say or do."
    if added.where not in TIMES:
        problems["added-where"] = "Choose when the step comes."
    if count >= MOST_FREE:
        problems["added-title"] = f"A plan takes at most {MOST_FREE} steps of your own."
    return Step(f"{FREE}-{count + 1}", title, added.where, words, accepted=True)
