"""Words for a step: a variant of each part, its slots filled, and what was changed.

Each part of an item's words stands for a run of the handout's script, or adds to it. So what was
adapted is told run by run, and within a run word by word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from planner.contract.facts import Fact
from planner.rulebook.counting import blanks_in
from planner.rulebook.handout import Handout
from planner.rulebook.rulebook import ItemWords, Slot, Variant

Change = tuple[str, str]
_SLOT = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"\S+\s*")
SEE_WHOLE = "See the whole words."
_FORMS = ("short", "line")
_Chosen = tuple[str, str | None, tuple[str, ...]]
"""A part, the variant of it that is said, and what fills its slots."""
_ALIKE = 0.5
"""Below this likeness two runs are told as one replaced by the other, not word by word."""


@dataclass(frozen=True, slots=True)
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


class Wordings:
    """The words of every item of a rulebook."""

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
        self._blanks = {
            variant.id: tuple(_SLOT.findall(variant.say))
            for words in wording.values()
            for part in words.every
            for variant in part.variants
        }
        self._parted = {
            item: tuple((part.name, tuple(map(self._option, part.variants))) for part in one.every)
            for item, one in wording.items()
        }
        self._said = lru_cache(maxsize=1024)(self._say)

    def of(self, item: str, fitting: frozenset[str], facts: Mapping[str, Fact]) -> Wording:
        """The words of an item, given which of its variants fit the facts."""
        chosen: list[_Chosen] = []
        for part, options in self._parted[item]:
            for name, always, blanks in options:
                if always or name in fitting:
                    fills = tuple([self._fill(slot, facts) for slot in blanks]) if blanks else ()
                    chosen.append((part, name, fills))
                    break
            else:
                chosen.append((part, None, ()))
        return self._said(item, tuple(chosen))

    def _option(self, variant: Variant) -> tuple[str, bool, tuple[str, ...]]:
        """A variant as it is chosen: its name, whether it always fits, and its slots."""
        return variant.id, variant.always, self._blanks[variant.id]

    def asked(self, item: str) -> frozenset[str]:
        """The fields that fill the slots of an item's words."""
        variants = [one for part in self._wording[item].every for one in part.variants]
        return frozenset(self._slots[slot].field for v in variants for slot in self._blanks[v.id])

    def _fill(self, name: str, facts: Mapping[str, Fact]) -> str:
        """What stands in a slot: never empty, for `otherwise` is always there."""
        slot = self._slots[name]
        value = facts[slot.field]
        if isinstance(value, frozenset):
            given = [text for key, text in slot.values.items() if key in value]
            return slot.joined.join(given[: 2 if slot.joined else 1]) or slot.otherwise
        return slot.values.get(str(value), slot.otherwise)

    def _say(self, item: str, chosen: tuple[_Chosen, ...]) -> Wording:
        """The words with their short form and their line."""
        whole = self._parts(item, [one for one in chosen if one[0] not in _FORMS])
        forms = {name: self._form(item, one) for one in chosen if (name := one[0]) in _FORMS}
        short, line = forms.get("short"), forms.get("line")
        spoken = self._see_whole if short is None else short[0]
        parts = self._wording[item].parts
        ours = any(one.added for part in parts for one in part.variants if one.id in whole.variants)
        if ours and (short is None or not short[1].added):
            spoken = self._see_whole  # the shipped words would leave out what the clinic says
        return replace(
            whole,
            variants=(*whole.variants, *(one.id for _, one in forms.values())),
            short=spoken,
            line=line[0] if line else self._wording[item].title,
            blanks=blanks_in(spoken, whole.words),
        )

    def _form(self, item: str, chosen: _Chosen) -> tuple[str, Variant]:
        """A form with few words: its text and its variant. One always fits."""
        name, variant_id, fills = chosen
        part = next(one for one in self._wording[item].every if one.name == name)
        variant = next(one for one in part.variants if one.id == variant_id)
        text = _filled(variant, self._blanks[variant.id], fills)
        return (_begun(text) if name == "short" else text), variant

    def _parts(self, item: str, chosen: Iterable[_Chosen]) -> Wording:
        """Join the parts, and tell for each what became of the handout's run."""
        said: list[str] = []
        changes: list[Change] = []
        script = ""
        parts = {part.name: part for part in self._wording[item].parts}
        for name, variant_id, fills in chosen:
            variant = next((one for one in parts[name].variants if one.id == variant_id), None)
            text = _filled(variant, self._blanks[variant.id], fills) if variant else ""
            run = variant.handout if variant else _left_out(parts[name].variants)
            if text:
                said.append(text)
            script = script or self._script(item, run)
            if self._scripts.get(item):  # an idea of one's own adapts nothing
                changes.extend(_changed(run, text))
        words = " ".join(said)
        ids = tuple(variant_id for _, variant_id, _ in chosen if variant_id)
        return Wording(_begun(words), script or self._script(item), tuple(changes), ids)

    def _script(self, item: str, run: str | None = None) -> str:
        """The handout's script that a run comes from; without a run, the item's first."""
        scripts = self._scripts.get(item, ())
        if run is None:
            return scripts[0] if scripts else ""
        return next((script for script in scripts if run and run in script), "")


def _begun(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def _left_out(variants: tuple[Variant, ...]) -> str:
    """The run that a part left unsaid stands for, when all of its variants stand for the same."""
    runs = {variant.handout for variant in variants}
    return runs.pop() if len(runs) == 1 else ""


def _filled(variant: Variant, names: tuple[str, ...], fills: tuple[str, ...]) -> str:
    """A variant's text with its slots filled."""
    text = variant.say
    for name, fill in zip(names, fills, strict=True):
        text = text.replace(f"{{{name}}}", fill)
    return text


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
