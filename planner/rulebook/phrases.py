"""Phrases, and where in a line of free text they stand.

They are matched word by word, and each word of a line starts only the phrases that can begin with
it, so that no line takes long. The head of `rules/entering.yaml` tells how a phrase is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.rulebook.wording import END, NUMBER, TIME, Language, Word

GAPS = {"_": 2, "__": 5}
"""In a phrase: nothing, or up to so many words of any kind."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that was found: whose it is, its words from `start` up to `end`, its number."""

    owner: int
    start: int
    end: int
    number: int | None = None


class Phrases:
    """Ways to say something, each with its owner, found by the word that they begin with."""

    def __init__(
        self, language: Language, ways: Iterable[tuple[int, str]], *, wide: bool = False
    ) -> None:
        """Phrases with their owners; `wide` gaps hold denials and new subjects too."""
        self._language = language
        self._wide = wide
        self._exact: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
        self._known: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}
        for owner, way in ways:
            pieces = [
                one for piece in way.replace("-", " ").split() for one in language.spelled(piece)
            ]
            exact, stems = self._meant(pieces[0])
            for one in exact:
                self._exact[one].append((owner, pieces))
            for one in stems:
                self._stems[one].append((owner, pieces))

    def find(self, words: Sequence[Word]) -> list[Match]:
        """Every phrase in a line; of those of one owner that overlap, the first and longest."""
        found: dict[int, list[Match]] = defaultdict(list)
        for at in range(len(words)):
            for owner, pieces, known in self._beginning(words, at):
                for end, number in self._follow(pieces, known, words, at + known):
                    found[owner].append(Match(owner, at, end, number))
        return [one for matches in found.values() for one in _apart(matches)]

    def _beginning(self, words: Sequence[Word], at: int) -> Iterator[tuple[int, list[str], int]]:
        """The phrases that can begin at a word, and how many of their pieces are found by it."""
        text = words[at].text
        starts = [self._exact.get(text, [])]
        starts += [self._stems.get(text[:length], []) for length in range(2, len(text) + 1)]
        for ways in starts:
            yield from ((owner, pieces, 1) for owner, pieces in ways)
        if any(True for _ in self._language.number(words, at)):
            yield from ((owner, pieces, 0) for owner, pieces in self._exact.get(NUMBER, ()))
        if any(True for _ in self._language.time(words, at)):
            yield from ((owner, pieces, 0) for owner, pieces in self._exact.get(TIME, ()))

    def _follow(
        self, pieces: list[str], piece: int, words: Sequence[Word], at: int
    ) -> Iterator[tuple[int, int | None]]:
        """Where the rest of a phrase can end when it goes on at a word, and its number."""
        if piece == len(pieces):
            yield at, None
            return
        for after, number in self._steps(pieces[piece], words, at):
            for end, other in self._follow(pieces, piece + 1, words, after):
                yield end, other if number is None else number

    def _steps(self, what: str, words: Sequence[Word], at: int) -> Iterator[tuple[int, int | None]]:
        """Where one piece of a phrase can end that begins at a word, and its number."""
        if what in GAPS:
            yield from ((end, None) for end in self._skipped(GAPS[what], words, at))
        elif what == END:
            ends = at == len(words) or words[at].breaks
            if ends or words[at].text in self._language.group("clause"):
                yield at, None
        elif what in (NUMBER, TIME):
            read = self._language.number if what == NUMBER else self._language.time
            yield from ((end, value) for value, end in read(words, at))
        elif at < len(words) and self._fits(what, words[at].text):
            yield at + 1, None

    def _skipped(self, most: int, words: Sequence[Word], at: int) -> Iterator[int]:
        """Where a gap of so many words at most can end."""
        yield at
        for end in range(at, min(at + most, len(words))):
            if not self._may_be_skipped(words[end]):
                return
            yield end + 1

    def _may_be_skipped(self, word: Word) -> bool:
        """A gap holds no mark, and unless it is wide no word that denies and no new subject."""
        if word.breaks or self._wide:
            return not word.breaks
        denies = word.text in self._language.negations
        return not denies and word.text not in self._language.group("subject")

    def _fits(self, piece: str, text: str) -> bool:
        exact, stems = self._meant(piece)
        return text in exact or (bool(stems) and text.startswith(stems))

    def _meant(self, piece: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The words that a piece of a phrase stands for, and the stems."""
        if piece not in self._known:
            words: set[str] = set()
            for one in piece.split("/"):
                named = one.startswith("<") and one.endswith(">")
                words |= self._language.group(one[1:-1]) if named else {one}
            stems = tuple(sorted(one[:-1] for one in words if len(one) > 2 and one.endswith("*")))
            exact = frozenset(one for one in words if len(one) < 3 or not one.endswith("*"))
            self._known[piece] = exact, stems
        return self._known[piece]


def _apart(matches: list[Match]) -> Iterator[Match]:
    """Matches that do not overlap: the first, and of those that begin together the longest."""
    last = -1
    for one in sorted(matches, key=lambda match: (match.start, -match.end)):
        if one.start >= last:
            yield one
            last = one.end
