"""The lines of a plan beside its steps, from rules made by hand."""

from collections.abc import Sequence

import pytest

from planner.composing import Placement, Placing
from planner.drafting import (
    acting,
    avoided,
    by_verb,
    conflicts_of,
    followed_up,
    held_back,
    ruled_out,
    safety_of,
    summarized,
    texts,
)
from planner.plan import Because, FollowUp, PlanSafety
from planner.rulebook import Rule
from tests.planner.hand_made import SUMMARY, rule, rulebook, when

BOOK = rulebook()
NOTHING = PlanSafety("none", (), (), ())


def why(one: Rule) -> Because:
    """A reason that only names its rule."""
    return Because(one.id, one.because, {}, one.source)


def named(reasons: Sequence[Because]) -> list[str]:
    """The rules that some reasons name."""
    return [reason.rule for reason in reasons]


def placed(rules: Sequence[Rule]) -> Placement:
    """Where everything stands when all of these rules hold."""
    placing = Placing(rules)
    return placing.place(placing.mask(rules))


def test_rules_are_parted_by_verb_and_every_verb_has_its_place() -> None:
    one, two, other = rule("call", "C1"), rule("call", "C2"), rule("bar", "D3")
    told = by_verb([one, other, two])
    assert (told["call"], told["bar"], told["sign"]) == ([one, two], [other], [])


def test_each_sentence_is_told_once_in_the_order_of_the_rules() -> None:
    rules = [rule("sign", text=text) for text in ("b", "a", "b")]
    assert texts(rules) == ("b", "a")


def test_rules_act_on_the_items_that_they_name() -> None:
    rules = [rule("bar", "C1", "C2"), rule("bar", "D3"), rule("bar", "C2")]
    assert acting(rules, "C2") == [rules[0], rules[2]]


def test_what_to_avoid_comes_in_the_order_of_the_codes_with_every_reason() -> None:
    first, second = rule("avoid", codes=("blame", "defend")), rule("avoid", codes=("blame",))
    lines = avoided(by_verb([first, second]), BOOK, why, stop=False)
    assert [(line.code, line.text) for line in lines] == [
        ("defend", "Do not defend."),
        ("blame", "Do not blame."),
    ]
    assert [named(line.because) for line in lines] == [[first.id], [first.id, second.id]]


def test_on_a_stop_only_what_the_flags_ask_to_avoid_is_told() -> None:
    flagged = rule("avoid", codes=("blame",), when=when(safety__flags={"self_harm"}))
    told = by_verb([rule("avoid", codes=("defend",), when=when(context__phase="late")), flagged])
    assert [line.code for line in avoided(told, BOOK, why, stop=True)] == ["blame"]
    assert len(avoided(told, BOOK, why, stop=False)) == 2


def test_safety_says_nothing_where_nothing_was_raised() -> None:
    rules = [rule("call", "C1", at="now")]
    assert safety_of(by_verb(rules), BOOK.leads, placed(rules), why) == NOTHING


def test_a_review_leads_with_its_reasons_and_tells_each_line_once() -> None:
    rules = [rule("review", object=key) for key in ("two", "one", "two")]
    safety = safety_of(by_verb(rules), BOOK.leads, placed(rules), why)
    assert safety.level == "review_first"
    assert safety.reasons == ("two reason.", "one reason.")
    assert safety.first_actions == ("two action", "call", "one action")
    assert safety.contacts == ("two contact", "one contact")
    assert safety.record == ("two record", "one record")
    assert named(safety.because) == [one.id for one in rules]


def test_on_a_stop_the_stopping_reasons_lead() -> None:
    rules = [rule("review", object="one"), rule("stop", object="two")]
    safety = safety_of(by_verb(rules), BOOK.leads, placed(rules), why)
    assert (safety.level, safety.reasons) == ("stop", ("two reason.", "one reason."))


def test_a_held_item_tells_every_condition_once_and_every_reason() -> None:
    untils = ("you know", "you asked", "you know")
    rules = [rule("hold", "D2", "D3", until=until) for until in untils]
    rules.append(rule("bar", "D3"))
    (held,) = held_back(by_verb(rules), placed(rules), why)
    assert (held.item, held.until) == ("D2", "you know; and you asked")
    assert named(held.because) == [one.id for one in rules[:3]]


def test_a_barred_item_tells_only_the_reasons_against_it() -> None:
    rules = [rule("bar", "D3"), rule("bar", "D2", "D3"), rule("hold", "D3", until="then")]
    lines = ruled_out(by_verb(rules), placed(rules), why)
    assert {line.item: named(line.because) for line in lines} == {
        "D2": [rules[1].id],
        "D3": [rules[0].id, rules[1].id],
    }


@pytest.mark.parametrize("verb", ["bar", "hold"])
def test_what_is_asked_for_and_spoken_against_is_told_as_a_conflict(verb: str) -> None:
    rules = [rule("call", "D2", at="now", title="It"), rule(verb, "D2", "D3", title="That")]
    conflicts = conflicts_of(by_verb(rules), placed(rules), SUMMARY)
    assert conflicts == ("It asks for D2; That speaks against it.",)
    assert conflicts_of(by_verb(rules[:1]), placed(rules[:1]), SUMMARY) == ()


def test_follow_up_tells_all_signs_and_the_first_time_to_look_again() -> None:
    rules = [
        rule("sign", text="They speak."),
        rule("plan_b", text="Ask."),
        rule("check_back", text="Tomorrow."),
        rule("check_back", text="Next week."),
    ]
    told = by_verb(rules)
    expected = FollowUp(("They speak.",), ("Ask.",), "Tomorrow.")
    assert followed_up(told, SUMMARY, stop=False) == expected
    assert followed_up(by_verb([]), SUMMARY, stop=False).check_back == ""
    assert followed_up(told, SUMMARY, stop=True) == FollowUp((), (), "Come back later.")


CASES: list[tuple[list[Rule], str]] = [
    ([], "Nothing fits."),
    ([rule("call", "C1", at="now")], "Now: the c1 (C1)."),
    (
        [
            rule("call", "C1", "C2", at="now"),
            rule("call", "D2", at="future_session"),
            rule("call", "D5", at="later_this_session"),
            rule("hold", "D3", "D4"),
            rule("bar", "D1"),
        ],
        (
            "Now: the c2 (C2), then the c1 (C1). Later: D5 (D5). Future: the d2 (D2). "
            "Held: D4, D3. Barred: D1."
        ),
    ),
    ([rule("review", object="one"), rule("call", "C1", at="now")], "Consult: one reason. Now: "),
    ([rule("review", object="one")], "Consult: one reason. Nothing fits."),
    ([rule("stop", object="two"), rule("call", "C1", at="now")], "Stop: two reason."),
]


@pytest.mark.parametrize(("rules", "summary"), CASES)
def test_the_summary_says_what_stands_where(rules: list[Rule], summary: str) -> None:
    placement = placed(rules)
    safety = safety_of(by_verb(rules), BOOK.leads, placement, why)
    said = summarized(placement, BOOK, safety)
    assert said == summary if summary.endswith(".") else said.startswith(summary)
