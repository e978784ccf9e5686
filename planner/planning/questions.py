"""Which unknown answer would change this plan, found by asking what each answer would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.plan.parts import Disposition, Question
from planner.planning.placed_last import PlacedLast
from planner.planning.placing import Placing, Standing, named
from planner.planning.whatif import WhatIf
from planner.rulebook.rulebook import ORDER, WHENS, Rule, Rulebook

MOST = 5
_KEPT = 512
_WEIGHT = {"disposition": 100, "barred": 12, "step": 10, "new": 3, "fewer": 2, "when": 3}
"""How much a change matters to someone who is about to act: stopping first, then what may not be
said, then what may, then what is new or when, then what it still waits for."""

_OWN_PART = "context.therapist_part"
"""Asked also where another answer would move the same: the own part is looked at first."""

_LIST_SHARE = 0.5
"""An empty list is often the answer "none of these", so an answer to it counts for less."""

Change = tuple[str, str, str]
"""An item (or "" for the disposition), where it stands now, and where it would stand."""

Difference = tuple[int, int, int]
"""The same in the numbers of a standing, by which equal changes are known again fastest."""

_PLACES = range(len(ORDER))


class _Found:
    """What the answers to one field would change: the most by one of them, and all in all."""

    __slots__ = ("changes", "consequence", "most", "value")

    def __init__(self) -> None:
        """Begin with nothing that changes."""
        self.most = 0
        self.consequence = 0.0
        self.value: Fact = ""
        self.changes: tuple[Change, ...] = ()

    def add(self, value: Fact, share: float, changes: tuple[Change, ...], weight: int) -> None:
        """Take in one answer: it counts by its weight and by how many answers do the same."""
        if isinstance(value, frozenset):
            share *= _LIST_SHARE
        self.consequence += weight * share
        if weight > self.most:
            self.most, self.value, self.changes = weight, value, changes


class Questions:
    """Finds the questions of a plan. Everything that it says comes from the vocabulary."""

    def __init__(self, rulebook: Rulebook, placing: Placing) -> None:
        self._whatif = WhatIf(rulebook)
        self._words: Mapping[str, Any] = rulebook.vocabulary["fields"]  # type: ignore[assignment]  # read as such
        self._summary = rulebook.summary
        self._placing = placing
        self._settled = PlacedLast(self._whatif.waiting, placing).settled
        self._changed = lru_cache(maxsize=_KEPT)(_changes)
        self._asked = lru_cache(maxsize=_KEPT)(self._question)

    def of(self, facts: Mapping[str, Fact], contradictions: Iterable[Rule]) -> tuple[Question, ...]:
        """The questions worth asking, the most consequential first, at most five.

        A contradiction between answers comes before anything that is merely not known. Where two
        answers would change the same, the one is asked that more often does.
        """
        told: dict[str, Question] = {}
        for rule in contradictions:
            hint = facts[rule.object] == FIELDS[rule.object].unknown
            told[rule.object] = self._contradiction(rule, told.get(rule.object), hint=hint)
        moves = self._whatif.changed(facts, told)
        settled_now = self._settled(next(moves)[-1])
        now = self._placing.standing(settled_now)
        found: dict[str, _Found] = {}
        for field, value, share, mask in moves:
            then = self._placing.moved(now, settled_now, self._settled(mask))
            if then is now:
                continue
            changes, weight = self._changed(
                _differences(now, then), now.disposition, then.disposition
            )
            if weight:
                if field not in found:
                    found[field] = _Found()
                found[field].add(value, share, changes, weight)
        asked = (self._asked(field, one.value, one.changes) for field, one in _ranked(found))
        return tuple(islice(chain(told.values(), asked), MOST))

    def _contradiction(self, rule: Rule, before: Question | None, *, hint: bool) -> Question:
        """A question about answers that disagree, or about one that is not known and hinted at.

        A second one about the same answer is added to the first.
        """
        text = f"{before.text} {rule.text}" if before else rule.text or ""
        would_change = self._summary["question_hint" if hint else "question_contradiction"]
        return Question(rule.object, text, would_change)

    def _question(self, field: str, value: Fact, changes: tuple[Change, ...]) -> Question:
        """A question with the change in one sentence."""
        moved = ", ".join(self._moves(changes))
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

    def _moves(self, changes: tuple[Change, ...]) -> Iterator[str]:
        """Each change as a phrase; those that only wait for one condition less share one."""
        fewer = [item for item, _, after in changes if after == "fewer"]
        for change in changes:
            if change[2] != "fewer" or len(fewer) == 1:
                yield self._move(change)
        if len(fewer) > 1:
            items = f"{', '.join(fewer[:-1])} and {fewer[-1]}"
            yield self._summary["question_fewer_each"].format(items=items)

    def _move(self, change: Change) -> str:
        """One change as a phrase, from the rulebook's templates."""
        item, before, after = change
        if not item:
            return self._summary[f"question_{_DISPOSITIONS[after]}"]
        names = {"before": self._stood(before) if before else "", "item": item}
        if after in ("held", "barred", "gone", "fewer"):
            return self._summary[f"question_{after}"].format(**names)
        if before in WHENS:
            return self._summary["question_moved"].format(after=self._stood(after), **names)
        key = "question_step" if before else "question_new"
        return self._summary[key].format(when=self._summary[f"stands_{after}"], **names)

    def _stood(self, where: str) -> str:
        """Where an item stands, as words that follow "from" and "to"."""
        return self._summary[f"was_{where}"]


_DISPOSITIONS = {"stop": "stop", "review_first": "review", "proceed": "proceed"}


def _ranked(found: Mapping[str, _Found]) -> Iterator[tuple[str, _Found]]:
    """The fields by consequence; of those that would move the same, the first and the own part.

    That an item waits for one condition less is another condition for each field.
    """
    seen: set[tuple[Change, ...]] = set()
    for field in sorted(found, key=lambda name: -found[name].consequence):
        moves = found[field].changes
        if moves not in seen or field == _OWN_PART:
            yield field, found[field]
        if any(after != "fewer" for _, _, after in moves):
            seen.add(moves)


def _differences(now: Standing, then: Standing) -> tuple[Difference, ...]:
    """The items that stand elsewhere in two standings."""
    places = zip(_PLACES, now.places, then.places, strict=True)
    return tuple([one for one in places if one[1] != one[2]])


def _changes(
    differences: tuple[Difference, ...], now: Disposition, then: Disposition
) -> tuple[tuple[Change, ...], int]:
    """What a reader is told of differences, the weightiest first, and the weight of it all.

    What only becomes held, barred or forgotten, and is no step either way, changes nothing that
    is done or said, and is not worth a question. One condition less to wait for is. Between held
    and barred a move is told where the question is worth asking for another reason.
    """
    found: list[tuple[int, Change]] = []
    if now != then:
        found.append((_WEIGHT["disposition"], ("", now, then)))
    for number, old, new in differences:
        item, before, after = ORDER[number], named(old), named(new)
        if before in WHENS or after in WHENS:
            after = after or "gone"
            found.append((_weight(before, after), (item, before, after)))
        elif before == after == "held" and new < old:
            found.append((_WEIGHT["fewer"], (item, "held", "fewer")))
        elif {before, after} == {"held", "barred"}:
            found.append((0, (item, before, after)))
    found.sort(key=lambda one: -one[0])
    return tuple(change for _, change in found), sum(weight for weight, _ in found)


def _weight(old: str, new: str) -> int:
    """How much one item's move matters."""
    if old in WHENS and new in WHENS:
        return _WEIGHT["when"]
    if not old:
        return _WEIGHT["new"]
    return _WEIGHT["barred" if new == "barred" else "step"]
