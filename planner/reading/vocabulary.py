"""vocabulary.yaml: every field has words, and no word is for a field or value that is not."""

from __future__ import annotations

from collections.abc import Mapping

from planner.contract.fields import FIELDS
from planner.reading.files import RuleFile
from planner.reading.lengths import note_length
from planner.reading.names import ASKING, SETS
from planner.reading.nodes import Items, Map, Node
from planner.reading.problems import Place
from planner.rulebook.counting import QUESTION
from planner.rulebook.rulebook import STEP_ITEMS

_FIELD = "`context.phase: {short: …, question: …, why: …, options: {early: {label: …}}}`."
_BESIDE = ("kind", "case", "session", "notes")
"""Fields that a person fills in and no rule asks about."""


def read_vocabulary(file: RuleFile, *, whole: bool) -> Mapping[str, object]:
    """The words as plain mappings; the vocabulary that ships must speak of every field.

    The value sets beside them are read by `sets`.
    """
    tree = file.tree
    if not isinstance(tree, Map):
        hint = f"Write `fields:`, and below it {_FIELD}"
        file.place.say(1, "the vocabulary must have words with values.", hint)
        return {}
    fields = tree.get("fields")
    if isinstance(fields, Map):
        _check_fields(fields, file.place, whole=whole)
    elif whole:
        hint = f"Write `fields:`, and below it {_FIELD}"
        file.place.say(tree.line_of("fields"), '"fields" is missing.', hint)
    if whole and ASKING in tree:
        _check_asking(tree[ASKING], tree.lines[ASKING], file.place)
    return {section: _plain(words) for section, words in tree.items() if section != SETS}


def _check_asking(node: Node, line: int, place: Place) -> None:
    """The items that end with a question, each one that may be a step."""
    if not isinstance(node, Items):
        what = f'"{ASKING}" must be a list of items.'
        place.say(line, what, f"Write it like `{ASKING}: [C1, C2]`.")
        return
    for item, at in zip(node, node.lines, strict=True):
        if item not in STEP_ITEMS:
            place.unknown(at, f"item for {ASKING}", item, STEP_ITEMS)


def _plain(node: Node) -> object:
    """The words without their lines: a rulebook knows nothing of files."""
    if isinstance(node, Map):
        return {key: _plain(words) for key, words in node.items()}
    return [_plain(one) for one in node] if isinstance(node, Items) else node


def _check_fields(fields: Map, place: Place, *, whole: bool) -> None:
    """Each field that is there, and that every one is there."""
    for name in fields:
        _check_field(name, fields[name], fields.lines[name], place, whole=whole)
    for name in FIELDS if whole else ():
        if name not in fields:
            what = f"`fields` has no entry for {name}, so a form could not ask it."
            place.say(fields.line, what, f"Add one, like {_FIELD}")


def _check_field(name: str, node: Node, line: int, place: Place, *, whole: bool) -> None:
    """One field's words, with an option for each of its answers."""
    known = (*FIELDS, *_BESIDE)
    if name not in known:
        place.unknown(line, "field", name, known)
    elif not isinstance(node, Map):
        what = f"{name} has no question to ask people."
        place.say(line, what, f"Write what is asked and why, like {_FIELD}")
    elif name in FIELDS:
        note_length("brief", node.get("brief"), QUESTION, node.line_of("brief"), place)
        values, options = FIELDS[name].values, node.get("options")
        given = options if isinstance(options, Map) else Map(line)
        for value in given:
            if value not in values:
                place.unknown(given.lines[value], f"value for {name}", value, values)
        for value in values if whole else ():
            if value not in given:
                what = f"`options` of {name} has no entry for its value {value}."
                place.say(given.line, what, f"Add a line like `{value}: {{label: …}}`.")
