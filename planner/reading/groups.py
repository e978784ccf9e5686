"""Groups of variants: conditions that several variants of a part share, written once.

The variants are laid out in their rank, those of a group with its lines before their own, and read
as if each had been written so: what comes after sees whole variants, and a group as their heading.
"""

from __future__ import annotations

from planner.reading.conditions import ANY, read_when
from planner.reading.names import Names
from planner.reading.nodes import Items, Map, Node, entries
from planner.reading.problems import Place, shortened
from planner.reading.shapes import GroupShape
from planner.reading.shaping import fit
from planner.reading.spelling_out import PREMISE
from planner.rulebook.conditions import Condition
from planner.rulebook.rulebook import Group


class Ranked:
    """The variants of a part in their rank, those of groups among them, and the groups."""

    def __init__(self, ranked: Node, names: Names, place: Place) -> None:
        """Lay out what a part lists; what is wrong with a group is told."""
        self._names = names
        self._place = place
        self.groups: list[Group] = []
        self.variants: list[tuple[Node, int]] = []
        for node, line in entries(ranked):
            if isinstance(node, Map) and "group" in node:
                self._group(node, line)
            else:
                self.variants.append((node, line))

    def _group(self, node: Map, line: int) -> None:
        """One group: its variants, each with the group's conditions ahead of its own."""
        shape = fit(GroupShape, node, line, self._place)
        if shape is None:
            return
        within = self._place.within(f'{self._place.what}, group "{shortened(shape.group)}"')
        if shape.group in [one.name for one in self.groups]:
            hint = f"Name one of them otherwise: `group: {shortened(shape.group)}_again`."
            within.say(node.lines["group"], "two groups of this part have this name.", hint)
        before, shared = len(within.problems), node["when"]
        when = self._shared(shared, within)
        sound = len(within.problems) == before  # else each variant would tell it once more
        ids = []
        for one, at in entries(node["variants"]):
            self.variants.append((_joined(shared, one, self._place) if sound else one, at))
            ids.append(str(one.get("id")) if isinstance(one, Map) else "")
        because = " ".join(shape.because.split())
        self.groups.append(Group(shape.group, when, because, tuple(ids)))

    def _shared(self, when: Node, place: Place) -> tuple[Condition, ...]:
        """What a group asks, which has no cases."""
        if not isinstance(when, Map):
            return ()
        if ANY in when:
            hint = "Write `any: […]` in each variant that needs it."
            place.say(when.lines[ANY], "a group has no cases.", hint)
            return ()
        return read_when(when, self._names, place)


def _joined(shared: Node, variant: Node, place: Place) -> Node:
    """A variant with a group's lines before its own; a field that both ask about is told."""
    if not isinstance(variant, Map) or not isinstance(shared, Map):
        return variant
    own = variant.get("when")
    whole = Map(variant.line)
    whole.update(variant)
    whole.lines.update(variant.lines)
    if own is not None and not isinstance(own, Map):
        return whole  # its shape tells what stands there
    when = Map(variant.line if own is None else own.line)
    for part in (shared, own or Map(0)):
        for key, node in part.items():
            if key == PREMISE and key in when:
                when[key] = _both(when[key], when.lines[key], node, part.lines[key])
            elif key in when:
                within = place.within(f'variant "{shortened(variant.get("id"))}"')
                what = f"{key} is asked by the group already."
                hint = f"Ask about it in the group or in each variant: `{key}: …`."
                within.say(part.lines[key], what, hint)
            else:
                when[key], when.lines[key] = node, part.lines[key]
    whole["when"] = when
    whole.lines.setdefault("when", variant.line)
    return whole


def _both(first: Node, first_line: int, second: Node, second_line: int) -> Items:
    """The premises that a group names and those of a variant, each with its line."""
    both = Items(first_line)
    for named, line in ((first, first_line), (second, second_line)):
        named_each = entries(named) or [(named, line)]  # an empty list is told of as it stands
        both.extend(one for one, _ in named_each)
        both.lines.extend(at for _, at in named_each)
    return both
