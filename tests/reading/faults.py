"""The planted faults, by the name of their check: what has the fault, and the nearest that has not.

The checks of lengths, times and comparisons stand in `more_faults`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.reading.planted import (
    AGAINST,
    ASKED,
    CLIENT,
    JOKE,
    LATE,
    OUTSIDE,
    Made,
    avoids,
    minds,
    says,
    step,
)

Pair = tuple[Made, Made]

MISSED = {**LATE, "form": "missed"}
CARE = {**JOKE, "trigger": "compliment_or_care"}
SEXUAL = {**ASKED, "nature": "sexual_or_romantic", "answer": "granted"}
FIRST = {"alliance": "none_yet", "phase": "early"}
LONG = "word " * 26 + "end."

CLAIMS: Mapping[str, Pair] = {
    "absence-spoken-of-as-late": (
        Made(MISSED, plan=says("I am sorry for the delay.")),
        Made(MISSED, plan=says("I am sorry that I was not there. We can do this later.")),
    ),
    "wait-where-nobody-waited": (
        Made(CLIENT, plan=says("I am sorry that I kept you waiting.")),
        Made(LATE, plan=says("I am sorry that I kept you waiting.")),
    ),
    "session-that-did-not-take-place": (
        Made(MISSED, plan=says("The start of our session was difficult.")),
        Made(LATE, plan=says("The start of our session was difficult.")),
    ),
    "objection-where-nobody-objected": (
        Made(AGAINST, {"raised_by_client": "no"}, says("You have good reason to object.")),
        Made(AGAINST, {"raised_by_client": "yes"}, says("You have good reason to object.")),
    ),
    "own-repetition-not-known": (
        Made(
            {**LATE, "who": "both", "occurrences": 8}, plan=says("I have been late more than once.")
        ),
        Made(
            {**LATE, "who": "both", "occurrences": 8, "own_occurrences": 2},
            plan=says("I have been late more than once."),
        ),
    ),
    "clients-repetition-not-known": (
        Made({**JOKE, "occurrences": 2}, plan=says("You often make a joke.", item="D2")),
        Made({**JOKE, "occurrences": 3}, plan=says("You often make a joke.", item="D2")),
    ),
    "sides-about-an-outside-authority": (
        Made(OUTSIDE, plan=says("Some of what happened there was not right.")),
        Made(OUTSIDE, plan=says("You were not treated as you had hoped.")),
    ),
    "feeling-that-nobody-saw": (
        Made(plan=says("A feeling of shame can come up.", item="D4")),
        Made(
            context={"feelings": ["ashamed"]},
            plan=says("A feeling of shame can come up.", item="D4"),
        ),
    ),
    "pattern-without-what-sets-it-off": (
        Made(plan=says("When certain things come up, you often make a joke.", item="D2")),
        Made(plan=says("When [what came before], you often make a joke.", item="D2")),
    ),
    "apology-without-a-named-part": (
        Made(CLIENT, plan=says("I am sorry for my part in this.", item="C2")),
        Made(CLIENT, plan=minds("Name it first.", words="I am sorry for my part.", item="C2")),
    ),
    "words-lean-on-an-answer-not-given": (
        Made(ASKED, plan=says("What was it like to hear my answer?")),
        Made({**ASKED, "answer": "declined"}, plan=says("What was it like to hear my answer?")),
    ),
    "care-where-care-is-the-trigger": (
        Made(CARE, plan=says("You are not alone with it.")),
        Made(JOKE, plan=says("You are not alone with it.")),
    ),
    "anger-told-not-to-be-careful": (
        Made(context={"feelings": ["angry"]}, plan=says("You do not have to be careful with me.")),
        Made(context={"feelings": ["sad"]}, plan=says("You do not have to be careful with me.")),
    ),
    "yes-to-a-sexual-wish": (
        Made(SEXUAL, plan=says("You may wonder about my yes.")),
        Made(SEXUAL, plan=says("I cannot say yes to it.")),
    ),
    "session-before-the-first": (
        Made(context=FIRST, plan=says("How do you find the way we are working together?")),
        Made(
            context={**FIRST, "alliance": "weak"},
            plan=says("How do you find the way we are working together?"),
        ),
    ),
    "much-where-little-was-lost": (
        Made({**LATE, "minutes": 5}, plan=says("I was away for so much of our session.")),
        Made({**LATE, "minutes": 40}, plan=says("I was away for so much of our session.")),
    ),
    "sentence-in-two-steps": (
        Made(plan={"steps": [step("C1", "Take your time."), step("D4", "Take your time.")]}),
        Made(plan={"steps": [step("C1", "Take your time."), step("D4", "There is no hurry.")]}),
    ),
    "question-upon-a-question": (
        Made(LATE, plan={"steps": [step("C2", "What was it like?"), step("C1", "And now?")]}),
        Made(LATE, plan={"steps": [step("C1", "And now?"), step("C2", "What was it like?")]}),
    ),
}

OWN_ROOT = {"roots": ["What was on your side is dealt with first."]}

ADVICE: Mapping[str, Pair] = {
    "root-that-the-steps-do-not-follow": (
        Made(CLIENT, plan={**OWN_ROOT, **says("It is good that you are here.")}),
        Made(CLIENT, plan={**OWN_ROOT, **says("I missed what you felt.")}),
    ),
    "cautions-that-collide": (
        Made(ASKED, plan=minds("Say it in full.", "Say it once and stop there.")),
        Made(ASKED, plan=minds("Say it once and stop there.")),
    ),
    "say-less-over-long-words": (
        Made(plan=minds("Keep your sentences short.", words=LONG)),
        Made(plan=minds("Keep your sentences short.", words="One word.")),
    ),
    "first-question-after-a-question": (
        Made(
            LATE,
            plan={
                "steps": [
                    step("C2", "What was it like?"),
                    step("C1", "Well.", purpose="To hear it, before anything else is asked."),
                ]
            },
        ),
        Made(LATE, plan=says("Well?", purpose="To hear it, before anything else is asked.")),
    ),
    "voice-where-words-are-read": (
        Made(context={"setting": "text"}, plan=minds("Slow your own voice first.")),
        Made(
            context={"setting": "text", "next_contact": "this_session"},
            plan=minds("Slow your own voice first."),
        ),
    ),
    "limit-after-a-plain-yes": (
        Made(
            {**ASKED, "nature": "gift", "answer": "granted"},
            plan=avoids("Do not hide behind the rule."),
        ),
        Made(
            {**ASKED, "nature": "gift", "answer": "declined"},
            plan=avoids("Do not hide behind the rule."),
        ),
    ),
    "caution-on-words-that-are-not-there": (
        Made(LATE, plan=minds("Name it in place of “my part”.", words="I am sorry.", item="C2")),
        Made(LATE, plan=minds("Name it in place of “my part”.", words="It is my part.", item="C2")),
    ),
    "one-sentence-over-two": (
        Made(plan={"summary": "One sentence is enough.", **says("One. Two.")}),
        Made(plan={"summary": "One sentence is enough.", **says("One.")}),
    ),
    "absence-told-as-late": (
        Made({**CLIENT, "form": "missed"}, plan=avoids("Do not apologize for their lateness.")),
        Made(CLIENT, plan=avoids("Do not apologize for their lateness.")),
    ),
    "grounding-for-numb-alone": (
        Made(context={"feelings": ["numb"]}, plan=minds("Let the client feel the chair.")),
        Made(
            context={"feelings": ["numb", "drifting"]},
            plan=minds("Let the client feel the chair."),
        ),
    ),
    "sentence-told-twice": (
        Made(
            plan={
                **minds("Do not press for more than the client offers."),
                **avoids("Do not press for more than the client offers."),
            }
        ),
        Made(plan=minds("Do not press for more than the client offers.")),
    ),
    "caution-at-two-steps": (
        Made(plan={"steps": [step(one, cautions=["Go slowly."]) for one in ("C1", "C2")]}),
        Made(plan={"steps": [step("C1", cautions=["Go slowly."]), step("C2")]}),
    ),
}
