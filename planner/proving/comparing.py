"""Which observations get another plan under another rulebook, by class, each with an example.

Both rulebooks are put over the same observations, so whatever they share is asked nothing about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from planner.proving.logic import Formula, all_of, any_of, no, same
from planner.proving.model import Model, differing
from planner.proving.prover import Prover
from planner.rulebook.rulebook import ORDER, WHENS, Rulebook

NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Change:
    """A class of change: of what, from what to what, and the smallest observation that shows it."""

    kind: str
    what: str
    before: str
    after: str
    example: Mapping[str, Any]


def changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    """Every class of observations that get another plan: disposition, items, words, the rest."""
    before = Prover(old)
    after = Prover(new, like=before)

    def told(kind: str, what: str, was: str, becomes: str, when: Formula) -> Iterator[Change]:
        found = before.search.example(when)
        if found:
            yield Change(kind, what, was, becomes, found[0])

    for (was, here), (becomes, there) in _pairs(*map(_dispositions, (before.model, after.model))):
        yield from told("disposition", "the plan", was, becomes, all_of([here, there]))
    for item in ORDER:
        places = (_places(model, item) for model in (before.model, after.model))
        for (was, here), (becomes, there) in _pairs(*places):
            when = all_of([*_going(before, after), here, there])
            yield from told("item", item, was, becomes, when)
    for part, when in _reworded(before.model, after.model):
        yield from told("words", part, "one text", "another", when)
    for name, was, becomes, when in _beside(before.model, after.model):
        yield from told("beside", name, was, becomes, when)


Places = Mapping[str, Formula]


def _pairs(old: Places, new: Places) -> Iterator[tuple[tuple[str, Formula], tuple[str, Formula]]]:
    """Each pair of different placements of an item under the two rulebooks."""
    if any(not same(old[name], new[name]) for name in old):
        yield from ((a, b) for a, b in product(old.items(), new.items()) if a[0] != b[0])


def _dispositions(model: Model) -> Places:
    standing = model.standing
    return {"proceed": standing.proceed, "review_first": standing.review, "stop": standing.stop}


def _going(*provers: Prover) -> list[Formula]:
    """Neither plan is stopped; a change from or to a stop is a class of its own."""
    return [no(prover.model.standing.stop) for prover in provers]


def _places(model: Model, item: str) -> Places:
    """Every placement that an item may have."""
    standing = model.standing
    places: dict[str, Formula] = {at: standing.at(item, rank) for rank, at in enumerate(WHENS)}
    places |= {"held": standing.held[item], "barred": standing.barred[item]}
    return places | {NOWHERE: no(any_of(places.values()))}


def _reworded(old: Model, new: Model) -> Iterator[tuple[str, Formula]]:
    """Each part of an item's words that differs where the item is a step under both."""
    parts: dict[str, list[Formula]] = {}
    for name, differs in differing(old.said, new.said).items():
        parts.setdefault(name.partition(" ")[0], []).append(differs)
    for part, differing_texts in parts.items():
        item = part.partition(".")[0]
        steps = [old.standing.step[item], new.standing.step[item]]
        yield part, all_of([*steps, any_of(differing_texts)])


def _beside(old: Model, new: Model) -> Iterator[tuple[str, str, str, Formula]]:
    """Each code, lead or sentence that stands under one rulebook only."""
    for before, after in ((old.avoided, new.avoided), (old.leads, new.leads), _advised(old, new)):
        for name in differing(before, after):
            was, becomes = (one.get(name) for one in (before, after))
            if was is not None:
                gone = [was] if becomes is None else [was, no(becomes)]
                yield name, "told", "not told", all_of(gone)
            if becomes is not None:
                added = [becomes] if was is None else [becomes, no(was)]
                yield name, "not told", "told", all_of(added)


def _advised(old: Model, new: Model) -> tuple[Places, Places]:
    """What is said beside the steps; a caution only where its item is a step under both."""
    going = {item: [model.standing.step[item] for model in (old, new)] for item in ORDER}

    def told(model: Model) -> Places:
        return {
            name: all_of([holds, *going.get(name.split(" ")[1], [])])
            if name.startswith("caution ")
            else holds
            for name, holds in model.advised.items()
        }

    return told(old), told(new)
