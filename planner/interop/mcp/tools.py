"""The three tools as functions; `server` gives them their names, descriptions and schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from mcp.server.mcpserver import ElicitationResult, Resolve
from mcp_types import CallToolResult

from planner.checking.explain import explained, nearest
from planner.contract.note_hints import hints
from planner.contract.values import FLAGS
from planner.errors import ObservationError, printable
from planner.interop.mcp import instructions, results
from planner.interop.mcp.asked import Call, Served, can_ask, served
from planner.interop.mcp.denials import DenialForm, ask_denials, settle
from planner.interop.mcp.refusing import refused, refused_answers
from planner.interop.mcp.safety import SafetyForm, ask_safety, flags_from, known_answer
from planner.interop.mcp.told import Told, checkable, read_told
from planner.plan.rendering import markdown_of


def make_plan(
    observation: Any,
    *,
    raised_flags: Any = None,
    call: Call,
    safety: Annotated[SafetyForm | None, Resolve(ask_safety)],
) -> CallToolResult:
    """A plan; the person's answers to the safety questions are put in by the protocol."""
    problems = refused(observation, raised_flags)
    if problems:
        return results.problems(problems)
    if safety is None:
        return results.safety_questions(served(call), lead=instructions.CANNOT_ASK)
    flags = flags_from(safety.answers(), raised_flags or ())
    return _planned(served(call), observation, flags, "person")


def make_plan_relayed(
    observation: Any,
    *,
    raised_flags: Any = None,
    safety_answers: Any = None,
    call: Call,
    safety: Annotated[SafetyForm | None, Resolve(ask_safety)],
) -> CallToolResult:
    """A plan, with the safety answers that the assistant relays where nobody could be asked."""
    relayed = safety_answers if isinstance(safety_answers, Mapping) else {}
    problems = [*refused(observation, raised_flags), *refused_answers(relayed)]
    if problems:
        return results.problems(problems)
    answers = {flag: known_answer(relayed.get(flag)) for flag in FLAGS}
    raised = {*(raised_flags or ()), *(flag for flag in FLAGS if answers[flag] in _RAISED)}
    if safety is not None:
        flags = flags_from(safety.answers(), raised)
        return _planned(served(call), observation, flags, "person")
    unanswered = [flag for flag in FLAGS if answers[flag] is None]
    if unanswered:
        lead = instructions.RELAY
        return results.safety_questions(served(call), unanswered=unanswered, lead=lead)
    return _planned(served(call), observation, flags_from(answers, raised), "assistant")


_RAISED = ("yes", "unsure")


def _planned(
    at_hand: Served, observation: Mapping[str, Any], flags: dict[str, str], by: results.SafetyBy
) -> CallToolResult:
    """The plan of a whole observation, or what is wrong with it now that safety is known."""
    try:
        plan = at_hand.planner.plan({**observation, "safety": {"flags": flags}})
    except ObservationError as error:
        return results.problems(error.problems)
    return results.planned(plan, by)


def check_told(
    narrative: str,
    answers: Any,
    *,
    call: Call,
    confirmed: Annotated[ElicitationResult[DenialForm], Resolve(ask_denials)],
) -> CallToolResult:
    """A draft of the observation; what the person said of each "no" is put in by the protocol."""
    wrong = checkable(narrative, answers)
    if wrong:
        return results.refusal(wrong)
    told = read_told(narrative, answers)
    settle(told, confirmed, asked=can_ask(call))
    at_hand = served(call)
    missing = [
        {"field": name, "text": at_hand.words(name).get("question", name)}
        for name in told.missing()
    ]
    problems, questions = ([], []) if missing else _next_questions(at_hand, told)
    shape = {
        "may_identify": [{"kind": one.kind, "text": one.text} for one in hints(narrative)],
        "where_it_goes": instructions.WHERE_IT_GOES,
        "draft": told.draft(),
        "dropped": [one.as_dict() for one in told.dropped],
        "missing": missing,
        "problems": problems,
        "questions": questions,
    }
    return results.told(shape, _lines(shape))


def _next_questions(
    at_hand: Served, told: Told
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is wrong with a draft, and the planner's own questions; safety is asked later."""
    draft = told.draft()
    problems = refused(draft, None)
    if problems:
        return [one.as_dict() for one in problems], []
    plan = at_hand.planner.plan({**draft, "safety": {"flags": {}}})
    return [], plan.to_dict()["questions"]


def _lines(shape: Mapping[str, Any]) -> Iterator[str]:
    """The same as text, for an assistant that reads no data: what may identify someone first."""
    if shape["may_identify"]:
        found = "; ".join(f"{one['kind']}: {one['text']}" for one in shape["may_identify"])
        yield f"{instructions.MAY_IDENTIFY} Found: {found}."
    yield shape["where_it_goes"]
    yield f"Draft: {json.dumps(shape['draft'], ensure_ascii=False)}"
    for one in shape["dropped"]:
        yield f"Dropped, and unknown: {one['field']} {one['value']!r}. {one['reason']}"
    for one in shape["problems"]:
        yield f"To be mended: {one['field']}: {one['message']}"
    open_ones = [*shape["missing"], *shape["questions"]]
    yield instructions.NEXT_ASK if open_ones else instructions.NEXT_PLAN
    for one in shape["missing"]:
        yield f"Missing: {one['field']}: {one['text']}"
    for one in shape["questions"]:
        yield f"Would change the plan: {', '.join(one['fields'])}: {one['text']}"


def explain(name: str, *, call: Call) -> CallToolResult:
    """A rule, a variant or an item in plain words, as Markdown."""
    text, near = explanation(served(call), name)
    if text:
        return results.text(text)
    hint = f"Did you mean {near}?" if near else "Name one like own-part.own-it or C2."
    return results.refusal(f"No rule, variant or item is called {printable(name)!r}. {hint}")


def explanation(at_hand: Served, name: str) -> tuple[str, str | None]:
    """The text of a name; where there is none, "" and the name that comes closest."""
    rulebook = at_hand.planner.rulebook
    try:
        return markdown_of(explained(rulebook, at_hand.scenarios, name)), None
    except KeyError:
        return "", nearest(rulebook, name[:100])
