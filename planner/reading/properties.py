"""properties.yaml: what must hold for every observation, each with its reason and source.

The file is no part of the rulebook and of its edition: it says nothing to a plan, only of plans.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field

from planner.contract.fields import FIELDS
from planner.errors import RulebookError
from planner.reading.citations import read_citations
from planner.reading.conditions import read_when
from planner.reading.examples import example_of
from planner.reading.files import PROPERTIES, WORDING, RuleFile, read_file, read_files
from planner.reading.names import Names
from planner.reading.nodes import Items, Map, Node
from planner.reading.premises import known_names
from planner.reading.problems import Place, Problems, shortened
from planner.reading.rules import Seen
from planner.reading.shapes import Asked, Reason, RuleId, Shape, Text, Words
from planner.reading.shaping import fit
from planner.rulebook.conditions import Condition
from planner.rulebook.properties import Cases, Claim, ClaimKind, Property
from planner.rulebook.rulebook import STEP_ITEMS, WHENS

_VERBS = ("never", "always", "gate", "adding")
_KINDS = ("step", "held", "barred", "words", "disposition", "avoid", "finding")
_DISPOSITIONS = ("proceed", "review_first", "stop")


def _cases(value: object) -> object:
    """One case as a list of one."""
    return (
        (value,) if isinstance(value, dict) else tuple(value) if isinstance(value, list) else value
    )


AnyCases = Annotated[tuple[Asked, ...], BeforeValidator(_cases)]


class PropertyShape(Shape):
    """One property; which words a verb needs is told below."""

    id: RuleId
    sentence: Text
    never: Asked | None = None
    always: Asked | None = None
    gate: Text = ""
    adding: Text = ""
    items: Words = ()
    when: AnyCases = ()
    unless: AnyCases = ()
    because: Reason
    source: Words
    reasoning: Text = ""


class ClaimShape(Shape):
    """What a plan has: exactly one of the kinds, and for a step perhaps when and before what."""

    step: Words = ()
    held: Words = ()
    barred: Words = ()
    words: Words = ()
    disposition: Words = ()
    avoid: Words = ()
    finding: Words = ()
    at: Annotated[Words, Field(min_length=0)] = ()
    before: Annotated[Words, Field(min_length=0)] = ()


def read_properties(directory: Path, packs: Sequence[Path] = ()) -> tuple[Property, ...]:
    """The properties of a directory of rules and of its packs; none where there is no such file.

    Raises `RulebookError` with every problem of every file, by path and line.
    """
    unheard, problems = Problems(), Problems()
    files = list(read_files(directory, unheard, pack=False))
    for pack in packs:
        files.extend(read_files(pack, unheard, pack=True))
    reader = _Reader(known_names(files, Seen()), _texts(files))
    found = [
        one
        for here in (directory, *packs)
        if os.path.lexists(here / PROPERTIES)
        for one in reader.read(read_file(here / PROPERTIES, problems))
    ]
    if len(problems):
        raise RulebookError(problems.in_order())
    return tuple(found)


def _texts(files: Sequence[RuleFile]) -> str:
    """Everything that may be said, to tell of a text that no wording has."""
    return "\n".join(file.data.decode("utf-8", "replace") for file in files if _words(file)).lower()


def _words(file: RuleFile) -> bool:
    return file.kind == WORDING


class _Reader:
    """Reads properties, whose ids are unique over all files."""

    def __init__(self, names: Names, said: str) -> None:
        self.names = names
        self.said = " ".join(said.split())
        self.seen = Seen()

    def read(self, file: RuleFile | None) -> Iterator[Property]:
        """The properties of one file that have no mistake."""
        if file is None or file.tree is None:
            return
        if not isinstance(file.tree, Items):
            file.place.say(1, "this file must be a list of properties.", "Begin with `- id: …`.")
            return
        for node, line in zip(file.tree, file.tree.lines, strict=True):
            place = file.place
            if isinstance(node, Map) and isinstance(name := node.get("id"), str):
                place = place.within(f'property "{shortened(name)}"')
                self.seen.once("id", name, node.lines["id"], place)
            shape = fit(PropertyShape, node, line, place)
            if shape is not None and isinstance(node, Map):
                yield from self._one(shape, node, place)

    def _one(self, shape: PropertyShape, node: Map, place: Place) -> Iterator[Property]:
        """One property, when it has exactly one verb."""
        verbs = [verb for verb in _VERBS if verb in node]
        if len(verbs) != 1:
            what = f"the property has {len(verbs) or 'no'} verbs."
            hint = f"Write one of {', '.join(_VERBS)}, as in `{example_of('never')}`."
            place.say(node.line, what, hint)
            return
        verb = verbs[0]
        claim = self._claim(node[verb], node.lines[verb], place) if verb in _VERBS[:2] else None
        field = "" if verb in _VERBS[:2] else str(node[verb])
        self._companions(verb, field, node, place)
        sources = read_citations(shape.source, node, self.names, place, reasoning=shape.reasoning)
        yield Property(
            id=shape.id,
            sentence=" ".join(shape.sentence.split()),
            verb=cast(Any, verb),
            because=" ".join(shape.because.split()),
            sources=sources,
            claim=claim,
            when=self._cases(node.get("when"), place),
            unless=self._cases(node.get("unless"), place),
            field=field,
            items=shape.items,
            reasoning=" ".join(shape.reasoning.split()) or None,
            path=place.path,
            line=node.line,
        )

    def _companions(self, verb: str, field: str, node: Map, place: Place) -> None:
        """Tell of a field that cannot be asked so, and of words that say nothing here."""
        line, claims = node.lines[verb], verb in _VERBS[:2]
        if field and field not in FIELDS:
            place.unknown(line, f"field for {verb}", field, FIELDS)
        elif verb == "gate" and FIELDS[field].unknown is None:
            hint = "Name a field that has one: `gate: context.phase`."
            place.say(line, f'"{field}" has no answer that means not known.', hint)
        elif verb == "adding" and FIELDS[field].kind != "list":
            hint = "Name a field that is a list: `adding: context.feelings`."
            place.say(line, f'"{field}" is no list, so nothing can be added to it.', hint)
        if not claims and "items" not in node:
            place.say(
                line, f'"{verb}" needs "items".', "Name what it may not open: `items: [D2, D3]`."
            )
        if claims and "items" in node:
            hint = f"Remove `items: …`, and name the items in `{example_of(verb)}`."
            place.say(node.lines["items"], f'"items" says nothing beside "{verb}".', hint)
        for item in self._listed(node.get("items")):
            if item not in STEP_ITEMS:
                place.unknown(node.lines["items"], "item for items", item, STEP_ITEMS)

    def _listed(self, node: Node) -> Sequence[Node]:
        return node if isinstance(node, Items) else () if node is None else (node,)

    def _cases(self, node: Node, place: Place) -> Cases:
        """The alternatives, each read as a rule's `when` is."""
        cases = [case for case in self._listed(node) if isinstance(case, Map)]
        return tuple(self._case(case, place) for case in cases)

    def _case(self, case: Map, place: Place) -> tuple[Condition, ...]:
        return read_when(case, self.names, place)

    def _claim(self, node: Node, line: int, place: Place) -> Claim | None:
        """What is said of the plan, with every name in it known."""
        shape = fit(ClaimShape, node, line, place)
        if shape is None:
            return None
        kinds = [kind for kind in _KINDS if getattr(shape, kind)]
        if len(kinds) != 1:
            what = f"the property claims {len(kinds) or 'no'} things."
            hint = f"Name one of {', '.join(_KINDS)}, as in `{{barred: D3}}`."
            place.say(line, what, hint)
            return None
        kind, names = kinds[0], getattr(shape, kinds[0])
        self._known(kind, names, line, place)
        for word in shape.at:
            if word not in WHENS:
                place.unknown(line, "time for at", word, WHENS)
        for item in shape.before:
            if item not in STEP_ITEMS:
                place.unknown(line, "item for before", item, STEP_ITEMS)
        if kind != "step" and (shape.at or shape.before):
            hint = "Remove them, or claim a step: `{step: C2, at: now}`."
            place.say(line, f'"at" and "before" say nothing beside "{kind}".', hint)
        return Claim(cast(ClaimKind, kind), names, shape.at, shape.before)

    def _known(self, kind: str, names: Sequence[str], line: int, place: Place) -> None:
        """Tell of a name that no plan can have."""
        known: dict[str, Sequence[str]] = {
            "disposition": _DISPOSITIONS,
            "avoid": tuple(self.names.codes),
            "finding": tuple(self.names.findings),
        }
        for name in names:
            if kind == "words":
                if name.lower() not in self.said:
                    hint = 'Copy a text from the wording, in small letters or not: `{words: "…"}`.'
                    place.say(line, f'no wording says "{shortened(name)}".', hint)
            elif name not in known.get(kind, STEP_ITEMS):
                place.unknown(line, f"{kind} for {kind}", name, known.get(kind, STEP_ITEMS))
