"""A plan read back from the shape in which it was written, by this contract or an earlier one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

FIRST = "1.0"
"""The contract of plans that do not say which they keep to."""

P = TypeVar("P")


def read_back(plan: type[P], told: Any) -> P:
    """A plan from its shape; what it does not know is passed over, what is missing told.

    Raises ValueError where a part that every contract has is not there or is no such part.
    """
    if not isinstance(told, Mapping):
        message = f"a plan is a mapping, not {type(told).__name__}."
        raise ValueError(message)  # one kind of error for whoever reads a file
    return _part(plan, {"contract": FIRST, **told}, "plan")


def _part(part: type[P], told: Any, where: str) -> P:
    """One part with each of its fields that stands in the shape."""
    if not isinstance(told, Mapping):
        message = f"{where} is no mapping."
        raise ValueError(message)  # as above
    known: Any = part
    given = {
        name: _value(hint, told[name], f"{where}.{name}")
        for name, hint in _hints(known).items()
        if name in told
    }
    missing = [name for name in _needed(known) if name not in given]
    if missing:
        message = f"{where} has no {', '.join(missing)}."
        raise ValueError(message)
    return part(**given)


def _value(hint: Any, value: Any, where: str) -> Any:
    """A value as its type has it: parts as parts, lists as tuples, and all else text."""
    kind = get_origin(hint)
    if kind in (Union, UnionType):
        inner = [one for one in get_args(hint) if one is not type(None)]
        return None if value is None else _value(inner[0], value, where)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _part(hint, value, where)
    if kind is tuple and isinstance(value, list | tuple):
        of, *more = get_args(hint)
        if Ellipsis not in more and len(value) != 1 + len(more):
            message = f"{where} has {len(value)} parts, not {1 + len(more)}."
            raise ValueError(message)  # as above
        return tuple(_value(of, one, f"{where}[{i}]") for i, one in enumerate(value))
    if kind is tuple:
        message = f"{where} is no list."
        raise ValueError(message)
    if not isinstance(value, Mapping if kind is Mapping else str):
        message = f"{where} is no {'mapping' if kind is Mapping else 'text'}."
        raise ValueError(message)  # as above
    if kind is Literal and value not in get_args(hint):
        message = f"{where} is none of {', '.join(get_args(hint))}."
        raise ValueError(message)  # as above
    return value


@lru_cache(maxsize=64)
def _hints(part: type[Any]) -> dict[str, Any]:
    """The fields of a part that are given to it, with their types."""
    hints = get_type_hints(part)
    return {one.name: hints[one.name] for one in dataclasses.fields(part) if one.init}


@lru_cache(maxsize=64)
def _needed(part: type[Any]) -> tuple[str, ...]:
    """The fields that a part cannot do without."""
    missing = dataclasses.MISSING
    return tuple(
        one.name
        for one in dataclasses.fields(part)
        if one.init and one.default is missing and one.default_factory is missing
    )
