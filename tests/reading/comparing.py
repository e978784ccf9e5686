"""Checks that set a plan beside the plan of the same case with one answer less."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tests.reading.checking import check
from tests.reading.seen import Line, Seen, Told


def without(seen: Seen, field: str) -> Seen:
    """The same case with one answer about the context left out, and its plan."""
    observation: Told = copy.deepcopy(seen.observation)
    observation["context"].pop(field)
    return Seen(observation, seen.plans(observation), seen.plans)


@check("What the therapist feels changes a spoken word, or moves a step.")
def therapists_feelings_speak(seen: Seen) -> Iterator[Line]:
    if not seen.observation.get("context", {}).get("therapist_feelings"):
        return
    other = without(seen, "therapist_feelings")
    said = {line.text for line in other.spoken}
    yield from (line for line in seen.spoken if line.text not in said)
    placed = [(one["item"], one["when"]) for one in other.steps]
    for step in seen.steps:
        if (step["item"], step["when"]) not in placed:
            yield Line(f"{step['item']}.when", step["when"])


@check("An agreed format of the work raises a flag.")
def agreed_format_raises_a_flag(seen: Seen) -> Iterator[Line]:
    if not seen.observation.get("context", {}).get("format"):
        return
    before = without(seen, "format").plan["safety"]
    levels = ("none", "review_first", "stop")
    if levels.index(seen.plan["safety"]["level"]) > levels.index(before["level"]):
        for reason in set(seen.plan["safety"]["reasons"]) - set(before["reasons"]):
            yield Line("safety", reason)
