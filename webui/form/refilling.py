"""From an observation back to the pairs that the form sends: to change a plan, or to begin one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.contract.fields import FIELDS
from webui.form.forms import KIND, NEVER_ASKED, NONE, SAFETY, UNSURE

FREE = ("case", "session", "notes")


def pairs_of(observation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every answer of an observation in the contract's shape, as a form sends it."""
    return [*_safety(observation), *_told(observation), *_typed(observation)]


def _safety(observation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The flags, or "None of these" where it was said that none applies."""
    if "safety" not in observation:
        return
    flags = observation["safety"]["flags"]
    for flag, state in flags.items():
        yield (UNSURE if state == "unsure" else SAFETY), flag
    if not flags:
        yield SAFETY, NONE


def _told(observation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was noticed, and about whom and when."""
    parts: dict[str, Any] = {one["kind"]: one for one in observation.get("ruptures", ())}
    yield from ((KIND, kind) for kind in parts)
    parts["context"] = observation.get("context", {})
    for name in FIELDS:
        part, _dot, key = name.partition(".")
        value = parts.get(part, {}).get(key) if name not in NEVER_ASKED else None
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None:
                yield name, str(one)


def _typed(observation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in FREE:
        if observation.get(name):
            yield name, str(observation[name])
