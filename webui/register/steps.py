"""The steps of a version: the plan's own, as a person edited them, and what they added.

Nothing is ever taken out of the list: a removed step stays in it with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from planner.rulebook.counting import MOST, words_in
from webui.database.refusals import Unfit, as_stored
from webui.database.typed_text import checked
from webui.words.texts import text

TIMES = ("now", "later_this_session", "future_session")
HELD, REMOVED = "held", "removed"
PLACES = (*TIMES, HELD, REMOVED)
FREE = "D5"
MOST_FREE = 20
LONGEST_WORDS, LONGEST_REASON, LONGEST_TITLE = 4000, 1000, 200
LONGEST_FORM = 400
OPENING_WORDS, OPENING_LETTERS = 9, 120
LATER_FIELDS = ("short", "line")
"""Fields that steps of earlier versions do not have: stored only where they say something, so that
the text of such a step, and its hash, stay what they were."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: where it stands in the course of things, what is said, and why it was changed.

    `short` and `line` are its few words and its line in the brief; empty where there are none, as
    after an edit of the words.
    """

    key: str
    title: str
    where: str
    words: str
    reason: str = ""
    accepted: bool = False
    short: str = ""
    line: str = ""

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
    short: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class FreeStep:
    """A step of a person's own."""

    title: str
    where: str
    words: str


def steps_of(plan: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps as the rules made them."""
    return tuple(
        Step(
            one["item"],
            one["title"],
            one["when"],
            one["words"],
            short=one.get("short", ""),
            line=one.get("line", ""),
        )
        for one in plan["steps"]
    )


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in use, in the order in which they come."""
    used = [step for step in steps if step.in_use]
    return tuple(sorted(used, key=lambda step: TIMES.index(step.where)))


def opening(steps: Iterable[Step]) -> str:
    """How the first step in use begins, for lists; empty where there is none."""
    first = next(iter(in_order(steps)), None)
    words = (first.short or first.words).split() if first else []
    start = " ".join(words[:OPENING_WORDS])[:OPENING_LETTERS]
    return f"{start} …" if len(words) > OPENING_WORDS else start


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
    return json.dumps([_stored(step) for step in steps], ensure_ascii=True, sort_keys=True)


def _stored(step: Step) -> dict[str, Any]:
    told = asdict(step)
    return {name: told[name] for name in told if name not in LATER_FIELDS or told[name]}


def read(text: str) -> tuple[Step, ...]:
    """Steps from their stored text. Raises Broken where they cannot be read back."""
    with as_stored():
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
        problems[f"where-{step.key}"] = text("edit_place_missing")
    if where in (HELD, REMOVED) and not reason:
        problems[f"reason-{step.key}"] = text("edit_reason_missing")
    accepted = step.accepted if edit.accepted is None else edit.accepted
    changed = words != step.words
    short, line = (
        _few(name, step, typed, problems, changed=changed)
        for name, typed in (("short", edit.short), ("line", edit.line))
    )
    return replace(
        step,
        where=where,
        words=words,
        reason=reason,
        accepted=accepted,
        short=short,
        line=line,
    )


def _words(step: Step, words: str | None, problems: dict[str, str]) -> str:
    if words is None:
        return step.words
    plain = checked(words, LONGEST_WORDS, f"words-{step.key}", problems)
    if not plain:
        problems[f"words-{step.key}"] = text("edit_words_missing")
    return plain


def _few(
    name: str, step: Step, typed: str | None, problems: dict[str, str], *, changed: bool
) -> str:
    """The short words or the line of a step; those that were not rewritten go with its words."""
    before: str = getattr(step, name)
    field = f"{name}-{step.key}"
    now = before if typed is None else checked(typed, LONGEST_FORM, field, problems)
    if now == before:
        return "" if changed else before
    if words_in(now) > MOST[name]:
        problems[field] = text("edit_too_many_words", most=MOST[name])
    return now


def _free(steps: Sequence[Step], added: FreeStep, problems: dict[str, str]) -> Step:
    """A step of one's own, numbered after those that are there."""
    count = sum(1 for step in steps if step.item == FREE)
    title = checked(added.title, LONGEST_TITLE, "added-title", problems)
    words = checked(added.words, LONGEST_WORDS, "added-words", problems)
    if not title:
        problems["added-title"] = text("edit_title_missing")
    if not words:
        problems["added-words"] = text("edit_own_words_missing")
    if added.where not in TIMES:
        problems["added-where"] = text("edit_when_missing")
    if count >= MOST_FREE:
        problems["added-title"] = text("edit_too_many_steps", most=MOST_FREE)
    return Step(f"{FREE}-{count + 1}", title, added.where, words, accepted=True)
