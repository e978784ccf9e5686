"""The words of a line of free text, and the words that phrases are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

NUMBER, TIME, END = "#", "~", "$"
"""In a phrase: a number; a length of time, told in minutes; the end of the clause."""
SENTENCE_ENDS = frozenset(".;!?")
_PIECE = re.compile(
    r"\d+[.,:/]\d+|\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[$€£]|[.,;:!?()]"
)
_ORDINAL = re.compile(r"([0-9]{1,4})(?:st|nd|rd|th)?")
_CURRENCY = frozenset("$€£")
_BREAKS = frozenset(".,;:!?()")
_NOT_NOUN = {"it", "that", "there", "here", "what", "who", "he", "she", "they", "i", "we", "you"}
_SHORTENED = {"'m": "am", "'re": "are", "'ve": "have", "'d": "had", "'ll": "will", "'s": "is"}
_LONGEST_NUMBER = 3
_LONGEST_TIME = 5


class Word(NamedTuple):
    """A word of a line as phrases know it, and where in the line it stands."""

    text: str
    start: int
    end: int

    @property
    def breaks(self) -> bool:
        """Whether it is a mark that ends a clause."""
        return self.text in _BREAKS


@dataclass(frozen=True)
class Language:
    """The words that phrases are made of.

    `groups` are names for several words, which phrases write as `<name>`; `spellings` tell what
    a word stands for; `numbers` and `minutes` tell what a number and a length of time are.
    """

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    minutes: Mapping[str, int] = field(default_factory=dict)
    negations: frozenset[str] = frozenset()

    def group(self, name: str) -> frozenset[str]:
        """The words of a group; none where there is no such group."""
        return self.groups.get(name, frozenset())

    def words(self, line: str) -> tuple[Word, ...]:
        """A line as words: short forms and slips of the pen are written out, hyphens part words."""
        plain = line.replace("\u2019", "'").replace("\u2018", "'").lower()
        return tuple(
            Word(text, found.start(), found.end())
            for found in _PIECE.finditer(plain)
            for text in (("dollars",) if found[0] in _CURRENCY else self.spelled(found[0]))
        )

    def spelled(self, word: str) -> Sequence[str]:
        """A word as phrases know it: short forms are written out."""
        if word in (NUMBER, TIME, END):
            return (word,)
        if word in self.spellings:
            return self.spellings[word].split()
        if word.endswith("n't"):
            return (word[:-3], "not")
        for ending, long in _SHORTENED.items():
            base = word.removesuffix(ending)
            if base != word:
                return (base,) if ending == "'s" and base not in _NOT_NOUN else (base, long)
        return (word.replace("'", ""),)

    def number(self, words: Sequence[Word], at: int) -> Iterator[tuple[int, int]]:
        """Each number that begins at a word, and where it ends; the longest first."""
        known = at < len(words) and words[at].text in self._number_starts
        for many in range(min(_LONGEST_NUMBER if known else 1, len(words) - at), 0, -1):
            value = self.value([one.text for one in words[at : at + many]])
            if value is not None:
                yield value, at + many

    @cached_property
    def _number_starts(self) -> frozenset[str]:
        return frozenset(one.split()[0] for one in self.numbers)

    @cached_property
    def _time_starts(self) -> frozenset[str]:
        return frozenset(one.split()[0] for one in self.minutes if " " in one)

    def value(self, texts: list[str]) -> int | None:
        """The number that words are, together; None where they are none."""
        text = " ".join(texts)
        digits = _ORDINAL.fullmatch(text)
        if digits:
            return int(digits[1])
        if text in self.numbers:
            return self.numbers[text]
        tens, ones = (self.numbers.get(one, 0) for one in [*texts, "", ""][:2])
        whole = len(texts) == 2 and tens in range(20, 100, 10) and ones in range(1, 10)
        return tens + ones if whole else None

    def time(self, words: Sequence[Word], at: int) -> Iterator[tuple[int, int]]:
        """Each length of time that begins at a word, in minutes, and where it ends."""
        known = at < len(words) and words[at].text in self._time_starts
        for many in range(min(_LONGEST_TIME, len(words) - at) if known else 0, 1, -1):
            text = " ".join(one.text for one in words[at : at + many])
            if text in self.minutes:
                yield self.minutes[text], at + many
        for value, end in self.number(words, at):
            if end < len(words) and words[end].text in self.minutes:
                yield value * self.minutes[words[end].text], end + 1
