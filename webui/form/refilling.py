"""From an observation back to the pairs that the form sends: to begin one from another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.contract.fields import FIELDS
from webui.form.forms import KIND
from webui.words.vocabulary import UNKNOWN

OPEN = (None, "", UNKNOWN)


def pairs_of(observation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was told in an observation, or in a part of one, as a form sends it.

    What was left open is left out. Safety is never among it: that is always asked anew.
    """
    parts: dict[str, Any] = {one["kind"]: one for one in observation.get("ruptures", ())}
    yield from ((KIND, kind) for kind in parts)
    parts["context"] = observation.get("context", {})
    for name in FIELDS:
        part, _dot, key = name.partition(".")
        value = parts.get(part, {}).get(key)
        for one in value if isinstance(value, list | tuple) else [value]:
            if one not in OPEN:
                yield name, str(one)
