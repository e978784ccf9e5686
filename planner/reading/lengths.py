"""How long a text of the brief may be: told at its line, with what to do about it.

No machine ever cuts words, so what has to be short is written short, and refused where it is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.reading.examples import example_of
from planner.reading.nodes import Map
from planner.reading.problems import Place, shortened
from planner.rulebook.counting import BEFORE, BRIEF, CUE, MOST, words_in
from planner.rulebook.rulebook import ItemWords, Part, Slot, Variant

NEVER = "never"
"""What `brief_when` says of a code that the brief leaves out always."""

_SLOT = re.compile(r"\{([a-z_]+)\}")


def note_length(name: str, text: object, most: int, line: int, place: Place) -> None:
    """Tell of a text that has more words than it may."""
    if isinstance(text, str) and (length := words_in(text)) > most:
        hint = f"Nothing cuts it for you: say less, as in `{example_of(name)}`."
        place.say(line, f'"{name}" has {length} words; it may have {most}.', hint)


def note_rule_lengths(verb: str, node: Map, place: Place) -> None:
    """Tell of what is too long in a rule: its `brief`, its cue, what to see to before."""
    limits = {"brief": BRIEF.get(verb), "before": BEFORE, "cue": CUE}
    for name, most in limits.items():
        if most is not None and name in node:
            note_length(name, node[name], most, node.line_of(name), place)


def note_cue(node: Map, place: Place) -> None:
    """Tell of a hold that waits for the client without a cue, or has one and does not."""
    waits = node.get("waits_for")
    if waits == "client" and "cue" not in node:
        hint = f"Say what can be seen or heard in the room: `{example_of('cue')}`."
        place.say(node.lines["waits_for"], 'what waits for the client needs "cue".', hint)
    elif "cue" in node and waits != "client":
        hint = f"Remove it, or write `{example_of('waits_for')}`."
        place.say(node.lines["cue"], '"cue" is for what waits for the client.', hint)


def note_words(items: Mapping[str, ItemWords], slots: Mapping[str, Slot], place: Place) -> None:
    """Tell of each short form and line that is too long with its blanks filled at their longest."""
    for words in items.values():
        for part in (words.short, words.line):
            for variant in part.variants if part else ():
                _note_variant(words.item, part, variant, slots, place)


def _note_variant(
    item: str, part: Part | None, variant: Variant, slots: Mapping[str, Slot], place: Place
) -> None:
    """Tell of one variant that is too long."""
    name = part.name if part else ""
    length = words_in(longest(variant.say, slots))
    if length > MOST[name]:
        what = f"with its slots at their longest it has {length} words; it may have {MOST[name]}."
        hint = "Nothing cuts it for you: say less, or ask in `when` what makes it long."
        within = Place(place.problems, variant.path, f'{name} of {item}, variant "{variant.id}"')
        within.say(variant.line, what, hint)


def longest(say: str, slots: Mapping[str, Slot]) -> str:
    """A text with each of its slots filled by what has most words."""
    fills = {name: _longest_fill(slots[name]) for name in _SLOT.findall(say) if name in slots}
    for name, fill in fills.items():
        say = say.replace(f"{{{name}}}", fill)
    return say


def _longest_fill(slot: Slot) -> str:
    """The longest that may stand in a blank: one text, or two with what joins them."""
    texts = sorted(slot.values.values(), key=words_in)
    pair = slot.joined.join(texts[-2:]) if slot.joined else ""
    return max((*texts, slot.otherwise, pair), key=words_in)


def note_title(item: str, title: str, lined: bool, line: int, place: Place) -> None:
    """Tell of a title that has to stand for a line and is too long for one."""
    length = words_in(title)
    if not lined and length > MOST["line"]:
        what = f"the title of {shortened(item)} stands for its line and has {length} words; "
        hint = f"Give it one in few words: `{example_of('line')}`."
        place.say(line, f"{what}it may have {MOST['line']}.", hint)
