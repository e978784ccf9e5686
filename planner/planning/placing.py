"""From conclusions to placement: a bar beats a hold, a hold beats a call; then time and order.

It looks at rules alone, each of them one bit of a whole number, so that a plan and the questions of
a plan (what would another answer do?) are weighed by the same few operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from planner.plan.parts import Disposition
from planner.rulebook.plan_fields import LAST
from planner.rulebook.rulebook import ORDER, WHENS, Rule, When

PLACING = frozenset(("call", "delay", "hold", "bar", "review", "stop", "after"))
"""The verbs that decide where an item stands. The others add words to what is decided."""

_KEPT = 1024
"""Answers kept of each kind, most of which are asked for again by the next observations."""


_STANDINGS_KEPT = 4096

Waits = tuple[tuple[int, int], ...]
"""Which item waits for which other, by their places in ORDER."""

_NOWHERE, _BARRED, _HELD = 3, 4, 5
"""The number of an item that is no step."""

PLACES = _HELD + 1
"""So many places there are."""

_NAMES = (*WHENS, "", "barred", "held")
_LAST = ORDER.index(LAST)
_STOPPED = (_NOWHERE,) * len(ORDER)


class Standing(NamedTuple):
    """The disposition, and where each item of ORDER stands, as one number for each.

    Numbers, because the questions of one plan compare a dozen standings: a step has its place in
    WHENS.
    """

    disposition: Disposition
    places: tuple[int, ...]
    called: tuple[int, ...]
    """`places` by calls and delays alone, before `after` moves a step."""

    def where(self) -> dict[str, str]:
        """Each item with its time, "held" or "barred"."""
        return where(self.places)


def where(places: tuple[int, ...]) -> dict[str, str]:
    """The places of a standing in words: each item with its time, "held" or "barred"."""
    standing = zip(ORDER, map(named, places), strict=True)
    return {item: name for item, name in standing if name}


def named(place: int) -> str:
    """A number of a standing in words: a time, "held", "barred" or nothing."""
    return _NAMES[place]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything stands, the steps in the order in which a plan lists them."""

    disposition: Disposition
    steps: tuple[tuple[str, When, tuple[str, ...]], ...]
    held: tuple[str, ...]
    barred: tuple[str, ...]


class _Acting(NamedTuple):
    """What the rules that act on one item come to."""

    where: Callable[[int], int]
    """Where those of these rules that hold put the item: barred, held, absent or its time."""
    unheld: Callable[[int], int]
    """The same if nothing held it."""


def _acting(item: str, mask: Callable[..., int]) -> _Acting:
    """What the rules of a mask come to for an item."""
    bar, hold = mask("bar", item), mask("hold", item)
    calls = mask("call", item) | mask("delay", item)
    time = lru_cache(maxsize=_KEPT)(_timing(item, mask))

    def unheld(rules: int) -> int:
        return _BARRED if rules & bar else time(rules & calls)

    def where(rules: int) -> int:
        if rules & bar:
            return _BARRED
        return _HELD if rules & hold else time(rules & calls)

    return _Acting(where, unheld)


def _timing(item: str, mask: Callable[..., int]) -> Callable[[int], int]:
    """Gives the time of an item's earliest call, no sooner than its delays; or absent."""
    call = tuple(mask("call", item, at) for at in WHENS)
    delay = tuple(mask("delay", item, at) for at in WHENS)

    def time(rules: int) -> int:
        for rank, called in enumerate(call):
            if rules & called:
                later = [place for place in range(rank, len(WHENS)) if rules & delay[place]]
                return max((rank, *later))
        return _NOWHERE

    return time


def _absent(_: int) -> int:
    """Where an item stands that is not placed yet."""
    return _NOWHERE


class Placing:
    """Weighs the conclusions of all rules that hold, whichever rupture they come from.

    A bar beats a hold and a hold beats a call. Of several calls the earliest counts, but none
    counts earlier than a delay allows, or than what it has to wait for. On a stop nothing stands.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Note for each item the rules that act on it; a rule's bit is its place in `rules`."""
        self._rules = tuple(
            (1 << number, rule) for number, rule in enumerate(rules) if rule.verb in PLACING
        )
        self._bit = {rule.id: bit for bit, rule in self._rules}
        self._stop = self._mask("stop")
        self._review = self._mask("review")
        self._after = self._mask("after")
        self._items = tuple(_acting(item, self._mask) for item in ORDER)
        self._place_last = self._items[_LAST].where
        self._others = tuple(
            _absent if item == LAST else one.where
            for item, one in zip(ORDER, self._items, strict=True)
        )
        self._waits = lru_cache(maxsize=_KEPT)(self._waiting)
        self._placed_after = lru_cache(maxsize=_STANDINGS_KEPT)(_after)
        self._placed = lru_cache(maxsize=_KEPT)(self._placement)

    def _mask(self, verb: str, item: str = "", at: str | None = None) -> int:
        """The rules of a verb, perhaps on one item, perhaps at one time."""
        return sum(
            bit
            for bit, rule in self._rules
            if rule.verb == verb and (not item or item in rule.items) and at in (None, rule.at)
        )

    def _waiting(self, mask: int) -> Waits:
        """Which item waits for which other, by their places in ORDER, when these rules hold."""
        orders = [rule for bit, rule in self._rules if mask & bit and rule.verb == "after"]
        return tuple(
            (i, o)
            for i, item in enumerate(ORDER)
            for o, other in enumerate(ORDER)
            if any(item in rule.items and other in rule.follows for rule in orders)
        )

    def mask(self, rules: Iterable[Rule]) -> int:
        """The bits of rules that hold; those that place nothing have none."""
        return sum([self._bit.get(rule.id, 0) for rule in rules])

    def standing(self, mask: int) -> Standing:
        """Where each item stands when exactly these rules hold."""
        return self.with_last(self.before_last(mask), mask)

    def before_last(self, mask: int) -> Standing:
        """Where each item stands when exactly these rules hold, with C1 not placed yet.

        This is what the rules on C1 may ask.
        """
        if mask & self._stop:
            return Standing("stop", _STOPPED, _STOPPED)
        called = tuple([where(mask) for where in self._others])
        disposition: Disposition = "review_first" if mask & self._review else "proceed"
        return self._stood(disposition, called, mask & self._after)

    def without_hold(self, item: str, mask: int) -> str:
        """When an item would come if nothing held it and all else stood as it does.

        Later this session, where nothing calls for it.
        """
        number = ORDER.index(item)
        one, standing = self._items[number], self.standing(mask)
        place = one.unheld(mask)
        if place == _NOWHERE:
            place = WHENS.index("later_this_session")
        called = (*standing.called[:number], place, *standing.called[number + 1 :])
        return named(self._stood(standing.disposition, called, mask & self._after).places[number])

    def with_last(self, others: Standing, mask: int) -> Standing:
        """Where each item stands when these rules hold, the others as `before_last` has them."""
        if others.disposition == "stop":
            return others
        called = (*others.called[:_LAST], self._place_last(mask), *others.called[_LAST + 1 :])
        return self._stood(others.disposition, called, mask & self._after)

    def _stood(self, disposition: Disposition, called: tuple[int, ...], after: int) -> Standing:
        """Where each item stands that is called so, when these rules say what it comes after."""
        return Standing(disposition, self._placed_after(called, self._waits(after)), called)

    def place(self, mask: int) -> Placement:
        """Where everything stands, with the steps in order and what each comes after."""
        return self.placed(self.standing(mask), mask)

    def placed(self, standing: Standing, mask: int) -> Placement:
        """The same, of a standing that these rules gave."""
        return self._placed(standing.disposition, standing.places, self._waits(mask & self._after))

    def _placement(
        self, disposition: Disposition, places: tuple[int, ...], waiting: Waits
    ) -> Placement:
        """The same, of where the items stand and the rules that order them."""
        steps = {item: place for item, place in zip(ORDER, places, strict=True) if place < _NOWHERE}
        waits = [(ORDER[item], ORDER[other]) for item, other in waiting]
        before = {
            item: tuple(other for one, other in waits if one == item and other in steps)
            for item in steps
        }
        stands = where(places)
        return Placement(
            disposition,
            tuple((item, WHENS[steps[item]], before[item]) for item in _listed(steps, before)),
            tuple(item for item, at in stands.items() if at == "held"),
            tuple(item for item, at in stands.items() if at == "barred"),
        )


def _after(called: tuple[int, ...], waits: Waits) -> tuple[int, ...]:
    """Move each item behind what it waits for. The loop ends, because times only grow."""
    places = called
    moving = True
    while moving:
        moving = False
        for item, other in waits:
            if places[item] < places[other] < _NOWHERE:
                places = (*places[:item], places[other], *places[item + 1 :])
                moving = True
    return places


def _listed(steps: Mapping[str, int], before: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The items by time, by what they wait for, and for the rest in the usual order."""
    left = sorted(steps, key=steps.__getitem__)
    listed: list[str] = []
    while left:
        ready = next((one for one in left if not any(o in left for o in before[one])), left[0])
        listed.append(ready)
        left.remove(ready)
    return listed
