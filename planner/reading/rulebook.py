"""Reads all rule files into one `Rulebook`, or tells every mistake in all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from planner.errors import RulebookError
from planner.reading.files import (
    MAPPINGS,
    PAGES,
    WORDING,
    RuleFile,
    edition_of,
    read_files,
    shown,
)
from planner.reading.lengths import note_words
from planner.reading.nodes import Map
from planner.reading.packs.rules import note_alike, note_loosening, unnamed, version_of
from planner.reading.packs.texts import reworded, with_contacts
from planner.reading.pages import as_section, with_pages
from planner.reading.premises import known_names, note_unused
from planner.reading.problems import Place, Problems
from planner.reading.references import (
    read_codes,
    read_families,
    read_handout,
    read_leads,
    read_sources,
)
from planner.reading.rules import Seen, read_rules
from planner.reading.vocabulary import read_vocabulary
from planner.reading.words import WordsReader
from planner.rulebook.handout import Handout
from planner.rulebook.rulebook import Rule, Rulebook


def read_rulebook(directory: Path, packs: Sequence[Path] = ()) -> Rulebook:
    """The rulebook of a directory, with a clinic's own packs added to it.

    Raises `RulebookError` with every problem of every file, by path and line.
    """
    problems = Problems()
    files = list(read_files(directory, problems, pack=False))
    for pack in packs:
        files.extend(read_files(pack, problems, pack=True))
    labels = [shown(one) for one in (directory, *packs)]
    note_alike(labels, [Place(problems, label) for label in labels])
    for path in unnamed(labels[1:], files):
        hint = 'A pack needs its name and version: `name: clinic` and `version: "1"`.'
        Place(problems, path).say(1, "the file is missing.", hint)
    reading = _Reading(files)
    rulebook = reading.rulebook()
    if not len(problems):  # a rule that could not be read may be the one that uses it
        note_unused(reading.names, files, (directory, *packs))
    if rulebook is None or len(problems):
        raise RulebookError(problems.in_order())
    return rulebook


class _Reading:
    """One reading of all files; each part is read even where another one failed."""

    def __init__(self, files: Sequence[RuleFile]) -> None:
        self.files = files
        self.seen = Seen()
        self.names = known_names(files, self.seen)

    def rulebook(self) -> Rulebook | None:
        """The rulebook; None, with a problem noted, where the handout cannot be read."""
        names, seen = self.names, self.seen
        sources = [one for file in self._all("sources.yaml") for one in read_sources(file, seen)]
        leads = [one for file in self._all("safety.yaml") for one in read_leads(file, names, seen)]
        codes = [one for file in self._all("avoid.yaml") for one in read_codes(file, names, seen)]
        families = [read_families(one) for one in self._all("avoid.yaml") if not one.pack]
        rules = [rule for file in self.files for rule in self._rules(file)]
        note_loosening(rules, self.files)
        handout, version, vocabulary = self._handout(), version_of(self.files), self._vocabulary()
        words = self._words(handout)
        if handout is None:
            return None
        return Rulebook(
            rules=tuple(rules),
            findings=tuple(names.findings),
            wording=words.items,
            slots=words.slots,
            summary=words.summary,
            leads=with_contacts(leads, tuple(self._all("safety.yaml")), seen),
            avoid_codes={code.code: code for code in codes},
            handout=handout,
            sources={source.key: source for source in sources},
            vocabulary=vocabulary,
            version=version,
            edition=edition_of(self.files),
            sets=names.sets,
            premises=names.premises,
            families=families[0] if families else {},
        )

    def _all(self, name: str) -> Iterator[RuleFile]:
        """The files of this kind that could be read, the shipped one before those of packs."""
        return (file for file in self.files if file.kind == name and file.tree is not None)

    def _words(self, handout: Handout | None) -> WordsReader:
        """The words of all files; a rulebook without sentences for its summary is told of."""
        words = WordsReader(self.names, self.seen, handout)
        for file in self._all(WORDING):
            words.read(file)
        for last in list(self._all(WORDING))[-1:]:  # each blank is known by then
            note_words(words.items, words.slots, last.place)
        files = [file for file in self.files if file.kind == WORDING]
        if files and all(isinstance(one.tree, Map) and "summary" not in one.tree for one in files):
            what = "no file of the wording has a `summary`."
            hint = "Every plan begins with its sentences. Write `summary:` in wording/shared.yaml."
            files[0].place.say(1, what, hint)
        return words

    def _rules(self, file: RuleFile) -> Iterator[Rule]:
        """The rules of one file; a file that should be a list and is none is a problem."""
        if file.kind not in MAPPINGS and isinstance(file.tree, Map | str | int):
            line, hint = getattr(file.tree, "line", 1), "Begin each rule with `- id: …`."
            file.place.say(line, "this file must be a list of rules.", hint)
        return read_rules(file, self.names, self.seen)

    def _handout(self) -> Handout | None:
        """The handout that ships; a pack may not bring another."""
        texts: dict[str, RuleFile] = {}
        for file in self.files:
            if file.name in ("handout.txt", "handout.yaml"):
                if file.pack:
                    hint = f"Remove the file: `{file.name}` is the rulebook's alone."
                    file.place.say(1, "a pack may not change the handout.", hint)
                texts.setdefault(file.name, file)
        if len(texts) < 2:
            return None
        return read_handout(texts["handout.yaml"], texts["handout.txt"], self.seen)

    def _vocabulary(self) -> Mapping[str, object]:
        """The words for fields and pages; a pack's section adds to the shipped one's."""
        words, pages = tuple(self._all("vocabulary.yaml")), tuple(self._all(PAGES))
        merged: dict[str, object] = {}
        for file in words:
            if not file.pack:
                merged = dict(read_vocabulary(file, whole=True))
        merged = with_pages(merged, (file for file in pages if not file.pack))
        for file in (*words, *pages):
            if file.pack:
                told = (
                    as_section(file) if file.kind == PAGES else read_vocabulary(file, whole=False)
                )
                merged = reworded(merged, told, file)
        return merged
