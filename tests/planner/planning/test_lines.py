"""The lines of a plan beside its steps, from rules made by hand."""

from collections.abc import Sequence

import pytest

from planner.contract.facts import Fact
from planner.plan.parts import Because, FollowUp, PlanSafety
from planner.planning.lines import Lines
from planner.planning.numbering import Numbering
from planner.planning.placing import Placement, Placing
from planner.planning.reasons import Reasons
from planner.rulebook.rulebook import Rule
from tests.planner.support.hand_made import holding, rule, rulebook, when

NOTHING = PlanSafety("none", (), (), ())
KNOWN: dict[str, Fact] = {"context.phase": "late", "safety.flags": frozenset(("self_harm",))}


class Told:
    """What the lines of a plan are written from when all of these rules hold."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        book, self.numbering = rulebook(rules), Numbering(rules)
        self.lines = Lines(book, self.numbering, Reasons(self.numbering))
        self.matched = holding(rules, KNOWN, self.numbering)
        placing = Placing(rules)
        self.placement: Placement = placing.place(placing.mask(rules))
        self.safety = self.lines.safety_of(self.matched, self.placement)


def named(reasons: Sequence[Because]) -> list[str]:
    """The rules that some reasons name."""
    return [reason.rule for reason in reasons]


def test_each_sentence_is_told_once_in_the_order_of_the_rules() -> None:
    told = Told([rule("sign", text=text) for text in ("b", "a", "b")])
    assert told.lines.texts("sign", told.matched) == ("b", "a")
    assert told.lines.texts("plan_b", told.matched) == ()


def test_rules_act_on_the_items_that_they_name() -> None:
    rules = [rule("bar", "C1", "C2"), rule("bar", "D3"), rule("bar", "C2"), rule("hold", "C2")]
    told = Told(rules)
    acting = told.lines.acting("bar", "C2", told.matched)
    assert told.numbering.rules(acting) == (rules[0], rules[2])


def test_what_to_avoid_comes_in_the_order_of_the_codes_with_every_reason() -> None:
    first, second = rule("avoid", codes=("blame", "defend")), rule("avoid", codes=("blame",))
    told = Told([first, second])
    lines = told.lines.avoided(told.matched, stop=False)
    assert [(line.code, line.text) for line in lines] == [
        ("defend", "Do not defend."),
        ("blame", "Do not blame."),
    ]
    assert [named(line.because) for line in lines] == [[first.id], [first.id, second.id]]


def test_on_a_stop_only_what_the_flags_ask_to_avoid_is_told() -> None:
    flagged = rule("avoid", codes=("blame",), when=when(safety__flags={"self_harm"}))
    told = Told([rule("avoid", codes=("defend",), when=when(context__phase="late")), flagged])
    assert [line.code for line in told.lines.avoided(told.matched, stop=True)] == ["blame"]
    assert len(told.lines.avoided(told.matched, stop=False)) == 2


def test_safety_says_nothing_where_nothing_was_raised() -> None:
    rules = [rule("call", "C1", at="now")]
    assert Told(rules).safety == NOTHING


def test_a_review_leads_with_its_reasons_and_tells_each_line_once() -> None:
    rules = [rule("review", object=key) for key in ("two", "one", "two")]
    safety = Told(rules).safety
    assert safety.level == "review_first"
    assert safety.reasons == ("two reason.", "one reason.")
    assert safety.first_actions == ("two action", "call", "one action")
    assert safety.contacts == ("two contact", "one contact")
    assert safety.record == ("two record", "one record")
    assert named(safety.because) == [one.id for one in rules]


def test_on_a_stop_the_stopping_reasons_lead() -> None:
    rules = [rule("review", object="one", title="One thing"), rule("stop", object="two")]
    safety = Told(rules).safety
    assert (safety.level, safety.reasons) == ("stop", ("two reason.", "Also: one thing."))
    assert safety.record == ("two record", "one record")


def test_on_a_stop_nothing_is_done_that_belongs_to_a_review() -> None:
    """What belongs before the next session, beside "now", would leave a reader to choose."""
    safety = Told([rule("review", object="one"), rule("stop", object="two")]).safety
    assert safety.first_actions == ("two action", "call")
    assert safety.contacts == ("two contact",)


def test_a_held_item_tells_every_condition_once_and_every_reason() -> None:
    untils = ("you know", "you asked", "you know")
    rules = [rule("hold", "D2", "D3", until=until) for until in untils]
    rules.append(rule("bar", "D3"))
    told = Told(rules)
    (held,) = told.lines.held_back(told.matched, told.placement, lambda _: "")
    assert (held.item, held.until) == ("D2", "you know; and you asked")
    assert named(held.because) == [one.id for one in rules[:3]]


def test_a_barred_item_tells_only_the_reasons_against_it() -> None:
    rules = [rule("bar", "D3"), rule("bar", "D2", "D3"), rule("hold", "D3", until="then")]
    told = Told(rules)
    lines = told.lines.ruled_out(told.matched, told.placement)
    assert {line.item: named(line.because) for line in lines} == {
        "D2": [rules[1].id],
        "D3": [rules[0].id, rules[1].id],
    }


@pytest.mark.parametrize("verb", ["bar", "hold"])
def test_what_is_asked_for_and_spoken_against_is_told_as_a_conflict(verb: str) -> None:
    rules = [rule("call", "D2", at="now", title="It"), rule(verb, "D2", "D3", title="That")]
    both, one = Told(rules), Told(rules[:1])
    conflicts = both.lines.conflicts_of(both.matched, both.placement)
    assert conflicts == ("It asks for D2; That speaks against it.",)
    assert one.lines.conflicts_of(one.matched, one.placement) == ()


def test_follow_up_tells_all_signs_and_the_first_time_to_look_again() -> None:
    rules = [
        rule("sign", text="They speak."),
        rule("plan_b", text="Ask."),
        rule("check_back", text="Tomorrow."),
        rule("check_back", text="Next week."),
    ]
    told, nothing = Told(rules), Told([])
    expected = FollowUp(("They speak.",), ("Ask.",), "Tomorrow.")
    assert told.lines.followed_up(told.matched, stop=False) == expected
    assert nothing.lines.followed_up(nothing.matched, stop=False).check_back == ""
    stopped = told.lines.followed_up(told.matched, stop=True)
    assert stopped == FollowUp((), (), "Come back later.")


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
    told = Told(rules)
    said = told.lines.summary(told.placement, told.safety.reasons, False)
    assert said == summary if summary.endswith(".") else said.startswith(summary)


def test_a_slight_event_that_one_step_answers_is_summed_up_as_one_sentence() -> None:
    one, two = Told([rule("call", "C1", at="now")]), Told([rule("call", "C1", "C2", at="now")])
    assert one.lines.summary(one.placement, (), True) == "One sentence: the c1 (C1)."
    assert two.lines.summary(two.placement, (), True) == "Now: the c2 (C2), then the c1 (C1)."


def test_a_line_is_the_one_that_was_written_before_until_it_rests_on_something_else() -> None:
    known = when(context__phase="late")
    told = Told([rule("avoid", codes=("blame",), when=known), rule("bar", "D3", when=known)])
    (line,), (barred,) = (
        told.lines.avoided(told.matched, stop=False),
        told.lines.ruled_out(told.matched, told.placement),
    )
    assert told.lines.avoided(told.matched, stop=False)[0] is line
    assert told.lines.ruled_out(told.matched, told.placement)[0] is barred
    told.matched = holding(told.rules, {**KNOWN, "context.phase": "early"}, told.numbering)
    assert told.lines.avoided(told.matched, stop=False)[0] is not line
