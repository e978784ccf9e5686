"""A plan made by hand, with something in every corner, for the tests of how plans are shown."""

from dataclasses import replace

from planner.plan.parts import (
    Avoid,
    Barred,
    Because,
    FollowUp,
    Held,
    PlanSafety,
    Question,
    RulebookMark,
    Step,
)
from planner.plan.plan import Plan

WHY = Because(
    "lateness.own-it", "The client carried the cost.", {"lateness.who": "therapist"}, "handout C2"
)
STEP = Step(
    item="C2",
    when="now",
    after=(),
    title="Apologize, process, repair",
    purpose="Own the part before anything is asked.",
    words="I want to apologize for being late today. What was it like?",
    handout="I want to apologize again for being late last week. What was it like?",
    changes=(("again ", ""), ("last week", "today"), ("", "so ")),
    cautions=("Say it once.",),
    because=(WHY,),
)
PLAN = Plan(
    disposition="proceed",
    summary="The therapist was late, and the client was left waiting.",
    steps=(
        STEP,
        replace(
            STEP,
            item="C1",
            when="later_this_session",
            after=("C2",),
            title="Check in",
            words="How are we doing?",
            changes=(),
            cautions=(),
        ),
    ),
    held=(Held("D2", "it has happened again", (WHY,)),),
    barred=(Barred("D3", (WHY,)),),
    avoid=(Avoid("defend_or_justify", "Explaining before acknowledging.", (WHY,)),),
    safety=PlanSafety("none", (), (), ()),
    questions=(Question("context.apology", "Has there been an apology?", "If token: again."),),
    follow_up=FollowUp(("The client disagrees aloud.",), ("Ask once more.",), "Next session."),
    supervision=("Whose lateness is this?",),
    observation={
        "case": "K-114",
        "session": 12,
        "ruptures": [
            {"kind": "lateness", "who": "therapist", "minutes": 20, "cause": "unknown"},
        ],
        "context": {"phase": "early", "feelings": ["hurt", "at_ease"], "signs": []},
        "safety": {"flags": {}},
        "notes": "",
    },
    rulebook=RulebookMark("1.0", "sha256:" + "ab" * 32),
)


def review_first(**changes: object) -> Plan:
    """The sample plan, flagged for review."""
    safety = PlanSafety(
        "review_first",
        ("A complaint was made.",),
        ("Speak to the supervisor.",),
        ("Your supervisor",),
        ("What was said.",),
    )
    return replace(PLAN, disposition="review_first", safety=safety, **changes)  # type: ignore[arg-type]  # any field may be changed
