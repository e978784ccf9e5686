"""What is read in one pass is what the contract's types read, or it is left to them."""

import copy
import random
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest

from planner import ObservationError, Planner
from planner.contract.facts import facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.contract.plain import plainly
from planner.contract.read_only import ReadOnly
from tests.planner.support.second_opinions import some_observations
from tests.support.long import LONG

COUNT = 20_000 if LONG else 1_500
LATE: dict[str, Any] = {
    "ruptures": [{"kind": "lateness", "who": "therapist"}],
    "safety": {"flags": {}},
}


def same(told: dict[str, Any]) -> bool:
    """Whether it was read in one pass; then it has to be what the types read, to the letter."""
    before = copy.deepcopy(told)
    plain = plainly(told)
    assert told == before
    if plain is None:
        return False
    checked = Observation.read(told)
    assert plain.facts == facts_of(checked)
    assert list(plain.facts) == list(facts_of(checked))
    assert written(plain.shape) == written(checked.as_read_only())
    return True


def written(shape: Any) -> Any:
    """A shape with the types and the order of all that is in it."""
    if isinstance(shape, dict):
        return type(shape), [(name, written(value)) for name, value in shape.items()]
    if isinstance(shape, tuple):
        return type(shape), [written(one) for one in shape]
    return type(shape), shape


def test_what_programs_mostly_write_is_read_in_one_pass() -> None:
    for told in some_observations(51, COUNT):
        assert same(told), told


def test_what_the_shape_says_is_read_again_to_the_same() -> None:
    """But not at once: it is read-only, which is a type of its own."""
    for told in some_observations(52, 100):
        shape = Observation.read(told).as_dict()
        assert same(shape), shape


PLANTED: list[object] = [
    *(None, True, False, 0, 1, -1, 2, 52.0, 1.5, float("nan"), 10**30, "", "no", "unknown", "yes"),
    *("absent", "None", "lateness", "é", "a\n", "\ud800", "x" * 65, b"no", [], ["yes"], [None]),
    *([["no"]], ("hurt", "sad"), ["hurt"] * 101, ["sad", "hurt", "sad"], {"hurt"}, {}, {"no": 1}),
]
KEYS = ["who", "kind", "happened", "flags", "minutes", "case", "other", "", 1, None]


def changed(told: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same with something planted, left out or added, anywhere."""
    whole = copy.deepcopy(told)
    parts: list[dict[Any, Any]] = [whole, whole["safety"], whole["safety"]["flags"]]
    parts += [whole.setdefault("context", {}), *whole["ruptures"]]
    for _ in range(chance.randint(1, 3)):
        part = chance.choice(parts)
        name = chance.choice([*part, *KEYS])
        if chance.random() < 0.2:
            part.pop(name, None)
        else:
            part[name] = chance.choice(PLANTED)
    if chance.random() < 0.1 and isinstance(whole.get("ruptures"), list):
        whole["ruptures"] = whole["ruptures"] * 2
    return whole


def test_whatever_is_planted_is_read_alike_or_left_to_the_types() -> None:
    chance = random.Random(53)
    read = {True: 0, False: 0}
    for told in some_observations(53, COUNT * 4):
        read[same(changed(told, chance))] += 1
    assert min(read.values()) > COUNT // 4


@pytest.mark.parametrize("name", [name for name, one in FIELDS.items() if "." in name])
def test_every_answer_of_every_field_is_read_alike(name: str) -> None:
    field = FIELDS[name]
    part, _, key = name.partition(".")
    if part in ("safety", "ruptures"):
        return
    answers: list[Any] = [None, *field.values]
    if field.kind == "list":
        answers = [[], list(field.values), list(reversed(field.values)), [field.values[0]] * 3]
    if field.kind == "number":
        low, high = field.low or 0, field.high or 0
        answers = [None, low - 1, low, low + 1, high, high + 1, float(high), True]
    for answer in answers:
        told: dict[str, Any] = {"ruptures": [required(part)], "safety": {"flags": {}}}
        target = told["ruptures"][0] if field.rupture else told.setdefault("context", {})
        target[key] = answer
        same(told)


def required(part: str) -> dict[str, Any]:
    """A rupture with what has to be told of it, of the kind of a part or else of any."""
    kind = part if part != "context" else "lateness"
    fields = [one for one in FIELDS.values() if one.rupture == kind and one.required]
    return {"kind": kind, **{one.name.partition(".")[2]: one.values[0] for one in fields}}


class Word(str):
    """A word of somebody's own type."""

    __slots__ = ()


class Raised(str, Enum):  # noqa: UP042 - as many still write it; StrEnum says what it is
    """An answer of somebody's own type, which says otherwise what it is."""

    YES = "yes"


class Equal:
    """Something that is equal to anything, as arrays may be."""

    __hash__ = None  # type: ignore[assignment]  # nobody can look it up

    def __eq__(self, other: object) -> bool:
        return True

    def __getitem__(self, name: object) -> object:
        raise IndexError(name)


class Odd:
    """Something whose likeness cannot be told."""

    __hash__ = None  # type: ignore[assignment]  # as above

    def __eq__(self, other: object) -> bool:
        raise ValueError(other)


@pytest.mark.parametrize(
    "odd",
    [
        {"ruptures": [Equal()], "safety": {"flags": {}}},
        {"ruptures": [], "safety": {"flags": {"self_harm": Equal()}}},
        {"ruptures": [], "safety": {"flags": {"self_harm": Odd()}}},
        {"ruptures": [defaultdict(str, who="client")], "safety": {"flags": {}}},
    ],
)
def test_what_only_seems_right_is_refused_and_left_as_it_is(odd: dict[str, Any]) -> None:
    rupture = odd["ruptures"][0] if odd["ruptures"] else None
    before = dict(rupture) if isinstance(rupture, dict) else rupture
    with pytest.raises(ObservationError):
        Planner().plan(odd)
    assert rupture is before or rupture == before


def test_words_of_somebodys_own_type_stand_in_no_plan() -> None:
    told: dict[str, Any] = {
        "ruptures": [{"kind": Word("lateness"), "who": Word("client")}],
        "context": {"feelings": [Word("hurt")]},
        "safety": {"flags": {"self_harm": Raised.YES}},
    }
    shape = Planner().plan(told).observation
    assert written(shape) == written(Observation.read(told).as_read_only())
    assert type(shape["safety"]["flags"]["self_harm"]) is str
    assert type(shape["ruptures"][0]["kind"]) is str


ODD: list[Callable[[dict[str, Any]], object]] = [
    ReadOnly,
    MappingProxyType,
    lambda told: told | {"case": Word("K-1")},
    lambda told: told | {"ruptures": tuple(told["ruptures"])},
    lambda told: told | {"context": None, "case": None, "session": None},
    lambda told: told | {"notes": "Größe", "case": "ü"},
    lambda told: told | {"session": 3.0},
    lambda told: told | {"ruptures": [{"kind": Word("lateness"), "who": Word("client")}]},
]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_not_plain_is_planned_all_the_same(odd: Callable[[dict[str, Any]], Any]) -> None:
    planner, told = Planner(), odd(copy.deepcopy(LATE))
    assert planner.plan(told) == planner.plan(Observation.read(told))


def test_what_is_wrong_is_refused_in_the_contracts_words() -> None:
    wrong = {**LATE, "context": {"phase": "soon"}, "other": 1}
    with pytest.raises(ObservationError) as refused:
        Planner().plan(wrong)
    with pytest.raises(ObservationError) as by_types:
        Observation.read(wrong)
    assert refused.value.problems == by_types.value.problems
