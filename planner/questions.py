"""Which unknown answer would change this plan, found by asking what each answer would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from planner.composing import PLACING, Placement, place
from planner.facts import ABSENT, Fact
from planner.fields import FIELDS, Field
from planner.plan import Question
from planner.rulebook import Rule, Rulebook
from planner.whatif import WhatIf

MOST = 5
_NOT_ASKED = frozenset(("ruptures.kinds", "ruptures.count", "safety.flags", "context.earlier_items"))
"""Never asked as an unknown: what was observed, what safety was told, and what an empty list says."""
_WEIGHT = {"disposition": 100, "barred": 12, "step": 10, "held": 4, "when": 3, "gone": 2}
"""How much a change matters to someone who is about to act: stopping first, then what may not be
said, then what may."""

Change = tuple[str, str, str]
"""An item (or "" for the disposition), where it stands now, and where it would stand."""


class Questions:
    """Finds the questions of a plan. Everything that it says comes from the vocabulary."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._whatif = WhatIf(rulebook, PLACING)
        self._words: Mapping[str, Any] = rulebook.vocabulary["fields"]  # type: ignore[assignment]  # read as such
        self._summary = rulebook.summary
        self._placed = lru_cache(maxsize=4096)(lambda mask: place(self._whatif.rules_in(mask)))
        self._changes = lru_cache(maxsize=4096)(_changes)
        self._asked = lru_cache(maxsize=4096)(self._question)

    def of(self, facts: Mapping[str, Fact], contradictions: Iterable[Rule]) -> tuple[Question, ...]:
        """The questions worth asking, the most consequential first, at most five.

        A contradiction between answers comes before anything that is merely not known.
        """
        told = {rule.object: self._contradiction(rule) for rule in contradictions}
        best: dict[str, tuple[int, Fact, tuple[Change, ...]]] = {}
        answers = {name: _ANSWERS[name] for name in _open(facts) if name not in told}
        moves = self._whatif.changed(facts, answers)
        _, _, mask = next(moves)
        now = self._placed(mask)
        for field, value, then in moves:
            changes, weight = self._changes(now, self._placed(then))
            if weight and (field not in best or weight > best[field][0]):
                best[field] = (weight, value, changes)
        ranked = sorted(best, key=lambda field: -best[field][0])[: MOST - len(told)]
        return (
            *list(told.values())[:MOST],
            *(self._asked(field, best[field][1], best[field][2]) for field in ranked),
        )

    def _contradiction(self, rule: Rule) -> Question:
        """A question about answers that disagree."""
        return Question(rule.object, rule.text or "", self._summary["question_contradiction"])

    def _question(self, field: str, value: Fact, changes: tuple[Change, ...]) -> Question:
        """A question with the change in one sentence."""
        moved = ", ".join(self._move(change) for change in changes)
        text = self._summary["question_pattern"]
        answer = self._answer(field, value)
        return Question(
            field, self._words[field]["question"], text.format(answer=answer, changes=moved)
        )

    def _answer(self, field: str, value: Fact) -> str:
        """An answer as the form words it."""
        key = next(iter(value)) if isinstance(value, frozenset) else value
        label: str = self._words[field]["options"][key]["label"]
        return f"“{label}”"

    def _move(self, change: Change) -> str:
        """One change as a phrase, from the rulebook's templates."""
        item, before, after = change
        if not item:
            return self._summary[f"question_{_DISPOSITIONS[after]}"]
        names = {"before": self._stands(before), "item": item}
        if after in ("held", "barred", "gone"):
            return self._summary[f"question_{after}"].format(**names)
        key = "question_earlier" if before in _WHENS else "question_step"
        return self._summary[key].format(when=self._stands(after), **names)

    def _stands(self, where: str) -> str:
        """Where an item stands, in words."""
        return self._summary[f"stands_{where or 'nowhere'}"]


_DISPOSITIONS = {"stop": "stop", "review_first": "review", "proceed": "proceed"}
_WHENS = ("now", "later_this_session", "future_session")


def _open(facts: Mapping[str, Fact]) -> list[str]:
    """The fields that nothing was told about, in the contract's order."""
    return [name for name in _ANSWERS if facts[name] == _UNKNOWN[name]]


def _unknown(field: Field) -> Fact | None:
    """The value that says that a field is not known; None where there is none."""
    if field.kind == "list":
        return frozenset()
    if field.kind == "number":
        return None
    return field.unknown


def _answers(field: Field) -> Sequence[Fact]:
    """Every answer to an unknown field: each choice, or each single member of a list."""
    if field.kind == "list":
        return tuple(frozenset((value,)) for value in field.values)
    return tuple(value for value in field.values if value not in (field.unknown, ABSENT))


_UNKNOWN: dict[str, Fact] = {
    name: unknown
    for name, field in FIELDS.items()
    if name not in _NOT_ASKED and (unknown := _unknown(field)) is not None
    and not (field.rupture and name.endswith(".happened"))
}
_ANSWERS: dict[str, Sequence[Fact]] = {name: _answers(FIELDS[name]) for name in _UNKNOWN}


def _changes(now: Placement, then: Placement) -> tuple[tuple[Change, ...], int]:
    """What differs between two placements, the weightiest first, and the weight of it all."""
    found: list[tuple[int, Change]] = []
    if now.disposition != then.disposition:
        found.append((_WEIGHT["disposition"], ("", now.disposition, then.disposition)))
    before, after = now.standing(), then.standing()
    for item in {**before, **after} if then.disposition != "stop" else ():
        old, new = before.get(item, ""), after.get(item, "")
        if old != new:
            found.append((_weight(old, new), (item, old, new or "gone")))
    found.sort(key=lambda one: -one[0])
    return tuple(change for _, change in found), sum(weight for weight, _ in found)


def _weight(old: str, new: str) -> int:
    """How much one item's move matters."""
    if not new:
        return _WEIGHT["step" if old in _WHENS else "gone"]
    if new in _WHENS:
        return _WEIGHT["when" if old in _WHENS else "step"]
    if old in _WHENS:
        return _WEIGHT["step"] + (2 if new == "barred" else 0)
    return _WEIGHT["held"] if old else _WEIGHT["gone"]
