"""A pack's wording: where its variants stand, and what they may say.

A shipped variant carries its premise in its `when`, and the variants before it carry what must
not be the case. So a pack's variant never stands first: it stands right before the first shipped
variant that fits whenever it does, keeps that premise by being narrower, and leaves every variant
before it in force. What a shipped text says under a premise of its own, it may not say without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planner.contract.fields import FIELDS
from planner.reading.contradictions import covers, covers_all
from planner.reading.nodes import Map
from planner.reading.problems import Place, shortened
from planner.rulebook.conditions import Condition, Conjunction, ListAny, ListOnly
from planner.rulebook.rulebook import ItemWords, Part, Slot, Variant

Run = tuple[str, ...]

_RUN = 6
"""A run of this many words counts as copied; shorter runs occur in unlike sentences."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SLOT = re.compile(r"\{[a-z_]+\}")


class PackWords:
    """What ships, as far as a pack's wording is measured by it."""

    def __init__(
        self,
        items: Mapping[str, ItemWords],
        slots: Mapping[str, Slot],
        scripts: Mapping[str, Sequence[str]],
    ) -> None:
        """Keep what ships; `items` and `slots` may grow later, `scripts` are the handout's."""
        self._shipped = dict(items)
        self._slots = slots
        self._guarded: dict[Run, str] = {}
        for item, words in items.items():
            for variant in _variants(words):
                self._guard(variant.say, f"the wording of {item} ({variant.id})")
        for item, lines in scripts.items():
            for line in lines:
                self._guard(line, f"the handout's words of {item}")

    def words(self, item: str) -> ItemWords | None:
        """The words of an item that ship."""
        return self._shipped.get(item)

    def _guard(self, text: str, whose: str) -> None:
        for run in _runs(text):
            self._guarded.setdefault(run, whose)

    def widened(self, item: str, part: Part, added: Part, place: Place) -> Part:
        """The part with each of the pack's variants where it keeps the premises of what ships."""
        shipped = {
            variant.id
            for one in self._shipped[item].every
            for variant in one.variants
            if one.name == part.name
        }
        variants = list(part.variants)
        for new in added.variants:
            within = place.within(f'variant "{shortened(new.id)}"')
            at = next(
                (
                    number
                    for number, one in enumerate(variants)
                    if one.id in shipped and covers_all(one, new)
                ),
                None,
            )
            if at is None:
                what = f"it would speak where the part {shortened(part.name)} is silent."
                hint = f"Repeat all lines of the `when` of one of {_named(shipped)}."
                within.say(new.line, what, hint)
            else:
                variants.insert(at, replace(new, handout=variants[at].handout))
            self.note(item, new, within)
        return replace(part, variants=tuple(variants), groups=(*part.groups, *added.groups))

    def note(self, item: str, new: Variant, place: Place) -> None:
        """Tell of words, and of blanks, whose premise the variant does not keep."""
        for one, run in self._borrowed(item, new.say, new.branches):
            what = f'"{" ".join(run)}" are words of {one}, which have premises of their own.'
            hint = "Repeat their conditions in `when`, or say it in your own words."
            place.say(new.line, what, hint)
        for name in dict.fromkeys(_SLOT.findall(new.say)):
            slot = self._slots.get(name[1:-1])
            if slot is not None and not all(_asks(one, slot.field) for one in new.branches):
                what = f"the blank {name} speaks of {slot.field}, which the variant does not ask."
                place.say(new.line, what, f"Ask it in the variant's `when`: `{slot.field}: …`.")

    def note_own_words(self, item: str, parts: Sequence[Part], place: Place) -> None:
        """Tell of a pack's own item that speaks in the words of another."""
        for variant in (one for part in parts for one in part.variants):
            self.note(item, variant, place.within(f'variant "{shortened(variant.id)}"'))

    def note_slot(self, slot: Slot, line: int, place: Place) -> None:
        """Note a problem where a pack's slot would say shipped words without their conditions."""
        for text in (*slot.values.values(), slot.otherwise):
            for one, run in self._borrowed("", text, ((),)):
                what = f'"{" ".join(run)}" are words of {one}, which have premises of their own.'
                place.say(line, what, "Say it in your own words: `values: {…}`, `otherwise: …`.")

    def _borrowed(
        self, item: str, text: str, cases: Sequence[Conjunction]
    ) -> Iterator[tuple[str, Run]]:
        """The first run of the text that belongs to words whose premises are not kept here."""
        words = self.words(item)
        kept = {
            run
            for variant in (_variants(words) if words else ())
            if all(any(covers(one, case) for one in variant.branches) for case in cases)
            for run in _runs(variant.say)
        }
        for run in _runs(text):
            if run in self._guarded and run not in kept:
                yield self._guarded[run], run
                return


def refuse_handout(node: Map, place: Place, part: str = "") -> None:
    """Note a problem for a variant with `handout` whose words are the clinic's own, or few."""
    if "handout" in node:
        short = part in ("short", "line")
        what = "few words stand for no run" if short else "a pack's words are never the handout's."
        what += " of the handout." if short else ""
        place.say(
            node.line_of("handout"), what, "Remove `handout: …`; what was adapted is told anyhow."
        )


def _variants(words: ItemWords) -> Iterator[Variant]:
    return (variant for part in words.every for variant in part.variants)


def _runs(text: str) -> Iterator[Run]:
    """Every run of words in a row, within a stretch between blanks."""
    for stretch in _SLOT.split(text.lower().replace("\u2019", "'")):
        words = _WORD.findall(stretch)
        for start in range(len(words) - _RUN + 1):
            yield tuple(words[start : start + _RUN])


def _asks(when: Sequence[Condition], field: str) -> bool:
    """Whether conditions ask about a field, or at least that its kind of rupture is there."""
    kind = FIELDS[field].rupture if field in FIELDS else None
    for condition in when:
        asked = FIELDS.get(condition.field)
        if condition.field == field:
            return True
        if kind and asked is not None and asked.rupture == kind:
            return True
        if kind and condition.field == "ruptures.kinds":
            test = condition.test
            if isinstance(test, ListAny | ListOnly) and test.values == frozenset((kind,)):
                return True
    return False


def _named(ids: set[str]) -> str:
    """Some of these ids, for a person to choose from."""
    names = sorted(ids)
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
