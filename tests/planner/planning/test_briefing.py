"""The brief: short for every observation, in the order of need, and nothing cut by machine."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from planner import Planner
from planner.plan.plan import Plan
from planner.rulebook.counting import words_in
from planner.rulebook.rulebook import FAMILIES, AvoidCode
from tests.planner.support.hand_made import rule, rulebook, when
from tests.support.long import LONG
from tests.support.strategies import random_observation

COUNT = 100_000 if LONG else 800
MOST = {"before": 12, "say": 45, "mind": 25, "dont": 24, "check": 18 + 11, "if_not": 15}


def texts(value: Any) -> Iterator[str]:
    """Every text in a part of the brief that is read: no item, no time, no field name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        told = (one for key, one in value.items() if key not in ("item", "when", "fields", "short"))
        for one in told:
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def counted(part: Any) -> int:
    """The words of a part of the brief; blanks stand in the words already."""
    if isinstance(part, Mapping) and "blanks" in part:
        part = part["words"]
    return sum(map(words_in, texts(part)))


def too_long(brief: Mapping[str, Any]) -> list[str]:
    """The parts of a brief that are longer than they may be."""
    long = [name for name, most in MOST.items() if counted(brief[name]) > most]
    if counted(brief["then"]) + counted(brief["not_now"]) > 70:
        long.append("then and not_now")
    if sum(counted(part) for name, part in brief.items() if name != "consult") > 220:
        long.append("all")
    return long


def test_the_brief_keeps_its_limits_for_every_observation() -> None:
    chance, planner = random.Random(10), Planner()
    for _ in range(COUNT):
        told = random_observation(chance)
        plan = planner.plan(told).to_dict()
        brief = plan["brief"]
        assert too_long(brief) == [], told
        assert len(brief["dont"]) <= 3, told
        if plan["disposition"] == "stop":
            assert brief["consult"], told
            assert not any(part for name, part in brief.items() if name != "consult"), told
            continue
        assert [one["item"] for one in brief["then"]] == [
            one["item"] for one in plan["steps"][1:]
        ], told
        held = {one["item"] for one in (*plan["held"], *plan["barred"])}
        assert {one["item"] for one in brief["not_now"]} == held, told
        assert (brief["say"] is None) == (not plan["steps"]), told
        assert bool(brief["consult"]) == (plan["disposition"] == "review_first"), told
        if brief["check"]:
            assert brief["check"]["fields"] == plan["questions"][0]["fields"], told


@pytest.mark.parametrize("kind", ["hold", "bar", "caution", "plan_b"])
def test_each_rule_that_ships_is_told_in_few_words(kind: str) -> None:
    book = Planner().rulebook
    without = [one.id for one in book.rules if one.verb == kind and not one.brief]
    if kind == "caution":
        texts_of = {one.id: one.text or "" for one in book.rules}
        without = [name for name in without if words_in(texts_of[name]) > 12]
    assert without == [], without[:5]


@pytest.mark.parametrize("kind", ["code", "lead", "field", "short", "line", "families"])
def test_each_text_that_ships_is_written_in_few_words(kind: str) -> None:
    book = Planner().rulebook
    fields: Any = book.vocabulary["fields"]
    without: dict[str, list[str]] = {
        "code": [key for key, one in book.avoid_codes.items() if not (one.brief and one.family)],
        "lead": [key for key, one in book.leads.items() if not one.short],
        "field": [
            key for key, one in fields.items() if words_in(one.get("brief", one["question"])) > 9
        ],
        "short": [item for item, one in book.wording.items() if one.short is None],
        "line": [item for item, one in book.wording.items() if one.line is None],
        "families": [item for item in book.wording if item not in book.families],
    }
    assert without[kind] == [], without[kind][:5]


def test_every_hold_that_ships_says_what_it_waits_for() -> None:
    """In its file: what is not written counts as time, which nobody may have decided."""
    from planner.reading.shipped import SHIPPED

    lines = [line for file in SHIPPED.glob("*.yaml") for line in file.read_text().splitlines()]
    holds = sum(line.startswith("  hold: ") for line in lines)
    assert holds == sum(line.startswith("  waits_for: ") for line in lines) > 60


# --- by rules made by hand --------------------------------------------------------------------
CODES = {
    "defend": AvoidCode("defend", "Long " * 9, (), brief="Do not defend.", family="explaining"),
    "blame": AvoidCode("blame", "Do not blame.", (), family="interpreting"),
    "press": AvoidCode("press", "Do not press.", (), family="pressing"),
    "poke": AvoidCode("poke", "Do not poke.", (), family="pressing"),
    "care": AvoidCode(
        "care", "Do not hug.", (), family="caretaking", brief_when=(when(plan__C2="held"),)
    ),
    "self": AvoidCode("self", "Do not exist.", (), family="risk", brief_when=()),
}


EARLY = when(context__phase="early")


def made(verb: str, *items: str, **more: Any) -> Any:
    """A rule that holds in the case that is planned."""
    return rule(verb, *items, **({"when": EARLY} | more))


def planned(*rules: Any, context: Mapping[str, Any] | None = None, **more: Any) -> Plan:
    """The plan of an early case by these rules."""
    told = {
        "ruptures": [{"kind": "deflection", "response": "joke"}],
        "context": context or {"phase": "early"},
        "safety": {"flags": {}},
    }
    return Planner(rulebook(list(rules), avoid_codes=CODES, **more)).plan(told)


def call(item: str, at: str = "now") -> Any:
    return made("call", item, at=at)


def test_what_supplies_comes_before_what_warns_and_whole_texts_only() -> None:
    ten = "one two three four five six seven eight nine ten"
    plan = planned(
        call("C1"),
        made("caution", "C1", text="w" * 3, brief=f"warn {ten}"),
        made("caution", "C1", text="s", brief=f"name {ten}", supplies=True),
        made("caution", "C1", text="t", brief=f"wait {ten}"),
        made("caution", "C1", text="u", brief="two more"),
    )
    assert plan.brief.mind == (f"name {ten}", f"warn {ten}", "two more")


def test_one_code_of_each_family_by_rank_and_none_that_goes_without_saying() -> None:
    avoid = made("avoid", codes=tuple(CODES))
    two = when(context__phase="early", deflection__response="joke")
    well = made("avoid", codes=("poke",), when=two)
    plan = planned(call("C1"), avoid, well)
    assert plan.brief.dont == ("Do not defend.", "Do not blame.", "Do not poke.")
    assert [one.code for one in plan.avoid][:2] == ["self", "defend"]
    held = planned(call("C1"), made("hold", "C2", until="then"), avoid, well)
    assert held.brief.dont == ("Do not defend.", "Do not hug.", "Do not blame.")


def test_the_families_are_ranked_by_the_first_step() -> None:
    families = {"C1": ("pressing", *(one for one in FAMILIES if one != "pressing"))}
    plan = planned(call("C1"), made("avoid", codes=("defend", "poke")), families=families)
    assert plan.brief.dont == ("Do not poke.", "Do not defend.")
    assert [one.code for one in plan.avoid] == ["poke", "defend"]


def test_what_is_held_waits_for_the_slowest() -> None:
    waits = ("client", "answer", "time")
    rules = [made("hold", "C2", until=one, waits_for=one, cue="it rains") for one in waits]
    for count, slowest in enumerate(waits, start=1):
        (held,) = planned(call("C1"), *rules[:count]).held
        assert held.waits_for == slowest
        assert (held.ready is None) == (count > 1)


def test_what_the_client_alone_can_lift_is_ready_with_its_cues() -> None:
    rules = [
        made("hold", "C2", until="u", waits_for="client", cue=cue, brief=brief)
        for cue, brief in (("it rains", ""), ("it snows", "too dry"))
    ]
    plan = planned(call("C1"), *rules)
    (held,) = plan.held
    assert held.ready is not None
    assert (held.ready.cue, held.ready.short) == ("it rains and it snows", "See the whole words.")
    (told,) = plan.brief.not_now
    assert (told.item, told.text, told.cue) == ("C2", "too dry", "it rains and it snows")


@pytest.mark.parametrize("at", ["now", "future_session"])
def test_what_would_come_in_a_future_session_all_the_same_is_not_ready(at: str) -> None:
    hold = made("hold", "C2", until="u", waits_for="client", cue="it rains")
    (held,) = planned(call("C1"), call("C2", at), hold).held
    assert (held.ready is None) == (at == "future_session")


def test_the_plan_b_of_the_first_step_goes_before_one_for_any() -> None:
    anyone, ours = made("plan_b", text="Stop."), made("plan_b", "C1", text="Ask again.")
    other = made("plan_b", "C2", text="Say less.")
    assert planned(call("C1"), anyone, ours, other).brief.if_not == "Ask again."
    assert planned(call("C1"), anyone, other).brief.if_not == "Stop."
    assert planned(call("C1"), other).brief.if_not is None
    assert planned(ours, anyone).brief.if_not is None


def test_before_says_what_fits_into_twelve_words() -> None:
    told = ("See that nobody hears.", "Word " * 9, "Sit down.")
    plan = planned(call("C1"), *(made("before", text=text) for text in told))
    assert plan.brief.before == (told[0], told[2])


def test_the_leading_flag_stands_whole_and_each_other_in_a_line() -> None:
    plan = planned(call("C1"), made("review", object="one"), made("review", object="two"))
    assert plan.brief.consult == ("one reason.", "one action", "call", "two reason.")
