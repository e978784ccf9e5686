"""The composition as formulas: bars over holds over calls, earliest call, delays, waiting.

This says a second time, and in another way, what `planning/placing.py` does: there a loop lets
items wait, here it is written down who waits for whom. Random observations hold the two to each
other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from planner.planning.placing import PLACING
from planner.proving.logic import NO, YES, Formula, all_of, any_of, no
from planner.rulebook.rulebook import ORDER, WHENS, Rule

LATER = range(1, len(WHENS))
"""The times after `now`, by their place in WHENS."""


class Standings:
    """Where each item stands, given which rules hold."""

    def __init__(
        self, rules: Sequence[Rule], holds: Mapping[str, Formula], but: Collection[str] = ()
    ) -> None:
        """Of the rules and when they hold; the items of `but` are not placed at all."""
        self._rules = [rule for rule in rules if rule.verb in PLACING]
        self._holds = holds
        self._but = but
        self.stop = self._concluded("stop")
        self.review = all_of([no(self.stop), self._concluded("review")])
        self.proceed = all_of([no(self.stop), no(self.review)])
        going = no(self.stop)
        self.barred: dict[str, Formula] = {}
        self.held: dict[str, Formula] = {}
        self.step: dict[str, Formula] = {}
        for item in ORDER:
            bar, hold = self._concluded("bar", item), self._concluded("hold", item)
            self.barred[item] = all_of([going, bar])
            self.held[item] = all_of([going, no(bar), hold])
            called = any_of([self._concluded("call", item, at) for at in WHENS])
            self.step[item] = all_of([going, no(bar), no(hold), called])
        self.waits = self._waiting()
        self._late = {item: [self._not_before(item, rank) for rank in LATER] for item in ORDER}
        self._wait()

    def _concluded(self, verb: str, item: str = "", at: str | None = None) -> Formula:
        """A rule of this verb holds, perhaps on one item, perhaps at one time."""
        if item in self._but:
            return NO
        return any_of(
            [
                self._holds[rule.id]
                for rule in self._rules
                if rule.verb == verb and (not item or item in rule.items) and at in (None, rule.at)
            ]
        )

    def _waiting(self) -> dict[tuple[str, str], Formula]:
        """Which item has to wait for which, where both are steps."""
        asked: dict[tuple[str, str], list[Formula]] = {}
        for rule in self._rules:
            if rule.verb == "after":
                for item in rule.items:
                    for other in rule.follows:
                        asked.setdefault((item, other), []).append(self._holds[rule.id])
        return {
            (item, other): all_of([self.step[item], self.step[other], any_of(holds)])
            for (item, other), holds in asked.items()
        }

    def _not_before(self, item: str, rank: int) -> Formula:
        """Neither its calls nor its delays let an item come before this time."""
        earlier = any_of([self._concluded("call", item, at) for at in WHENS[:rank]])
        delayed = any_of([self._concluded("delay", item, at) for at in WHENS[rank:]])
        return any_of([no(earlier), delayed])

    def _wait(self) -> None:
        """Let each item come no earlier than what it waits for, the first ones first."""
        for items in _in_order(self.waits):
            for _ in items:
                for item in items:
                    before = [other for one, other in self.waits if one == item]
                    self._late[item] = [
                        any_of(
                            [
                                late,
                                *(
                                    all_of([self.waits[item, other], self._late[other][place]])
                                    for other in before
                                ),
                            ]
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


def _in_order(waits: Iterable[tuple[str, str]]) -> list[list[str]]:
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
