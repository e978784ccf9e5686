"""Lines as people type them in a hurry: what must not be ticked, and what must."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from planner.reading.entering import read_entering
from planner.reading.shipped import SHIPPED

ENTERING = read_entering(SHIPPED)
MOST_CALLS = 100_000
"""Calls of functions that a line may take."""


def told(line: str) -> set[str]:
    return {f"{one.field}={one.value}" for one in ENTERING.read(line)}


NOT_TICKED = {
    "she denies being angry": ("context.feelings",),
    "my second client was late": ("lateness.occurrences",),
    "I gave her homework, she asked for my number": ("boundary_request.answer",),
    "asked for my number and for a hug": ("boundary_request.nature",),
    "she has a good relationship with her sister": ("context.alliance",),
    "I don't feel we had a strong bond": ("context.alliance",),
    "he wants to quit smoking": ("context.leaving",),
    "he wants to quit his job": ("context.leaving",),
    "thinking of stopping her medication": ("context.leaving",),
    "I felt hurt": ("context.feelings",),
    "I was sad": ("context.feelings",),
    "I was anxious": ("context.feelings",),
    "I told her I am angry": ("context.feelings",),
    "mad about her ex": ("context.feelings",),
    "I do not think she is angry": ("context.feelings",),
    "gave me a look": ("kind",),
    "gave me a hard time": ("kind",),
    "gave me a hug": ("boundary_request.nature=gift",),
    "asked if I was angry": (
        "kind",
        "context.feelings",
    ),
    "asked if I could see her twice a week": (
        "boundary_request.nature=personal",
        "boundary_request.occ",
    ),
    "comes 3 times a week and was late": ("lateness.occ",),
    "asked again why I was late": (
        "boundary_request",
        "lateness.occ",
    ),
    "she stayed up late": ("kind",),
    "her period is late": ("kind",),
    "the late husband": ("kind",),
    "too late for an apology": ("kind",),
    "late to work": ("kind",),
    "she missed me when I was on leave": (
        "lateness.",
        "kind=lateness",
    ),
    "she was late because I kept her waiting": ("lateness.who",),
    "I joked": ("kind",),
    "I changed the subject": ("kind",),
    "my supervisor made a joke": ("kind",),
    "funeral of her brother": ("kind",),
    "talked about her wedding": ("kind",),
    "I was mandated to report": (
        "kind",
        "context.",
    ),
    "mandated to pay child support": (
        "kind",
        "context.culture",
    ),
    "I told her no secrets": ("boundary_request.answer",),
    "asked for my number, I told her no secrets": ("boundary_request.answer",),
    "I was not late, the train was": ("lateness.cause",),
    "she was 0 minutes late": (
        "lateness.minutes",
        "kind",
    ),
    "knows where I live": ("kind",),
    "I was afraid of him": ("context.feelings",),
    "would hurt the baby": ("context.feelings",),
    "she is always late to pick up her son": ("kind",),
    "late november": ("kind",),
    "maybe she was ashamed": ("context.feelings",),
    "i was scared she'd be angry": ("context.feelings",),
    "i was 10 to 15 minutes late": ("lateness.minutes",),
    "I felt angry when he joked about my accent": (
        "kind",
        "context.feelings",
    ),
    "her husband was angry that I was late": ("context.feelings",),
    "we both laughed at a joke": ("kind",),
    "he is angry with his father": ("context.feelings",),
    "her friend gave her a present": ("kind",),
    "she told me about a hug from her dad": ("kind",),
    "not sure if she is angry or sad": ("context.feelings",),
    "1.5 hours late": ("lateness.minutes",),
    "overslept": ("lateness",),
    "he said hes going to hurt his ex": ("context.feelings",),
    "it was too late to call her back": ("kind",),
}


@pytest.mark.parametrize("line", NOT_TICKED)
def test_what_only_sounds_like_an_answer_is_not_ticked(line: str) -> None:
    assert [one for one in told(line) if one.startswith(NOT_TICKED[line])] == []


TICKED = {
    "I was late again and she was angry with me": {"lateness.occurrences=2"},
    "he said he was not annoyed but hurt": {"context.feelings=hurt"},
    "my second client was late": {"lateness.who=client"},
    "made her wait twenty minutes": {"kind=lateness", "lateness.minutes=20"},
    "she wants to end therapy": {"context.leaving=hinted"},
    "half an hour late": {"lateness.minutes=30", "kind=lateness"},
    "two hours late": {"lateness.minutes=120"},
    "late twenty-five minutes": {"lateness.minutes=25", "kind=lateness"},
    "walked out ten minutes early": {
        "lateness.minutes=10",
        "kind=lateness",
        "lateness.form=cut_short",
    },
    "gave me a hug": {"boundary_request.nature=physical_touch"},
    "was 20min late agian, pt said its ok but went quiet": {
        "kind=lateness",
        "lateness.minutes=20",
        "lateness.occurrences=2",
        "context.signs=denial",
        "context.signs=minimal_response",
    },
    "ct no showed 2nd time this month": {
        "lateness.who=client",
        "lateness.form=missed",
        "lateness.occurrences=2",
    },
    "hes been late 3 times in a row, i said nothing": {
        "lateness.who=client",
        "lateness.occurrences=3",
    },
    "running late again, third time this month": {"kind=lateness", "lateness.occurrences=3"},
    "she was an hour and a half late": {"lateness.who=client", "lateness.minutes=90"},
    "pt late 15m, third week in a row, i didnt mention it": {
        "lateness.minutes=15",
        "lateness.occurrences=3",
    },
    "asked for my private number 3x, i keep saying no": {
        "boundary_request.nature=contact_outside_sessions",
        "boundary_request.occurrences=3",
    },
    "client brought me a scarf, I said no thank you": {"boundary_request.nature=gift"},
    "asked me to come to his wedding": {"boundary_request.nature=event_invitation"},
    "wants to be friends after therapy ends, I declined, she insisted": {
        "boundary_request.nature=social",
        "boundary_request.answer=declined",
        "boundary_request.pressed=yes",
    },
    "can I see her twice a week, she keeps asking": {
        "boundary_request.nature=session_frame",
        "boundary_request.pressed=yes",
    },
    "laughed it off when i apologized, 4th time": {
        "deflection.response=joke",
        "deflection.trigger=repair_attempt",
        "deflection.occurrences=4",
    },
    "he intellectualised again, 3rd session in a row": {
        "deflection.response=intellectualizing",
        "deflection.occurrences=3",
    },
    "when I asked about her feelings she told stories for half an hour": {
        "deflection.response=storytelling",
        "deflection.trigger=feelings",
    },
    "probation sent him, hes angry at the judge and at me": {
        "authority_frustration.toward=outside_authority",
        "authority_frustration.about=being_sent",
    },
    "refused the worksheet twice": {
        "authority_frustration.toward=therapy_rules_or_tasks",
        "authority_frustration.occurrences=2",
    },
    "i called her by the wrong name again": {
        "disconnection.act=forgot_or_misnamed",
        "disconnection.occurrences=2",
    },
    "I dozed off for a second, he was hurt": {
        "disconnection.act=inattentive",
        "context.feelings=hurt",
    },
    "he says therapy isnt helping, wants to quit": {
        "context.signs=complaint_about_progress",
        "context.leaving=hinted",
    },
}


@pytest.mark.parametrize("line", TICKED)
def test_what_is_typed_in_a_hurry_is_ticked(line: str) -> None:
    assert TICKED[line] <= told(line)


@pytest.mark.parametrize(
    "words",
    [
        "late",
        "i was",
        "i i was was she",
        "1",
        "twenty",
        "half an",
        "no",
        "not think",
        "hit",
        "father hit son late",
        "when i",
        "i touched her",
        "asked for",
        "a",
        "1 2 hours late",
    ],
)
def test_no_line_takes_long(words: str) -> None:
    """By the calls that it takes, since time depends on the machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal calls
        calls += event == "call"

    ENTERING.read("once, so that everything is made ready")
    ENTERING.asks("once")
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        ENTERING.read(f"{words} " * 300)
        ENTERING.asks(f"{words} " * 300)
    finally:
        sys.setprofile(before)
    assert calls < MOST_CALLS
