"""A case as Markdown that a person files: everything that was stored, nothing that was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.plan.outline import TIMES, Block
from planner.plan.rendering import markdown_of

PLACES = {**TIMES, "held": "Not yet", "removed": "Taken out"}


def markdown(case: Mapping[str, Any]) -> str:
    """Everything of a case, escaped so that no note becomes markup."""
    return markdown_of(_blocks(case))


def _blocks(case: Mapping[str, Any]) -> Iterator[Block]:
    yield Block("title", f"Case {case['case'] or 'without a code'}")
    if case["retain_until"]:
        yield Block("plain", f"To be kept until {case['retain_until']}")
    for plan in case["plans"]:
        yield from _plan(plan)


def _plan(plan: Mapping[str, Any]) -> Iterator[Block]:
    """One plan: its versions, what was decided, what came of it, who did what."""
    yield Block("section", f"Plan {plan['ref']}, {plan['state'].replace('_', ' ')}")
    for version in plan["versions"]:
        yield from _version(version)
    for one in plan["decisions"]:
        label = one["kind"].replace("_", " ").capitalize()
        yield Block("point", f"Version {one['version']}, {one['at']}. {one['text']}", label)
        for said in one["comments"]:
            yield Block("point", f"{said['tag']} {said['text']}".strip(), said["step"])
    for one in plan["outcomes"]:
        yield Block("point", _outcome(one), f"Outcome, {one['at']}")
    for row in plan["history"]:
        told = f"{row['action']} {row['detail']}".strip()
        yield Block("point", f"{told}, version {row['version']}, account {row['actor']}", row["at"])


def _version(version: Mapping[str, Any]) -> Iterator[Block]:
    """One version: its answers in the contract's words, its steps as they were edited."""
    plan = version["plan"]
    yield Block("entry", f"{version['made_at']}, {version['why']}", f"Version {version['number']}")
    yield Block("plain", plan["summary"])
    for text in (*plan["safety"]["reasons"], *plan["safety"]["first_actions"]):
        yield Block("point", text, "Safety")
    for rupture in plan["observation"]["ruptures"]:
        told = ", ".join(
            f"{key} {value}".replace("_", " ")
            for key, value in rupture.items()
            if key != "kind" and value not in (None, "unknown")
        )
        yield Block("point", told, rupture["kind"].replace("_", " "))
    for step in version["steps"]:
        yield Block("entry", f"{step['title']}: {PLACES[step['where']]}", step["key"])
        yield Block("words", step["words"])
        if step["reason"]:
            yield Block("plain", step["reason"])
    if plan["observation"].get("notes"):
        yield Block("notes", plan["observation"]["notes"])
    yield Block("plain", f"Rulebook {version['edition']}")


def _outcome(one: Mapping[str, Any]) -> str:
    parts = [f"Tried: {one['tried']}"]
    if one["resolved"] is not None:
        parts.append(f"resolved {one['resolved']} of 5")
    if one["srs_tenths"] is not None:
        parts.append(f"SRS {one['srs_tenths'] / 10}")
    if one["wai"] is not None:
        parts.append(f"WAI {one['wai']}")
    if one["new_rupture"]:
        parts.append("a new rupture")
    return f"{', '.join(parts)}. {one['response']}"
