"""What a pack may put in its own words: contacts, questions and labels, the pages' texts.

What is said about safety is not among them: a label turned around would loosen more than a rule.
Whoever rewords a text keeps its blanks, because the program fills them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.reading.examples import example_of
from planner.reading.files import PAGES, RuleFile
from planner.reading.names import ASKING, SETS
from planner.reading.nodes import Map, Node
from planner.reading.problems import Place, shortened
from planner.reading.rules import Seen
from planner.reading.shapes import ContactsShape
from planner.reading.shaping import fit
from planner.rulebook.rulebook import Lead

Words = dict[str, object]

_NO_BLANK = "That text has no blank: write yours without `{` and `}`."
_SAFETY = "a pack may not reword what is said about safety."
_REMOVE = "It is the same in every clinic. Remove"

_BLANK = re.compile(r"\{([a-z_]+)\}")
_KEPT_FIELDS = ("safety.flags",)
_KEPT_PAGES = (
    "barred_",
    "compare",
    "error_",
    "evidence",
    "handout_",
    "held_",
    "limits",
    "none_",
    "not_government",
    "privacy",
    "review_",
    "safety_",
    "source_",
    "stance_",
    "stop_",
    "words_review",
)
"""How the texts of the pages begin that say what is safe, known, private or the handout's."""
_KEPT_SUMMARY = frozenset(
    (
        "barred",
        "conflict",
        "held",
        "nothing_fits",
        "nothing_fits_supervision",
        "question_contradiction",
        "question_hint",
        "question_proceed",
        "question_review",
        "question_stop",
        "review_first",
        "stop",
        "stop_also",
        "stop_check_back",
        "stop_supervision",
    )
)


def with_contacts(leads: Sequence[Lead], files: Sequence[RuleFile], seen: Seen) -> dict[str, Lead]:
    """The leads with each pack's local contacts added before a lead's own, or in their place."""
    known = {lead.key: lead for lead in leads}
    for file in files:
        contacts = file.tree.get("contacts") if file.pack and isinstance(file.tree, Map) else None
        for key, node in contacts.items() if isinstance(contacts, Map) else ():
            line = contacts.line_of(key) if isinstance(contacts, Map) else 1
            place = file.place.within(f'contacts of "{shortened(key)}"')
            seen.once("contacts of lead", key, line, place)
            shape = fit(ContactsShape, node, line, place)
            if key not in known:
                place.unknown(line, "lead", key, known)
            elif shape is not None and bool(shape.add) == bool(shape.replace):
                hint = f"Write one of them: `{example_of('add')}`, or the same with `replace`."
                place.say(line, "the contacts need either `add` or `replace`.", hint)
            elif shape is not None:
                ours = tuple(" ".join(text.split()) for text in shape.add or shape.replace)
                theirs = known[key].contacts if shape.add else ()
                known[key] = replace(known[key], contacts=tuple(dict.fromkeys((*ours, *theirs))))
    return known


def reworded(before: Words, words: Mapping[str, object], file: RuleFile) -> Words:
    """The vocabulary with a pack's words in it; told is what a pack may not reword."""
    merged = dict(before)
    for section, new in words.items():
        old = merged.get(section)
        nodes = _nodes(file, section)
        if section == ASKING and isinstance(file.tree, Map):
            what = "a pack may not say which items end with a question."
            file.place.say(file.tree.line_of(section), what, "Remove the line.")
            continue
        if not isinstance(old, dict) or not isinstance(new, dict) or not isinstance(nodes, Map):
            line = file.tree.line_of(section) if isinstance(file.tree, Map) else 1
            file.place.unknown(line, "section", section, (*before, SETS))
            continue
        kept = _KEPT_FIELDS if section == "fields" else _KEPT_PAGES
        for key in new:
            line, place = nodes.line_of(key), file.place.within(f'"{shortened(key)}"')
            if key.startswith(kept):
                place.say(line, _SAFETY, f"{_REMOVE} `{shortened(key)}: …`.")
            elif section == "pages" and key not in old:
                place.unknown(line, "text", key, old)
            else:
                _same_blanks(old.get(key), new[key], line, place)
        merged[section] = _deeply(old, new)
    return merged


def _nodes(file: RuleFile, section: str) -> Node:
    """Where a section stands in a pack's file; one of texts for the pages is a section itself."""
    if file.kind == PAGES:
        return file.tree
    return file.tree.get(section) if isinstance(file.tree, Map) else None


def reworded_summary(before: Mapping[str, str], summary: Mapping[str, str], file: RuleFile) -> None:
    """Tell of sentences of the summary that a pack may not word, or words without their blanks."""
    nodes = file.tree.get("summary") if isinstance(file.tree, Map) else None
    for key, text in summary.items():
        line = nodes.line_of(key) if isinstance(nodes, Map) else 1
        place = file.place.within(f'summary "{shortened(key)}"')
        if key in _KEPT_SUMMARY:
            place.say(line, _SAFETY, f"{_REMOVE} `{shortened(key)}: …`.")
        elif key not in before:
            place.unknown(line, "sentence", key, before)
        else:
            _same_blanks(before[key], text, line, place)


def _same_blanks(old: object, new: object, line: int, place: Place) -> None:
    """Tell when a text lost one of its blanks, or has one that nothing fills."""
    if not isinstance(old, str):
        return
    blanks = sorted(set(_BLANK.findall(old)))
    if not isinstance(new, str) or not new.strip():
        place.say(line, "this must be a text.", 'Write what the page should say: `"…"`.')
    elif sorted(set(_BLANK.findall(new))) != blanks or set("{}") & set(_BLANK.sub("", new)):
        needs = ", ".join(f"`{{{blank}}}`" for blank in blanks)
        hint = f"Write each blank of that text: {needs}." if blanks else _NO_BLANK
        place.say(line, "the blanks are not those of the text it replaces.", hint)


def _deeply(old: Mapping[str, object], new: Mapping[str, object]) -> Words:
    """The old words with the new ones over them, at every depth."""
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[key] = _deeply(before, value) if both else value  # type: ignore[arg-type]  # both are dicts
    return merged
