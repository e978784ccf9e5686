"""A plan as a flat list of blocks, in the order in which a person needs them.

Text and Markdown are two ways to write the same blocks, so neither can leave out what the other
shows. Safety comes first, then the steps by time; words always stand before the reasons for them.
Only labels live here: every sentence comes from the plan. Each thing is told once: of several
reasons the first is told and the others named by their rules, and what was adapted in the words
stands in the plan's `changes` for whoever wants to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from planner.plan.parts import Because, PlanParts, Step

BlockKind = Literal[
    "title", "section", "entry", "plain", "words", "notes", "point", "reason", "footer"
]

DISPOSITIONS = {"proceed": "proceed", "review_first": "review first", "stop": "stop"}
TIMES = {
    "now": "Now",
    "later_this_session": "Later this session",
    "future_session": "A future session",
}
UNSPOKEN = "therapist_feelings"
"""An answer that is for the therapist and their supervisor: no text that may be filed has it."""
FEELINGS = f"context.{UNSPOKEN}"
"""The same by the field's whole name, as a reason's facts have it."""
NOT_KNOWN: tuple[object, ...] = (None, "unknown", [], ())


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a rendered plan; `alert` marks what belongs to the safety notice."""

    kind: BlockKind
    text: str
    label: str = ""
    alert: bool = False


def outline(plan: PlanParts) -> Iterator[Block]:
    """Every block of a plan, from the disposition to the edition that made it."""
    yield Block("title", f"Repair plan: {DISPOSITIONS[plan.disposition]}")
    yield from _observed(plan.observation)
    yield Block("plain", plan.summary)
    for label, texts in (("Root", plan.roots), ("Conflict", plan.conflicts)):
        for text in texts:
            yield Block("point", text, label)
    yield from _safety(plan)
    for when, label in TIMES.items():
        steps = [step for step in plan.steps if step.when == when]
        if steps:
            yield Block("section", label)
        for step in steps:
            yield from _step(step)
    yield from _not_now(plan)
    yield from listed("Avoid", [avoid.text for avoid in plan.avoid])
    yield from _named(chain.from_iterable(avoid.because for avoid in plan.avoid))
    yield from _questions(plan)
    yield from _follow_up(plan)
    yield from listed("For supervision", plan.supervision)
    yield from _notes(str(plan.observation.get("notes") or ""))
    mark = plan.rulebook
    yield Block("footer", f"Repair Planner · rulebook {mark.version} · {mark.edition}")


def _observed(observation: Mapping[str, Any]) -> Iterator[Block]:
    """The observation behind the plan: the given answers only, in the contract's words."""
    marks = [f"{key} {observation[key]}" for key in ("case", "session") if observation.get(key)]
    if marks:
        yield Block("plain", f"For {', '.join(marks)}")
    for rupture in observation.get("ruptures", ()):
        told = {key: value for key, value in rupture.items() if key != "kind"}
        yield Block("point", _answers(told) or "no more is known", _spoken(rupture["kind"]))
    context = _answers(observation.get("context", {}))
    if context:
        yield Block("point", context, "Context")
    flags = observation.get("safety", {}).get("flags", {})
    if flags:
        yield Block("point", _answers(flags), "Safety", alert=True)


def _answers(told: Mapping[str, Any]) -> str:
    """The known answers on one line; an unknown one is left out, never shown as no."""
    return "; ".join(
        f"{_words(key)}: {_words(value)}"
        for key, value in told.items()
        if value not in NOT_KNOWN and key != UNSPOKEN
    )


def _words(value: object) -> str:
    """A contract value as words: lists by commas, underscores as spaces."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return str(value).replace("_", " ")


def _spoken(value: str) -> str:
    """A contract word at the beginning of a line."""
    return _words(value).capitalize()


def _safety(plan: PlanParts) -> Iterator[Block]:
    """The safety notice, before any repair; empty where no flag was given."""
    safety = plan.safety
    if safety.level == "none":
        return
    yield Block("section", "Before anything else", alert=True)
    for reason in safety.reasons:
        yield Block("plain", reason, alert=True)
    for label, texts in (
        ("Do first", safety.first_actions),
        ("Tell", safety.contacts),
        ("Record", safety.record),
    ):
        for text in texts:
            yield Block("point", text, label, alert=True)
    yield from _reasons(safety.because)


def _step(step: Step) -> Iterator[Block]:
    """One step, always in the same order: what, the words, take care, why.

    What an item is for is the same in every plan, and told by `explain` and on the pages.
    """
    yield Block("entry", step.title, step.item)
    if step.after:
        yield Block("point", ", ".join(step.after), "After")
    if step.item == "D5":  # whose idea it is stands in it, and must stand in every plan
        yield Block("plain", step.purpose)
    yield Block("words", step.words)
    for caution in step.cautions:
        yield Block("point", caution, "Mind")
    yield from _reasons(step.because)


def _reasons(because: tuple[Because, ...]) -> Iterator[Block]:
    """Why a line stands in the plan: the first thought with its source, the rules of the others."""
    told = [reason for reason in because if may_be_filed(reason)]
    for reason in told[:1]:
        yield Block("reason", reason.text, f"{reason.rule}; {reason.source}")
    yield from _named(told[1:], "also ")


def may_be_filed(reason: Because) -> bool:
    """Whether a reason says nothing of what the therapist felt."""
    return FEELINGS not in reason.facts


def _named(because: Iterable[Because], lead: str = "") -> Iterator[Block]:
    """Reasons by their rules alone, in one line."""
    rules = ", ".join(dict.fromkeys(one.rule for one in because if may_be_filed(one)))
    if rules:
        yield Block("reason", "", f"{lead}{rules}")


def _not_now(plan: PlanParts) -> Iterator[Block]:
    """Items held until something is known or done, and items that must not be used."""
    if plan.held:
        yield Block("section", "Held")
    for held in plan.held:
        yield Block("point", f"until {held.until}", held.item)
        if held.ready:
            yield Block("point", f"{held.ready.cue}: “{held.ready.short}”", "If")
        yield from _named(held.because)
    if plan.barred:
        yield Block("section", "Must not be used here")
    for barred in plan.barred:
        yield Block("point", barred.item)
        yield from _reasons(barred.because)


def listed(heading: str, texts: Iterable[str]) -> Iterator[Block]:
    """A section of points; no heading over nothing."""
    told = list(texts)
    if told:
        yield Block("section", heading)
    for text in told:
        yield Block("point", text)


def _questions(plan: PlanParts) -> Iterator[Block]:
    """The unknowns that would change this plan, and how."""
    if plan.questions:
        yield Block("section", "Answers that would change this plan")
    for question in plan.questions:
        yield Block("point", f"{question.text} {question.would_change}")


def _follow_up(plan: PlanParts) -> Iterator[Block]:
    """How to tell that it helped, what to do if not, and when to look again."""
    follow_up = plan.follow_up
    yield from listed("Signs that it helped", follow_up.signs_it_helped)
    yield from listed("If it lands badly", follow_up.if_it_lands_badly)
    if follow_up.check_back:
        yield Block("section", "Check back")
        yield Block("plain", follow_up.check_back)


def _notes(notes: str) -> Iterator[Block]:
    """The therapist's own notes, as they were typed; no rule has read them."""
    if notes.strip():
        yield Block("section", "Notes")
        yield Block("notes", notes)
