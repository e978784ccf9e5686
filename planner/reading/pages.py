"""pages/: what the pages say, one text a name, so that a pack or another language can replace it.

No plan is made from it, so that another label of a button leaves every approval as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.reading.files import RuleFile
from planner.reading.nodes import Map

Words = dict[str, object]
SECTION = "pages"


def with_pages(vocabulary: Words, files: Iterable[RuleFile]) -> Words:
    """The vocabulary with the texts of these files that ship; a name stands once in all of them."""
    own = vocabulary.get(SECTION)
    texts: Words = dict(own) if isinstance(own, dict) else {}
    for file in files:
        _add(texts, file)
    return {**vocabulary, SECTION: texts} if texts else vocabulary


def as_section(file: RuleFile) -> Words:
    """A pack's file of texts as the section of a vocabulary that it stands for."""
    return {SECTION: dict(file.tree)} if isinstance(file.tree, Map) else {}


def _add(texts: Words, file: RuleFile) -> None:
    """The texts of one file."""
    if not isinstance(file.tree, Map):
        hint = "Write a name and its text a line, like `queue_title: Plans to review`."
        file.place.say(1, "this file must have texts by name.", hint)
        return
    for name, text in file.tree.items():
        line = file.tree.line_of(name)
        if not isinstance(text, str) or not text.strip():
            file.place.say(line, f"`{name}` must be a text.", f'Write `{name}: "…"`.')
        elif name in texts:
            hint = "Give one of them another name, or take it out."
            file.place.say(line, f"`{name}` stands in another file as well.", hint)
        else:
            texts[name] = text
