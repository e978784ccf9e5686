"""From conclusions to where each item stands: bars over holds over calls, when, and in which order.

It looks at rules alone, each of them one bit of a whole number, so that a plan and the questions of
a plan (what would another answer do?) are weighed by the same few operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planner.plan import Disposition
from planner.rulebook import Rule, When

WHENS: tuple[When, ...] = ("now", "later_this_session", "future_session")
ORDER = ("C2", "C3", "C1", "D1", "D4", "D2", "D3", "D5")
"""Own part, open request, hearing, presence, feeling, our pattern, outside link: where rules leave
the order open, a plan lists its items like this."""

PLACING = frozenset(("call", "delay", "hold", "bar", "review", "stop", "after"))
"""The verbs that decide where an item stands. The others add words to what is decided."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The disposition, and where each item stands.

    Steps have their place in WHENS, held items the number of conditions that they wait for.
    """

    disposition: Disposition
    steps: Mapping[str, int]
    held: Mapping[str, int] = field(default_factory=dict)
    barred: tuple[str, ...] = ()
    called: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    """The steps before any of them waits for another."""

    def where(self) -> dict[str, str]:
        """Each item with its time, "held" or "barred"."""
        known: dict[str, str] = {item: WHENS[rank] for item, rank in self.steps.items()}
        known.update(dict.fromkeys(self.held, "held"))
        known.update(dict.fromkeys(self.barred, "barred"))
        return known


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything stands, the steps in the order in which a plan lists them."""

    disposition: Disposition
    steps: tuple[tuple[str, When, tuple[str, ...]], ...]
    held: tuple[str, ...]
    barred: tuple[str, ...]


_NOWHERE, _BARRED, _HELD = 3, 4, 5
"""What `_Acting.where` answers beside a place in WHENS; held is 5 and the conditions waited for."""


class _Acting:
    """The rules that act on one item, as masks."""

    __slots__ = ("any", "bar", "call", "delay", "hold", "item")

    def __init__(self, item: str, mask: Callable[..., int]) -> None:
        """Note them by what they do."""
        self.item = item
        self.bar = mask("bar", item)
        self.hold = mask("hold", item)
        self.call = tuple(mask("call", item, at) for at in WHENS)
        self.delay = tuple(mask("delay", item, at) for at in WHENS)
        self.any = self.bar | self.hold | sum(self.call) | sum(self.delay)

    def where(self, mask: int) -> int:
        """Where these rules put the item: its earliest call kept back by delays, or elsewhere."""
        if mask & self.bar:
            return _BARRED
        if mask & self.hold:
            return _HELD + (mask & self.hold).bit_count()
        for rank, calls in enumerate(self.call):
            if mask & calls:
                for later in range(len(WHENS) - 1, rank, -1):
                    if mask & self.delay[later]:
                        return later
                return rank
        return _NOWHERE


class Placing:
    """Weighs the conclusions of all rules that hold, whichever rupture they come from.

    A bar beats a hold and a hold beats a call. Of several calls the earliest counts, but none
    counts earlier than a delay allows, or than what it has to wait for. On a stop nothing stands.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Note for each item the rules that act on it, as masks over `rules`."""
        self.rules = tuple(rule for rule in rules if rule.verb in PLACING)
        self._bit = {rule.id: 1 << number for number, rule in enumerate(self.rules)}
        self._stop = self._mask("stop")
        self._review = self._mask("review")
        self._items = tuple(_Acting(item, self._mask) for item in ORDER)
        self._whole = self._stop | self._review | self._mask("after")
        self._after = {
            item: tuple((other, self._waits(item, other)) for other in ORDER) for item in ORDER
        }

    def _mask(self, verb: str, item: str = "", at: str | None = None) -> int:
        """The rules of a verb, perhaps on one item, perhaps at one time."""
        return sum(
            self._bit[rule.id]
            for rule in self.rules
            if rule.verb == verb and (not item or item in rule.items) and at in (None, rule.at)
        )

    def _waits(self, item: str, other: str) -> int:
        """The rules that put an item after another."""
        return sum(
            self._bit[rule.id]
            for rule in self.rules
            if rule.verb == "after" and item in rule.items and other in rule.follows
        )

    def mask(self, rules: Iterable[Rule]) -> int:
        """The bits of rules that hold; those that place nothing have none."""
        bits = self._bit
        return sum([bits[rule.id] for rule in rules if rule.id in bits])

    def standing(self, mask: int) -> Standing:
        """Where each item stands when exactly these rules hold."""
        if mask & self._stop:
            return Standing("stop", {})
        called: dict[str, int] = {}
        held: dict[str, int] = {}
        barred: list[str] = []
        for acting in self._items:
            where = acting.where(mask)
            if where < _NOWHERE:
                called[acting.item] = where
            elif where > _HELD:
                held[acting.item] = where - _HELD
            elif where == _BARRED:
                barred.append(acting.item)
        disposition: Disposition = "review_first" if mask & self._review else "proceed"
        return Standing(disposition, self._waited(called, mask), held, tuple(barred), called)

    def moved(self, now: Standing, before: int, after: int) -> Standing:
        """Where each item would stand if other rules held: `now` itself where nothing moves.

        Only the items on which the differing rules act are weighed again.
        """
        differ = before ^ after
        if differ & self._whole or after & self._stop:
            return self.standing(after)
        moves = [
            (one.item, where)
            for one in self._items
            if differ & one.any and (where := one.where(after)) != one.where(before)
        ]
        if not moves:
            return now
        called, held, barred = dict(now.called), dict(now.held), set(now.barred)
        for item, where in moves:
            called.pop(item, None)
            held.pop(item, None)
            barred.discard(item)
            if where < _NOWHERE:
                called[item] = where
            elif where > _HELD:
                held[item] = where - _HELD
            elif where == _BARRED:
                barred.add(item)
        out = tuple(sorted(barred, key=ORDER.index)) if len(barred) > 1 else tuple(barred)
        return Standing(now.disposition, self._waited(called, after), held, out, called)

    def _waited(self, called: Mapping[str, int], mask: int) -> Mapping[str, int]:
        """Let no item come before what it waits for; no chain is longer than there are items."""
        if len(set(called.values())) < 2:
            return called
        steps = dict(called)
        for _ in called:
            for item in called:
                for other, waits in self._after[item]:
                    if mask & waits and steps.get(other, 0) > steps[item]:
                        steps[item] = steps[other]
        return steps

    def place(self, mask: int) -> Placement:
        """Where everything stands, with the steps in order and what each comes after."""
        standing = self.standing(mask)
        steps = standing.steps
        before = {
            item: tuple(o for o, waits in self._after[item] if o in steps and mask & waits)
            for item in steps
        }
        return Placement(
            standing.disposition,
            tuple((item, WHENS[steps[item]], before[item]) for item in _listed(steps, before)),
            tuple(standing.held),
            standing.barred,
        )


def _listed(steps: Mapping[str, int], before: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The items by time, by what they wait for, and for the rest in the usual order."""
    left = sorted(steps, key=steps.__getitem__)
    listed: list[str] = []
    while left:
        ready = next((one for one in left if not any(o in left for o in before[one])), left[0])
        listed.append(ready)
        left.remove(ready)
    return listed
