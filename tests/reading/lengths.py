"""How long the words are, whether they can be said, and whether every blank can be seen."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reading.checking import check, has, saying
from tests.reading.grades import grade
from tests.reading.seen import Line, Seen, Told, blanks_in, sentences, words_in

BRIEF = 220
MEDIAN = 150
PARTS = {"before": 12, "say": 45, "then, not_now": 70, "mind": 25, "dont": 24, "check": 18}
IF_NOT = 15
WORDS, SENTENCE, LINE, DONT = 45, 20, 10, 8
HARDEST = 9.0


def parts_of(told: Told) -> dict[str, list[str]]:
    """The texts of a brief by its parts, `consult` left aside."""
    listed = {name: list(told.get(name) or ()) for name in ("before", "mind", "dont")}
    then = [one.get("line") or "" for one in told.get("then") or ()]
    return {
        **listed,
        "say": [(told.get("say") or {}).get("words") or ""],
        "then, not_now": then + [one.get("text") or "" for one in told.get("not_now") or ()],
        "check": [(told.get("check") or {}).get("text") or ""],
        "if_not": [told.get("if_not") or ""],
    }


@check("The brief has more than 220 words.")
def brief_too_long(seen: Seen) -> Iterator[Line]:
    count = sum(words_in(text) for texts in parts_of(seen.brief).values() for text in texts)
    if count > BRIEF:
        yield Line("brief", f"{count} words")


@check("A part of the brief has more words than its limit.")
def brief_part_too_long(seen: Seen) -> Iterator[Line]:
    parts = parts_of(seen.brief)
    for name, most in {**PARTS, "if_not": IF_NOT}.items():
        if sum(map(words_in, parts[name])) > most:
            yield Line(f"brief.{name}", " / ".join(parts[name]))
    dont = parts["dont"]
    yield from (Line("brief.dont", one) for one in dont if words_in(one) > DONT)
    yield from (Line("brief.dont", one) for one in dont[3:])


@check("Short words have more than 45 words.")
def short_too_long(seen: Seen) -> Iterator[Line]:
    yield from (line for line in seen.shorts if words_in(line.text) > WORDS)


@check("A sentence of short words has more than 20 words.")
def short_sentence_too_long(seen: Seen) -> Iterator[Line]:
    for line in seen.shorts:
        for one in sentences(line.text):
            if words_in(one) > SENTENCE:
                yield Line(line.where, one)


@check("Short words ask two questions in one breath.")
def short_with_two_questions(seen: Seen) -> Iterator[Line]:
    yield from (line for line in seen.shorts if line.text.count("?") > 1)


@check("“But”, “if” or “any” in short words.")
def short_with_but_if_or_any(seen: Seen) -> Iterator[Line]:
    for line in saying(seen.shorts, r"\b(but|if|any)\b"):
        if not has(line.text, r"^(?!.*\b(but|any)\b).*\bif you (like|want)"):
            yield line


@check("Short words with more than two blanks, or more than three with a date or a contact.")
def short_with_many_blanks(seen: Seen) -> Iterator[Line]:
    for line in seen.shorts:
        blanks = blanks_in(line.text)
        known = any(has(one, r"date|time|when|who|number|contact|other|cover") for one in blanks)
        if len(blanks) > 3 or (len(blanks) > 2 and not known):
            yield line


@check("Short words at a reading grade above 9.")
def short_hard_to_read(seen: Seen) -> Iterator[Line]:
    yield from (line for line in seen.shorts if grade(line.text) > HARDEST)


@check("A step's line has more than 10 words, or stands in for nothing.")
def line_too_long(seen: Seen) -> Iterator[Line]:
    for step in seen.steps:
        line = step.get("line")
        if line is not None and not 0 < words_in(line) <= LINE:
            yield Line(f"{step['item']}.line", line or "(empty)")


@check("A blank in brackets that is not listed in `blanks`, or one listed that is not there.")
def blank_not_listed(seen: Seen) -> Iterator[Line]:
    for step in seen.steps:
        text = f"{step['words']} {step.get('short') or ''}"
        yield from _unlisted(step["item"], text, step.get("blanks") or [])
    say = seen.brief.get("say")
    if say:
        yield from _unlisted("brief.say", say["words"], say.get("blanks") or [])


def _unlisted(where: str, text: str, listed: list[str]) -> Iterator[Line]:
    yield from (Line(f"{where}.words", f"[{one}]") for one in {*blanks_in(text)} - {*listed})
    yield from (Line(f"{where}.blanks", one) for one in {*listed} - {*blanks_in(text)})
    if "{" in text or text.count("[") != text.count("]"):
        yield Line(f"{where}.words", text)
