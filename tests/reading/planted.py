"""A planted fault for each check: a made plan that has it, and the nearest one that has not.

A plan is written by what differs from one with a single step C1; so a check is tested by what it
reads, and not by the rules of the day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reading.seen import Seen, Told

LATE: Told = {"kind": "lateness", "who": "therapist"}
CLIENT: Told = {"kind": "lateness", "who": "client"}
JOKE: Told = {"kind": "deflection", "response": "joke"}
ASKED: Told = {"kind": "boundary_request", "nature": "social", "answer": "not_yet"}
AGAINST: Told = {"kind": "authority_frustration", "toward": "therapist"}
OUTSIDE: Told = {"kind": "authority_frustration", "toward": "outside_authority"}


@dataclass(frozen=True)
class Made:
    """A case with its plan: one rupture, what is known of the context, and the parts of a plan."""

    rupture: Told = field(default_factory=lambda: JOKE)
    context: Told = field(default_factory=dict)
    plan: Told = field(default_factory=dict)
    otherwise: Told | None = None
    """The plan without the answer that a check leaves out; the same plan where it is None."""

    def seen(self) -> Seen:
        """The case as a check reads it."""
        observation = {"ruptures": [self.rupture], "context": self.context, "safety": {"flags": {}}}
        other = made_plan(self.plan if self.otherwise is None else self.otherwise)
        return Seen(observation, made_plan(self.plan), lambda _: other)


def made_plan(parts: Told) -> Told:
    """A whole plan, of which these parts are as they are given."""
    return {
        "disposition": "proceed",
        "summary": "",
        "steps": [],
        "held": [],
        "barred": [],
        "avoid": [],
        "safety": {"level": "none", "reasons": []},
        "follow_up": {"if_it_lands_badly": [], "check_back": ""},
        "supervision": [],
        **parts,
    }


def step(item: str, words: str = "", **said: Any) -> Told:
    """A step, now, with these words."""
    plain = {"when": "now", "after": [], "purpose": "", "cautions": [], "because": []}
    return {"item": item, "words": words, **plain, **said}


def says(*words: str, item: str = "C1", **said: Any) -> Told:
    """A plan with one step that says this."""
    return {"steps": [step(item, " ".join(words), **said)]}


def avoids(text: str) -> Told:
    """A plan that warns against something."""
    return {"avoid": [{"code": "made", "text": text, "because": []}]}


def minds(*cautions: str, words: str = "", item: str = "C1") -> Told:
    """A plan with cautions at one step."""
    return {"steps": [step(item, words, cautions=[*cautions])]}


def briefs(**parts: Any) -> Told:
    """A plan with a brief."""
    return {"brief": parts}


def short(text: str, **said: Any) -> Told:
    """A plan with the short words of one step."""
    return says("Words.", short=text, **said)
