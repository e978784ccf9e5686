"""What is kept for another time: never more than so much, whoever interrupts."""

import random

from planner.planning.memo import Memo
from planner.planning.numbering import Numbering
from tests.planner.support.hand_made import rule

KILOBYTE = 1 / 1024


def test_what_was_kept_is_there_again_until_it_is_too_much() -> None:
    kept: Memo[int, str] = Memo(6 * KILOBYTE)
    for number in range(20):
        assert kept.keep(number, str(number)) == str(number)
        assert kept.get(number) == str(number)
        assert len(kept) <= 6


def test_what_is_asked_for_again_stays_and_the_rest_is_forgotten() -> None:
    kept: Memo[int, str] = Memo(6 * KILOBYTE)
    kept.keep(0, "often")
    for number in range(1, 40):
        kept.keep(number, str(number))
        assert kept.get(0) == "often"
    assert kept.get(1) is None


def test_a_memory_without_room_keeps_nothing() -> None:
    kept: Memo[int, str] = Memo(0)
    assert kept.keep(1, "one") == "one"
    assert kept.get(1) is None


def test_an_interruption_between_any_two_steps_leaves_at_most_less() -> None:
    """Growing old and keeping are two steps; after either the memory is right."""
    kept: Memo[int, str] = Memo(4 * KILOBYTE)
    kept.keep(1, "one")
    kept.keep(2, "two")
    kept._old, kept._young = kept._young, {}  # as if broken off before the next was kept
    assert kept.get(1) == "one"
    assert kept.keep(3, "three") == kept.get(3)


def test_rules_are_numbered_by_their_place_and_come_back_in_rule_order() -> None:
    rules = [rule(verb, "C1", "D3") for verb in ("call", "bar", "call", "hold")]
    rules.append(rule("call", "D3"))
    numbering, chance = Numbering(rules), random.Random(3)
    for _ in range(50):
        some = [one for one in rules if chance.random() < 0.5]
        chance.shuffle(some)
        number = numbering.mask(some)
        expected = tuple(one for one in rules if one in some)
        assert numbering.rules(number) == numbering.split(number) == expected
    assert numbering.rules(numbering.saying("call")) == (rules[0], rules[2], rules[4])
    assert numbering.rules(numbering.saying("call", "C1")) == (rules[0], rules[2])
    assert numbering.saying("delay") == numbering.saying("bar", "C2") == 0
