"""The wording: the parts of each item's words, their variants, and the blanks in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from planner.contract.fields import FIELDS
from planner.reading.cases import Asked, read_asked
from planner.reading.contradictions import covers_all
from planner.reading.examples import example_of
from planner.reading.files import RuleFile
from planner.reading.groups import Ranked
from planner.reading.lengths import note_title
from planner.reading.names import Names
from planner.reading.nodes import Map, Node, entries
from planner.reading.packs.rules import IDEA
from planner.reading.packs.texts import reworded_summary
from planner.reading.packs.words import PackWords, refuse_handout
from planner.reading.problems import Place, shortened
from planner.reading.rules import Seen, note_formerly
from planner.reading.shapes import (
    IdeaShape,
    ItemWordsShape,
    PackWordsShape,
    PartShape,
    SlotShape,
    VariantShape,
    WordingFile,
)
from planner.reading.shaping import fit
from planner.reading.spelling_out import premises_of
from planner.reading.standing import of_variant
from planner.rulebook.conditions import branches
from planner.rulebook.handout import Handout
from planner.rulebook.plan_fields import after_all
from planner.rulebook.rulebook import STEP_ITEMS, ItemWords, Part, Slot, Variant

FORMS = ("short", "line")
"""The forms of a step that has few words, each as a part of its own."""
_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class WordsReader:
    """Reads the wording of the rulebook and then of each pack, which adds to it."""

    def __init__(self, names: Names, seen: Seen, handout: Handout | None) -> None:
        self.names = names
        self.seen = seen
        items = handout.items if handout else {}
        self.handout = {key: item.words for key, item in items.items()}
        self.scripts = {key: item.scripts for key, item in items.items()}
        self.shipped: PackWords | None = None
        self.items: dict[str, ItemWords] = {}
        self.slots: dict[str, Slot] = {}
        self.summary: dict[str, str] = {}

    def read(self, file: RuleFile) -> None:
        """Add one file's slots, summary sentences and items."""
        shape = None if file.tree is None else fit(WordingFile, file.tree, 1, file.place)
        if shape is None or not isinstance(file.tree, Map):
            return
        if file.pack and self.shipped is None:
            self.shipped = PackWords(self.items, self.slots, self.scripts)
        self._slots(file.tree.get("slots"), file)
        self._summary(shape.summary, file)
        items = file.tree.get("items")
        for item, node in items.items() if isinstance(items, Map) else ():
            self._item(item, node, items.line_of(item) if isinstance(items, Map) else 1, file)

    def _summary(self, summary: Mapping[str, str], file: RuleFile) -> None:
        """Add the sentences of the summary; a pack may word some of them anew."""
        nodes = file.tree.get("summary") if isinstance(file.tree, Map) else None
        if file.pack:
            reworded_summary(self.summary, summary, file)
        elif isinstance(nodes, Map):
            for key in summary:
                self.seen.once("sentence", key, nodes.lines[key], file.place)
        self.summary.update((key, text.strip()) for key, text in summary.items())

    def _slots(self, nodes: Node, file: RuleFile) -> None:
        """Add the blanks; each asks a field that has words for answers."""
        for name, node in nodes.items() if isinstance(nodes, Map) else ():
            line = nodes.line_of(name) if isinstance(nodes, Map) else 1
            within = file.place.within(f'slot "{shortened(name)}"')
            shape = fit(SlotShape, node, line, within)
            self.seen.once("slot", name, line, within)
            if shape is None or not isinstance(node, Map):
                continue
            if not _SLOT.fullmatch(f"{{{name}}}"):
                what = "a slot is named with small letters and underscores."
                within.say(line, what, "Write it like `what_happened: …`.")
            self._slot_field(shape, node, within)
            values = {value: text.strip() for value, text in shape.values.items()}
            joined = f" {shape.joined.strip()} " if shape.joined else ""
            self.slots[name] = Slot(name, shape.field, values, shape.otherwise, joined)
            if file.pack and self.shipped is not None:
                self.shipped.note_slot(self.slots[name], line, within)

    def _slot_field(self, shape: SlotShape, node: Map, place: Place) -> None:
        """Check that the slot's field and each of its values are known."""
        field = FIELDS.get(shape.field)
        values = node.get("values")
        if field is None:
            place.unknown(node.lines["field"], "field", shape.field, FIELDS)
        elif field.kind == "number":
            what = f"{field.name} is a number; a slot needs words for each answer."
            place.say(node.lines["field"], what, f"Name another: `{example_of('field')}`.")
        elif isinstance(values, Map):
            for value in values:
                if value not in field.values:
                    what = f"value for {field.name}"
                    place.unknown(values.lines[value], what, value, field.values)

    def _item(self, item: str, node: Node, line: int, file: RuleFile) -> None:
        """Add one item's words, or what a pack adds to words that are there."""
        place = file.place.within(f"words of {shortened(item)}")
        if item == "D5" and not file.pack:
            hint = "A clinic's own pack may fill it. Remove `D5: …` here."
            place.say(line, "D5 is blank in the handout.", hint)
        elif item not in STEP_ITEMS:
            file.place.unknown(line, "item", item, STEP_ITEMS)
        elif self.shipped is not None and self.shipped.words(item):
            shape = fit(PackWordsShape, node, line, place)
            if shape is not None and isinstance(node, Map):
                self._added(item, node, place)
        else:
            self.seen.once("item of the wording", item, line, file.place)
            words = fit(IdeaShape if item == IDEA else ItemWordsShape, node, line, place)
            if words is not None and isinstance(node, Map):
                parts = tuple(self._parts(item, node["parts"], place, pack=file.pack))
                forms = dict(self._forms(item, node, place, pack=file.pack))
                self._unique_parts((*parts, *forms.values()), node, place)
                self.items[item] = _item_words(item, words, parts, forms)
                note_title(item, words.title, "line" in forms, node.lines["title"], place)
                if file.pack and self.shipped is not None:
                    self.shipped.note_own_words(item, self.items[item].every, place)

    def _added(self, item: str, node: Map, place: Place) -> None:
        """Put what a pack says of an item that ships among its words."""
        if not any(key in node for key in ("parts", *FORMS)):
            hint = f"Write at least one of them, as in `{example_of('parts')}`."
            place.say(node.line, "neither `parts` nor `short` nor `line` stands here.", hint)
        parts = self._parts(item, node.get("parts"), place, pack=True)
        forms = (part for _, part in self._forms(item, node, place, pack=True))
        self._add_parts(item, chain(parts, forms), place)

    def _forms(
        self, item: str, node: Map, place: Place, *, pack: bool
    ) -> Iterator[tuple[str, Part]]:
        """The short form and the line of an item, each a part that is not optional."""
        for name in FORMS:
            if name in node:
                shape = PartShape(part=name, variants=(node[name],))
                within = place.within(f"{place.what}, {name}")
                yield name, self._part(item, shape, (node[name], node.lines[name]), within, pack)

    def _unique_parts(self, parts: tuple[Part, ...], node: Map, place: Place) -> None:
        """Tell of two parts of one name."""
        names = [part.name for part in parts]
        for name in sorted({name for name in names if names.count(name) > 1}):
            what = f'two parts are named "{shortened(name)}".'
            hint = f"Name one of them otherwise: `part: {shortened(name)}_again`."
            place.say(node.line_of("parts"), what, hint)

    def _add_parts(self, item: str, added: Iterator[Part], place: Place) -> None:
        """Put a pack's variants among those that ship, each where it keeps their premises."""
        words = self.items[item]
        for part in added:
            known = {one.name: one for one in words.every}
            if part.name not in known:
                line = part.variants[0].line if part.variants else 1
                place.unknown(line, f"part for {item}", part.name, known)
            elif self.shipped is not None:
                known[part.name] = self.shipped.widened(item, known[part.name], part, place)
                short, few = known.pop("short", None), known.pop("line", None)
                words = replace(words, parts=tuple(known.values()), short=short, line=few)
        self.items[item] = words

    def _parts(self, item: str, nodes: Node, place: Place, *, pack: bool = False) -> Iterator[Part]:
        """Each part with its variants."""
        for node, line in entries(nodes):
            shape = fit(PartShape, node, line, place)
            if shape is None or not isinstance(node, Map):
                continue
            within = place.within(f'{place.what}, part "{shortened(shape.part)}"')
            if pack:
                refuse_handout(node, within)
            if shape.handout:
                self._exact(item, shape.handout, node.lines["handout"], within)
            yield self._part(item, shape, (node["variants"], line), within, pack)

    def _part(
        self, item: str, shape: PartShape, listed: tuple[Node, int], place: Place, pack: bool
    ) -> Part:
        """One part with its variants; what a pack adds to a part that ships needs `when`."""
        added = self.shipped is not None and self.shipped.words(item) is not None
        before, optional = len(place.problems), shape.optional in ("yes", "true")
        ranked = Ranked(listed[0], self.names, place)
        variants = tuple(self._variants(item, shape, ranked.variants, place, pack=pack))
        if len(place.problems) == before:
            _check_ranks(variants, place, optional=added or optional)
        if added and any(variant.always for variant in variants):
            hint = f"It is for a narrower case: `{example_of('when')}`."
            place.say(listed[1], "a pack's variant needs `when`.", hint)
        return Part(shape.part, optional, variants, tuple(ranked.groups))

    def _variants(
        self,
        item: str,
        part: PartShape,
        nodes: Iterable[tuple[Node, int]],
        place: Place,
        *,
        pack: bool,
    ) -> Iterator[Variant]:
        """Each variant that fits its shape, with its conditions and its blanks checked."""
        for node, line in nodes:
            within = place
            if isinstance(node, Map) and isinstance(node.get("id"), str):
                within = place.within(f'variant "{shortened(node["id"])}"')
                self.seen.once("variant id", str(node["id"]), node.lines["id"], within)
                note_formerly(node, "variant id", self.seen, within)
            shape = fit(VariantShape, node, line, within)
            if shape is None or not isinstance(node, Map):
                continue
            if pack or part.part in FORMS:
                refuse_handout(node, within, part.part)
            if not shape.say and (pack or not shape.when):
                hint = f"Write it like `{example_of('say')}`, or remove the line."
                within.say(node.lines["say"], '"say" is empty.', hint)
            yield replace(self._variant(item, part, shape, node, within), added=pack)

    def _variant(
        self, item: str, part: PartShape, shape: VariantShape, node: Map, place: Place
    ) -> Variant:
        """One variant; told is what its words or its conditions have wrong."""
        self._blanks(shape.say, node.lines["say"], place)
        asked = read_asked(node.get("when"), self.names, place, of_variant(item))
        if shape.handout:
            self._exact(item, shape.handout, node.lines["handout"], place)
        if part.part in FORMS:
            _refuse_own_place(item, asked, node, place)
        return Variant(
            id=shape.id,
            item=item,
            part=part.part,
            when=asked.when,
            say=shape.say.strip(),
            because=" ".join(shape.because.split()),
            handout=shape.handout or part.handout,
            premises=tuple(one.name for one in premises_of(node.get("when"), self.names)),
            path=place.path,
            line=node.line,
            cases=asked.cases,
            cases_at=asked.at,
            formerly=shape.formerly,
        )

    def _exact(self, item: str, run: str, line: int, place: Place) -> None:
        """Tell when words that are said to be the handout's are not, to the character."""
        words = self.handout.get(item)
        if words is not None and run not in words:
            what = f"these are not the handout's exact words in {item}."
            place.say(line, what, 'Copy them from handout.yaml: `handout: "…"`.')

    def _blanks(self, say: str, line: int, place: Place) -> None:
        """Tell of a blank that no slot fills, and of a brace that is none."""
        for name in _SLOT.findall(say):
            if not self.names.knows("slots", name):
                place.unknown(line, "slot", name, self.names.slots)
        if {"{", "}"} & set(_SLOT.sub("", say)):
            hint = "Write a slot like `{what_happened}`, and no other brace."
            place.say(line, "a brace that is no slot.", hint)


def _refuse_own_place(item: str, asked: Asked, node: Map, place: Place) -> None:
    """Tell of a short form or line that asks where its own item stands.

    What is held is worded as a step as well, for the case that the client lifts the hold.
    """
    branches_of = branches(asked.when, asked.cases, asked.at)
    if any(one.field == after_all(item) for branch in branches_of for one in branch):
        what = f"it may not ask where {item} itself stands."
        hint = "It is worded as a step also while it is held. Ask about another: `plan.C1: step`."
        place.say(node.line_of("when"), what, hint)


def _item_words(
    item: str, words: ItemWordsShape, parts: tuple[Part, ...], forms: Mapping[str, Part]
) -> ItemWords:
    """An item's words; of an idea that is not the handout's, it is said first whose it is."""
    purpose, few = " ".join(words.purpose.split()), (forms.get("short"), forms.get("line"))
    if not isinstance(words, IdeaShape):
        return ItemWords(item, words.title, purpose, parts, "", *few)
    source = " ".join(words.source.split()).rstrip(".")
    return ItemWords(item, words.title, f"Idea of {source}. {purpose}", parts, source, *few)


def _check_ranks(variants: tuple[Variant, ...], place: Place, *, optional: bool) -> None:
    """The first variant that holds is said, so each must be reachable and one must hold."""
    for index, variant in enumerate(variants):
        for earlier in variants[:index]:
            if covers_all(earlier, variant):
                what = f'variant "{variant.id}" is never reached.'
                why = f'"{earlier.id}" stands before it and holds whenever it does.'
                hint = f"{why} Write `- id: {variant.id}` before it, or ask less in its `when`."
                place.say(variant.line, what, hint)
                break
    if variants and not optional and not any(variant.always for variant in variants):
        what = "the last variant has a `when`, so there may be no words at all."
        hint = "End with a variant without `when`, or say `optional: true`."
        place.say(variants[-1].line, what, hint)
