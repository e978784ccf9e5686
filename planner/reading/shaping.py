"""Fits a node of a file to its shape, and tells in plain words where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.reading.examples import example_of
from planner.reading.nodes import Map, Node, line_at
from planner.reading.problems import Place, instead, shortened
from planner.reading.shapes import Shape

S = TypeVar("S", bound=Shape)

_EXAMPLES = {
    "id": "Write it like `lateness.own-it`: small letters, a dot, then small words with hyphens.",
    "find": "Write it like `therapist_has_a_part`: small letters and underscores.",
}


def fit(shape: type[S], node: Node, line: int, place: Place) -> S | None:
    """The node as its shape; None, with every problem told, when it does not fit."""
    if not isinstance(node, Map):
        needed = [word for word, field in shape.model_fields.items() if field.is_required()]
        lines = (f"`{example_of(word)}`" for word in (needed or list(shape.model_fields))[:2])
        what = f"this must have words with values, not {kind_of(node)}."
        place.say(line, what, f"Write a line for each, like {' and '.join(lines)}.")
        return None
    try:
        return shape.model_validate(node)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            _note(one, shape, node, line, place)
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


def _note(error: ErrorDetails, shape: type[Shape], node: Map, line: int, place: Place) -> None:
    """Tell one mistake of shape at the line where it stands."""
    path = tuple(step for step in error["loc"] if step != "[key]")
    line = line_at(node, path, line)
    name = str(path[0]) if path else ""
    if error["type"] == "extra_forbidden":
        fields = [one.alias or name for name, one in shape.model_fields.items() if name != "id"]
        place.unknown(line, "field", name, fields)
        return
    message_of: _Message = _TOLD.get(error["type"], _by_type)
    if error["input"] is None and error["type"] != "missing":
        message_of = _empty
    message, hint = message_of(name, error)
    place.say(line, message, hint)


def _missing(name: str, _: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is missing.', f"Add a line like `{example_of(name)}`."


def _empty(name: str, _: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is empty.', f"Write it like `{example_of(name)}`, or remove the line."


def _too_short(name: str, error: ErrorDetails) -> tuple[str, str]:
    length = len(str(error["input"]).strip())
    if not length:
        return _empty(name, error)
    least = error["ctx"]["min_length"]
    hint = f"Give the reason in full, as in `{example_of('because')}`"
    return f'"{name}" has {length} letters; it needs {least} or more.', hint


def _too_long(name: str, error: ErrorDetails) -> tuple[str, str]:
    most, length = error["ctx"]["max_length"], len(str(error["input"]).strip())
    hint = "One rule, one thought: write the second one as a rule of its own, `- id: …`."
    return f'"{name}" has {length} letters; it may have {most}.', hint


def _pattern(name: str, error: ErrorDetails) -> tuple[str, str]:
    hint = _EXAMPLES.get(name, f"Write it like `{example_of(name)}`.")
    return f'"{name}" cannot be "{shortened(error["input"])}".', hint


def _choice(name: str, error: ErrorDetails) -> tuple[str, str]:
    values = re.findall(r"'([^']+)'", error["ctx"]["expected"])
    word = error["input"]
    if not isinstance(word, str):
        hint = f"Write `{name}: {values[0]}`. Values: {', '.join(values)}."
        return f'"{name}" must be a word, not {kind_of(word)}.', hint
    return f'unknown value "{shortened(word)}" for {name}.', instead(word, values)


def _text(name: str, error: ErrorDetails) -> tuple[str, str]:
    what = kind_of(error["input"])
    value = error["input"]
    quoted = f'{name}: "{shortened(value)}"' if isinstance(value, int) else example_of(name)
    hint = f"Write it as text, in quotes where it is a number: `{quoted}`."
    return f'"{name}" must be text, not {what}.', hint


def _one_or_more(name: str, error: ErrorDetails) -> tuple[str, str]:
    what = f'"{name}" must be a word or a list of words, not {kind_of(error["input"])}.'
    return what, f"Write it like `{name}: …` or `{name}: […, …]`."


def _listed(name: str, error: ErrorDetails) -> tuple[str, str]:
    hint = f"Begin each line with `- `, or write `{name}: [first, second]`."
    return f'"{name}" must be a list, not {kind_of(error["input"])}.', hint


def _mapped(name: str, error: ErrorDetails) -> tuple[str, str]:
    hint = f"Write words with values below it, like `{example_of(name)}`."
    return f'"{name}" must have words with values, not {kind_of(error["input"])}.', hint


def _by_type(name: str, error: ErrorDetails) -> tuple[str, str]:
    return f'"{name}" is wrong: {error["msg"]}.', f"Write it like `{example_of(name)}`."


_Message = Callable[[str, Any], tuple[str, str]]
_TOLD: dict[str, _Message] = {
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
