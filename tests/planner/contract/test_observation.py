"""An observation is read whole or not at all, and means the same in any order."""

import copy
import json
import pickle
import random
import subprocess
import sys
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.contract.observation import Context, Lateness, Observation, Safety
from planner.contract.schema import observation_schema
from planner.contract.values import Happened
from planner.errors import ObservationError
from tests.support.strategies import (
    CHOICES,
    LISTS,
    NUMBERS,
    REQUIRED,
    RUPTURE_LISTS,
    observations,
    random_observation,
)

LATE = {"kind": "lateness", "who": "client"}
ASKED: dict[str, Any] = {"flags": {}}
DEFAULTS = {"lateness": {"form": "late"}}
"""What is taken where nothing was said, if it is not "not known"."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_left_out_answers_are_unknown_and_never_no() -> None:
    barely = [{"kind": kind, name: CHOICES[kind][name][0]} for kind, name in REQUIRED.items()]
    plain = Observation.read({"ruptures": barely, "safety": ASKED}).as_dict()
    assert plain["context"] == {
        **dict.fromkeys(CHOICES["context"], "unknown"),
        **{name: [] for name in LISTS},
    }
    for given_answers, whole in zip(barely, plain["ruptures"], strict=True):
        kind = given_answers["kind"]
        lists: dict[str, Any] = {name: [] for name in RUPTURE_LISTS.get(kind, {})}
        left_out = {**dict.fromkeys(CHOICES[kind], "unknown"), **NUMBERS[kind], **lists}
        left_out |= DEFAULTS.get(kind, {})
        assert whole == {**left_out, **given_answers}
    assert list(plain) == ["case", "session", "ruptures", "context", "safety", "notes"]


@given(observations())
def test_what_was_read_reads_the_same_again(data: dict[str, Any]) -> None:
    observation = Observation.read(data)
    assert Observation.read(observation.as_dict()) == observation
    assert Observation.read_json(json.dumps(data)) == observation
    assert Observation.read(observation) is observation


@given(observations(), st.randoms(use_true_random=False))
def test_order_and_repetition_mean_nothing(data: dict[str, Any], rng: random.Random) -> None:
    expected = json.dumps(Observation.read(data).as_dict())
    other = copy.deepcopy(data)
    rng.shuffle(other["ruptures"])
    for answer in other.get("context", {}).values():
        if isinstance(answer, list):
            answer.extend(answer[:2])
            rng.shuffle(answer)
    flags = list(other["safety"]["flags"].items())
    rng.shuffle(flags)
    other["safety"]["flags"] = dict(flags)
    assert json.dumps(Observation.read(other).as_dict()) == expected


@given(observations())
def test_the_published_schema_takes_every_observation(data: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(observation_schema())
    validator.validate(data)
    validator.validate(Observation.read(data).as_dict())


def test_the_published_schema_is_one_and_refuses() -> None:
    schema = observation_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for bad in (
        {"ruptures": [LATE]},
        {"ruptures": [], "safety": ASKED},
        {"ruptures": [LATE, LATE | {"who": "both"}], "safety": ASKED},
        {"ruptures": [{"who": "client"}], "safety": ASKED},
        {"ruptures": [LATE], "safety": ASKED, "extra": 1},
        {"ruptures": [LATE | {"who": "x"}], "safety": ASKED},
        {"ruptures": [LATE | {"who": None}], "safety": ASKED},
        {"ruptures": [LATE], "safety": None},
        {"ruptures": [LATE | {"who": "client", "own_occurrences": 1}], "safety": ASKED},
    ):
        assert not validator.is_valid(bad), bad
        with pytest.raises(ObservationError):
            Observation.read(bad)


def test_the_published_schema_takes_null_for_each_optional_answer() -> None:
    """As it is read: null is left out."""
    nothing: dict[str, Any] = dict.fromkeys(("case", "session", "context", "notes"))
    answers = dict.fromkeys(("minutes", "cause", "form", "happened", "own_occurrences"))
    told = {"ruptures": [LATE | answers], "safety": ASKED}
    for data in (told | nothing, told | {"context": dict.fromkeys(("phase", "signs"))}):
        jsonschema.Draft202012Validator(observation_schema()).validate(data)
        assert Observation.read(data) == Observation.read({"ruptures": [LATE], "safety": ASKED})


@pytest.mark.parametrize("happened", get_args(Happened))
def test_a_rupture_happened_when_the_context_says_unless_it_says_otherwise(happened: str) -> None:
    data = {
        "ruptures": [LATE, {"kind": "deflection", "response": "joke", "happened": "unknown"}],
        "context": {"happened": happened},
        "safety": ASKED,
    }
    lateness, deflection = Observation.read(data).ruptures
    assert lateness.happened == happened
    assert deflection.happened == "unknown"


def test_an_observation_leaves_the_parts_it_was_built_from_alone() -> None:
    late = Lateness(who="client")
    context = Context(happened="longer_ago", signs=("engaged", "denial"))
    built = Observation(ruptures=(late,), context=context, safety=Safety(flags={}))
    assert built.ruptures[0].happened == "longer_ago"
    assert built.context.signs == ("denial", "engaged")
    assert late.happened == "unknown"
    assert context.signs == ("engaged", "denial")


def test_an_observation_can_be_copied_and_sent_between_processes() -> None:
    observation = Observation.read(random_observation(random.Random(1)))
    assert pickle.loads(pickle.dumps(observation)) == observation  # noqa: S301 - our own
    assert copy.deepcopy(observation) == observation


@given(json_values)
def test_nothing_in_json_raises_anything_else(data: Any) -> None:
    with pytest.raises(ObservationError) as caught:
        Observation.read(data)
    assert caught.value.problems
    str(caught.value).encode()


@given(observations(), st.data())
def test_one_wrong_answer_anywhere_is_named_at_its_place(
    data: dict[str, Any], draw: st.DataObject
) -> None:
    spoiled = Observation.read(data).as_dict()
    part, place = draw.draw(
        st.sampled_from(
            [(spoiled, ""), (spoiled["context"], "context."), (spoiled["safety"], "safety.")]
            + [(one, f"ruptures[{i}].") for i, one in enumerate(spoiled["ruptures"])]
        )
    )
    name = draw.draw(st.sampled_from(sorted(part)))
    part[name] = draw.draw(st.sampled_from([[[]], {"x": 1}, 10**400, -1, 2.5, float("nan"), True]))
    with pytest.raises(ObservationError) as caught:
        Observation.read(spoiled)
    assert all(problem.field.startswith(f"{place}{name}") for problem in caught.value.problems)
    json.dumps([problem.as_dict() for problem in caught.value.problems], allow_nan=False)


def test_random_observations_are_valid_and_both_sparse_and_dense() -> None:
    rng = random.Random(3)
    given_answers = []
    for _ in range(500):
        data = random_observation(rng)
        Observation.read(data)
        given_answers.append(len(data["context"]))
    assert min(given_answers) <= 2
    assert max(given_answers) >= 14


def test_reading_loads_no_machinery_for_errors_until_there_is_one() -> None:
    program = (
        "import sys; from planner.contract.observation import Observation as O;"
        "O.read({'ruptures': [{'kind': 'lateness', 'who': 'both'}], 'safety': {'flags': {}}});"
        "slow = ('planner.contract.refusals', 'difflib', 'yaml', 'flask');"
        "print([m for m in slow if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_many_threads_may_read_the_very_first_observation() -> None:
    program = (
        "from concurrent.futures import ThreadPoolExecutor as Pool\n"
        "from planner.contract.observation import Context, Lateness, Observation, Safety\n"
        "late = {'kind': 'lateness', 'who': 'both'}\n"
        "ways = [lambda: Observation.read({'ruptures': [late], 'safety': {'flags': {}}}),\n"
        "        lambda: Observation(ruptures=(Lateness(who='both'),), context=Context(),\n"
        "                            safety=Safety(flags={}))]\n"
        "with Pool(16) as pool:\n"
        "    read = list(pool.map(lambda number: ways[number % 2](), range(64)))\n"
        "print(all(one == read[0] for one in read))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"


def test_an_observation_from_another_process_can_be_shown_at_once() -> None:
    sent = pickle.dumps(Observation.read({"ruptures": [LATE], "safety": ASKED}))
    program = f"import pickle; print(pickle.loads({sent!r}).as_dict()['ruptures'][0]['who'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "client"
