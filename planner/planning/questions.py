"""Which unknown answer would move a step of this plan, found by asking what each one would do.

Where no single answer makes a step of a held item, two that do are asked together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from planner.contract.facts import NEXT_SESSION, TIMES, Fact
from planner.contract.fields import FIELDS
from planner.plan.parts import Disposition
from planner.planning.matching import Matched, Matching
from planner.planning.memo import Memo
from planner.planning.pairs import Pairs
from planner.planning.placed_last import PlacedLast, Weighed
from planner.planning.placing import Placing, Standing, named
from planner.planning.reasons import values_of
from planner.planning.telling import Asked, Change, Fields, Telling
from planner.planning.unknown import UNKNOWN
from planner.planning.whatif import Answered, WhatIf
from planner.rulebook.holding import fields_of
from planner.rulebook.rulebook import ORDER, WHENS, Rule, Rulebook

MOST = 5
_KEPT = 512
_WEIGHT = {"disposition": 100, "barred": 12, "step": 10, "new": 3, "when": 3}
"""How much a change matters to someone who is about to act: stopping first, then what may not be
said, then what may, then what is new or when."""

_ALSO = (("context.therapist_part",), ("context.outside_pattern",))
"""Asked also where another answer would move the same: the own part is looked at first, and whether
an outside pattern was talked about is another matter than who named it."""

_PAIR_SHARE = 0.2
"""Two answers have to come together, so they count for less than one, however likely each is."""

_LIST_SHARE = 0.5
"""An empty list is often the answer "none of these", so an answer to it counts for less."""

_FOUND = (4.0, 1600)
"""Megabytes for the questions of other plans, and bytes of those of one."""
_ALWAYS_READ = frozenset((*TIMES, NEXT_SESSION[0], *UNKNOWN))
"""What a question may rest on though no rule asks about it."""

Difference = tuple[int, int, int]
"""A change in the numbers of a standing, by which equal changes are known again fastest."""

_PLACES = range(len(ORDER))


class _Found:
    """What the answers to one field would change: the most by one of them, and all in all."""

    __slots__ = ("changes", "consequence", "most", "values")

    def __init__(self) -> None:
        """Begin with nothing that changes."""
        self.most = 0
        self.consequence = 0.0
        self.values: tuple[Fact, ...] = ()
        self.changes: tuple[Change, ...] = ()

    def add(
        self, values: tuple[Fact, ...], share: float, changes: tuple[Change, ...], weight: int
    ) -> None:
        """Take in one answer: it counts by its weight and by how many answers do the same."""
        for value in values:
            if isinstance(value, frozenset):
                share *= _LIST_SHARE
        self.consequence += weight * share
        if weight > self.most:
            self.most, self.values, self.changes = weight, values, changes


class Questions:
    """Finds the questions of a plan. Everything that it says comes from the vocabulary."""

    def __init__(self, rulebook: Rulebook, placing: Placing, matching: Matching) -> None:
        self._whatif = WhatIf(rulebook, matching)
        self._pairs = Pairs(self._whatif)
        self._telling = Telling(rulebook)
        self._last = PlacedLast(matching.branching, placing)
        self._changed = lru_cache(maxsize=_KEPT)(_changes)
        self._told = lru_cache(maxsize=_KEPT)(self._telling.question)
        self._kept: Memo[tuple[Any, Any], tuple[Asked, ...]] = Memo(*_FOUND)
        read = {name for rule in rulebook.rules for name in (*fields_of(rule), rule.object)}
        self._read = values_of(name for name in FIELDS if name in read or name in _ALWAYS_READ)

    def of(self, matched: Matched, contradictions: Iterable[Rule]) -> tuple[Asked, ...]:
        """The questions worth asking, the most consequential first, at most five.

        A contradiction between answers comes before anything that is merely not known. Where two
        answers would change the same, the one is asked that more often does.
        """
        rules = tuple(contradictions)
        key = tuple([rule.id for rule in rules]), self._read(matched.facts)
        found = self._kept.get(key)
        if found is None:
            found = self._kept.keep(key, self._found(matched, rules))
        return found

    def _found(self, matched: Matched, contradictions: Iterable[Rule]) -> tuple[Asked, ...]:
        """The same, found anew."""
        told = self._telling.contradictions(contradictions, matched.facts)
        answered = self._whatif.answered(matched, told)
        now, *thens = answered.thens
        seen = _Seen(Weighed(self._last, now.branches), self._changed)
        for field, value, share, branches in thens:
            seen.note((field,), (value,), share, branches)
        for item in tuple(seen.left()):
            self._pair(item, answered, seen)
        asked = (self._told(*one) for one in _once(list(_ranked(seen.found)), told))
        return tuple(islice(chain(told.values(), asked), MOST))

    def _pair(self, item: str, answered: Answered, seen: _Seen) -> None:
        """Note the likeliest pair of answers that makes a step of a held item."""
        for pair in self._pairs.of(item, answered):
            if seen.makes(item, pair.branches):
                values = pair.answers[0].value, pair.answers[1].value
                seen.note(pair.fields, values, _PAIR_SHARE, pair.branches)
                return


class _Seen:
    """What the answers would change, as they are taken in one after the other."""

    def __init__(
        self, weighed: Weighed, changed: Callable[..., tuple[tuple[Change, ...], int]]
    ) -> None:
        """Begin with where everything stands now."""
        self._then, self._now, self._changed = weighed.then, weighed.standing, changed
        self._lifted: set[str] = set()
        self.found: dict[Fields, _Found] = {}
        """What the answers to each field, or pair of fields, would change."""

    def note(self, fields: Fields, values: tuple[Fact, ...], share: float, branches: int) -> None:
        """Take in one answer, or one to each of two fields, where it moves a step."""
        now, then = self._now, self._then(branches)
        if then == now:
            return
        disposition = now.disposition if _listed(fields) else then.disposition
        changes, weight = self._changed(_differences(now, then), now.disposition, disposition)
        if weight:
            if fields not in self.found:
                self.found[fields] = _Found()
            self.found[fields].add(values, share, changes, weight)
            self._lifted.update([item for item, _, new in changes if new in WHENS])

    def left(self) -> Iterator[str]:
        """The held items of which no answer so far makes a step."""
        for item, place in zip(ORDER, self._now.places, strict=True):
            if named(place) == "held" and item not in self._lifted:
                yield item

    def makes(self, item: str, branches: int) -> bool:
        """Whether an item is a step where these branches hold."""
        return named(self._then(branches).places[ORDER.index(item)]) in WHENS


def _ranked(found: Mapping[Fields, _Found]) -> Iterator[tuple[Fields, _Found]]:
    """The fields by consequence, lists last; of those that would move the same, the first."""
    seen: set[tuple[Change, ...]] = set()
    for fields in sorted(found, key=lambda one: (_listed(one), -found[one].consequence)):
        moves = found[fields].changes
        if moves not in seen or fields in _ALSO:
            yield fields, found[fields]
        seen.add(moves)


def _listed(fields: Fields) -> bool:
    """Whether a list is among the fields: it has many answers, and none may be told for all."""
    return any(FIELDS[name].kind == "list" for name in fields)


def _once(
    ranked: Sequence[tuple[Fields, _Found]], told: Iterable[str]
) -> Iterator[tuple[Fields, tuple[Fact, ...], tuple[Change, ...]]]:
    """Each question by a first field that no other has; a pair that brings none is left out."""
    used = {*told, *(fields[0] for fields, _ in ranked if len(fields) == 1)}
    for fields, one in ranked:
        both = list(zip(fields, one.values, strict=True))
        if len(both) > 1:
            fresh = [two for two in both if two[0] not in used]
            if not fresh:
                continue
            used.add(fresh[0][0])
            both.sort(key=fresh[0].__ne__)
        yield tuple(name for name, _ in both), tuple(value for _, value in both), one.changes


def _differences(now: Standing, then: Standing) -> tuple[Difference, ...]:
    """The items that stand elsewhere in two standings."""
    places = zip(_PLACES, now.places, then.places, strict=True)
    return tuple([one for one in places if one[1] != one[2]])


def _changes(
    differences: tuple[Difference, ...], now: Disposition, then: Disposition
) -> tuple[tuple[Change, ...], int]:
    """What a reader is told of differences, the weightiest first, and the weight of it all.

    What only becomes held, barred or forgotten, and is no step either way, changes nothing that
    is done or said, and is not worth a question; nor is one condition less to wait for. Between
    held and barred a move is told where the question is worth asking for another reason.
    """
    found: list[tuple[int, Change]] = []
    if now != then:
        found.append((_WEIGHT["disposition"], ("", now, then)))
    for number, old, new in differences:
        item, before, after = ORDER[number], named(old), named(new)
        if before in WHENS or after in WHENS:
            after = after or "gone"
            found.append((_weight(before, after), (item, before, after)))
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
