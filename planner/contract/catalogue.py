"""The catalogue of fields as it is made: from the observation's own types, with pydantic loaded."""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from planner.contract.observation import MOST_RUPTURES, Context
from planner.contract.ruptures import RUPTURES
from planner.contract.values import FLAGS, KINDS

Row = tuple[
    str,
    str,
    tuple[str, ...],
    int | None,
    int | None,
    str | None,
    str | None,
    bool,
    bool,
    str | int | None,
]
"""A field as plain values, in the order of `Field`, so that it is kept without its type."""


def catalogue() -> Iterator[Row]:
    """Go through the contract from top to bottom."""
    for kind, model in RUPTURES.items():
        for name, info in model.model_fields.items():
            if name != "kind":
                yield _row(f"{kind}.{name}", info, kind)
    for name, info in Context.model_fields.items():
        yield _row(f"context.{name}", info, None)
    yield "safety.flags", "list", FLAGS, None, None, None, None, False, True, None
    yield "ruptures.kinds", "list", KINDS, None, None, None, None, False, True, None
    yield "ruptures.count", "number", (), 0, MOST_RUPTURES, None, None, False, True, None


def _row(name: str, info: FieldInfo, rupture: str | None) -> Row:
    """Describe one field of a model: a set of values is a choice, a tuple a list, else a number."""
    origin = get_origin(info.annotation)
    required = info.is_required()
    default = None if required else info.default
    if origin is Literal:
        values = get_args(info.annotation)
        unknown = "unknown" if "unknown" in values else None
        return name, "choice", values, None, None, unknown, rupture, False, required, default
    if origin is tuple:
        values = get_args(get_args(info.annotation)[0])
        return name, "list", values, None, None, None, rupture, False, required, None
    low = next(bound.ge for bound in info.metadata if hasattr(bound, "ge"))
    high = next(bound.le for bound in info.metadata if hasattr(bound, "le"))
    nullable = type(None) in get_args(info.annotation)
    return name, "number", (), low, high, None, rupture, nullable, required, default
