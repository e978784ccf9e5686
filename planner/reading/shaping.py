"""Fits a node of a file to its shape, and tells in plain words where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.reading.nodes import Map, Node, line_at
from planner.reading.problems import Place, instead, shortened
from planner.reading.shapes import Shape

S = TypeVar("S", bound=Shape)

_EXAMPLES = {
    "id": 'Write it like "lateness.own-it": small letters, a dot, then small words with hyphens.',
    "find": 'Write it like "therapist_has_a_part": small letters and underscores.',
}


def fit(shape: type[S], node: Node, line: int, place: Place) -> S | None:
    """The node as its shape; None, with every problem told, when it does not fit."""
    if not isinstance(node, Map):
        place.say(line, f"expected words with values here, not {kind_of(node)}.")
        return None
    try:
        return shape.model_validate(node)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            _tell(one, shape, node, line, place)
        return None


def kind_of(value: object) -> str:
    """What a person would call this value."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int):
        return f"the number {shortened(value)}"
    return f'the text "{shortened(value)}"'


def _tell(error: ErrorDetails, shape: type[Shape], node: Map, line: int, place: Place) -> None:
    """Tell one mistake of shape at the line where it stands."""
    path = tuple(step for step in error["loc"] if step != "[key]")
    line = line_at(node, path, line)
    name = str(path[0]) if path else ""
    if error["type"] == "extra_forbidden":
        fields = [one.alias or name for name, one in shape.model_fields.items() if name != "id"]
        place.unknown(line, "field", name, fields)
        return
    tell: _Telling = _TOLD.get(error["type"], _by_type)
    if error["input"] is None and error["type"] != "missing":
        tell = _empty
    message, hint = tell(name, error)
    place.say(line, message, hint)


def _missing(name: str, _: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is missing.', ""


def _empty(name: str, _: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is empty.', "Write something there, or remove the line."


def _too_short(name: str, error: ErrorDetails) -> tuple[str, str]:
    length = len(str(error["input"]).strip())
    if not length:
        return _empty(name, error)
    least = error["ctx"]["min_length"]
    return f'"{name}" has {length} letters; it needs {least} or more.', "Give the reason in full."


def _too_long(name: str, error: ErrorDetails) -> tuple[str, str]:
    most, length = error["ctx"]["max_length"], len(str(error["input"]).strip())
    return f'"{name}" has {length} letters; it may have {most}.', "One rule, one thought."


def _pattern(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{shortened(error["input"])}" cannot be the {name}.', _EXAMPLES.get(name, "")


def _choice(name: str, error: ErrorDetails) -> tuple[str, str]:
    values = re.findall(r"'([^']+)'", error["ctx"]["expected"])
    word = error["input"]
    if not isinstance(word, str):
        return f'"{name}" must be a word, not {kind_of(word)}.', f"Values: {', '.join(values)}."
    return f'unknown value "{shortened(word)}" for {name}.', instead(word, values)


def _text(name: str, error: ErrorDetails) -> tuple[str, str]:
    what = kind_of(error["input"])
    hint = "Put quotes around it." if isinstance(error["input"], int) else ""
    return f'"{name}" must be text, not {what}.', hint


def _one_or_more(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" must be a word or a list of words, not {kind_of(error["input"])}.', ""


def _listed(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" must be a list, not {kind_of(error["input"])}.', "Begin each line with `- `."


def _mapped(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" must have words with values, not {kind_of(error["input"])}.', ""


def _by_type(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is wrong: {error["msg"]}.', ""


_Telling = Callable[[str, Any], tuple[str, str]]
_TOLD: dict[str, _Telling] = {
    "missing": _missing,
    "too_short": _empty,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "string_type": _text,
    "one_or_more": _one_or_more,
    "tuple_type": _listed,
    "dict_type": _mapped,
}
