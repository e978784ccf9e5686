"""What a change of the rules changes, as Markdown to paste."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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


def difference(old: Path, new: Path) -> Iterator[str]:
    """The Markdown, line by line; RulebookError when one of the two cannot be read."""
    from planner.proving.comparing import changes
    from planner.reading.rulebook import read_rulebook

    rulebooks = read_rulebook(old), read_rulebook(new)
    yield "# What this change of the rules changes"
    yield ""
    yield f"From `{rulebooks[0].edition}`"
    yield f"to `{rulebooks[1].edition}`."
    found = list(changes(*rulebooks))
    if not found:
        yield ""
        yield "No observation gets another plan."
    for kind, heading in _HEADINGS.items():
        of_kind = [one for one in found if one.kind == kind]
        if of_kind:
            yield from ("", f"## {heading}", "")
            yield from _examples(of_kind)
    yield from _scenarios(old, new, rulebooks)


def _examples(found: Sequence[Change]) -> Iterator[str]:
    """Each class of change with its smallest example."""
    for one in found:
        yield f"- {one.what}: {one.before} → {one.after}"
        yield f"  `{json.dumps(one.example, ensure_ascii=False)}`"


def _scenarios(old: Path, new: Path, rulebooks: tuple[Rulebook, Rulebook]) -> Iterator[str]:
    """The scenarios that came, went, or are planned otherwise."""
    from planner.planning.planner import Planner
    from planner.reading.scenarios import read_scenarios

    planners = [Planner(rulebook) for rulebook in rulebooks]
    before, after = (
        {one.name: one.observation for one in read_scenarios(here, rulebook)}
        for here, rulebook in zip((old, new), rulebooks, strict=True)
    )
    lines = [f"- New: {name}" for name in after if name not in before]
    lines += [f"- Gone: {name}" for name in before if name not in after]
    for name, observation in after.items():
        if before.get(name, observation) != observation:
            lines.append(f"- Told otherwise: {name}")
        was, becomes = (_seen(planner.plan(observation).to_dict()) for planner in planners)
        if was != becomes:
            lines.append(f"- Planned otherwise: {name}\n  {was} → {becomes}")
    if lines:
        yield from ("", "## Scenarios", "")
        yield from lines


def _seen(plan: Mapping[str, Any]) -> str:
    """A plan in one line."""
    steps = [f"{one['item']} {one['when']}" for one in plan["steps"]]
    held, barred = ([one["item"] for one in plan[key]] for key in ("held", "barred"))
    return f"{plan['disposition']}: {', '.join(steps) or 'no step'}; held {held}; barred {barred}"
