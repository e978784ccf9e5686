"""Whether a quote stands in a text: what an assistant says that a person said.

Forgiven is what changes nothing of what was said: capitals, blanks, line ends, the shape of quote
marks, apostrophes and dashes. Nothing else is: no letter, no word, no order, and no gap ("...").
"""

from __future__ import annotations

import unicodedata

FEWEST_LETTERS = 4
"""Letters and digits that a quote needs: "the" stands in every text and tells nothing."""
FEWEST_SIGNS = 2
"""The same for scripts without capitals, where two signs may be a sentence."""

_MARKS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`\u2039\u203a", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),  # signs that nobody sees
    }
)
_OUTER = " '\"-.,;:!?"


def folded(text: str) -> str:
    """The text as it is compared: one case, one kind of blank, quote mark and dash."""
    plain = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)
    return " ".join(plain.casefold().split())


def quote_of(text: str) -> str:
    """A quote as it is looked for: folded, without the marks and stops around it."""
    return folded(text).strip(_OUTER)


def is_evidence(quote: str) -> bool:
    """Whether a quote is long enough to tell anything."""
    signs = [sign for sign in quote_of(quote) if sign.isalnum()]
    fewest = FEWEST_LETTERS if any(map(_cased, signs)) else FEWEST_SIGNS
    return len(signs) >= fewest and not all(sign.isdigit() for sign in signs)


def stands_in(quote: str, narrative: str) -> bool:
    """Whether a quote stands in a narrative that was `folded`, from word to word."""
    sought = quote_of(quote)
    if not sought:
        return False
    at = narrative.find(sought)
    while at >= 0:
        end = at + len(sought)
        if not (_one_word(narrative[at - 1 : at + 1]) or _one_word(narrative[end - 1 : end + 1])):
            return True
        at = narrative.find(sought, at + 1)
    return False


def _one_word(signs: str) -> bool:
    """Whether two neighboring signs belong to one word, so that no quote may part them."""
    return len(signs) == 2 and all(sign.isdigit() or _cased(sign) for sign in signs)


def _cased(sign: str) -> bool:
    """Whether a letter is of a script with capitals; only there do blanks part the words."""
    return sign.upper() != sign.lower()
