"""What may stand in the blanks of a variant's words, and when it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from planner.contract.fields import FIELDS
from planner.proving.logic import YES, Formula, all_of, any_of, no
from planner.proving.world import World
from planner.rulebook.rulebook import Slot, Variant

_SLOT = re.compile(r"\{([a-z_]+)\}")

Texts = tuple[tuple[str, Formula], ...]
"""Texts in small letters, each with when it is said where its variant is."""


def texts_of(variant: Variant, slots: Mapping[str, Slot], world: World) -> Texts:
    """A variant's words as they stand, then with each filling of one blank."""
    return ((variant.say.lower(), YES), *_filled(variant, slots, world))


def _filled(
    variant: Variant, slots: Mapping[str, Slot], world: World
) -> Iterator[tuple[str, Formula]]:
    for name in dict.fromkeys(_SLOT.findall(variant.say)):
        for fill, filled in slot_fillings(world, slots[name]):
            yield variant.say.replace(f"{{{name}}}", fill).lower(), filled


def slot_fillings(world: World, slot: Slot) -> Iterator[tuple[str, Formula]]:
    """Each text that may stand in a blank, with when it does."""
    members = world.members.get(slot.field)
    if members:
        yield from _member_fillings(members, slot)
        return
    given = [world.is_(slot.field, _value(slot.field, value)) for value in slot.values]
    yield from zip(slot.values.values(), given, strict=True)
    yield slot.otherwise, no(any_of(given))


def _member_fillings(members: Mapping[str, Formula], slot: Slot) -> Iterator[tuple[str, Formula]]:
    """The same for a list: its first given value fills the blank, or the first two, joined."""
    values = list(slot.values.items())
    for first, (value, text) in enumerate(values):
        alone = [members[value], *(no(members[one]) for one, _ in values[:first])]
        for other, also in values[first + 1 :] if slot.joined else ():
            yield f"{text}{slot.joined}{also}", all_of([*alone, members[other]])
            alone.append(no(members[other]))
        yield text, all_of(alone)
    yield slot.otherwise, all_of([no(members[value]) for value, _ in values])


def _value(field: str, word: str) -> str | int:
    """A slot's key as the field's value."""
    return int(word) if FIELDS[field].kind == "number" else word
