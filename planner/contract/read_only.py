"""Mappings and lists that nobody can write into, for what many plans share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn


class ReadOnly(dict[str, Any]):
    """A mapping that raises TypeError on every write; `copy()` gives a plain dict.

    It is a dict, because the writers of JSON and `Observation.read` know no other mapping.
    """

    __slots__ = ()

    def __new__(cls, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> ReadOnly:
        """Take the items; the values must be read-only themselves (see `read_only`)."""
        made = super().__new__(cls)
        dict.update(made, items)
        return made

    def __init__(self, items: object = ()) -> None:
        """Do nothing: a dict's own `__init__` could be called again, to write."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none, for it can be written
        """The same for equal mappings, whatever their order; what they hold is hashable too."""
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[ReadOnly], tuple[dict[str, Any]]]:
        """Pickle and copy by what it holds: a dict's own way writes one item after the other."""
        return ReadOnly, (self.copy(),)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        """Refuse every write."""
        message = "A plan is read-only. Change a copy instead: `plan.to_dict()` gives a fresh one."
        raise TypeError(message)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


def read_only(value: Any) -> Any:
    """The value with every mapping in it as `ReadOnly` and every list as a tuple.

    Words, numbers and what is read-only already are handed back as they are.
    """
    if isinstance(value, ReadOnly | str):
        return value
    if isinstance(value, Mapping):
        return ReadOnly({key: read_only(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple([read_only(inner) for inner in value])
    return value
