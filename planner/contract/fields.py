"""The catalogue of what rules may ask about, taken from the observation's own types.

There is one source of truth: a field or value added to the observation is here at once, and
nothing can be asked about that an observation cannot hold. `case`, `session` and `notes` are
not here, because no rule ever reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from planner.contract.observation import (
    FLAGS,
    KINDS,
    MOST_RUPTURES,
    Context,
)
from planner.contract.ruptures import RUPTURES


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a rule may ask about, and every answer that there can be.

    `values` are in the contract's order; `low` and `high` bound a number, both included.
    `unknown` is the value that means "not known", where there is one; a nullable number is
    not known when it is null. `rupture` is the kind that the field belongs to.
    """

    name: str
    kind: Literal["choice", "list", "number"]
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    unknown: str | None = None
    rupture: str | None = None
    nullable: bool = False
    required: bool = False


def _field(name: str, info: FieldInfo, rupture: str | None) -> Field:
    """Describe one field of a model: a set of values is a choice, a tuple a list, else a number."""
    origin = get_origin(info.annotation)
    required = info.is_required()
    if origin is Literal:
        values = get_args(info.annotation)
        unknown = "unknown" if "unknown" in values else None
        return Field(name, "choice", values, None, None, unknown, rupture, required=required)
    if origin is tuple:
        values = get_args(get_args(info.annotation)[0])
        return Field(name, "list", values, rupture=rupture, required=required)
    low = next(bound.ge for bound in info.metadata if hasattr(bound, "ge"))
    high = next(bound.le for bound in info.metadata if hasattr(bound, "le"))
    nullable = type(None) in get_args(info.annotation)
    return Field(name, "number", (), low, high, None, rupture, nullable, required)


def _catalogue() -> Iterator[Field]:
    """Go through the contract from top to bottom."""
    for kind, model in RUPTURES.items():
        for name, info in model.model_fields.items():
            if name != "kind":
                yield _field(f"{kind}.{name}", info, kind)
    for name, info in Context.model_fields.items():
        yield _field(f"context.{name}", info, None)
    yield Field("safety.flags", "list", FLAGS, required=True)
    yield Field("ruptures.kinds", "list", KINDS, required=True)
    yield Field("ruptures.count", "number", (), 0, MOST_RUPTURES, required=True)


FIELDS: dict[str, Field] = {field.name: field for field in _catalogue()}
