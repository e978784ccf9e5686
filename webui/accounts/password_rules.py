"""Which passwords are accepted: their length, and how much is left without what is guessed first.

Common passwords, the product's words, the person's own name, keyboard rows, alphabets, years and
repetitions are taken out, leetspeak read as letters; what is left has to be long enough by itself.
So `letmein2026` and `letmein2026letmein2026` are refused alike, and four unrelated words are not.

`common-passwords.txt` holds those of eight letters and more from Royce Williams' list of the
20,000 most common ones, as Django ships it. zxcvbn is not used: it knows neither this product's
words nor a person's name in pieces, and its four English word lists would be half of this package.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

SHORTEST, SHORTEST_BESIDE, LONGEST = 15, 8, 128
"""Letters that a password has: alone, beside a second factor, and at most."""
LEFT, LEFT_BESIDE = 8, 5
"""Letters that have to be left of it without what is guessed first: alone, beside a factor."""
COMMON_WORTH = 3
"""Letters that a common password counts for in a longer one, each of them once."""
COMMON = Path(__file__).with_name("common-passwords.txt")
WORTHLESS = Path(__file__).with_name("worthless-words.txt")
"""The product's words, those of the trade, and short ones that are tried first."""
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
)
RUN = 4
"""Letters of a row, one after another, that are a pattern and not part of a word."""
LEET = tuple(
    str.maketrans(f"@4368901$57+{one}", f"aaebbgo{other}sstt{other}")
    for one, other in (("!", "i"), ("|", "l"))
)
OUT = "\0"
"""What stands in place of each letter that was taken out."""
EDGES = "".join(map(chr, range(1, 65))) + "[\\]^_`{|}~\x80\xa7\xb0\xb4\u20ac" + OUT
_REPEATED = re.compile(r"(.+?)\1+")
_YEARS = re.compile(r"(?:19|20)\d\d")


def normal(typed: str) -> str:
    """The same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", typed)


def reason(password: str, name: str = "", *, beside: bool = False) -> str:
    """What is wrong with it: `short`, `long`, `own_name`, `common`; empty where nothing is.

    `beside`: the person has a second factor.
    """
    plain = normal(password)
    if len(plain) > LONGEST:
        return "long"
    enough = LEFT_BESIDE if beside else LEFT
    own = frozenset(_parts_of(normal(name).casefold()))
    if _left(plain, _worthless() | own) < enough:
        told = "".join(_readings(plain.casefold()))
        return "own_name" if any(part in told for part in own) else "common"
    return "short" if len(plain) < (SHORTEST_BESIDE if beside else SHORTEST) else ""


def _left(plain: str, worthless: frozenset[str]) -> int:
    """Letters that are left of it, whether it is read as it stands or without what is between."""
    folded = plain.casefold()
    squeezed = "".join(letter for letter in folded if letter.isalnum() or letter in "@$!|+")
    once = {_REPEATED.sub(r"\1", one) for one in (folded, squeezed)}
    return min(_letters_left(one, worthless) for one in {folded, squeezed} | once)


def _letters_left(folded: str, worthless: frozenset[str]) -> int:
    """Letters outside every word and pattern; thin edges of digits and signs do not count."""
    kept = folded
    readings = _readings(folded)
    for reading in readings:
        for start, end in (*_patterns(reading), *_words(reading, worthless)):
            kept = _without(kept, start, end)
    different = set()
    for reading in readings:
        for start, end in sorted(_words(reading, _common()), key=_size):
            if OUT not in kept[start:end]:
                kept = _without(kept, start, end)
                different.add(reading[start:end])
    parts = (part.strip(EDGES) for part in kept.split(OUT))
    left = "".join(part for part in parts if len(part) > 1)
    return COMMON_WORTH * len(different) + (len(left) if len(set(left)) > 2 else 0)


def _readings(folded: str) -> list[str]:
    """As it stands, and with leetspeak read as letters: as long as it, letter by letter."""
    return [folded, *(folded.translate(leet) for leet in LEET)]


def _without(kept: str, start: int, end: int) -> str:
    return kept[:start] + OUT * (end - start) + kept[end:]


def _size(span: tuple[int, int]) -> int:
    return span[0] - span[1]


def _words(reading: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where one of these words stands."""
    longest = max(map(len, words))
    for start in range(len(reading)):
        for end in range(start + 3, min(len(reading), start + longest) + 1):
            if reading[start:end] in words:
                yield start, end


def _patterns(reading: str) -> Iterator[tuple[int, int]]:
    """Where a stretch of a row or a year stands."""
    for start in range(len(reading)):
        end = start + RUN
        while end <= len(reading) and reading[start:end] in _runs():
            yield start, end
            end += 1
    yield from (found.span() for found in _YEARS.finditer(reading))


def _parts_of(name: str) -> Iterator[str]:
    """A person's name, whole and in its parts, forward and backward."""
    whole = "".join(letter for letter in name if letter.isalnum())
    for part in {whole, *re.split(r"[\W\d_]+", name)}:
        if len(part) > 2:
            yield part
            yield part[::-1]


@lru_cache(maxsize=1)
def _worthless() -> frozenset[str]:
    """The words that count for nothing in anyone's password."""
    words = WORTHLESS.read_text("utf-8").split()
    return frozenset((*words, *(word[::-1] for word in words)))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_with_bare(COMMON.read_text("utf-8").split()))


def _with_bare(words: Iterable[str]) -> Iterator[str]:
    """Common ones, and what those of letters and digits are without the digits behind."""
    for word in words:
        yield word
        bare = word.rstrip("0123456789")
        if len(bare) > 5:
            yield bare


@lru_cache(maxsize=1)
def _runs() -> frozenset[str]:
    """Every stretch of a keyboard row or an alphabet, forward and backward."""
    both = [*ROWS, *(row[::-1] for row in ROWS)]
    return frozenset(
        row[start:end]
        for row in both
        for start in range(len(row))
        for end in range(start + RUN, len(row) + 1)
    )
