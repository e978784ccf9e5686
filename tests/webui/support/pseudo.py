"""A made-up language: what of a page is a text of the catalog, what is data, what is neither.

Each letter of the catalog's texts becomes another one of its own, so that a text which stands in
a template or in code shows: its letters are plain.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from planner.reading.shipped import SHIPPED

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER = "áƀçđéƒǧĥíĵķłɱñóþɋŕšťúṽŵẋýžÁɃÇĐÉƑǦĤÍĴĶŁṀÑÓÞɊŔŠŤÚṼŴẊÝŽ"
LETTERS = str.maketrans(PLAIN, OTHER)
BLANK = re.compile(r"(\{\w+\})")
LANGUAGE = "en-XA"
"""The usual mark of a language made up for tests."""
SHOWN_ATTRIBUTES = {"title", "aria-label", "alt", "placeholder", "label", "aria-description"}
PRESSED = {"submit", "button", "reset"}
NO_PROSE = {"script", "style", "pre", "code", "template"}
WITHIN = {"ins", "del", "mark"}
"""Marks within a sentence, which is read as one."""
VOID = {"input", "br", "hr", "img", "meta", "link", "wbr", "area", "base", "col", "source"}
WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*")
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATE = re.compile(rf"\d{{1,2}} (?:{MONTHS})[a-z]*\.? \d{{4}}(?:, \d\d:\d\d(?: UTC)?)?")
TECHNICAL = re.compile(
    r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}|\b(?=\w*\d)[0-9a-f]{6,}\b|https?://\S+"
)
CODE = re.compile(r"[a-z]+")
"""How a field's values are written: pages have words for them, so that they are no data here."""
LONG = 4
"""Words in a row that the data has as they stand are data, also within a longer sentence."""


def pseudo(text: str) -> str:
    """The text in other letters; blanks stay."""
    parts = BLANK.split(text)
    return "".join(one if BLANK.fullmatch(one) else one.translate(LETTERS) for one in parts)


def other_rules(folder: Path) -> Path:
    """A whole copy of the rules whose pages speak the other language."""
    made = folder / "rules"
    shutil.copytree(SHIPPED, made, ignore=shutil.ignore_patterns("__pycache__"))
    yaml = YAML(typ="safe")
    for path in (made / "pages").glob("*.yaml"):
        told: dict[str, str] = {name: pseudo(text) for name, text in yaml.load(path).items()}
        if "language" in told:
            told["language"] = LANGUAGE
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(told, file)
    return made


class _Shown(HTMLParser):
    """Collects what a person can read or hear of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[str] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in WITHIN:
            self.flush()
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            pressed = name == "value" and tag == "input" and given.get("type") in PRESSED
            kit = name.startswith("data-i18n")
            if name in SHOWN_ATTRIBUTES or pressed or kit:
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in WITHIN:
            self.flush()
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not NO_PROSE & set(self._open):
            self._text += data

    def flush(self) -> None:
        """Take the text that was read up to here as one."""
        if self._text.strip():
            self.found.append(self._text)
        self._text = ""


def shown(page: str) -> list[str]:
    """Every text and every named attribute of a page that reaches a person."""
    reader = _Shown()
    reader.feed(page)
    reader.flush()
    return [" ".join(text.split()) for text in reader.found]


def strings(node: object) -> Iterator[str]:
    """Every text within data, however deep; not those of the pages."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        yield from strings([value for name, value in node.items() if name != "pages"])
    elif is_dataclass(node):
        yield from strings([getattr(node, field.name) for field in fields(node)])
    elif isinstance(node, Iterable) and not isinstance(node, bytes):
        for one in node:
            yield from strings(one)


def words(text: str) -> list[str]:
    """The plain words of a text, in lower case, without what is a date or a technical mark."""
    return WORD.findall(TECHNICAL.sub(" ", DATE.sub(" ", text)).lower())


class Data:
    """What may stand on a page in plain letters: the rulebook's strings, names, what was typed."""

    def __init__(self, *sources: Any) -> None:
        self._whole: set[str] = set()
        self._pairs: dict[tuple[str, str], list[tuple[list[str], int]]] = {}
        """Where two words stand one after the other: the words of a string, and the place in it."""
        self.add(*sources)

    def add(self, *sources: Any) -> None:
        """Take more strings for data."""
        told = {text for source in sources for text in strings(source)}
        self.names(one.replace("_", " ") for one in told if not CODE.fullmatch(one))

    def names(self, told: Iterable[str]) -> None:
        """Take names for data, also those of one small word."""
        more = {" ".join(words(text)) for text in told} - {""} - self._whole
        self._whole |= more
        for run in map(str.split, more):
            for at, pair in enumerate(pairwise(run)):
                self._pairs.setdefault(pair, []).append((run, at))

    def left(self, text: str) -> list[str]:
        """Runs of plain words in a text that are no data."""
        found = []
        for run in re.split(f"[{OTHER}]+", text):
            found += self._uncovered(words(run))
        return found

    def _uncovered(self, run: list[str]) -> list[str]:
        missing: list[list[str]] = []
        at, gap = 0, True
        while at < len(run):
            length = self._covered(run[at:])
            if length:
                at, gap = at + length, True
                continue
            if gap:
                missing.append([])
            missing[-1].append(run[at])
            at, gap = at + 1, False
        return [" ".join(one) for one in missing]

    def _covered(self, run: list[str]) -> int:
        """How many words from the first on are data: the most that stand so in one string."""
        best = int(run[0] in self._whole)
        places = self._pairs.get((run[0], run[1]), []) if len(run) > 1 else []
        for length in range(2, len(run) + 1):
            last = length - 1
            places = [
                (told, at)
                for told, at in places
                if at + last < len(told) and told[at + last] == run[last]
            ]
            if not places:
                break
            if length >= LONG or " ".join(run[:length]) in self._whole:
                best = length
        return best
