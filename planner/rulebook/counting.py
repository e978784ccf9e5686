"""How long a text is: the words that a person reads or says, and the blanks left to fill.

A word is what stands between spaces, and so within a bracket as well. The names of items do not
count. Every limit of the brief is counted here, at reading and in the plan alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MOST = {"short": 45, "line": 10}
"""Words of each form of a step that has few."""
BRIEF = {"hold": 3, "bar": 3, "caution": 12, "plan_b": 15, "ask": 18}
"""Words that `brief` of each verb may have."""
CODE, LEAD, QUESTION = 8, 12, 9
"""Words of the brief of a code, of a lead's line, and of the brief of a field's question."""
BEFORE, CUE = 12, 7
"""Words of all that is to be seen to before, and of the cue of a hold."""

_BRACKET = re.compile(r"\[([^\[\]]+)\]")
_ITEM = re.compile(r"\W*[A-D][1-5]\W*")


@lru_cache(maxsize=2048)
def words_in(text: str) -> int:
    """How many words a text has."""
    return sum(1 for word in text.split() if not _ITEM.fullmatch(word))


def blanks_in(*texts: str) -> tuple[str, ...]:
    """What stands in square brackets, for the reader to fill; in order, each once."""
    return tuple(dict.fromkeys(blank for text in texts for blank in _BRACKET.findall(text)))


def fitting(texts: Iterable[str], room: int) -> tuple[str, ...]:
    """The texts that fit into so many words: whole ones only, the first first, each once."""
    kept: list[str] = []
    for text in dict.fromkeys(texts):
        if (length := words_in(text)) <= room:
            kept.append(text)
            room -= length
    return tuple(kept)
