"""What a change of the rules changes, as Markdown to paste or as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.proving.comparing import Change
    from planner.rulebook.rulebook import Rulebook

_HEADINGS = {
    "disposition": "Another disposition",
    "item": "Items that move",
    "words": "Other words",
    "beside": "Told beside the steps",
}


@dataclass(frozen=True, slots=True)
class ScenarioChange:
    """A scenario that is "new", "gone", "told otherwise" or "planned otherwise".

    `before` and `after` are the two plans in one line, where it is planned otherwise.
    """

    name: str
    change: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """From which edition to which, each class of changed plans, and the scenarios."""

    old: str
    new: str
    changes: tuple[Change, ...]
    scenarios: tuple[ScenarioChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, each change with an observation that shows it."""
        return {
            "old": self.old,
            "new": self.new,
            "changes": [asdict(one) for one in self.changes],
            "scenarios": [asdict(one) for one in self.scenarios],
        }


def difference(old: Path, new: Path) -> Iterator[str]:
    """The Markdown, line by line; RulebookError when one of the two cannot be read."""
    return as_markdown(compared(old, new))


def compared(old: Path, new: Path) -> Difference:
    """What differs between two directories of rules; RulebookError when one cannot be read."""
    from planner.proving.comparing import changes
    from planner.reading.rulebook import read_rulebook

    rulebooks = read_rulebook(old), read_rulebook(new)
    scenarios = tuple(_scenarios(old, new, rulebooks))
    editions = [one.edition for one in rulebooks]
    return Difference(editions[0], editions[1], tuple(changes(*rulebooks)), scenarios)


def as_markdown(told: Difference) -> Iterator[str]:
    """A difference as Markdown, line by line."""
    yield "# What this change of the rules changes"
    yield ""
    yield f"From `{told.old}`"
    yield f"to `{told.new}`."
    if not told.changes:
        yield ""
        yield "No observation gets another plan."
    for kind, heading in _HEADINGS.items():
        of_kind = [one for one in told.changes if one.kind == kind]
        if of_kind:
            yield from ("", f"## {heading}", "")
            yield from _examples(of_kind)
    if told.scenarios:
        yield from ("", "## Scenarios", "")
    for one in told.scenarios:
        yield f"- {one.change.capitalize()}: {one.name}"
        if one.before is not None:
            yield f"  {one.before} → {one.after}"


def _examples(found: Sequence[Change]) -> Iterator[str]:
    """Each class of change with its smallest example."""
    for one in found:
        yield f"- {one.what}: {one.before} → {one.after}"
        yield f"  `{json.dumps(one.example, ensure_ascii=False)}`"


def _scenarios(
    old: Path, new: Path, rulebooks: tuple[Rulebook, Rulebook]
) -> Iterator[ScenarioChange]:
    """The scenarios that came, went, or are planned otherwise."""
    from planner.planning.planner import Planner
    from planner.reading.scenarios import read_scenarios

    planners = [Planner(rulebook) for rulebook in rulebooks]
    before, after = (
        {one.name: one.observation for one in read_scenarios(here, rulebook)}
        for here, rulebook in zip((old, new), rulebooks, strict=True)
    )
    yield from (ScenarioChange(name, "new") for name in after if name not in before)
    yield from (ScenarioChange(name, "gone") for name in before if name not in after)
    for name, observation in after.items():
        if before.get(name, observation) != observation:
            yield ScenarioChange(name, "told otherwise")
        was, becomes = (_seen(planner.plan(observation).to_dict()) for planner in planners)
        if was != becomes:
            yield ScenarioChange(name, "planned otherwise", was, becomes)


def _seen(plan: Mapping[str, Any]) -> str:
    """A plan in one line."""
    steps = [f"{one['item']} {one['when']}" for one in plan["steps"]]
    held, barred = ([one["item"] for one in plan[key]] for key in ("held", "barred"))
    return f"{plan['disposition']}: {', '.join(steps) or 'no step'}; held {held}; barred {barred}"
