"""What a clinic's own pack may not do: bring anything about sooner or wider than the rulebook does.

Holding, barring, delaying, reviewing and stopping are free, because the strictest conclusion
counts. Three things could loosen in spite of that, and are told here at their line: a call in
cases in which the rulebook is silent (most of what must not be a step is not barred, it is just
never called), an order turned around, and an idea that borrows the handout's name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from planner.reading.contradictions import covers
from planner.reading.files import RuleFile
from planner.reading.problems import Place
from planner.reading.shapes import PackShape, RulebookShape
from planner.reading.shaping import fit
from planner.rulebook.conditions import Conjunction
from planner.rulebook.rulebook import WHENS, Rule

IDEA = "D5"
_NAMED = "rulebook.yaml"


def note_loosening(rules: Sequence[Rule], files: Sequence[RuleFile]) -> None:
    """Tell of every rule of a pack that could loosen what the rulebook keeps."""
    places = {file.place.path: file.place for file in files if file.pack}
    shipped = [rule for rule in rules if rule.path not in places]
    orders = _Orders(rules)
    for rule in rules:
        if rule.path in places:
            place = places[rule.path].within(f'rule "{rule.id}"')
            if rule.verb in _TELL:
                _TELL[rule.verb](rule, shipped, place)
            if rule.verb == "after":
                orders.note(rule, place)


def _call(rule: Rule, shipped: Sequence[Rule], place: Place) -> None:
    """A pack's call fits where the rulebook calls as well, and no sooner; D5 is the pack's own.

    Each of its cases has to, by a case of one call or of another.
    """
    item = rule.items[0] if rule.items else ""
    if item == IDEA:
        _idea(rule, place)
        return
    calls = [one for one in shipped if one.verb == "call" and item in one.items]
    for branch in rule.branches:
        _covered(rule, branch, calls, place)


def _covered(rule: Rule, when: Conjunction, calls: Sequence[Rule], place: Place) -> None:
    """Tell of a case of a pack's call in which no shipped call holds, or none as soon."""
    item = rule.items[0]
    wider = [one for one in calls if any(covers(branch, when) for branch in one.branches)]
    if not wider:
        what = f"a pack may not call {item} where the rulebook does not."
        near = ", ".join(one.id for one in calls[:3])
        hint = f"Repeat all conditions of one that does ({near}), or offer an idea: `call: {IDEA}`."
        place.say(rule.line, what, hint)
    elif all(_rank(rule) < _rank(one) for one in wider):
        what = f"a pack may not call {item} sooner than {wider[0].id} does ({wider[0].at})."
        place.say(rule.line, what, f"A pack may delay, never hurry: `at: {wider[0].at}`.")


def _idea(rule: Rule, place: Place) -> None:
    """The blank line of the handout is a place for ideas, and no source of any."""
    if f"handout {IDEA}" in rule.sources:
        what = f"{IDEA} is blank in the handout, so it is no source."
        place.say(rule.line, what, "Name your own source in sources.yaml, or `derived`.")


def _rank(rule: Rule) -> int:
    return WHENS.index(rule.at) if rule.at else 0


_TELL: Mapping[str, Callable[[Rule, Sequence[Rule], Place], None]] = {"call": _call}


class _Orders:
    """What comes after what in any rule, whatever its conditions."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._after: dict[str, set[str]] = {}
        for rule in rules:
            for item in rule.items if rule.verb == "after" else ():
                self._after.setdefault(item, set()).update(rule.follows)

    def note(self, rule: Rule, place: Place) -> None:
        """Tell when an item would wait for one that waits for it."""
        for item in rule.items:
            for other in rule.follows:
                if item != other and item in self._before(other):
                    what = f"{item} cannot come after {other}: {other} comes after {item}."
                    hint = "A pack may add to the order, never turn it around. Remove"
                    place.say(rule.line, what, f"{hint} `follows: {other}`.")

    def _before(self, item: str) -> set[str]:
        """Every item that may have to come before this one."""
        met: set[str] = set()
        ahead = [item]
        while ahead:
            new = self._after.get(ahead.pop(), set()) - met
            met |= new
            ahead.extend(new)
        return met


def note_alike(labels: Sequence[str], places: Collection[Place]) -> None:
    """Tell of directories that problems, and names used twice, could not be told apart by."""
    for label, place in zip(labels, places, strict=True):
        if labels.count(label) > 1:
            what = "a pack is called like the rulebook or another pack."
            place.say(1, what, "Give each directory a name of its own, like `clinic-rules`.")


def version_of(files: Sequence[RuleFile]) -> str:
    """The rulebook's version, followed by the name and version of each pack."""
    told = [_version(file) for file in files if file.name == _NAMED and file.tree is not None]
    return " + ".join(one for one in told if one)


def _version(file: RuleFile) -> str:
    """How a plan names the rulebook, or a pack beside it."""
    if not file.pack:
        shape = fit(RulebookShape, file.tree, 1, file.place)
        return shape.version if shape else ""
    pack = fit(PackShape, file.tree, 1, file.place)
    return f"{pack.name} {pack.version}" if pack else ""


def unnamed(directories: Sequence[str], files: Sequence[RuleFile]) -> Iterator[str]:
    """The packs that do not say what they are called: no plan could name them."""
    named = {file.place.path for file in files if file.pack and file.name == _NAMED}
    for directory in directories:
        if any(file.place.path.startswith(f"{directory}/") for file in files):
            path = f"{directory}/{_NAMED}"
            if path not in named:
                yield path
