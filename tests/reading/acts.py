"""What somebody did and asked: no act that the case does not have, no question passed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.reading.checking import check, has, saying
from tests.reading.seen import Line, Seen

NAMED: Mapping[str, str] = {
    r"passing over what you felt": "invalidated",
    r"time that I had promised": "ended_or_cancelled",
    r"telling you what (things mean|you)|told you what (things mean|you felt)": "over_interpreted",
    r"pushing my own direction|pushed my own": "too_directive",
    r"(leaving|left) your message": "unanswered_message",
    r"not (keeping|kept) to what we had agreed": "broke_agreement",
    r"not mine to (share|tell)": "shared_information",
    r"(spoke|spoken) (to you )?sharply|lost my temper": "lost_temper",
    r"\bI drifted off|\bI looked away|\bI dozed": "inattentive",
    r"\bI (spoke|talked) about myself|too much (about|of) myself": "said_too_much_of_self",
    r"\bI went too far": "overstepped",
}
"""Words that name an act of the therapist, with the act."""


@check("An act of the therapist is named that the case does not have.")
def act_that_is_not_known(seen: Seen) -> Iterator[Line]:
    flags = seen.case.get("safety", {}).get("flags", {})
    told = seen.acts | ({"shared_information"} if "confidentiality_breach" in flags else set())
    if seen.form in ("missed", "cancelled", "cut_short"):
        told |= {"ended_or_cancelled"}
    if "misattunement_by_therapist" in seen.among("culture_power"):
        told |= {"invalidated"}
    for pattern, act in NAMED.items():
        apart = act == "over_interpreted" and "invalidated" in told
        if act not in told and not apart:
            yield from saying(seen.spoken, pattern)


@check("The client asked why, and nothing in the plan gives a reason or tells how to give it.")
def reason_asked_and_none_given(seen: Seen) -> Iterator[Line]:
    late, apart = seen.of("lateness", "reason_asked"), seen.of("disconnection", "reason_asked")
    own = seen.of("lateness", "who") in ("therapist", "both") and late == "yes"
    own = own or (apart == "yes" and seen.of("disconnection", "act") not in ("not_known", None))
    told = saying((*seen.spoken, *seen.cautions), r"\breason\b|\bwhy\b")
    given = [one for one in told if not has(one.text, r"no (new )?reason|without|good reason to")]
    if own and seen.steps and not given:
        yield Line("steps", "no word about the reason")


@check("The client presses after a no, and no step says the limit.")
def pressed_and_no_limit_spoken(seen: Seen) -> Iterator[Line]:
    pressed = seen.of("boundary_request", "pressed") == "yes"
    if not pressed or seen.of("boundary_request", "answer") != "declined" or not seen.steps:
        return
    flooded = seen.among("feelings") & {"overwhelmed", "drifting", "numb", "frightened"}
    away = seen.known("next_contact") == "message" or seen.known("leaving") in ("announced", "left")
    words = " ".join(line.text for line in seen.spoken)
    limit = r"answer (stays|is|remains) |\b(will|can) ?not\b|still no\b|is no\b"
    if not (flooded or away or seen.step("C3") or has(words, limit)):
        yield Line(f"{seen.steps[0]['item']}.words", seen.steps[0]["words"])


@check("The shame-free line to a mandated client on a weak alliance.")
def shame_free_line_to_the_mandated(seen: Seen) -> Iterator[Line]:
    weak = seen.known("alliance") in ("none_yet", "weak", "unknown")
    if weak and "mandated" in seen.among("culture_power"):
        yield from saying(seen.spoken, r"shame free zone")


@check("Words that can be heard as a promise about the fee.")
def promise_about_the_fee(seen: Seen) -> Iterator[Line]:
    yield from saying(seen.spoken, r"make up for the time|have to pay|free of charge|no fee")
