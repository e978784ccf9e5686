"""Advice to the therapist: whether it can be followed, and fits the words and the case."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.reading.checking import check, has, saying
from tests.reading.claims import LATE
from tests.reading.seen import Line, Seen, alike, sentences, words_in

CONTRARY = (
    (r"say it in full", r"stop there|say less|leave out the rest|sentences short|few words"),
    (r"have the (reason|facts) ready", r"no reason yet|without new reasons|leave out the reason"),
    (r"do not bring yourself in", r"own your part|speak only of your own"),
    (
        r"before you explain anything|do not explain",
        r"say both here|(?<!before you )(?<!not even to )explain (it|the|what)\b",
    ),
    (r"say it once|say it in one sentence", r"say it again|repeat it"),
)
"""Pairs of advice of which one cannot be followed where the other is."""

LESS = (
    r"say less|sentences short|once and short|\bone sentence, then|few words|leave out the rest"
    r"|keep (it|this) short"
)
OWNING = (
    r"\bmy (part|doing|mistake|share|side)\b|\bmine\b|sorry|apologi[sz]e"
    r"|\bI (was|missed|have been|did|left|spoke|went|pushed|told|called|got)\b"
)
ANSWERING = r"\b(answer|limit|no|yes|wish|ask(ed)?|request|boundar(y|ies)|give)\b"


@check("A root names what comes first, and the first step is something else.")
def root_that_the_steps_do_not_follow(seen: Seen) -> Iterator[Line]:
    first = seen.steps[0] if seen.steps else None
    for line in (one for one in seen.advice if one.where == "root"):
        own = has(line.text, r"(on your side is|what was yours)\b.*\bfirst")
        limit = has(line.text, r"(starts|begins) with the limit")
        waits = has(line.text, r"other threads|left alone until")
        owned = first and (first["item"] == "C2" or has(first["words"], OWNING))
        answered = first and (first["item"] == "C3" or has(first["words"], ANSWERING))
        patterns = [one for one in seen.steps if one["item"] in ("D2", "D3")]
        sooner = waits and any(one["when"] == "now" for one in patterns)
        if (own and not owned) or (limit and not answered) or sooner:
            yield line


@check("Two cautions of a step that cannot both be followed.")
def cautions_that_collide(seen: Seen) -> Iterator[Line]:
    for step in seen.steps:
        for one, other in CONTRARY:
            firsts = [caution for caution in step["cautions"] if has(caution, one)]
            seconds = [caution for caution in step["cautions"] if has(caution, other)]
            if firsts and seconds and (len({*firsts, *seconds}) > 1):
                yield Line(f"{step['item']}.caution", f"{firsts[0]} / {seconds[-1]}")


@check("“Say less” over a sentence of more than 25 words, or more than 60 words in all.")
def say_less_over_long_words(seen: Seen) -> Iterator[Line]:
    for step in seen.steps:
        longest = max(map(words_in, sentences(step["words"])), default=0)
        if longest > 25 or words_in(step["words"]) > 60:
            lines = [Line(f"{step['item']}.caution", one) for one in step["cautions"]]
            yield from saying(lines, LESS)


@check("“Before anything else is asked” after a question was asked.")
def first_question_after_a_question(seen: Seen) -> Iterator[Line]:
    asked = False
    for step in seen.steps:
        lines = [Line(f"{step['item']}.{part}", step[part] or "") for part in ("purpose", "words")]
        if asked:
            yield from saying(lines, r"before (anything else is|I) ask(ed)?")
        asked = asked or "?" in step["words"]


@check("Advice about voice, breath or a shared room where the words are read.")
def voice_where_words_are_read(seen: Seen) -> Iterator[Line]:
    if seen.in_text:
        body = (
            r"\bvoice|\bbreath|\btone\b|\baloud\b|leave silence|\bpause\b|\bchair\b|some water"
            r"|look around|this room|on the other end"
        )
        for line in saying((*seen.advice, *seen.spoken), body):
            if not has(line.text, r"no (tone|voice|face)|do not speak of"):
                yield line


@check("Advice about a limit after a plain yes.")
def limit_after_a_plain_yes(seen: Seen) -> Iterator[Line]:
    answer, nature = seen.of("boundary_request", "answer"), seen.of("boundary_request", "nature")
    meant = answer in ("not_yet", "left_unanswered")
    meant = meant and seen.of("boundary_request", "intended_answer") == "grant"
    open_to_limits = ("sexual_or_romantic", "social", "favour_or_business")
    flagged = "sexualized_request" in seen.case.get("safety", {}).get("flags", {})
    pressed = seen.of("boundary_request", "pressed") == "yes"
    if (answer == "granted" or meant) and nature not in open_to_limits and not (flagged or pressed):
        limits = r"\b(sound |the |a )limit\b|behind the rule|hears a (no|rej)"
        yield from saying(seen.advice, limits if meant else f"{limits}|yes to be kind")


@check("A caution on words that are not there.")
def caution_on_words_that_are_not_there(seen: Seen) -> Iterator[Line]:
    for line in seen.cautions:
        words = seen.words_of(line.item)
        quoted = re.findall(r"in place of “([^”]+)”", line.text)
        there = {
            r"question at the end": words.rstrip().endswith("?"),
            r"\bask it\b(?!.*(not|waits))": "?" in words,
            r"feeling in these words": has(words, r"feeling|sad|angry|hurt|afraid|shame"),
            r"\bthe joke\b": seen.of("deflection", "response") == "joke",
            r"part that was agreed": seen.of("boundary_request", "answer") == "partly_granted",
            r"the link that they made": seen.known("pattern_named_by_client") == "yes",
        }
        missing = [one for one in quoted if one.lower() not in words.lower()]
        if missing or any(has(line.text, asked) and not met for asked, met in there.items()):
            yield line


@check("“One sentence is enough” over two sentences or more.")
def one_sentence_over_two(seen: Seen) -> Iterator[Line]:
    if seen.steps and len(sentences(seen.steps[0]["words"])) > 1:
        lines = (Line("summary", seen.plan["summary"]), *seen.advice)
        yield from saying(lines, r"one sentence is enough|in one sentence\b.*\bthen stop")


@check("A missed, cancelled or cut short session is told the therapist as a lateness.")
def absence_told_as_late(seen: Seen) -> Iterator[Line]:
    if seen.form in ("missed", "cancelled", "cut_short"):
        for line in saying(seen.advice, LATE):
            if has(line.text, r"\b(late|lateness|delay|waited|kept waiting)\b"):
                yield line


@check("Grounding for a client who is numb, and neither overwhelmed nor drifting.")
def grounding_for_numb_alone(seen: Seen) -> Iterator[Line]:
    feelings = seen.among("feelings")
    if "numb" in feelings and not feelings & {"overwhelmed", "drifting", "frightened"}:
        ground = r"feel the chair|some water|nothing that you have to say or do|look around"
        yield from saying((*seen.advice, *seen.spoken), ground)


def _reasons(seen: Seen) -> Iterator[Line]:
    for part in ("steps", "held", "barred", "avoid"):
        for one in seen.plan[part]:
            yield from (Line("reason", reason["text"]) for reason in one["because"])


@check("The same sentence stands in two parts of the plan: caution, avoid, reason, plan B.")
def sentence_told_twice(seen: Seen) -> Iterator[Line]:
    told: dict[str, str] = {}
    whole = [one for one in seen.advice if not one.where.startswith("brief")]
    questions = [Line("supervision", one) for one in seen.plan["supervision"]]
    for line in (*whole, *_reasons(seen), *questions):
        kind = line.where.rpartition(".")[2]
        for sentence in sentences(line.text):
            first = told.setdefault(alike(sentence), kind)
            if first != kind and words_in(sentence) > 5:
                yield Line(f"{first}+{kind}", sentence)


@check("The same caution stands at two steps.")
def caution_at_two_steps(seen: Seen) -> Iterator[Line]:
    told: dict[str, str] = {}
    for line in seen.cautions:
        first = told.setdefault(alike(line.text), line.item)
        if first != line.item:
            yield Line(f"{first}+{line.item}.caution", line.text)
