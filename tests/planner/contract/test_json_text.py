"""JSON from outside is bounded, and says nothing twice."""

import json

import pytest

from planner.contract.observation import Observation
from planner.errors import ObservationError

GOOD = '{"ruptures": [{"kind": "lateness", "who": "both"}], "safety": {"flags": {}}}'


def refusal(text: str | bytes) -> ObservationError:
    with pytest.raises(ObservationError) as caught:
        Observation.read_json(text)
    return caught.value


@pytest.mark.parametrize("text", [GOOD, GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode()])
def test_text_and_bytes_are_read_alike(text: str | bytes) -> None:
    assert Observation.read_json(text) == Observation.read(json.loads(GOOD))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON: Expecting value in line 1, column 1"),
        ("{\n 'a': 1}", "line 2, column 2"),
        (GOOD + "x", "Extra data"),
        (b"\xff\xfe{", "not UTF-8 at byte 1"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 21 + "]" * 21, "nested too deeply"),
        ('{"a":' * 21 + "1" + "}" * 21, "nested too deeply"),
        ("1" * 5_000, "too many digits"),
        (" " * 1_000_001, "too long"),
        ("[" * 20 + "]" * 20, "is a mapping"),
        ("\ud800", "no JSON"),
        ("null", "is a mapping"),
        ('{"session": NaN}', "this is nan"),
        ('{"session": -Infinity}', "this is -inf"),
    ],
)
def test_text_that_is_no_observation_is_refused(text: str | bytes, words: str) -> None:
    assert words in str(refusal(text))


def test_an_infinite_number_is_no_slip_for_its_bound() -> None:
    found = {one.field: one.nearest for one in refusal('{"session": Infinity}').problems}
    assert found["session"] is None


def test_a_key_said_twice_is_named_at_its_place_beside_every_other_mistake() -> None:
    text = (
        '{"ruptures": [{"kind": "lateness", "who": "both", "who": "client"}], "case": 3,'
        ' "safety": {"flags": {"self_harm": "yes", "self_harm": "unsure"}}}'
    )
    assert {problem.field for problem in refusal(text).problems} == {
        "safety.flags.self_harm",
        "ruptures[0].who",
        "case",
    }
