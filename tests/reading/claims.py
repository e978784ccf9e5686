"""What the words to say claim of a case: each claim has to stand in the observation."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reading.checking import check, has, saying
from tests.reading.seen import Line, Seen, alike, blanks_in, sentences

LATE = r"\b(late|lateness|delay(ed)?|waited|waiting|(to|the) wait|had to wait)\b"
COMPLAINTS = frozenset(
    (
        "complaint_about_therapist",
        "complaint_about_activities",
        "complaint_about_parameters",
        "complaint_about_progress",
        "rejects_intervention",
        "controls_or_pressures",
    )
)
FEELINGS = {
    "hurt": {"hurt"},
    "disappoint(ment|ed)": {"disappointed"},
    "ang(er|ry)": {"angry", "irritated"},
    "sad(ness)?": {"sad"},
    "(fear|afraid|frightened)": {"frightened", "anxious"},
    "anxi(ety|ous)": {"anxious", "frightened"},
    "longing": {"longing"},
    "(shame|ashamed)": {"ashamed"},
    "numb": {"numb"},
}
UNANSWERED = ("not_yet", "left_unanswered", "unknown")
AN_ANSWER = (
    r"(hear|heard|after|understood?|about) (my|the) (answer|no|yes)\b|said about your wish"
    r"|\bI said (no|yes)\b|\bI (agreed|accepted|did not take|took only)\b"
    r"|not be the answer you hoped|answer that I gave|I do not (give|take) it"
)


@check("A missed, cancelled or cut short session is spoken of as a wait or a delay.")
def absence_spoken_of_as_late(seen: Seen) -> Iterator[Line]:
    if seen.form in ("missed", "cancelled", "cut_short"):
        yield from saying(seen.spoken, LATE)


@check("Words about a wait where nobody waited.")
def wait_where_nobody_waited(seen: Seen) -> Iterator[Line]:
    who, minutes = seen.of("lateness", "who"), seen.of("lateness", "minutes", None)
    unanswered = seen.of("boundary_request", "answer") == "left_unanswered"
    waited = r"\b(kept you|waited|waiting|had to wait|the wait)\b"
    unanswered = unanswered or "unanswered_message" in seen.acts
    if who == "client" or (who is None and not unanswered):
        yield from saying(seen.spoken, waited)
    elif who and minutes == 0:
        # The minutes are this time's: who was late several times may say so.
        late = r"" if own_times(seen) > 1 else r"|\blate\b"
        yield from saying(seen.spoken, waited + r"|\blost\b|\bdelay|cost you" + late)


@check("Words about a session that did not take place as if it had.")
def session_that_did_not_take_place(seen: Seen) -> Iterator[Line]:
    if seen.form in ("missed", "cancelled") and len(seen.ruptures) == 1:
        yield from saying(
            seen.spoken,
            r"(start|beginning|end|part|much) of (our|a) (session|time)|we started|we stopped"
            r"|the time that (we have|was left)",
        )


@check("Words that answer an objection where nobody objected.")
def objection_where_nobody_objected(seen: Seen) -> Iterator[Line]:
    raised = seen.known("raised_by_client")
    shown = seen.among("signs") & COMPLAINTS or seen.known("movement") in ("confrontation", "mixed")
    silent = raised == "no" or (raised != "yes" and "authority_frustration" not in seen.ruptures)
    if silent and not shown:
        yield from saying(
            seen.spoken,
            r"reason to object|you are saying so|your (protest|objection|complaint)\b"
            r"|(glad|good) that you (object|complain|said|raised|brought|told)",
        )


def own_times(seen: Seen) -> int:
    """How often the therapist's own failing is known to have happened."""
    late = seen.of("lateness", "occurrences", 1)
    counts = {
        "therapist": late,
        "both": seen.of("lateness", "own_occurrences", None) or 1,
    }
    times = [counts.get(seen.of("lateness", "who"), 1), seen.of("disconnection", "occurrences", 1)]
    return max(one or 1 for one in times)


@check("The therapist's words confess a repetition that is not known.")
def own_repetition_not_known(seen: Seen) -> Iterator[Line]:
    if own_times(seen) < 2:
        again = r"more than once|not (for )?the first time|(late|missed|happened|wrong) again\b"
        for line in saying(seen.spoken, again):
            if has(line.text, r"\b(I|my|mine|me)\b"):
                yield line


@check("The client's repetition is named, and it is not known.")
def clients_repetition_not_known(seen: Seen) -> Iterator[Line]:
    if seen.known("pattern_named_by_client") == "yes":
        return
    most = max((one.get("occurrences", 1) for one in seen.case["ruptures"]), default=1)
    lines = [line for line in seen.spoken if line.item in ("D2", "D3")]
    if most < 3:
        yield from saying(lines, r"\boften\b|\bkeeps\b|each time|every time|always")
    if most < 2:
        yield from saying(lines, r"a couple of times|repeats?\b|several times")


@check("The words take sides with or against somebody outside who is not there.")
def sides_about_an_outside_authority(seen: Seen) -> Iterator[Line]:
    if seen.of("authority_frustration", "toward") != "outside_authority":
        return
    verdict = (
        r"(was|were|is) (not right|wrong|unfair|unjust)\b|injustice|wrong of (them|him|her)"
        r"|done to you|they (should|had no|had every|meant)|not right\b.*\b(there|done)"
    )
    outside = r"\b(there|they|them|that other|out there|what (was done|happened)|those)\b"
    for line in saying(seen.spoken, verdict):
        if has(line.text, outside):
            yield line
    yield from saying(seen.cautions, r"say plainly that what was done was wrong|siding with it")


@check("A feeling is named that nobody saw.")
def feeling_that_nobody_saw(seen: Seen) -> Iterator[Line]:
    seen_ones = seen.among("feelings")
    for name, feelings in FEELINGS.items():
        if not feelings & seen_ones and not (
            name.startswith("(shame") and "self_criticism" in seen.among("signs")
        ):
            pattern = rf"feeling of {name}\b|\byou (are|were|seem|feel|felt) {name}\b"
            for line in saying(seen.spoken, pattern):
                if not has(line.text, r"\bif you\b"):
                    yield line


@check("D2 speaks of a pattern without what sets it off.")
def pattern_without_what_sets_it_off(seen: Seen) -> Iterator[Line]:
    if seen.known("pattern_named_by_client") == "yes":
        return
    lines = [line for line in seen.spoken if line.item == "D2" and not blanks_in(line.text)]
    yield from saying(lines, r"certain things|something that may repeat|somehow|\bmove away\b")
    if seen.of("deflection", "trigger") in ("unknown", "other"):
        doing = r"you (often )?(make a joke|shift|answer in|turn to|tell a|go along|say one|become)"
        for line in saying(lines, doing):
            if not has(line.text, r"certain things"):
                yield line


@check("An apology without a named part, and without the caution to name it.")
def apology_without_a_named_part(seen: Seen) -> Iterator[Line]:
    named = seen.acts or seen.of("lateness", "who") in ("therapist", "both")
    named = named or "misattunement_by_therapist" in seen.among("culture_power")
    named = named or seen.of("boundary_request", "answer") == "left_unanswered"
    told = has(
        seen.cautions_of("C2"),
        r"in place of|\bname (it|the|what|your)\b|say it in your own|one plain clause",
    )
    if not (named or told):
        lines = [one for one in seen.spoken if one.item == "C2" and not blanks_in(one.text)]
        yield from saying(
            lines, r"my (part|share|side)\b|between us|what you are objecting|what went wrong"
        )


@check("Words lean on an answer that was not given, in the case or by a step before.")
def words_lean_on_an_answer_not_given(seen: Seen) -> Iterator[Line]:
    if seen.of("boundary_request", "answer") not in UNANSWERED:
        return
    later = r"before I say yes or no|take a moment|not decided|think it over"
    limit = seen.step("C3")
    told = limit and limit["when"] == "now" and not has(limit["words"], later)
    answered = {one["item"] for one in seen.steps if told and "C3" in one["after"]}
    lines = [line for line in seen.spoken if line.item and line.item not in {"C3", *answered}]
    yield from saying(lines, AN_ANSWER)


@check("Care is spoken to a client whom care drives away.")
def care_where_care_is_the_trigger(seen: Seen) -> Iterator[Line]:
    if seen.of("deflection", "trigger") == "compliment_or_care":
        care = (
            r"not alone|\bI (do )?care\b|car(e|ing) about|(means|matters?) (a lot |much )?to me"
            r"|here with you|important to me|I (really )?value (you|our)\b"
        )
        yield from saying((one for one in seen.spoken if one.item != "D1"), care)


@check("Anger is met with “you do not have to be careful with me”.")
def anger_told_not_to_be_careful(seen: Seen) -> Iterator[Line]:
    shown = seen.among("feelings") & {"angry", "irritated"} or seen.among("signs") & COMPLAINTS
    if shown or seen.known("movement") == "confrontation":
        yield from saying(seen.spoken, r"(do not|don.t) have to be careful|spare me|protect me")


@check("A wish that is sexual or romantic hears a yes.")
def yes_to_a_sexual_wish(seen: Seen) -> Iterator[Line]:
    if seen.of("boundary_request", "nature") == "sexual_or_romantic":
        yes = (
            r"\b(my|say|said|a) yes\b|\bI (agreed|accepted|said yes)\b|what we agreed"
            r"|what I can (keep to|give)|yes to (a|only|part)|the part that I agreed|perhaps\b"
        )
        for line in saying(seen.spoken, yes):
            if not has(line.text, r"(cannot|will not|not) say yes"):
                yield line


@check("Words at a first contact presume a session before it.")
def session_before_the_first(seen: Seen) -> Iterator[Line]:
    if seen.known("alliance") != "none_yet" or seen.known("phase") != "early":
        return
    yield from saying(seen.spoken, r"working together|our work together|as we have done|so far")
    times = [seen.known("happened"), *(seen.of(kind, "happened") for kind in seen.ruptures)]
    told = {"last_session", "longer_ago"} & {*times}
    repeated = any(one.get("occurrences", 1) > 1 for one in seen.case["ruptures"])
    asked = seen.of("boundary_request", "pressed") == "yes"
    if not (told or repeated or asked):
        for line in saying(seen.spoken, r"last (time|session)|a while ago|\bagain\b|each time"):
            if not has(line.text, r"apologi[sz]e again") or seen.known("apology") == "none":
                yield line


@check("“So much of our session” where little was lost, or nobody knows how much.")
def much_where_little_was_lost(seen: Seen) -> Iterator[Line]:
    minutes = seen.of("lateness", "minutes", None)
    if minutes is None or minutes < 20:
        yield from saying(seen.spoken, r"\b(so )?much of (our|a|the) (session|time|hour)")


@check("The same sentence is said in two steps.")
def sentence_in_two_steps(seen: Seen) -> Iterator[Line]:
    for part in ("words", "short"):
        said: dict[str, str] = {}
        for step in seen.steps:
            for sentence in sentences(step.get(part) or ""):
                first = said.setdefault(alike(sentence), step["item"])
                if first != step["item"]:
                    yield Line(f"{first}+{step['item']}.{part}", sentence)


@check("C2 or C3 ends with its question, and C1 follows with another one now.")
def question_upon_a_question(seen: Seen) -> Iterator[Line]:
    for part in ("words", "short"):
        now = {one["item"]: one.get(part) or "" for one in seen.steps if one["when"] == "now"}
        asks = any(now.get(item, "").rstrip().endswith("?") for item in ("C2", "C3"))
        if asks and "?" in now.get("C1", ""):
            yield Line(f"C1.{part}", sentences(now["C1"])[-1])
