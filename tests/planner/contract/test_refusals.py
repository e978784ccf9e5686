"""Every mistake is named, all at once, where it stands and with what would mend it."""

import copy
from typing import Any

import pytest

from planner.contract.observation import (
    FLAGS,
    STOP_FLAGS,
    Context,
    Deflection,
    Lateness,
    Observation,
    Safety,
)
from planner.errors import FieldProblem, ObservationError

LATE = {"kind": "lateness", "who": "client"}
GOOD: dict[str, Any] = {
    "ruptures": [LATE],
    "context": {},
    "safety": {"flags": {}},
}


def problems(data: object) -> list[FieldProblem]:
    with pytest.raises(ObservationError) as caught:
        Observation.read(data)
    return list(caught.value.problems)


def spoiled(part: str, **answers: object) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    place = {
        "": data,
        "rupture": data["ruptures"][0],
        "context": data["context"],
        "safety": data["safety"],
        "flags": data["safety"]["flags"],
    }[part]
    place.update(answers)
    return data


@pytest.mark.parametrize(
    ("part", "answers", "field", "words", "nearest"),
    [
        ("rupture", {"who": "therapis"}, "ruptures[0].who", 'mean "therapist"?', "therapist"),
        ("rupture", {"who": "Client"}, "ruptures[0].who", 'mean "client"?', "client"),
        ("rupture", {"who": None}, "ruptures[0].who", "needs an answer", None),
        ("rupture", {"who": ["both"]}, "ruptures[0].who", "one answer, not a list", "both"),
        ("rupture", {"who": 3}, "ruptures[0].who", "3 is no value", None),
        ("rupture", {"minutes": 601}, "ruptures[0].minutes", "from 0 to 600", None),
        ("rupture", {"minutes": "12"}, "ruptures[0].minutes", "quotation marks", "12"),
        ("rupture", {"minutes": True}, "ruptures[0].minutes", "this is True", None),
        ("rupture", {"minutes": 5.5}, "ruptures[0].minutes", "this is 5.5", None),
        ("rupture", {"own_occurrences": 1}, "ruptures[0].own_occurrences", "who: both", None),
        ("rupture", {"form": "absent"}, "ruptures[0].form", "no value of `form`", None),
        ("rupture", {"minutes": float("nan")}, "ruptures[0].minutes", "this is nan", None),
        ("rupture", {"occurrences": 0}, "ruptures[0].occurrences", "from 1 to 999", None),
        ("rupture", {"occurrences": 10**5000}, "ruptures[0].occurrences", "999", None),
        ("rupture", {"kind": "latness"}, "ruptures[0].kind", 'mean "lateness"?', "lateness"),
        ("rupture", {"kind": 10**5000}, "ruptures[0].kind", "no value of `kind`", None),
        ("rupture", {"nature": "gift"}, "ruptures[0].nature", "belongs to boundary_req", None),
        ("rupture", {"whoo": "client"}, "ruptures[0].whoo", 'mean "who"?', "who"),
        ("context", {"phase": "midle"}, "context.phase", 'mean "middle"?', "middle"),
        ("context", {"signs": "denial"}, "context.signs", 'write ["denial"]', "denial"),
        ("context", {"signs": {"denial": 1}}, "context.signs", "is a list", None),
        ("context", {"reactant": "N/A"}, "context.reactant", "Leave it out", None),
        ("context", {"reactant": "FALSE"}, "context.reactant", 'write "yes" or "no"', None),
        ("context", {"reactant": "0"}, "context.reactant", "no value", None),
        ("context", {"leaving": "maybe"}, "context.leaving", "no value", None),
        ("context", {"signs": ["engaged", "denail"]}, "context.signs[1]", "denial", "denial"),
        ("context", {"signs": ["denial"] * 101}, "context.signs", "101 entries", None),
        ("context", {"earlier_items": ["c1"]}, "context.earlier_items[0]", '"C1"', "C1"),
        ("context", {"reactant": False}, "context.reactant", 'write "yes" or "no"', None),
        ("context", {"reactant": True}, "context.reactant", 'write "yes" or "no"', None),
        ("context", {"phse": "late"}, "context.phse", 'mean "phase"?', "phase"),
        ("context", {"who": "client"}, "context.who", "belongs to lateness", None),
        ("flags", {"self_harm": "no"}, "safety.flags.self_harm", "is left out", None),
        ("flags", {"self_harm": False}, "safety.flags.self_harm", "is left out", None),
        ("flags", {"self_harm": None}, "safety.flags.self_harm", "is left out", None),
        ("flags", {"self_harm": True}, "safety.flags.self_harm", 'write "yes" or "unsure"', None),
        ("flags", {"self_harm": "unshure"}, "safety.flags.self_harm", "unsure", "unsure"),
        ("flags", {"selfharm": "yes"}, "safety.flags.selfharm", "self_harm", "self_harm"),
        ("safety", {"flags": []}, "safety.flags", "mapping of flags", None),
        ("safety", {"level": "stop"}, "safety.level", "Safety has no `level`", None),
        ("", {"safety": None}, "safety", "mapping", None),
        ("", {"context": []}, "context", "mapping", None),
        ("", {"ruptures": []}, "ruptures", "one to five", None),
        ("", {"ruptures": {"kind": "lateness"}}, "ruptures", "a list in [ ]", None),
        ("", {"ruptures": "lateness"}, "ruptures", "a list in [ ]", None),
        ("", {"ruptures": ["lateness"]}, "ruptures[0]", "mapping", None),
        ("", {"ruptures": [{"who": "client"}]}, "ruptures[0].kind", "needs `kind`", None),
        ("", {"severity": "low"}, "severity", "belongs to context", None),
        ("", {"contxt": {}}, "contxt", 'mean "context"?', "context"),
        ("", {"case": 114}, "case", 'write "114"', None),
        ("", {"case": "x" * 65}, "case", "at most 64", None),
        ("", {"case": "a\nb"}, "case", "no letter or sign", None),
        ("", {"case": "a" * 10**7}, "case", "10,000,000", None),
        ("", {"session": "12"}, "session", "quotation marks", "12"),
        ("", {"session": 0}, "session", "from 1 to 9999", None),
        ("", {"notes": "x" * 4001}, "notes", "at most 4,000", None),
        ("", {"notes": "\ud800"}, "notes", "no letter or sign", None),
        ("", {"notes": "a\x00"}, "notes", "no letter or sign", None),
        ("", {"notes": 7}, "notes", "is text", None),
        ("", {"\ud800": 1}, "\\ud800", "has no", None),
    ],
)
def test_a_mistake_is_named_with_its_mend(
    part: str, answers: dict[str, object], field: str, words: str, nearest: str | None
) -> None:
    found = problems(spoiled(part, **answers))
    assert [problem.field for problem in found] == [field]
    assert words in found[0].message
    assert found[0].nearest == nearest


def test_every_mistake_is_named_at_once() -> None:
    data = {
        "case": 5,
        "ruptures": [{"kind": "lateness"}, {"kind": "deflection", "response": "jok"}, 7],
        "context": {"phase": 1, 2: "x", "feelings": ["hurt", "hrt"]},
        "notes": [],
        "extra": None,
    }
    assert [problem.field for problem in problems(data)] == [
        "case",
        "ruptures[0].who",
        "ruptures[1].response",
        "ruptures[2]",
        "context.phase",
        "context.feelings[1]",
        "context.2",
        "safety",
        "notes",
        "extra",
    ]


def test_null_says_that_an_optional_answer_was_left_out() -> None:
    told: dict[str, Any] = {
        "ruptures": [{"kind": "lateness", "who": "client", "minutes": None, "occurrences": None}],
        "context": {"phase": None, "signs": None},
        "notes": None,
        "case": None,
        "safety": {"flags": {}},
    }
    assert Observation.read(told) == Observation.read(GOOD)
    assert Observation.read(GOOD | {"context": None}) == Observation.read(GOOD)


def test_a_whole_number_may_have_a_decimal_point() -> None:
    read = Observation.read(GOOD | {"session": 12.0, "ruptures": [LATE | {"minutes": 52.0}]})
    assert read.session == 12
    assert read.as_dict()["ruptures"][0]["minutes"] == 52


@pytest.mark.parametrize("flag", STOP_FLAGS)
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_danger_alone_is_enough_to_tell(flag: str, answer: str) -> None:
    assert not Observation.read({"ruptures": [], "safety": {"flags": {flag: answer}}}).ruptures


@pytest.mark.parametrize("flag", [one for one in FLAGS if one not in STOP_FLAGS])
def test_a_flag_for_review_needs_a_rupture(flag: str) -> None:
    found = problems({"ruptures": [], "safety": {"flags": {flag: "yes"}}})
    assert [problem.field for problem in found] == ["ruptures"]
    assert "self_harm" in found[0].message


@pytest.mark.parametrize(("own", "fits"), [(1, True), (2, True), (3, False)])
def test_the_share_of_the_therapist_is_no_more_than_all(own: int, fits: bool) -> None:
    both = LATE | {"who": "both", "occurrences": 2, "own_occurrences": own}
    if fits:
        read = Observation.read(GOOD | {"ruptures": [both]})
        assert read.as_dict()["ruptures"][0]["own_occurrences"] == own
    else:
        found = problems(GOOD | {"ruptures": [both]})
        assert [problem.field for problem in found] == ["ruptures[0].own_occurrences"]
        assert "which is 2" in found[0].message


def test_a_missing_answer_names_what_may_be_said() -> None:
    found = problems({"ruptures": [{"kind": "lateness"}]})
    assert [str(problem) for problem in found] == [
        "ruptures[0].who: lateness needs `who`: therapist, client, both or neither.",
        (
            'safety: An observation needs `safety`: {"flags": {}} says that you asked and that'
            " none applies."
        ),
    ]


def test_two_ruptures_of_one_kind_and_six_ruptures_are_refused() -> None:
    twice = problems(GOOD | {"ruptures": GOOD["ruptures"] * 2})
    assert [problem.field for problem in twice] == ["ruptures[1].kind"]
    six = problems(GOOD | {"ruptures": GOOD["ruptures"] * 6})
    assert six[0].field == "ruptures"
    assert len(six) == 6


@pytest.mark.parametrize("data", [None, 3, "x", [], True, object(), b"{}"])
def test_what_is_no_mapping_is_no_observation(data: object) -> None:
    assert [problem.field for problem in problems(data)] == [""]


def test_a_flood_of_mistakes_is_cut_short_and_says_so() -> None:
    found = problems(GOOD | {str(number): number for number in range(10_000)})
    assert len(found) == 101
    assert "more problems" in found[-1].message


def test_structures_without_end_are_refused_like_any_other() -> None:
    loop: dict[str, Any] = {"kind": "lateness"}
    loop["who"] = loop["ruptures"] = loop["context"] = loop["kind"] = loop
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    for bad in (loop, deep, spoiled("rupture", kind=deep), spoiled("context", signs=deep)):
        assert problems(bad)
    assert problems(GOOD | {"ruptures": (one for one in ({"kind": "lateness"},))})


def test_parts_refuse_in_the_same_words() -> None:
    for build, field in (
        (lambda: Lateness(who="x"), "who"),  # type: ignore[arg-type]  # the mistake under test
        (lambda: Deflection(response="joke", occurrences=0), "occurrences"),
        (lambda: Context(phase="x"), "phase"),  # type: ignore[arg-type]  # the mistake under test
        (lambda: Lateness(who="client", own_occurrences=1), "own_occurrences"),
        (lambda: Safety(flags={"x": "yes"}), "flags.x"),  # type: ignore[dict-item]  # the same
    ):
        with pytest.raises(ObservationError) as caught:
            build()
        assert [problem.field for problem in caught.value.problems] == [field]


def test_a_part_that_dodged_its_checks_is_checked_again() -> None:
    dodger = Lateness.model_construct(who="client", minutes=-3)
    with pytest.raises(ObservationError) as caught:
        Observation(ruptures=(dodger,), safety=Safety(flags={}))
    assert caught.value.problems[0].field == "ruptures[0].minutes"
