"""The handout: its text to the byte, and each item's words cut out of it.

`rules/handout.txt` is the text as it came. How an item's words are cut out: emphasis marks
(`*`, `**`) go, a list mark at the beginning of a line goes (`1. `, `- `, `- a. `), blank
lines go, and the lines that remain are joined by newlines. Nothing else is touched, so every
word, quotation mark and full stop is the handout's own. A script is a sentence that the
handout puts between quotation marks, without those marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LIST_MARK = re.compile(r"^\s*(?:\d+\. |- (?:[a-z]\. )?)")
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the handout, A1 to D5: its words exactly, and the lines it offers to say."""

    key: str
    section: str
    title: str
    scripts: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Handout:
    """The whole text as it came, the sections' headings, and the items in their order."""

    text: str
    sections: Mapping[str, str]
    items: Mapping[str, Item]

    def item(self, key: str) -> Item:
        """The item of this key (`C2`); KeyError when the handout has none."""
        return self.items[key]


def plain(text: str) -> str:
    """The text without emphasis, list marks and blank lines; no word is changed."""
    lines = (_LIST_MARK.sub("", line).replace("*", "").strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def stands_in(words: str, text: str) -> bool:
    """Whether these words are whole lines of the plain text, one after the other."""
    return bool(words) and f"\n{words}\n" in f"\n{text}\n"


def quoted(words: str) -> tuple[str, ...]:
    """Every run between quotation marks, straight or curly, without the marks."""
    return tuple(curly or straight for curly, straight in _QUOTED.findall(words))


def accounted_for(sections: Mapping[str, str], items: Mapping[str, Item]) -> str:
    """The plain text that the headings and items make up when they are put together."""
    lines: list[str] = []
    for key, heading in sections.items():
        lines.append(f"{key}. {heading}")
        lines.extend(item.words for item in items.values() if item.section == key)
    return "\n".join(lines)
