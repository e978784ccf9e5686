"""Observations as flat rows, written here a second time and by hand."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from planner import Planner
from planner.batch.flat import COLUMNS
from tests.support.strategies import random_observation


def flat_row(observation: dict[str, Any]) -> dict[str, str]:
    """A row of text for an observation."""
    row = dict.fromkeys(COLUMNS, "")
    for name in ("case", "session", "notes"):
        row[name] = str(observation.get(name) or "")
    for rupture in observation["ruptures"]:
        for name, answer in rupture.items():
            if name != "kind" and answer is not None:
                cell = "|".join(answer) if isinstance(answer, list) else str(answer)
                row[f"{rupture['kind']}.{name}"] = cell
    for name, answer in observation.get("context", {}).items():
        row[f"context.{name}"] = "|".join(answer) if isinstance(answer, list) else str(answer)
    flags = observation["safety"]["flags"]
    told = (flag if answer == "yes" else f"{flag}:{answer}" for flag, answer in flags.items())
    row["safety.flags"] = "|".join(told) or "none"
    return row


def telling(observation: dict[str, Any]) -> bool:
    """Whether the flat form can tell it: a kind is there by an answer, which every kind has."""
    return all(len(rupture) > 1 for rupture in observation["ruptures"])


def some_observations(number: int, seed: int = 1, distinct: int | None = None) -> list[Any]:
    """So many observations, each with a case of its own, of which so many are distinct."""
    chance = random.Random(seed)
    known = [random_observation(chance) for _ in range(distinct or number)]
    return [{**chance.choice(known), "case": f"K-{row}"} for row in range(number)]


def plans_of(planner: Planner, observations: Iterable[dict[str, Any]]) -> list[str]:
    """The plan of each observation as JSON, without what belongs to its row alone."""
    own = ("case", "session", "notes")
    rest = ({key: one[key] for key in one if key not in own} for one in observations)
    return [plan.to_json() for plan in planner.plan_many(rest)]
