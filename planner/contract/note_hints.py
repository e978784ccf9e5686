"""What in a note looks as if it could tell who someone is.

A hint and never a judgment: it warns and does not block, it misses what it does not know,
and it says so of some words that name no one. Phone numbers are found by `phonenumbers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

REGION = "US"
MOST_TRIES = 200

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DATE = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d{{2}})\b"
)
_RECORD = re.compile(
    r"\b(?:(?:MRN|SSN|ID|[Rr]ecord|[Cc]hart|[Ff]ile|[Cc]ase|[Ii]nsurance|[Pp]olicy)"
    r"(?: (?:no\.?|number))?[ :#]{1,3}[A-Z]{0,3}-?\d{3,12}|\d{3}-\d{2}-\d{4}|\d{7,12})\b"
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev)\b\.? [A-Z][a-z'\u2019-]+")
_CAPITAL = re.compile(r"\b[A-Z][a-z]+(?:[-'\u2019][A-Z][a-z]+)?\b")
_SAID = re.compile(r" (?:said|told|asked|felt|came|was|is|has|had|seemed|went|called|wrote)\b")
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """A About After Again All Also Although An And Another Any As At Because Before Both But By
    Client Clients Could Did Do Does Each Even Every Everything Everyone For From Had Has Have He
    Her Here His How However I If In Is It Its Just Last Later Maybe Me More Most My Next No Nobody
    Nothing Not Now Of On Once One Only Or Our Perhaps She Since So Some Someone Something Still
    Such That The Their Then There These They This Those Though Today Tomorrow Until Was We Were
    What When Where Which While Who Why Will With Would Yes Yesterday You Your
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
    July August September October November December Christmas Easter Ramadan Thanksgiving
    English Spanish French German Chinese Arabic American Zoom Session Therapy Therapist
    Supervision Mother Father Mom Dad Apologized Talked""",
    )
)


@dataclass(frozen=True, slots=True)
class Hint:
    """A run of the note, where it stands, and what it looks like."""

    start: int
    end: int
    text: str
    kind: str


def hints(note: str) -> list[Hint]:
    """Every run that could tell who someone is, in reading order, none inside another."""
    found: list[Hint] = []
    within = bytearray(len(note))  # whether a letter is within a hint: asked for each hint once
    for hint in (*_patterns(note), *_phones(note), *_names(note)):
        if not any(within[hint.start : hint.end]):
            within[hint.start : hint.end] = b"\1" * (hint.end - hint.start)
            found.append(hint)
    return sorted(found, key=lambda hint: hint.start)


def parts(note: str, found: list[Hint]) -> Iterator[tuple[str, str]]:
    """The note cut at its hints, as (text, kind), so that a page can mark them."""
    at = 0
    for hint in found:
        yield note[at : hint.start], ""
        yield hint.text, hint.kind
        at = hint.end
    yield note[at:], ""


def _patterns(note: str) -> Iterator[Hint]:
    for kind, pattern in (("email", _EMAIL), ("date", _DATE)):
        yield from _matches(kind, pattern, note)


def _phones(note: str) -> Iterator[Hint]:
    """Phone numbers of any country as `phonenumbers` sees them, then bare record numbers."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    matcher = PhoneNumberMatcher(note, REGION, Leniency.POSSIBLE, MOST_TRIES)
    spelled = [one for one in _matches("record", _RECORD, note) if not one.text.isdigit()]
    yield from spelled
    while matcher.has_next():
        match = matcher.next()
        yield Hint(match.start, match.end, match.raw_string, "phone")
    yield from _matches("record", _RECORD, note)


def _matches(kind: str, pattern: re.Pattern[str], note: str) -> Iterator[Hint]:
    for match in pattern.finditer(note):
        yield Hint(match.start(), match.end(), match[0], kind)


def _names(note: str) -> Iterator[Hint]:
    """A title with a name; a capital in mid-sentence; a capital that said or did something."""
    yield from _matches("name", _TITLED, note)
    for match in _CAPITAL.finditer(note):
        if match[0] in _NO_NAMES:
            continue
        opens = re.search(r"(?:^|[.!?:\n“\"]\s*)$", note[max(0, match.start() - 4) : match.start()])
        if not opens or _SAID.match(note, match.end()):
            yield Hint(match.start(), match.end(), match[0], "name")
