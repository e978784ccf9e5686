"""The parts of a plan as JSON: each part that plans share is written once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

import orjson


class Written:
    """A slot for a part's JSON, so that a part that many plans share is written once."""

    __slots__ = ("_json",)
    _json: orjson.Fragment


def dumped(shape: Mapping[str, Any]) -> bytes:
    """The JSON of a part's fields, copied: what orjson returns takes 4 KB however short it is."""
    try:
        written = orjson.dumps(shape, _write, orjson.OPT_PASSTHROUGH_DATACLASS)
        return bytes(memoryview(written))
    except orjson.JSONEncodeError as error:  # an interruption of `_write`, disguised
        raise error.__cause__ or error from None


@lru_cache(maxsize=64)
def _names(part: type[Any]) -> tuple[str, ...]:
    """The fields of a part, in the contract's order."""
    return tuple(one.name for one in fields(part))


def _write(part: Any) -> Any:
    """A part of a plan for the JSON writer: as it was written before, for plans share most."""
    kind: Any = type(part)
    try:
        return part._json  # noqa: SLF001  # the slot is for this writer alone
    except AttributeError:
        names = _names(kind)
        written = orjson.Fragment(dumped({name: getattr(part, name) for name in names}))
        object.__setattr__(part, "_json", written)
        return written
