"""The reading grade of Flesch and Kincaid: about how many years of school a text asks for.

Syllables are estimated from groups of vowels, as every program of this kind does; for short texts
the grade is rough, so that the mean over an item's short words is what has to be low.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean

from tests.reading.seen import sentences

MEAN = 6.0
"""The highest mean grade over the short words of an item."""
_BLANK = re.compile(r"\[[^\][]*\]")
_WORD = re.compile(r"[a-z]+(?:[\u2019'][a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_APART = re.compile(r"i[ao]|iet|[aeiou]ing$")
_TOGETHER = re.compile(r"[tcs]io|(?:some|every|where|more)(?=[^aeiouy])")
_SILENT = re.compile(r"(?:(?<![^aeiouy]l)e|[^aeiouytd]ed|[^aeiouyscxzh]es|[^aeiouy]e(?:ly|ment))$")


def syllables(word: str) -> int:
    """The syllables of a word in lower case, by its groups of vowels; one at least."""
    bare = re.sub(r"[\u2019']\w+$", "", word)
    count = len(_VOWELS.findall(bare))
    count += len(_APART.findall(bare)) - len(_TOGETHER.findall(bare))
    return max(1, count - bool(_SILENT.search(bare)))


def grade(text: str) -> float:
    """The grade of a text; a blank in brackets counts as one short word. 0 for no words."""
    filled = _BLANK.sub("this", text.lower())
    words = _WORD.findall(filled)
    if not words:
        return 0.0
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences(filled)) + 11.8 * spoken / len(words) - 15.59


def means(shorts: Iterable[tuple[str, str]]) -> Mapping[str, float]:
    """The mean grade by item, each different text counted once."""
    by_item: dict[str, list[float]] = defaultdict(list)
    for item, text in sorted({*shorts}):
        by_item[item].append(grade(text))
    return {item: fmean(grades) for item, grades in by_item.items()}
