"""Ways into the form: examples of one press, and phrases that a line of free text may hold.

A line only ever suggests answers that a person then confirms. What it does not say stays unknown,
and words of danger ask a question; they answer none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

KIND = "kind"
OCCURRENCES = "occurrences"
NUMBER = "#"
"""In a phrase: a number, in digits or in words."""
GAP = "_"
"""In a phrase: nothing, or one word or two of any kind."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_BEFORE = 3
"""How many words before a phrase may say that it is not so."""
LONGEST_LINE = 300
"""Letters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Example:
    """A case that fills the form at one press."""

    name: str
    label: str
    observation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Ways to say something, and the answers that it gives: a field and one of its values.

    `number` is the field that the number in the phrase answers; `occurrences` means that of the
    kind that was told.
    """

    says: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Danger:
    """Words after which a safety flag is asked about, by its name; it is never ticked."""

    says: tuple[str, ...]
    flag: str


@dataclass(frozen=True, slots=True)
class Said:
    """A run of a line, and the field and value that it was taken for; a flag is only asked."""

    words: str
    field: str
    value: str


@dataclass(frozen=True)
class Entering:
    """Everything in `rules/entering.yaml`."""

    examples: tuple[Example, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    dangers: tuple[Danger, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    negations: frozenset[str] = frozenset()

    def read(self, line: str) -> tuple[Said, ...]:
        """What a line says, in its own order; a field that takes one answer has the first."""
        text = _plain(line[:LONGEST_LINE])
        found = sorted(self._found(text), key=lambda one: one[0])
        taken: dict[tuple[str, str], Said] = {}
        for _at, one in found:
            taken.setdefault((one.field, one.value), one)
        return tuple(self._counted(list(taken.values())))

    def asks(self, line: str) -> tuple[Said, ...]:
        """The flags to ask about, with the words that ask; a negation does not silence them."""
        text = _plain(line[:LONGEST_LINE])
        found: dict[str, Said] = {}
        for danger, pattern in self._dangers:
            match = pattern.search(text)
            if match:
                found.setdefault(danger.flag, Said(match[0].strip(), "safety.flags", danger.flag))
        return tuple(found.values())

    def _found(self, text: str) -> Iterator[tuple[int, Said]]:
        for phrase, pattern in self._phrases:
            for match in pattern.finditer(text):
                if self._denied(text[: match.start()]):
                    continue
                words = match[0].strip()
                for name, value in phrase.answers:
                    yield match.start(), Said(words, name, value)
                if phrase.number:
                    yield match.start(), Said(words, phrase.number, self._number_in(words))

    def _denied(self, before: str) -> bool:
        """Whether the words right before say that it is not so; a new clause forgets them."""
        clause = re.split(r"[,.;:!?]", before)[-1]
        last = _WORD.findall(clause)[-_BEFORE:]
        return any(word in self.negations or word.endswith("n't") for word in last)

    def _number_in(self, words: str) -> str:
        """The number that a phrase was found with."""
        found = re.search(rf"(?<!\w)(?:{self._numbers})(?!\w)", words)
        text = found[0] if found else ""
        return str(self.numbers.get(text, text))

    @cached_property
    def _gap(self) -> str:
        """No word, or one or two, of which none says that it is not so."""
        denied = "|".join(map(re.escape, sorted(self.negations))) or r"\b\B"
        return rf"(?:(?!(?:{denied})\s|[\w]+n't\s)[\w'-]+\s+){{0,2}}"

    @cached_property
    def _numbers(self) -> str:
        known = sorted(self.numbers, key=len, reverse=True)
        return "|".join([r"[0-9]{1,3}", *map(re.escape, known)])

    @staticmethod
    def _counted(found: list[Said]) -> Iterator[Said]:
        """A count belongs to the kind that was told; with several it stays open."""
        kinds = [one.value for one in found if one.field == KIND]
        for one in found:
            if one.field != OCCURRENCES:
                yield one
            elif len(kinds) == 1:
                yield Said(one.words, f"{kinds[0]}.{OCCURRENCES}", one.value)

    @cached_property
    def _phrases(self) -> tuple[tuple[Phrase, re.Pattern[str]], ...]:
        return tuple((one, self._pattern(one.says)) for one in self.phrases)

    @cached_property
    def _dangers(self) -> tuple[tuple[Danger, re.Pattern[str]], ...]:
        return tuple((one, self._pattern(one.says)) for one in self.dangers)

    def _pattern(self, says: Iterable[str]) -> re.Pattern[str]:
        """Every way to say it as one pattern; of several that fit, the longest is listed first."""
        ways = sorted((self._way(way) for way in says), key=len, reverse=True)
        return re.compile(rf"(?<![\w'])(?:{'|'.join(ways)})(?![\w'])", re.IGNORECASE)

    def _way(self, way: str) -> str:
        pieces = [self._piece(piece) for piece in way.split()]
        return r"\s+".join(pieces).replace(rf"{self._gap}\s+", self._gap)

    def _piece(self, piece: str) -> str:
        if piece == GAP:
            return self._gap
        if piece == NUMBER:
            return f"(?:{self._numbers})"
        return f"(?:{'|'.join(re.escape(one) for one in piece.split('/'))})"


def _plain(line: str) -> str:
    """A line in small letters, with straight apostrophes."""
    return line.replace("\u2019", "'").lower()
