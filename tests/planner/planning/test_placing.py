"""Where items stand: bars over holds over calls, when, in which order, and what comes first."""

import random

import pytest

from planner.planning.placing import Placement, Placing, Standing
from planner.rulebook.rulebook import ORDER, WHENS, Rule
from tests.planner.support.hand_made import rule

NOW, LATER, FUTURE = WHENS


def call(*items: str, at: str = NOW) -> Rule:
    return rule("call", *items, at=at)


def delay(*items: str, at: str) -> Rule:
    return rule("delay", *items, at=at)


def after(item: str, *follows: str) -> Rule:
    return rule("after", item, follows=follows)


def place(*rules: Rule) -> Placement:
    """Where everything stands when all of these rules hold, and some others do not."""
    others = [rule(verb, *ORDER, at=NOW) for verb in ("bar", "hold", "call", "review", "stop")]
    placing = Placing([*others, *rules])
    return placing.place(placing.mask(rules))


def steps(*rules: Rule) -> list[tuple[str, str]]:
    """The steps with their times, in order."""
    return [(item, at) for item, at, _ in place(*rules).steps]


def test_a_bar_goes_before_a_hold_and_a_hold_before_a_call() -> None:
    bar, hold = rule("bar", "D3"), rule("hold", "D3", "D2")
    placed = place(call("D3"), call("D2"), call("C1"), hold, bar)
    assert [item for item, _, _ in placed.steps] == ["C1"]
    assert (placed.held, placed.barred) == (("D2",), ("D3",))


def test_the_order_of_the_rules_decides_nothing_about_that() -> None:
    assert place(rule("bar", "D3"), rule("hold", "D3"), call("D3")).barred == ("D3",)
    assert place(rule("hold", "D3"), call("D3")).held == ("D3",)


def test_an_item_that_no_rule_touches_stands_nowhere() -> None:
    placed = place(call("C1"))
    assert placed == Placement("proceed", (("C1", NOW, ()),), (), ())


def test_what_holds_of_nothing_places_nothing() -> None:
    assert place() == Placement("proceed", (), (), ())
    assert place(delay("C1", at=LATER), after("C1", "C2")).steps == ()


def test_the_earliest_call_counts() -> None:
    assert steps(call("C1", at=FUTURE), call("C1", at=LATER)) == [("C1", LATER)]
    assert steps(call("C1", at=FUTURE), call("C1")) == [("C1", NOW)]


@pytest.mark.parametrize(
    ("called", "delays", "then"),
    [
        (NOW, [LATER], LATER),
        (NOW, [FUTURE], FUTURE),
        (NOW, [LATER, FUTURE], FUTURE),
        (LATER, [FUTURE], FUTURE),
        (FUTURE, [LATER], FUTURE),
        (LATER, [LATER], LATER),
        (LATER, [NOW], LATER),
        (NOW, [], NOW),
    ],
)
def test_a_delay_keeps_a_call_back_and_never_brings_it_forward(
    called: str, delays: list[str], then: str
) -> None:
    rules = [delay("C1", at=at) for at in delays]
    assert steps(call("C1", at=called), *rules) == [("C1", then)]


def test_a_delay_of_one_item_does_not_delay_another() -> None:
    assert dict(steps(call("C1", "C2"), delay("C2", at=LATER))) == {"C1": NOW, "C2": LATER}


def test_nothing_comes_before_what_it_waits_for() -> None:
    waiting = after("C1", "C2"), after("D2", "C1")
    assert steps(call("C1", "D2"), call("C2", at=FUTURE), *waiting) == [
        ("C2", FUTURE),
        ("C1", FUTURE),
        ("D2", FUTURE),
    ]


def test_what_is_no_step_is_not_waited_for() -> None:
    placed = place(call("C1"), call("C2", at=FUTURE), rule("hold", "C2"), after("C1", "C2", "D1"))
    assert placed.steps == (("C1", NOW, ()),)


def test_what_waits_for_itself_in_a_circle_still_comes_to_an_end() -> None:
    round_about = after("C1", "C2"), after("C2", "C1")
    placed = steps(call("C1"), call("C2", at=LATER), *round_about)
    assert sorted(placed) == [("C1", LATER), ("C2", LATER)]


def test_steps_are_listed_by_time_then_by_waiting_then_as_usual() -> None:
    rules = (call("D4", "C1", "C2"), call("D1", "C3", at=LATER), after("C2", "C1"))
    placed = place(*rules)
    assert [item for item, _, _ in placed.steps] == ["C1", "C2", "D4", "C3", "D1"]
    assert {item: before for item, _, before in placed.steps if before} == {"C2": ("C1",)}


def test_the_usual_order_is_own_part_first_and_outside_last() -> None:
    placed = place(call(*sorted(ORDER)))
    assert tuple(item for item, _, _ in placed.steps) == ORDER


def test_a_review_lets_the_steps_stand_and_a_stop_lets_nothing_stand() -> None:
    review, stop = rule("review", object="one"), rule("stop", object="two")
    reviewed = place(call("C1"), rule("bar", "D3"), review)
    assert (reviewed.disposition, len(reviewed.steps)) == ("review_first", 1)
    both = place(call("C1"), rule("bar", "D3"), rule("hold", "D2"), review, stop)
    assert both == Placement("stop", (), (), ())


def test_an_item_is_held_however_much_it_waits_for() -> None:
    rules = (rule("hold", "D2", "D3"), rule("hold", "D2"), call("C1"), rule("bar", "D1"))
    placing = Placing(rules)
    standing = placing.standing(placing.mask(rules))
    one = placing.standing(placing.mask([rules[0], *rules[2:]]))
    assert one == standing
    assert standing.where() == {"C1": NOW, "D2": "held", "D3": "held", "D1": "barred"}


def test_rules_that_place_nothing_have_no_bit_and_the_others_have_their_place() -> None:
    caution, called = rule("caution", "C1", text="Slowly."), call("C1")
    placing = Placing([caution, called])
    assert placing.mask([caution]) == 0
    assert placing.mask([called, caution]) == 0b10


def test_rules_that_place_nothing_change_no_placement() -> None:
    """The number of all rules that hold may be given: bits of others are not looked at."""
    rules = [rule("caution", "C1", text="Slowly."), call("C1", "C2"), rule("avoid", codes=("x",))]
    placing = Placing(rules)
    assert placing.place(0b111) == placing.place(placing.mask(rules))


def told(standing: Standing) -> tuple[str, dict[str, str]]:
    """A standing in words: the disposition, and where each item stands."""
    return standing.disposition, standing.where()


def plainly(rules: list[Rule]) -> tuple[str, dict[str, str]]:
    """The same weighing in other words: whole sets, until nothing moves any more."""

    def on(verb: str, item: str) -> list[Rule]:
        return [one for one in rules if one.verb == verb and item in one.items]

    if any(one.verb == "stop" for one in rules):
        return "stop", {}
    barred = [item for item in ORDER if on("bar", item)]
    held = [item for item in ORDER if on("hold", item) and item not in barred]
    free = [item for item in ORDER if on("call", item) and item not in (*barred, *held)]
    times = {
        item: max(
            min(WHENS.index(one.at or NOW) for one in on("call", item)),
            *(WHENS.index(one.at or NOW) for one in on("delay", item)),
            0,
        )
        for item in free
    }
    waits = [(i, o) for i in free for o in free if any(o in r.follows for r in on("after", i))]
    while late := [(i, o) for i, o in waits if times[o] > times[i]]:
        for item, other in late:
            times[item] = max(times[item], times[other])
    review = any(one.verb == "review" for one in rules)
    where: dict[str, str] = {item: WHENS[time] for item, time in times.items()}
    where |= dict.fromkeys(held, "held") | dict.fromkeys(barred, "barred")
    return "review_first" if review else "proceed", where


def some_rules(chance: random.Random) -> list[Rule]:
    """Rules by chance, most of them calls."""
    verbs = chance.choices(
        ["call", "delay", "hold", "bar", "after", "review", "stop"],
        [12, 4, 2, 2, 6, 0.5, 0.2],
        k=chance.randint(1, 24),
    )
    return [
        rule(
            verb,
            *chance.sample(ORDER, chance.choice((1, 1, 2))),
            at=chance.choice(WHENS) if verb in {"call", "delay"} else None,
            follows=tuple(chance.sample(ORDER, 2)) if verb == "after" else (),
        )
        for verb in verbs
    ]


def test_a_plainer_weighing_agrees() -> None:
    chance = random.Random(6)
    for _ in range(400):
        rules = some_rules(chance)
        placing = Placing(rules)
        holding = [one for one in rules if chance.random() < 0.7]
        assert told(placing.standing(placing.mask(holding))) == plainly(holding)
