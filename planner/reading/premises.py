"""premises.yaml: conjunctions under a name; and whether each name is used anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from planner.reading.conditions import read_when
from planner.reading.files import PREMISES_FILE, PROPERTIES, RuleFile
from planner.reading.names import PREMISES, SETS, Names, gather
from planner.reading.nodes import Map, Node
from planner.reading.problems import Place, shortened
from planner.reading.rules import Seen
from planner.reading.sets import note_name, read_sets
from planner.reading.shapes import PremiseShape
from planner.reading.shaping import fit
from planner.reading.spelling_out import PREMISE
from planner.rulebook.rulebook import Premise


def known_names(files: Sequence[RuleFile], seen: Seen) -> Names:
    """The names of all files, with the sets and the premises that conditions may be written with.

    What is wrong with a set or a premise is told here, once, where it stands.
    """
    names = gather(files)
    for found in read_sets(files, names, seen):
        names.sets.setdefault(found.name, found)
    for premise in list(_premises(files, names, seen)):
        names.premises.setdefault(premise.name, premise)
    return names


def note_unused(names: Names, files: Sequence[RuleFile], directories: Sequence[Path]) -> None:
    """Tell of each set and premise that nothing is written with; properties count as well."""
    places = {file.place.path: file.place for file in files}
    asked = ""
    for directory in directories:
        path = directory / PROPERTIES
        if path.is_file():  # reading has told whatever cannot be read
            asked += path.read_text("utf-8", "replace")
    for kind, one in ((SETS, names.sets), (PREMISES, names.premises)):
        for name, found in one.items():
            if (kind, name) not in names.used and not re.search(rf"\b{re.escape(name)}\b", asked):
                what = f'the {kind.removesuffix("s")} "{name}" is never used.'
                asks = PREMISE if isinstance(found, Premise) else found.fields[0]
                hint = f"Use it in a `when`, or remove it. It is used like `{asks}: {name}`."
                places[found.path].say(found.line, what, hint)


def _premises(files: Sequence[RuleFile], names: Names, seen: Seen) -> Iterator[Premise]:
    """The premises of every file; one that cannot be read leaves their names open."""
    for file in files:
        if file.name != PREMISES_FILE:
            continue
        if not isinstance(file.tree, Map):
            names.open.add(PREMISES)
            if file.tree is not None:
                hint = "Write `NAME:` and below it `sentence: …` and `when: …`."
                file.place.say(1, "this file must have names with premises.", hint)
            continue
        for name, node in file.tree.items():
            place = file.place.within(f'premise "{shortened(name)}"')
            seen.once("premise", name, file.tree.lines[name], place)
            note_name("premise", name, file.tree.lines[name], place)
            premise = _premise(name, node, file.tree.lines[name], names, place)
            if premise is None:
                names.open.add(PREMISES)
            else:
                yield premise


def _premise(name: str, node: Node, line: int, names: Names, place: Place) -> Premise | None:
    """One premise with its conditions; it may not be made of premises."""
    shape = fit(PremiseShape, node, line, place)
    when = node.get("when") if isinstance(node, Map) else None
    if shape is None or not isinstance(when, Map):
        return None
    if PREMISE in when:
        what = "a premise may not be made of premises."
        hint = (
            "Write out the conditions that it stands for. Each is a line: `context.phase: early`."
        )
        place.say(when.lines[PREMISE], what, hint)
        return None
    sentence = " ".join(shape.sentence.split())
    return Premise(name, sentence, read_when(when, names, place), place.path, line)
