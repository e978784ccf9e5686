"""What rules refer to: the bibliography, the handout, the leads of safety, the avoid codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from planner.reading.cases import read_asked
from planner.reading.citations import read_citations
from planner.reading.examples import example_of
from planner.reading.files import RuleFile
from planner.reading.lengths import NEVER, note_length
from planner.reading.names import Names
from planner.reading.nodes import Map, listed
from planner.reading.problems import Place, shortened
from planner.reading.rules import Seen
from planner.reading.shapes import (
    AvoidFile,
    CodeShape,
    HandoutFile,
    ItemShape,
    LeadShape,
    PackAvoidFile,
    PackSafetyFile,
    SafetyFile,
    Shape,
    SourceShape,
)
from planner.reading.shaping import fit
from planner.reading.standing import CODE as CODE_ASKS
from planner.rulebook.conditions import Conjunction, branches
from planner.rulebook.counting import CODE, LEAD
from planner.rulebook.handout import Handout, Item, accounted_for, plain, quoted, stands_in
from planner.rulebook.rulebook import FAMILIES, STEP_ITEMS, AvoidCode, Lead, Source

S = TypeVar("S", bound=Shape)


def read_sources(file: RuleFile, seen: Seen) -> Iterator[Source]:
    """Each entry of the bibliography."""
    for key, shape, _, _ in _entries(file, file.tree, SourceShape, "source", seen):
        supports = " ".join(shape.supports.split())
        yield Source(
            key,
            shape.status,
            " ".join(shape.reference.split()),
            shape.where,
            supports,
            shape.strength,
            {locator: topic.strip() for locator, topic in shape.locators.items()},
        )


def read_leads(file: RuleFile, names: Names, seen: Seen) -> Iterator[Lead]:
    """Each lead of safety.yaml."""
    shape_of_file = PackSafetyFile if file.pack else SafetyFile
    if file.tree is None or fit(shape_of_file, file.tree, 1, file.place) is None:
        return
    leads = file.tree.get("leads") if isinstance(file.tree, Map) else None
    for key, shape, node, place in _entries(file, leads, LeadShape, "lead", seen):
        yield Lead(
            key,
            " ".join(shape.reason.split()),
            tuple(" ".join(text.split()) for text in shape.first_actions),
            tuple(" ".join(text.split()) for text in shape.contacts),
            tuple(" ".join(text.split()) for text in shape.record),
            read_citations(shape.source, node, names, place, reasoning=shape.reasoning),
            file.place.path,
            node.line,
            _counted("line", shape.line, LEAD, node, place),
        )


def read_codes(file: RuleFile, names: Names, seen: Seen) -> Iterator[AvoidCode]:
    """Each code of avoid.yaml."""
    shape_of_file = PackAvoidFile if file.pack else AvoidFile
    if file.tree is None or fit(shape_of_file, file.tree, 1, file.place) is None:
        return
    codes = file.tree.get("codes") if isinstance(file.tree, Map) else None
    for key, shape, node, place in _entries(file, codes, CodeShape, "code", seen):
        sources = read_citations(shape.source, node, names, place, reasoning=None)
        text = " ".join(shape.text.split())
        yield AvoidCode(
            key,
            text,
            sources,
            file.place.path,
            node.line,
            _counted("brief", shape.brief, CODE, node, place),
            shape.family,
            _brief_when(node, names, place),
        )


def read_families(file: RuleFile) -> dict[str, tuple[str, ...]]:
    """For each first step the families of what not to do, in the order in which they matter."""
    nodes = file.tree.get("families") if isinstance(file.tree, Map) else None
    found: dict[str, tuple[str, ...]] = {}
    for item, node in nodes.items() if isinstance(nodes, Map) else ():
        line = nodes.line_of(item) if isinstance(nodes, Map) else 1
        place = file.place.within(f"families of {shortened(item)}")
        if item not in STEP_ITEMS:
            place.unknown(line, "item", item, STEP_ITEMS)
        told = [str(one) for one, _ in listed(node, line)]
        for name in told:
            if name not in FAMILIES:
                place.unknown(line, "family", name, FAMILIES)
            elif told.count(name) > 1:
                hint = f"Name each once: `{example_of('families')}`."
                place.say(line, f'"{name}" is named twice.', hint)
        found[item] = (*told, *(one for one in FAMILIES if one not in told))
    return found


def _counted(name: str, text: str, most: int, node: Map, place: Place) -> str:
    """A text of the brief, told of where it is too long."""
    told = " ".join(text.split())
    note_length(name, told, most, node.line_of(name), place)
    return told


def _brief_when(node: Map, names: Names, place: Place) -> tuple[Conjunction, ...] | None:
    """The cases in which the brief may say a code: all, none (`never`), or those that are told."""
    if "brief_when" not in node:
        return None
    when = node["brief_when"]
    if when == NEVER:
        return ()
    if not isinstance(when, Map):
        hint = f"Write `brief_when: {NEVER}`, or like `{example_of('brief_when')}`."
        place.say(node.lines["brief_when"], "this must be conditions, or never.", hint)
        return ()
    asked = read_asked(when, names, place, CODE_ASKS)
    return branches(asked.when, asked.cases, asked.at)


def read_handout(file: RuleFile, text_file: RuleFile, seen: Seen) -> Handout | None:
    """The handout with every item's words found in its text, and nothing left over."""
    shape = None if file.tree is None else fit(HandoutFile, file.tree, 1, file.place)
    if shape is None or not isinstance(file.tree, Map):
        return None
    try:
        text = text_file.data.decode("utf-8")
    except UnicodeDecodeError:
        text_file.place.say(1, "the handout's text is not UTF-8.", "Save the file as `UTF-8`.")
        return None
    before = len(file.place.problems)
    items: dict[str, Item] = {}
    found = _entries(file, file.tree.get("items"), ItemShape, "item", seen)
    for key, item, node, place in found:
        items[key] = Item(key, item.section, item.title, item.scripts, item.words)
        _check_item(items[key], plain(text), node, place)
    sections = {str(key): heading for key, heading in shape.sections.items()}
    if len(file.place.problems) == before:
        _check_whole(accounted_for(sections, items), plain(text), file)
    return Handout(text, sections, items)


def _check_item(item: Item, text: str, node: Map, place: Place) -> None:
    """Each word of an item stands in the handout's text, and each script in the item."""
    if not item.key.startswith(item.section) or not item.key[1:].isdigit():
        what = f"{shortened(item.key)} is not in section {item.section}."
        hint = f"Name it by its section and its number in the handout: `{item.section}1`."
        place.say(node.lines["section"], what, hint)
    if not stands_in(item.words, text):
        what = "these are not the handout's exact words."
        hint = f"Copy `words: |` from handout.txt. {_first_strange(item.words, text)}"
        place.say(node.lines["words"], what, hint)
    for script in item.scripts:
        if script not in quoted(item.words):
            what = f'the script "{shortened(script)}" is not quoted in the words.'
            place.say(
                node.lines["scripts"],
                what,
                f"Give what stands between quotation marks: `{example_of('scripts')}`.",
            )


def _first_strange(words: str, text: str) -> str:
    """The place from which on the words leave the text, for whoever compares them."""
    for line in words.splitlines():
        if f"\n{line}\n" not in f"\n{text}\n":
            most = max(range(len(line) + 1), key=lambda end: end if line[:end] in text else -1)
            return f'handout.txt goes on differently after "…{line[max(0, most - 40) : most]}".'
    return "Each line stands in handout.txt, but not one after the other."


def _check_whole(told: str, text: str, file: RuleFile) -> None:
    """The headings and items together are all that stands in the lettered sections."""
    start = text.find(told[:60])
    if told and start >= 0 and text[start:] == told:
        return
    left = [line for line in text[max(start, 0) :].splitlines() if line not in told.splitlines()]
    why = f'Nothing accounts for "{shortened(left[0])}".' if left else "The order differs."
    hint = f"{why} Each line stands in `sections:` or in the `words:` of an item."
    what = "sections and items are not the whole of handout.txt."
    file.place.say(1, what, hint)


def _entries(
    file: RuleFile, nodes: object, shape: type[S], what: str, seen: Seen
) -> Iterator[tuple[str, S, Map, Place]]:
    """Each entry of a mapping that fits its shape, with the place that speaks of it."""
    for key, node in nodes.items() if isinstance(nodes, Map) else ():
        line = nodes.line_of(key) if isinstance(nodes, Map) else 1
        place = file.place.within(f'{what} "{shortened(key)}"')
        seen.once(what, key, line, place)
        fitted = fit(shape, node, line, place)
        if fitted is not None and isinstance(node, Map):
            yield key, fitted, node, place
