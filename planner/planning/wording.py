"""Words for a step: a variant of each part, its slots filled, and what was changed.

Each part of an item's words stands for a run of the handout's script, or adds to it. So what was
adapted is told run by run, and within a run word by word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from planner.contract.facts import Fact
from planner.planning.numbering import places
from planner.rulebook.counting import blanks_in
from planner.rulebook.handout import Handout
from planner.rulebook.rulebook import ItemWords, Part, Slot, Variant

Change = tuple[str, str]
_SLOT = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"\S+\s*")
SEE_WHOLE = "See the whole words."
_FORMS = ("short", "line")
_KEPT = 2048
_ALIKE = 0.5
"""Below this likeness two runs are told as one replaced by the other, not word by word."""


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """What to say, the handout's words it comes from, what was changed, and by which variants.

    `short` and `line` are the same step in few words, `blanks` what its speaker has to fill in.
    """

    words: str
    handout: str
    changes: tuple[Change, ...]
    variants: tuple[str, ...]
    short: str = ""
    line: str = ""
    blanks: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """What one part says: its text, what became of the handout's run, and of which script."""

    text: str
    changes: tuple[Change, ...]
    script: str
    variant: str | None
    added: bool
    """Whether a clinic's pack brings it."""
    blanks: tuple[str, ...]


class _Part(NamedTuple):
    """A part of an item's words with its variants, the first of which that fits is said."""

    name: str
    mask: int
    """The bits of its variants, in file order."""
    last_run: str
    """The run of the handout that is left out where nothing fits."""


class Wordings:
    """The words of every item of a rulebook. A variant's bit is its place among all variants."""

    def __init__(
        self,
        wording: Mapping[str, ItemWords],
        slots: Mapping[str, Slot],
        handout: Handout,
        see_whole: str = SEE_WHOLE,
    ) -> None:
        """`see_whole` is what stands for the short form where there is none."""
        self._wording = wording
        self._see_whole = see_whole
        self._slots = slots
        self._scripts = {
            item: handout.items[item].scripts for item in wording if item in handout.items
        }
        told = [one for words in wording.values() for part in words.every for one in part.variants]
        self._variants = told
        self._blanks = [tuple(_SLOT.findall(one.say)) for one in told]
        self._bit = {one.id: 1 << place for place, one in enumerate(told)}
        self._always = sum(self._bit[one.id] for one in told if one.always)
        self._parts = {item: tuple(map(self._part, words.every)) for item, words in wording.items()}
        self._piece = lru_cache(maxsize=_KEPT)(self._say)

    def _part(self, part: Part) -> _Part:
        """A part with the bits of its variants."""
        mask = sum(self._bit[one.id] for one in part.variants)
        return _Part(part.name, mask, _left_out(part.variants))

    def asked(self, item: str) -> frozenset[str]:
        """The fields that fill the slots of an item's words."""
        mask = sum(part.mask for part in self._parts[item])
        blanks = [self._blanks[place] for place in places(mask)]
        return frozenset(self._slots[slot].field for slots in blanks for slot in slots)

    def of(self, item: str, fitting: frozenset[str], facts: Mapping[str, Fact]) -> Wording:
        """The words of an item, given the ids of the variants that fit the facts."""
        fits = sum(self._bit[name] for name in fitting if name in self._bit)
        return self.by_bits(item, fits | self._always, facts)

    def by_bits(self, item: str, fits: int, facts: Mapping[str, Fact]) -> Wording:
        """The same, given their bits; those that ask nothing among them."""
        whole: list[_Piece] = []
        forms: dict[str, _Piece] = {}
        for part in self._parts[item]:
            left = fits & part.mask
            place = (left & -left).bit_length() - 1
            blanks = self._blanks[place] if left else ()
            fills = tuple([self._fill(slot, facts) for slot in blanks]) if blanks else ()
            piece = self._piece(item, part, place, fills)
            if part.name in _FORMS:
                forms[part.name] = piece
            else:
                whole.append(piece)
        return self._joined(item, whole, forms.get("short"), forms.get("line"))

    def _joined(
        self, item: str, whole: Sequence[_Piece], form: _Piece | None, line: _Piece | None
    ) -> Wording:
        """The pieces as one text, with the short form and the line. One of each always fits."""
        scripts = self._scripts.get(item, ())
        script = next((one.script for one in whole if one.script), "")
        short = form
        # Where a clinic adds to the whole words, the short form that ships would leave that out.
        if short is not None and not short.added and any(one.added for one in whole):
            short = None
        told = [one for one in (*whole, form, line) if one is not None]
        spoken = whole if short is None else (short, *whole)
        return Wording(
            words=_begun(" ".join([one.text for one in whole if one.text])),
            handout=script or (scripts[0] if scripts else ""),
            changes=tuple([change for one in whole for change in one.changes]),
            variants=tuple([one.variant for one in told if one.variant]),
            short=self._see_whole if short is None else _begun(short.text),
            line=line.text if line else self._wording[item].title,
            blanks=tuple(dict.fromkeys([blank for one in spoken for blank in one.blanks])),
        )

    def _fill(self, name: str, facts: Mapping[str, Fact]) -> str:
        """What stands in a slot: never empty, for `otherwise` is always there."""
        slot = self._slots[name]
        value = facts[slot.field]
        if isinstance(value, frozenset):
            given = [text for key, text in slot.values.items() if key in value]
            return slot.joined.join(given[: 2 if slot.joined else 1]) or slot.otherwise
        return slot.values.get(str(value), slot.otherwise)

    def _say(self, item: str, part: _Part, place: int, fills: tuple[str, ...]) -> _Piece:
        """What a part says by the variant at a place; -1 leaves it unsaid."""
        if place < 0:
            text, run, variant, added = "", part.last_run, None, False
        else:
            one = self._variants[place]
            text, run, variant, added = one.say, one.handout, one.id, one.added
            for name, fill in zip(self._blanks[place], fills, strict=True):
                text = text.replace(f"{{{name}}}", fill)
        scripts = self._scripts.get(item, ())
        script = next((one for one in scripts if run and run in one), "")
        changes = _changed(run, text) if scripts else ()  # an idea of one's own adapts nothing
        return _Piece(text, changes, script, variant, added, blanks_in(text))


def _begun(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def _left_out(variants: tuple[Variant, ...]) -> str:
    """The run that a part left unsaid stands for, when all of its variants stand for the same."""
    runs = {variant.handout for variant in variants}
    return runs.pop() if len(runs) == 1 else ""


@lru_cache(maxsize=512)
def _changed(run: str, said: str) -> tuple[Change, ...]:
    """The replaced runs between the handout's words and what is said, word by word if alike."""
    if run == said:
        return ()

    from difflib import SequenceMatcher

    old, new = _WORD.findall(run), _WORD.findall(said)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ((run, said),)
    return tuple(
        ("".join(old[a:b]), "".join(new[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )
