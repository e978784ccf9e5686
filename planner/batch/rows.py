"""The rows of a stretch: each row's own case, session and notes, and a key for the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from planner.batch.flat import COLUMNS, OWN, observation_of
from planner.batch.sources import ROW, Stretch
from planner.contract.json_text import parsed
from planner.contract.observation import Observation
from planner.errors import FieldProblem, ObservationError

_SOUND: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "client"}],
    "safety": {"flags": {}},
}

_KEY = re.compile(rb'"(\w+)"\s*:', re.ASCII)

Read = tuple[int, dict[str, Any], str, tuple[FieldProblem, ...] | None]


def json_rows(stretch: Stretch) -> Iterator[Read]:
    """Each line's own answers, the rest of it as a key, and why it could not be read, if so."""
    for number, text in stretch.texts:
        try:
            data, problems = parsed(text)
        except ObservationError as error:
            yield number, {}, "", _not_text(text) or error.problems
            continue
        if problems:
            yield number, {}, "", tuple(problems)
            continue
        own = _own_of(data) if isinstance(data, dict) else {}
        yield number, own, _key(data), None


def _not_text(line: bytes) -> tuple[FieldProblem, ...]:
    """Where a line is not UTF-8, and the mend; nothing where it is."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        keys = _KEY.findall(line, 0, error.start)
        field = keys[-1].decode() if keys else ""
        what = f"The line is not UTF-8 at byte {error.start + 1}. Name its encoding, such as"
        mend = "--encoding windows-1252, or save the file as UTF-8."
        return (FieldProblem(field, None, f"{what} {mend}"),)
    return ()


def flat_rows(frame: Any) -> Iterator[Read]:
    """The same of the rows of a frame of text."""
    for row in frame.iter_rows(named=True):
        number = row.pop(ROW)
        data = observation_of({name: cell for name, cell in row.items() if name in COLUMNS})
        yield number, _own_of(data), _key(data), None


def _own_of(data: dict[str, Any]) -> dict[str, Any]:
    """Take out of an observation what belongs to this row alone."""
    return {name: data.pop(name) for name in OWN if name in data}


def _key(data: Any) -> str:
    """The same text for the same observation, and from it the same observation again."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def own_problems(own: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with a row's own case, session and notes."""
    if not own:
        return ()
    try:
        Observation.read({**_SOUND, **own})
    except ObservationError as error:
        return error.problems
    return ()
