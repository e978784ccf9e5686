"""What the words around a phrase make of it: denied, or about somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.rulebook.phrases import Match
from planner.rulebook.wording import SENTENCE_ENDS, Language, Word

ME, CLIENT, OUTSIDER = "me", "client", "outsider"
"""Groups of words that tell whom a clause is about."""
_BEFORE = 3
"""How many words before a phrase may say that it is not so."""
_OPINION = 2
"""How many words before an opinion may deny it."""


def denied(language: Language, words: Sequence[Word], start: int, within: set[int]) -> bool:
    """Whether the words before say that it is not so; a new clause forgets them.

    What is denied must be near, but an opinion that is denied ("I do not think that ...")
    and what is only supposed ("whether ...") reach to the end of the clause. A word `within`
    a phrase ("no show") denies nothing but that phrase's own words.
    """
    opinion, supposed = language.group("opinion"), language.group("supposed")
    denying = 0
    for far, at in enumerate(_clause_before(language, words, start)):
        text, free = words[at].text, at not in within
        if free and text in supposed:
            return True
        if free and text in language.negations and (far < _BEFORE or denying):
            return True
        denying = _OPINION if text in opinion else max(0, denying - 1)
    return False


def _clause_before(language: Language, words: Sequence[Word], start: int) -> Iterator[int]:
    """Where the words of a clause before one of them stand, the nearest first."""
    for at in range(start - 1, -1, -1):
        if words[at].breaks or words[at].text in language.group("clause"):
            return
        yield at


def about(language: Language, words: Sequence[Word], match: Match) -> str:
    """Whom a match is about: the nearest subject before it, in its sentence, if any.

    An outsider is one only in the same clause, and not after a preposition ("about her ex").
    """
    for at in range(match.start, -1, -1):
        text = words[at].text if at < len(words) else ""
        if text in SENTENCE_ENDS:
            return ""
        for name in (ME, CLIENT):
            if text in language.group(name):
                return name
        if at < match.start and text in language.group(OUTSIDER):
            before = {one.text for one in words[max(0, at - 2) : at]}
            commas = any(one.breaks for one in words[at : match.start])
            if not commas and not before & language.group("preposition"):
                return OUTSIDER
    return ""


def clause_of(words: Sequence[Word], match: Match) -> tuple[int, int]:
    """From where to where the clause of a match goes."""
    ends = [at for at, one in enumerate(words) if one.breaks]
    start = max((at + 1 for at in ends if at < match.start), default=0)
    return start, min((at for at in ends if at >= match.end), default=len(words))
