"""What the YAML parser says, in words for the person who must mend the file."""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from planner.reading.problems import Place

_INDENTED = "Is the line indented like the others around it? `  title: …`"
_HINTS = {
    "expected '-' indicator": "Is the line indented like the others of its list? `- id: …`",
    "expected <block end>": _INDENTED,
    "expected key": _INDENTED,
    "mapping values are not allowed": (
        'Does a text here have a colon? Put quotes around it: `title: "Late: again"`.'
    ),
    "could not find expected ':'": 'Is a colon missing, or a quote not closed? `title: "…"`',
    "cannot start any token": 'Put quotes around a text that begins with a sign: `title: "@home"`.',
    "unexpected end of stream": 'A quote or bracket is opened here and never closed: `title: "…"`.',
    "',' or ']'": "A bracket is opened here and not closed, or a comma is missing: `[C1, C2]`.",
    "',' or '}'": "A brace is opened here and not closed, or a comma is missing: `{a: b, c: d}`.",
}


def note_syntax(error: YAMLError, text: str, place: Place) -> None:
    """Tell what keeps a file from being read at all, with its line and a likely cure."""
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, int(error.position)) + 1
        hint = "Type the line anew, with signs that can be seen: `title: …`."
        place.say(line, "a character that no text should have.", hint)
        return
    problem = str(getattr(error, "problem", None) or "it cannot be parsed")
    line = _line_of(error)
    hint = next((cure for words, cure in _HINTS.items() if words in problem), _INDENTED)
    place.say(line, f"this is not readable as YAML: {problem}.", hint)


def _line_of(error: YAMLError) -> int:
    """The line of the error; for something never closed, the line that opened it."""
    if not isinstance(error, MarkedYAMLError):
        return 1
    opened = "stream" in str(error.problem) or "flow" in str(error.context)
    marks = (error.context_mark, error.problem_mark)
    for mark in marks if opened else reversed(marks):
        if mark is not None:
            return int(mark.line) + 1
    return 1
