"""Lines with plain words of danger, which must ask, and lines that only sound like it."""

from __future__ import annotations

import pytest

from planner.reading.entering import read_entering
from planner.reading.shipped import SHIPPED

ENTERING = read_entering(SHIPPED)


def asked(line: str) -> set[str]:
    return {one.value for one in ENTERING.asks(line)}


ASK = {
    "self_harm": [
        "denies si/hi",
        "wont be here next week",
        "he took, like, all her meds",
        "kil herself",
        "sucidal",
        "does not want to live anymore",
        "took pills last night",
        "took too many tablets",
        "wants to end it all",
        "wishes she were dead",
        "wishes he wouldn't wake up",
        "should be dead",
        "want to be dead",
        "cut her arms again",
        "she cuts",
        "burned herself",
        "scratched her arm until it bled",
        "wants to disappear",
        "jump off a bridge",
        "hang himself",
        "hanged himself",
        "thoughts about dying",
        "life is not worth living",
        "does not see the point of living",
        "tried to take her own life",
        "selfharm",
        "overdosed",
        "ODed",
        "can't go on",
        "do something to herself",
        "she no longer wants to be alive",
        "passive SI, no plan",
        "stopped eating and wants to fade away",
        "doesnt see a way out",
        "she doesnt want to wake up",
        "slit his wrists last year",
    ],
    "harm_to_others": [
        "threatened to kill his boss",
        "punch his wife",
        "he said hes going to hurt his ex",
    ],
    "threat_or_stalking": [
        "hit me",
        "grabbed me",
        "threatened to hit me",
        "stalked me",
        "knows where I live",
        "found out where I live",
        "waiting outside my house",
        "shows up at my house",
        "I was afraid of him",
        "he grabbed my arm when i got up",
        "he stood outside my office till 9pm",
        "he waits by my car",
    ],
    "child_or_vulnerable_abuse": [
        "slapped her son",
        "beats his son",
        "her mother hits her",
        "beaten by his father",
        "uncle raped her",
        "was raped",
        "father touched her",
        "would hurt the baby",
        "dad hits him when hes drunk",
        "she has bruises, says she fell",
        "he shook the baby",
    ],
    "partner_violence": [
        "boyfriend chokes her",
        "partner strangled her",
        "pushed his girlfriend down the stairs",
        "locks her in",
        "afraid to go home",
        "punch his wife",
        "he won't let her see her family",
        "she doesnt feel safe at home",
    ],
    "therapist_sexual_contact": [
        "I touched her knee",
        "I have feelings for her",
        "I fell in love with her",
        "texted flirtatiously",
        "i think about her all the time",
        "i texted him a heart",
    ],
    "therapist_impaired": [
        "two glasses of wine before the session",
        "hungover",
        "drank too much",
        "I came to work drunk",
        "i had a few beers at lunch",
        "i took a xanax before our session",
    ],
    "acute_state": [
        "hears a voice telling her",
        "hallucinating",
        "thinks I am poisoning him",
        "on cocaine",
        "came in high",
        "stoned",
        "passed out",
        "he's off his meds and thinks the tv talks to him",
        "hasnt slept in 4 days",
    ],
    "confidentiality_breach": [
        "emailed the report to the wrong client",
        "sent her notes to the wrong person",
        "left my notes on the train",
        "the letter went to her ex by mistake",
    ],
    "sexualized_request": [
        "asked me out",
        "sent me nude pictures",
        "touched my leg",
    ],
    "formal_complaint": [
        "will report me",
        "he will sue",
    ],
    "costly_gift_or_barter": [
        "a Rolex",
        "500 dollars",
        "$500",
        "offered to clean my house instead of the fee",
    ],
    "third_party_or_capacity": [
        "she is 15",
        "parents want to know what she told me",
        "pt is 16 and came alone",
    ],
    "therapist_dual_relationship": [
        "he knows my brother",
        "she's my daughters teacher",
    ],
}


@pytest.mark.parametrize(
    ("line", "flag"), [(line, flag) for flag, lines in ASK.items() for line in lines]
)
def test_plain_words_of_danger_ask(line: str, flag: str) -> None:
    assert flag in asked(line)


@pytest.mark.parametrize(
    "line",
    [
        "cutting the session short",
        "cutting remark",
        "cutting her off",
        "my friend recommended her",
        "the board game",
        "she was not there when I came",
        "he wasted my time",
        "she raised her hand in group",
        "choked up when she spoke of her dad",
        "he is 12 minutes late",
        "I touched on her divorce",
    ],
)
def test_words_that_only_sound_like_danger_ask_nothing(line: str) -> None:
    assert asked(line) == set()


def test_a_wish_to_be_killed_asks_about_the_client() -> None:
    assert "self_harm" in {one.value for one in ENTERING.asks("said 'kill me now' and laughed")}
