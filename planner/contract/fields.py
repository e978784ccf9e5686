"""The catalogue of what rules may ask about, taken from the observation's own types.

There is one source of truth: a field or value added to the observation is here at once, and
nothing can be asked about that an observation cannot hold. `case`, `session` and `notes` are
not here, because no rule ever reads them.

The catalogue is kept on disk for the exact bytes of the modules that it is made of: whoever only
plans waits neither for pydantic nor for its types.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from planner.keeping import kept, place, take_in


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a rule may ask about, and every answer that there can be.

    `values` are in the contract's order; `low` and `high` bound a number, both included.
    `unknown` is the value that means "not known", where there is one; a nullable number is
    not known when it is null. `rupture` is the kind that the field belongs to, and `default` what
    an answer that was left out stands for; of a list that is the empty one.
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
    default: str | int | None = None


def _made() -> tuple[tuple[Any, ...], ...]:
    """The catalogue, made from the types, as rows of plain values."""
    from planner.contract.catalogue import catalogue

    return tuple(catalogue())


def _place() -> Path | None:
    """Where it is kept: by every module of the contract; None where there is none to be read."""
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256(sys.version.encode())
    try:
        paths = sorted(here.glob("*.py"))
        take_in(digest, here, paths)
    except OSError:
        return None
    return place(here, "fields", digest.hexdigest()) if paths else None


FIELDS: dict[str, Field] = {row[0]: Field(*row) for row in kept(_place(), tuple, _made)}
