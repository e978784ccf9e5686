"""Ways into the form: examples of one press, and phrases that a line of free text may hold.

A line only ever suggests answers that a person then confirms. What it does not say stays unknown,
and words of danger ask a question; they answer none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planner.contract.fields import FIELDS
from planner.rulebook.clauses import CLIENT, ME, OUTSIDER, about, clause_of, denied
from planner.rulebook.phrases import Match, Phrases
from planner.rulebook.wording import Language, Word

KIND = "kind"
OCCURRENCES = "occurrences"
_BESIDE = 3
"""How many words may stand between a count and what is counted."""
_ALONE = 6
"""How many words a clause may have that only counts."""
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

    `unless` are phrases around it that make it something else. `of` is whom it must be about.
    `number` is the field that the number in the phrase answers; `occurrences` means that of the
    kind that was told. What is `weak` gives way to every other answer to the same field.
    """

    says: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = ()
    number: str = ""
    unless: tuple[str, ...] = ()
    of: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Danger:
    """Words after which a safety flag is asked about, by its name; it is never ticked.

    `under` is what a number in the words must be less than, where it is not 0.
    """

    says: tuple[str, ...]
    flag: str
    unless: tuple[str, ...] = ()
    of: str = ""
    under: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A run of a line, and the field and value that it was taken for; a flag is only asked."""

    words: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer with the phrase and the match that gave it."""

    phrase: Phrase
    match: Match
    field: str
    value: str


@dataclass(frozen=True)
class Entering:
    """Everything in `rules/entering.yaml`; `idioms` are runs in which no phrase means itself."""

    examples: tuple[Example, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    dangers: tuple[Danger, ...] = ()
    idioms: tuple[str, ...] = ()
    language: Language = field(default_factory=Language)

    def example(self, name: str) -> Example | None:
        """The example of this name, if there is one."""
        return next((one for one in self.examples if one.name == name), None)

    def read(self, line: str) -> tuple[Said, ...]:
        """What a line says, in its own order; where it says two things at once, neither."""
        line = line[:LONGEST_LINE]
        words = self.language.words(line)
        told = sorted(self._told(words), key=lambda one: one.match.start)
        kinds = {one.value for one in told if one.field == KIND}
        told = [one for told_one in told for one in self._counted(told_one, told, kinds, words)]
        taken: dict[tuple[str, str], Said] = {}
        for one in _agreed(told):
            if _belongs(one.field, kinds):
                run = _run(line, words, one.match)
                taken.setdefault((one.field, one.value), Said(run, one.field, one.value))
        return tuple(taken.values())

    def asks(self, line: str) -> tuple[Said, ...]:
        """The flags to ask about, with the words that ask; a negation does not silence them."""
        line = line[:LONGEST_LINE]
        words = self.language.words(line)
        found: dict[str, Said] = {}
        for match in _meant(self._in_danger.find(words)):
            danger = self.dangers[match.owner]
            if danger.under and (match.number is None or match.number >= danger.under):
                continue
            whom = about(self.language, words, match)
            if (danger.of == CLIENT and whom == ME) or (danger.of == ME and whom not in ("", ME)):
                continue
            run = _run(line, words, match)
            found.setdefault(danger.flag, Said(run, "safety.flags", danger.flag))
        return tuple(found.values())

    def _told(self, words: Sequence[Word]) -> Iterator[_Told]:
        found = [
            one
            for one in _meant(self._in_phrases.find(words), len(self.phrases))
            if one.number != 0
        ]
        within = {at for one in found for at in range(one.start, one.end)}
        for match in found:
            phrase = self.phrases[match.owner]
            if denied(self.language, words, match.start, within):
                continue
            whom = about(self.language, words, match)
            if whom == OUTSIDER or (phrase.of == CLIENT and whom == ME):
                continue
            if phrase.of == ME and whom != ME:
                continue
            for name, value in phrase.answers:
                yield _Told(phrase, match, name, value)
            number = self._number(words, match)
            if phrase.number and number is not None and not self._in_range(words, match):
                yield _Told(phrase, match, phrase.number, str(number))

    def _number(self, words: Sequence[Word], match: Match) -> int | None:
        """The number in a phrase, or the one that all its words are ("twice")."""
        if match.number is not None:
            return match.number
        return self.language.value([one.text for one in words[match.start : match.end]])

    def _in_range(self, words: Sequence[Word], match: Match) -> bool:
        """Whether the number is one end of a range ("10 to 15"), so that neither is told."""
        before = [one.text for one in words[max(0, match.start - 2) : match.start]]
        if before and before[-1] in ("to", "or", "and"):
            before.pop()
        return bool(before) and self.language.value(before[-1:]) is not None

    def _counted(
        self, one: _Told, told: Sequence[_Told], kinds: set[str], words: Sequence[Word]
    ) -> Iterator[_Told]:
        """A count belongs to the kind that it touches, or to the only one that it stands beside."""
        if one.field != OCCURRENCES:
            yield one
            return
        touched = {other.value for other in told if other.field == KIND and _touch(one, other)}
        if not touched and self._beside(one, told, words):
            touched = kinds
        if len(touched) == 1:
            name = f"{next(iter(touched))}.{OCCURRENCES}"
            yield _Told(one.phrase, one.match, name, one.value)

    def _beside(self, one: _Told, told: Sequence[_Told], words: Sequence[Word]) -> bool:
        start, end = clause_of(words, one.match)
        near = [
            max(other.match.start - one.match.end, one.match.start - other.match.end)
            for other in told
            if other.field == KIND and start <= other.match.start and other.match.end <= end
        ]
        if not near:
            return end - start <= _ALONE
        at_an_edge = one.match.start == start or one.match.end == end
        return at_an_edge or min(near) <= (0 if one.phrase.weak else _BESIDE)

    @cached_property
    def _in_phrases(self) -> Phrases:
        idioms = Phrase((), unless=self.idioms)
        return Phrases(self.language, _ways((*self.phrases, idioms)))

    @cached_property
    def _in_danger(self) -> Phrases:
        return Phrases(self.language, _ways(self.dangers), wide=True)


def _touch(one: _Told, other: _Told) -> bool:
    """Whether no word stands between the two."""
    return one.match.start == other.match.end or other.match.start == one.match.end


def _ways(owners: Sequence[Phrase | Danger]) -> Iterator[tuple[int, str]]:
    """Every way to say something with its owner; what speaks against it has the owner below 0."""
    for owner, one in enumerate(owners):
        for way in one.says:
            yield owner, way
        for way in one.unless:
            yield -1 - owner, way


def _meant(found: Sequence[Match], idioms: int = -1) -> Iterator[Match]:
    """The matches that nothing around them makes something else, in the line's order.

    What speaks against the owner `idioms` speaks against every match.
    """
    against: dict[int, list[Match]] = defaultdict(list)
    for one in found:
        if one.owner < 0:
            against[-1 - one.owner].append(one)
    for one in sorted(found, key=lambda match: match.start):
        others = [*against[one.owner], *against[idioms]] if one.owner >= 0 else [one]
        if not any(one.start < other.end and other.start < one.end for other in others):
            yield one


def _agreed(told: Sequence[_Told]) -> Iterator[_Told]:
    """The answers without those that speak against each other in a field that takes one."""
    strong = {one.field for one in told if not one.phrase.weak}
    told = [one for one in told if not one.phrase.weak or one.field not in strong]
    values: dict[str, set[str]] = defaultdict(set)
    for one in told:
        values[one.field].add(one.value)
    for one in told:
        if one.field == KIND or FIELDS[one.field].kind == "list" or len(values[one.field]) == 1:
            yield one


def _belongs(name: str, kinds: set[str]) -> bool:
    """Whether an answer is of the whole case, or of a kind that was told."""
    return name == KIND or name.startswith("context.") or name.partition(".")[0] in kinds


def _run(line: str, words: Sequence[Word], match: Match) -> str:
    """The words of a match as they stand in the line."""
    return line[words[match.start].start : words[max(match.start, match.end - 1)].end]
