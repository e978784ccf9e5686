"""A case as Markdown that a person files: everything that was stored, nothing that was not.

What a therapist felt is their own, and stands in no text that is handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from planner.plan.outline import FEELINGS, Block
from planner.plan.rendering import markdown_of
from webui.show.moments import plain_day, plain_minute
from webui.show.stored_plan import rows
from webui.words.said import DECISIONS, LANDED, MADE, PLACES, STATES, TAGS, TRIED, act
from webui.words.texts import counted, text
from webui.words.vocabulary import Vocabulary

OWN = frozenset((FEELINGS,))
"""What is shown to its author alone."""


def markdown(case: Mapping[str, Any], words: Vocabulary) -> str:
    """Everything of a case in the vocabulary's words, escaped so that no note becomes markup."""
    return markdown_of(_blocks(case, words))


def _blocks(case: Mapping[str, Any], words: Vocabulary) -> Iterator[Block]:
    code = case["case"]
    yield Block("title", text("case_title", code=code) if code else text("case_title_without"))
    if case["retain_until"]:
        until = plain_day(date.fromisoformat(case["retain_until"]))
        yield Block("plain", text("case_retained", date=until))
    for plan in case["plans"]:
        yield from _plan(plan, case["people"], words)


def _plan(plan: Mapping[str, Any], people: Mapping[int, str], words: Vocabulary) -> Iterator[Block]:
    """One plan: its versions, what was decided, what came of it, who did what."""
    title = text("case_plan", ref=plan["ref"], state=STATES[plan["state"]])
    yield Block("section", title)
    for version in plan["versions"]:
        yield from _version(version, people, words)
    for one in plan["decisions"]:
        about = {"version": one["version"], "time": _time(one["at"])}
        head = text("case_decision", who=people.get(one["author_id"], ""), **about)
        yield Block("point", f"{head} {one['text']}".strip(), DECISIONS[one["kind"]])
        for said in one["comments"]:
            tag = TAGS[said["tag"]] + ". " if said["tag"] else ""
            yield Block("point", f"{tag}{said['text']}".strip(), said["step"])
    for one in plan["outcomes"]:
        label = text("case_outcome", time=_time(one["at"]))
        yield Block("point", _outcome(one, plan), label)
    yield from _trail(plan["history"], people)


def _trail(history: list[Mapping[str, Any]], people: Mapping[int, str]) -> Iterator[Block]:
    """Who did what, oldest first; readings are counted for each reader at the end."""
    readings: dict[str, list[str]] = {}
    for row in history:
        who = people.get(row["actor"], "")
        if row["action"] == "read":
            readings.setdefault(who, []).append(row["at"])
            continue
        told = text("case_act", what=act(row["action"]), who=who)
        if row["version"]:
            told = text("case_act_version", told=told, version=row["version"])
        yield Block("point", told, _time(row["at"]))
    for who, times in readings.items():
        last = _time(max(times))
        yield Block("point", counted("history_read", len(times), who=who, last=last))


def _version(
    version: Mapping[str, Any], people: Mapping[int, str], words: Vocabulary
) -> Iterator[Block]:
    """One version: its answers in the vocabulary's words, its steps as they were edited."""
    plan = version["plan"]
    who = people.get(version["author_id"], "")
    made = {"why": MADE.get(version["why"], version["why"]), "who": who}
    head = text("case_made", time=_time(version["made_at"]), **made)
    yield Block("entry", head, text("case_version", number=version["number"]))
    yield Block("plain", plan["summary"])
    for said in (*plan["safety"]["reasons"], *plan["safety"]["first_actions"]):
        yield Block("point", said, text("case_safety"))
    for answer in rows(plan["observation"], words, without=OWN):
        yield Block("point", answer.value, answer.short)
    for step in version["steps"]:
        place = PLACES[step["where"]]
        yield Block("entry", text("case_step", title=step["title"], place=place), step["key"])
        yield Block("words", step["words"])
        if step["reason"]:
            yield Block("plain", text("case_reason", reason=step["reason"]))
    if plan["observation"].get("notes"):
        yield Block("notes", plan["observation"]["notes"])
    yield Block("plain", text("case_rulebook", edition=version["edition"]))


def _outcome(one: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """What came of it, as one sentence after another."""
    titles = {step["key"]: step["title"] for step in plan["versions"][-1]["steps"]}
    said = ", ".join(titles.get(key, key) for key in one["said"])
    parts = [text("case_tried", answer=TRIED[one["tried"]])]
    numbers = {
        "case_said": said,
        "case_cues": ", ".join(one["cues"]),
        "case_landed": LANDED[one["landed"]] if one["landed"] else "",
        "case_resolved": one["resolved"],
        "case_srs": None if one["srs_tenths"] is None else one["srs_tenths"] / 10,
        "case_wai": one["wai"],
    }
    parts += [text(name, value=value) for name, value in numbers.items() if value not in (None, "")]
    if one["new_rupture"]:
        parts.append(text("case_new_rupture"))
    return " ".join([*parts, one["response"]]).strip()


def _time(stamp: str) -> str:
    return plain_minute(datetime.fromisoformat(stamp))
