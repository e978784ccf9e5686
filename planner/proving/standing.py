"""The composition as formulas: bars over holds over calls, earliest call, delays, waiting.

This says a second time, and in another way, what `planning/placing.py` does: there a loop lets
items wait, here it is written down who waits for whom. Random observations hold the two to each
other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from planner.proving.logic import YES, Formula, all_of, any_of, no
from planner.rulebook.rulebook import ORDER, WHENS, Rule

LATER = range(1, len(WHENS))
"""The times after `now`, by their place in WHENS."""


class Standings:
    """Where each item stands, given which rules hold."""

    def __init__(
        self,
        rests: Sequence[tuple[Rule, Formula]],
        but: Collection[str] = (),
        like: Standings | None = None,
    ) -> None:
        """Of the rules and when they hold; the items of `but` are not placed at all.

        What rests on the same rules as in `like` is taken from there.
        """
        self._rests = {(id(rule), holds.number): (rule, holds) for rule, holds in rests}
        self._but = tuple(but)
        self._by: dict[tuple[str, str, str], list[Formula]] = {}
        anew = self._acted_on_otherwise(like)
        self._sort(anew)
        self.stop = self._concluded("stop")
        if like and self.stop is not like.stop:
            like, anew = None, {*ORDER}
            self._sort(anew)
        self.review = all_of([no(self.stop), self._concluded("review")])
        self.proceed = all_of([no(self.stop), no(self.review)])
        self.barred: dict[str, Formula] = {}
        self.held: dict[str, Formula] = {}
        self.step: dict[str, Formula] = {}
        self._own: dict[str, list[Formula]] = {}
        for item in ORDER:
            self._put(item, None if item in anew else like)
        self.waits = self._waiting()
        self._late = dict(self._own)
        self._anew = self._wait(anew, like)

    def _acted_on_otherwise(self, like: Standings | None) -> set[str]:
        """The items on which a rule acts that is not in `like`, or holds otherwise there."""
        if like is None or like._but != self._but:  # noqa: SLF001 - another of its own kind
            return {*ORDER}
        rests, before = self._rests, like._rests  # noqa: SLF001 - another of its own kind
        others = [rests.get(key) or before[key] for key in rests.keys() ^ before.keys()]
        return {item for rule, _ in others for item in rule.items}

    def _sort(self, items: Collection[str]) -> None:
        """Put the rules that act on these items, or on none, by verb, item and time."""
        self._by = {}
        for rule, holds in self._rests.values():
            about = [one for one in rule.items if one in items and one not in self._but]
            for item in about if rule.items else ("",):
                for at in ("", rule.at) if rule.at else ("",):
                    self._by.setdefault((rule.verb, item, at), []).append(holds)

    def _put(self, item: str, like: Standings | None) -> None:
        """Say when an item is barred, held or a step, and not before when by its own rules."""
        if like is not None:
            self.barred[item], self.held[item] = like.barred[item], like.held[item]
            self.step[item] = like.step[item]
            self._own[item] = like._own[item]  # noqa: SLF001 - another of its own kind
            return
        going = no(self.stop)
        bar, hold = self._concluded("bar", item), self._concluded("hold", item)
        self.barred[item] = all_of([going, bar])
        self.held[item] = all_of([going, no(bar), hold])
        called = any_of([self._concluded("call", item, at) for at in WHENS])
        self.step[item] = all_of([going, no(bar), no(hold), called])
        self._own[item] = [self._not_before(item, rank) for rank in LATER]

    def rests_on(self, rests: Sequence[tuple[Rule, Formula]], but: Collection[str]) -> bool:
        """Whether these are the very rules, and hold when they do here."""
        keys = {(id(rule), holds.number) for rule, holds in rests}
        return tuple(but) == self._but and keys == self._rests.keys()

    def stands_as_in(self, like: Standings, item: str) -> bool:
        """Whether an item was taken from `like`, which this was made with."""
        return item not in self._anew and self.step[item] is like.step[item]

    def _concluded(self, verb: str, item: str = "", at: str = "") -> Formula:
        """A rule of this verb holds, perhaps on one item, perhaps at one time."""
        return any_of(self._by.get((verb, item, at), ()))

    def _waiting(self) -> dict[tuple[str, str], Formula]:
        """Which item has to wait for which, where both are steps."""
        asked: dict[tuple[str, str], list[Formula]] = {}
        for rule, holds in self._rests.values():
            if rule.verb == "after":
                for item in rule.items:
                    for other in rule.follows:
                        asked.setdefault((item, other), []).append(holds)
        return {
            (item, other): all_of([self.step[item], self.step[other], any_of(by)])
            for (item, other), by in asked.items()
        }

    def _not_before(self, item: str, rank: int) -> Formula:
        """Neither its calls nor its delays let an item come before this time."""
        earlier = any_of([self._concluded("call", item, at) for at in WHENS[:rank]])
        delayed = any_of([self._concluded("delay", item, at) for at in WHENS[rank:]])
        return any_of([no(earlier), delayed])

    def _wait(self, anew: set[str], like: Standings | None) -> set[str]:
        """Let each item come no earlier than what it waits for, the first ones first.

        The items are given of which this is worked out, the others are as in `like`.
        """
        anew = {*anew}
        for items in _in_order(tuple(self.waits)):
            before = {item: [other for one, other in self.waits if one == item] for item in items}
            if like and anew.isdisjoint(
                (*items, *(one for some in before.values() for one in some))
            ):
                self._late.update((item, like._late[item]) for item in items)  # noqa: SLF001 - another of its own kind
                continue
            anew.update(items)
            for _ in items:
                for item in items:
                    self._late[item] = self._after_others(item, before[item])
        return anew

    def _after_others(self, item: str, before: Sequence[str]) -> list[Formula]:
        """Not before when an item comes, by its own rules and by what it waits for."""
        return [
            any_of(
                [late] + [all_of([self.waits[item, one], self._late[one][place]]) for one in before]
            )
            for place, late in enumerate(self._late[item])
        ]

    def at(self, item: str, rank: int) -> Formula:
        """The item is a step at exactly this time."""
        parts = [self.step[item]]
        if rank:
            parts.append(self._late[item][rank - 1])
        if rank < len(WHENS) - 1:
            parts.append(no(self._late[item][rank]))
        return all_of(parts)

    def stands(self, item: str, place: str) -> Formula:
        """The item stands at this place: at a time, held, barred, or nowhere."""
        if place in WHENS:
            return self.at(item, WHENS.index(place))
        places = {"held": self.held[item], "barred": self.barred[item]}
        if place in places:
            return places[place]
        return no(any_of([self.step[item], *places.values()]))

    def not_before(self, item: str, rank: int) -> Formula:
        """The item is no step before this time, if it is one at all."""
        return self._late[item][rank - 1] if rank else YES

    def later(self, item: str, other: str) -> Formula:
        """Both are steps, and the first comes at a later time than the second."""
        gaps = [
            all_of([self.not_before(item, rank), no(self.not_before(other, rank))])
            for rank in LATER
        ]
        return all_of([self.step[item], self.step[other], any_of(gaps)])

    def comes_after(self) -> dict[tuple[str, str], Formula]:
        """Which item waits for which, directly or by what lies between."""
        reach = dict(self.waits)
        items = sorted({one for pair in reach for one in pair}, key=ORDER.index)
        for middle in items:
            for one in items:
                for other in items:
                    if (one, middle) in reach and (middle, other) in reach:
                        through = all_of([reach[one, middle], reach[middle, other]])
                        known = reach.get((one, other))
                        reach[one, other] = through if known is None else any_of([known, through])
        return reach

    def outcome(self) -> dict[str, Formula]:
        """Everything that a reader sees of where things stand, each part by a name."""
        seen = {"stop": self.stop, "review": self.review}
        for item in ORDER:
            seen[f"barred {item}"] = self.barred[item]
            seen[f"held {item}"] = self.held[item]
            seen |= {f"{item} {at}": self.at(item, rank) for rank, at in enumerate(WHENS)}
        return seen | {f"{one} after {other}": wait for (one, other), wait in self.waits.items()}


@lru_cache
def _in_order(waits: tuple[tuple[str, str], ...]) -> list[list[str]]:
    """The items such that what is waited for comes first; those in a circle stand together."""
    graph: dict[str, set[str]] = {}
    for item, other in waits:
        graph.setdefault(item, set()).add(other)
    circles: list[set[str]] = []
    while True:
        try:
            order = list(TopologicalSorter(_without(graph, circles)).static_order())
        except CycleError as error:
            circle = set(error.args[1])
            circles = _merged([*circles, *({one} for one in circle)], circle)
        else:
            return [sorted(_members(one, circles), key=ORDER.index) for one in order]


def _merged(circles: list[set[str]], circle: set[str]) -> list[set[str]]:
    """Put everything that shares a member with a circle into one."""
    touching = [one for one in circles if one & circle]
    return [one for one in circles if not one & circle] + [circle.union(*touching)]


def _members(name: str, circles: list[set[str]]) -> set[str]:
    """The items that a name stands for."""
    return next((circle for circle in circles if name in circle), {name})


def _without(graph: Mapping[str, set[str]], circles: list[set[str]]) -> dict[str, set[str]]:
    """The graph with each circle drawn together into its first member."""

    def name(item: str) -> str:
        return min(_members(item, circles))

    drawn: dict[str, set[str]] = {}
    for item, others in graph.items():
        drawn.setdefault(name(item), set()).update(
            name(other) for other in others if name(other) != name(item)
        )
    return drawn
