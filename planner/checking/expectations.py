"""How a plan differs from what a scenario expects of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from planner.reading.expectations import Expectation
from planner.reading.shapes import HasShape


def differences(
    plan: Mapping[str, Any], expect: Expectation, leads: Mapping[str, str]
) -> Iterator[str]:
    """Each way in which a plan is not what was expected, as a sentence."""
    disposition = plan["disposition"]
    if expect.disposition and disposition != expect.disposition:
        yield f"the disposition is {disposition}, not {expect.disposition}."
    steps = tuple(f"{step['item']} {step['when']}" for step in plan["steps"])
    if expect.steps is not None and steps != expect.steps:
        yield f"the steps are {_listed(steps)}, not {_listed(expect.steps)}."
    safety = set(_texts(plan["safety"]))
    raised = [key for key, reason in leads.items() if reason in safety]
    yield from _sets("held", [one["item"] for one in plan["held"]], expect.held)
    yield from _sets("barred", [one["item"] for one in plan["barred"]], expect.barred)
    yield from _sets("leads", raised, expect.leads)
    yield from _lacking("avoid", [one["code"] for one in plan["avoid"]], expect.avoid)
    yield from _lacking(
        "questions", [field for one in plan["questions"] for field in one["fields"]], expect.asks
    )
    yield from _wording({step["item"]: step["words"] for step in plan["steps"]}, expect.words)


def _sets(name: str, are: Collection[str], expected: Collection[str] | None) -> Iterator[str]:
    """Tell when these are not exactly the expected ones; their order means nothing."""
    if expected is not None and set(are) != set(expected):
        yield f"{name}: {_listed(sorted(are))}, not {_listed(sorted(expected))}."


def _lacking(name: str, are: Collection[str], expected: Collection[str]) -> Iterator[str]:
    """Tell which of the expected ones are missing."""
    missing = [one for one in expected if one not in are]
    if missing:
        yield f"{name}: {_listed(missing)} missing among {_listed(are)}."


def _wording(words: Mapping[str, str], expected: Mapping[str, HasShape]) -> Iterator[str]:
    """Tell which texts a step's words lack, or have and should not."""
    for item, texts in expected.items():
        if item not in words:
            yield f"{item} is no step, so it has no words."
            continue
        for text in texts.has:
            if text not in words[item]:
                yield f'the words of {item} lack "{text}". They are: "{words[item]}"'
        for text in texts.lacks:
            if text in words[item]:
                yield f'the words of {item} should not have "{text}". They are: "{words[item]}"'


def _texts(value: object) -> Iterator[str]:
    """Every text anywhere within a part of a plan."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _listed(words: Collection[str]) -> str:
    """A list as a person would write it in YAML."""
    return f"[{', '.join(words)}]"
