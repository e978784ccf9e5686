"""The planted faults of lengths, times and comparisons; the others stand in `faults`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.reading.faults import ADVICE, CLAIMS, Pair
from tests.reading.planted import ASKED, LATE, Made, briefs, minds, says, short, step

ENDING = {"phase": "ending"}
GONE = {"leaving": "announced"}
MESSAGE = {"next_contact": "message"}


def later(*cautions: str) -> dict[str, Any]:
    """A plan with one step in a future session."""
    return {"steps": [step("D2", when="future_session", cautions=[*cautions])]}


def held(until: str = "", **said: Any) -> dict[str, Any]:
    """A plan that holds D2 back."""
    return {"held": [{"item": "D2", "until": until, "because": [], **said}]}


def many(count: int, word: str = "go") -> str:
    """So many words in one sentence."""
    return " ".join([word] * count) + "."


REFUSED = {**ASKED, "answer": "declined", "pressed": "yes"}
MANDATED = {"culture_power": ["mandated"]}
FREE = says("Are you remembering that this is a shame free zone?")

ACTS: Mapping[str, Pair] = {
    "act-that-is-not-known": (
        Made(
            context={"therapist_acts": ["slighting_remark"]},
            plan=says("For passing over what you felt."),
        ),
        Made(
            context={"therapist_acts": ["invalidated"]},
            plan=says("For passing over what you felt."),
        ),
    ),
    "reason-asked-and-none-given": (
        Made({**LATE, "reason_asked": "yes"}, plan=minds("Give no reason yet.", item="C2")),
        Made({**LATE, "reason_asked": "yes"}, plan=says("You asked why. [Reason.]", item="C2")),
    ),
    "pressed-and-no-limit-spoken": (
        Made(REFUSED, plan=says("I would rather understand than fix it.")),
        Made(REFUSED, plan=says("My answer stays the same.")),
    ),
    "shame-free-line-to-the-mandated": (
        Made(context={**MANDATED, "alliance": "weak"}, plan=FREE),
        Made(context={**MANDATED, "alliance": "good"}, plan=FREE),
    ),
    "promise-about-the-fee": (
        Made(plan=says("You do not have to make up for the time.")),
        Made(plan=says("I am glad that you are here.")),
    ),
}

TIMES: Mapping[str, Pair] = {
    "time-that-is-not-known": (
        Made(LATE, {"happened": "longer_ago"}, says("I was late last time.")),
        Made(
            LATE,
            {"happened": "this_session", "next_contact": "next_session"},
            says("I was late last time."),
        ),
    ),
    "future-session-while-ending": (
        Made(context=ENDING, plan=later()),
        Made(context=ENDING, plan=later("Only while a session is left.")),
    ),
    "put-off-past-the-end": (
        Made(context=GONE, plan=held("the next session has begun")),
        Made(
            context={**GONE, "sessions_left": "one"},
            plan=held("the next session has begun"),
        ),
    ),
    "more-than-a-message": (
        Made(LATE, MESSAGE, says("I am sorry. How are you?", item="C2")),
        Made(LATE, MESSAGE, says("I am sorry. We can talk on [date].", item="C2")),
    ),
    "words-in-a-stopped-plan": (
        Made(plan={"disposition": "stop", **briefs(consult=["Call."], mind=["Go slowly."])}),
        Made(plan={"disposition": "stop", **briefs(consult=["Call."], mind=[])}),
    ),
    "ready-for-more-than-the-client": (
        Made(plan=held(waits_for="time", ready={"cue": "Present again.", "short": "Well?"})),
        Made(plan=held(waits_for="client", ready={"cue": "Present again.", "short": "Well?"})),
    ),
}

LENGTHS: Mapping[str, Pair] = {
    "brief-too-long": (
        Made(plan=briefs(mind=[many(221)])),
        Made(plan=briefs(mind=[many(218), "C1 (D2)"])),
    ),
    "brief-part-too-long": (
        Made(plan=briefs(dont=["Go."] * 4)),
        Made(plan=briefs(dont=["Go."] * 3)),
    ),
    "short-too-long": (Made(plan=short(many(46))), Made(plan=short(many(45)))),
    "short-sentence-too-long": (
        Made(plan=short(many(21))),
        Made(plan=short(f"{many(20)} {many(20)}")),
    ),
    "short-with-two-questions": (
        Made(plan=short("How is it? And you?")),
        Made(plan=short("It is so. And you?")),
    ),
    "short-with-but-if-or-any": (
        Made(plan=short("Tell me if it is so.")),
        Made(plan=short("If you like, tell me.")),
    ),
    "short-with-many-blanks": (
        Made(plan=short("[a] [b] [c].")),
        Made(plan=short("[a] [b] [date].")),
    ),
    "short-hard-to-read": (
        Made(plan=short("Unfortunate misunderstandings necessitate consideration.")),
        Made(plan=short("I got it wrong, and I am sorry.")),
    ),
    "line-too-long": (
        Made(plan=says("Words.", line=many(11))),
        Made(plan=says("Words.", line=many(10))),
    ),
    "blank-not-listed": (
        Made(plan=says("It is [day].", blanks=[])),
        Made(plan=says("It is [day].", blanks=["day"])),
    ),
}

COMPARED: Mapping[str, Pair] = {
    "therapists-feelings-speak": (
        Made(ASKED, {"therapist_feelings": ["hurt"]}, says("I am hurt."), says("I see.")),
        Made(ASKED, {"therapist_feelings": ["hurt"]}, says("I see."), says("I see.")),
    ),
    "agreed-format-raises-a-flag": (
        Made(
            context={"format": "couple"},
            plan={"safety": {"level": "review_first", "reasons": ["Two clients."]}},
            otherwise={},
        ),
        Made(context={"format": "couple"}, otherwise={}),
    ),
}

FAULTS: Mapping[str, Pair] = {**CLAIMS, **ACTS, **ADVICE, **TIMES, **LENGTHS, **COMPARED}
"""Every planted fault by its check."""
