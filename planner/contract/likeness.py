"""How alike a word is to the values that may stand in its place."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_COMPARED = 64
WORTH_ASKING = 0.6
"""The likeness (0 to 1, as `difflib` counts it) from which a person is asked "Did you mean?"."""

_SHORT, _LONG = 4, 8
"""In words of fewer than 4 letters no letter may differ, in those of fewer than 8 one, else two:
of "no" and "yes" too little is left once a letter is wrong."""

_NO_ANSWERS = frozenset(("n/a", "na", "nan", "nil", "none", "null", "true", "false", "maybe"))
"""What programs and people write where there is no answer: alike to "no" and "none" by chance."""
_NOT_KNOWN = frozenset(("unknown", "not_known", "not_given"))


def nearest(value: object, values: Sequence[str]) -> str | None:
    """Give the value that was meant but for a slip of the pen; None where that is not certain.

    A program may put it in the place of what was written. So it is given only for another case,
    hyphens or spaces for underscores, or a letter or two that are wrong, too many, missing or
    swapped; the first letter must be right ("unavoidable" is not "avoidable"), and no other value
    may be as near. Never for what says that there is no answer: `N/A`, `NULL`, `None`, `maybe`.
    """
    word = folded(value)
    if not word or word in _NO_ANSWERS:
        return None
    known = {folded(one): one for one in values if one not in _NO_ANSWERS}
    if word in known:
        return known[word]
    if len(word) < _SHORT or word in _NOT_KNOWN or "?" in word:
        return None
    most = 1 if len(word) < _LONG else 2
    close = [one for one in known if one[0] == word[0] and abs(len(one) - len(word)) <= most]
    slips = sorted((count, one) for one in close if (count := _slips(word, one)) <= most)
    if not slips or (len(slips) > 1 and slips[0][0] == slips[1][0]):
        return None
    return known[slips[0][1]]


def did_you_mean(value: object, values: Sequence[str]) -> str:
    """Ask a person about a value that is somewhat alike; "" where none is."""
    close = alike(value, values)
    return f' Did you mean "{close}"?' if close else ""


def alike(value: object, values: Sequence[str]) -> str | None:
    """Give the value that a person may be asked about; looser than `nearest`, and for eyes only."""
    word = folded(value)
    if not word or says_nothing(word) or "?" in word:
        return None
    from difflib import get_close_matches

    known = {folded(one): one for one in values}
    return next((known[one] for one in get_close_matches(word, known, 1, WORTH_ASKING)), None)


def says_nothing(value: object) -> bool:
    """Tell whether a word says that there is no answer."""
    return folded(value) in _NO_ANSWERS | _NOT_KNOWN


def folded(value: object) -> str:
    """Give the start of a word with case, hyphens and spaces forgiven; "" for what is no word."""
    if not isinstance(value, str):
        return ""
    return value[:LONGEST_COMPARED].strip().casefold().replace("-", "_").replace(" ", "_")


def _slips(word: str, other: str) -> int:
    """Count the letters that are wrong, too many, missing or swapped with their neighbor."""
    older: list[int] = []
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(word):
        older, before, row = before, row, [i + 1]
        for j, meant in enumerate(other):
            fewest = min(before[j + 1] + 1, row[j] + 1, before[j] + (sign != meant))
            if i and j and sign == other[j - 1] and word[i - 1] == meant:
                fewest = min(fewest, older[j - 1] + 1)
            row.append(fewest)
    return row[-1]
