"""What the benchmarks plan: cases as they are told, each varied in a few answers, all different.

Chance alone would draw every field at random and fill most of them; nobody observes like that.
So each case begins as one that the scenarios tell, and up to four of its answers are changed.
"""

import copy
import random
from functools import cache
from typing import Any

import orjson

from planner.checking.scenarios import read_scenarios
from planner.reading.rulebook import read_rulebook
from planner.reading.shipped import SHIPPED
from tests.support.strategies import CHOICES, LISTS, random_observation

Told = dict[str, Any]


def realistic(count: int, seed: int = 1) -> list[Told]:
    """So many cases, no two of them alike in anything that a rule may ask about."""
    chance = random.Random(seed)
    return _different(count, lambda: _varied(chance, chance.choice(_told())))


@cache
def _told() -> list[Told]:
    """The cases of the scenarios that ship."""
    scenarios = read_scenarios(SHIPPED, read_rulebook(SHIPPED))
    return [orjson.loads(orjson.dumps(one.observation)) for one in scenarios]


def by_chance(count: int, seed: int = 1) -> list[Told]:
    """The hardest: every field drawn at random, so that little is ever met again."""
    chance = random.Random(seed)
    return _different(count, lambda: random_observation(chance))


def _different(count: int, draw: Any) -> list[Told]:
    """Draw until there are so many different ones."""
    found: dict[bytes, Told] = {}
    while len(found) < count:
        one = draw()
        for label in ("case", "session", "notes"):
            one.pop(label, None)
        found.setdefault(orjson.dumps(one, option=orjson.OPT_SORT_KEYS), one)
    return list(found.values())


def _varied(chance: random.Random, told: Told) -> Told:
    """The same case with up to four other answers, mostly about the context."""
    case: Told = copy.deepcopy(told)
    context = case.setdefault("context", {})
    for _ in range(chance.randint(1, 4)):
        drawn = chance.random()
        if drawn < 0.55:
            name = chance.choice(list(CHOICES["context"]))
            context[name] = chance.choice(CHOICES["context"][name])
        elif drawn < 0.75:
            name = chance.choice(list(LISTS))
            context[name] = chance.sample(LISTS[name], chance.choice((0, 1, 1, 2)))
        elif case["ruptures"]:
            _vary_rupture(chance, chance.choice(case["ruptures"]))
    return case


def _vary_rupture(chance: random.Random, rupture: Told) -> None:
    """Another answer about one rupture; what kind it is stays."""
    choices = CHOICES[rupture["kind"]]
    name = chance.choice([*choices, "occurrences"])
    rupture[name] = chance.choice(choices[name]) if name in choices else chance.choice((1, 2, 3, 5))
    if name in ("who", "occurrences"):
        rupture.pop("own_occurrences", None)
