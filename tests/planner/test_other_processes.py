"""What people carry to other processes: planners, observations, plans, and what was refused."""

import copy
import pickle
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]  # it ships no types
import pytest

from planner import Lateness, Observation, ObservationError, Planner, RulebookError, Safety
from planner.errors import FieldProblem
from planner.planning import sending
from planner.rulebook.rulebook import Rulebook

EXAMPLE = Path(__file__).parents[1] / "example_pack"
LATE = {"ruptures": [{"kind": "lateness", "who": "therapist"}], "safety": {"flags": {}}}
TOLD = Observation(ruptures=[Lateness(who="client", minutes=5)], safety=Safety(flags={}))
BAD = {"ruptures": [{"kind": "lateness", "who": "therapis"}], "safety": {"flags": {}}}
LARGEST = 1000
"""Bytes of a planner on its way: paths and a hash, no rules."""


def sent(thing: Any) -> Any:
    """What arrives of a thing that is pickled."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - pickled in the line itself


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A clinic's own pack in a place of its own."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "harbor"))


@pytest.fixture(autouse=True)
def nothing_arrived() -> Iterator[None]:
    """Each test is a process that was sent nothing yet."""
    sending.arrived.cache_clear()
    yield
    sending.arrived.cache_clear()


def test_a_planner_travels_as_the_paths_of_its_rules(planner: Planner):
    for one in (planner, Planner(ask="always"), Planner.load(EXAMPLE)):
        assert len(pickle.dumps(one)) < LARGEST
        again = sent(one)
        assert again.rulebook == one.rulebook
        assert again._ask == one._ask
        assert again.plan(LATE).to_json() == one.plan(LATE).to_json()


def test_a_pack_is_found_from_another_directory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(EXAMPLE.parent)
    told = pickle.dumps(Planner.load(EXAMPLE.name))
    monkeypatch.chdir("/")
    again = pickle.loads(told)  # noqa: S301 - pickled above
    assert "Harbor" in again.plan(LATE).rulebook.version


def test_several_packs_travel_too(tmp_path: Path):
    (tmp_path / "rulebook.yaml").write_text('name: Second\nversion: "1"\n', "utf-8")
    both = Planner.load(EXAMPLE, tmp_path)
    assert sent(both).plan(LATE) == both.plan(LATE)
    assert both.rulebook.version.count("+") == 2


def test_rules_that_changed_on_the_way_do_not_answer_for_those_that_were_sent(pack: Path):
    told = pickle.dumps(Planner.load(pack))
    with (pack / "harbor.yaml").open("a", encoding="utf-8") as file:
        file.write("# another edition\n")
    with pytest.raises(RulebookError, match="not the rules of the planner that was sent"):
        pickle.loads(told)  # noqa: S301 - pickled above
    shutil.rmtree(pack)
    with pytest.raises(RulebookError, match="no such directory"):
        pickle.loads(told)  # noqa: S301 - as above


def test_a_process_reads_the_rules_once_however_often_it_is_sent_them():
    loaded = Planner.load(EXAMPLE)
    assert sent(loaded) is sent(loaded)
    assert sent(loaded.plan).__self__ is sent(loaded)


def test_a_planner_of_a_rulebook_made_by_hand_travels_with_it(planner: Planner):
    made = Planner(Rulebook(**{name: getattr(planner.rulebook, name) for name in fields_of()}))
    assert len(pickle.dumps(made)) > LARGEST
    assert sent(made).plan(LATE) == planner.plan(LATE)


def fields_of() -> list[str]:
    """The fields that a rulebook is made with."""
    from dataclasses import fields

    return [one.name for one in fields(Rulebook) if one.init]


def test_a_copy_of_a_planner_is_the_planner(planner: Planner):
    assert copy.copy(planner) is copy.deepcopy(planner) is planner


def test_an_observation_and_its_parts_travel_and_are_copied():
    for again in (sent(TOLD), copy.copy(TOLD), copy.deepcopy(TOLD)):
        assert again == TOLD
        assert again.ruptures[0] == TOLD.ruptures[0]
        assert type(again.ruptures[0]) is Lateness


def test_a_refusal_travels_with_its_problems_whatever_was_refused(planner: Planner):
    told = {"kind": "lateness", "who": (one for one in "abc"), "form": lambda: None}
    with pytest.raises(ObservationError) as refused:
        planner.plan({"ruptures": [told], "safety": {"flags": {}}})
    again = sent(refused.value)
    assert str(again) == str(refused.value)
    assert [one.field for one in again.problems] == ["ruptures[0].who", "ruptures[0].form"]
    assert sent(FieldProblem("case", [1], "is text.")).value == [1]


def test_a_refused_rulebook_travels_with_who_named_it(tmp_path: Path):
    with pytest.raises(RulebookError) as refused:
        Planner.load(tmp_path / "none")
    named = RulebookError(refused.value.problems, "RULES names it.")
    assert str(sent(named)) == str(named)
    assert str(named).endswith("RULES names it.")


def in_pool(method: str) -> Callable[..., list[Any]]:
    """Work in two processes that were started in this way."""

    def run(work: Callable[[Any], Any], told: list[Any]) -> list[Any]:
        with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
            return list(pool.map(work, told))

    return run


def by_joblib(work: Callable[[Any], Any], told: list[Any]) -> list[Any]:
    """Work in two processes of joblib's own (loky)."""
    ways = joblib.Parallel(n_jobs=2, backend="loky")
    return list(ways(joblib.delayed(work)(one) for one in told))


POOLS = {"spawn": in_pool("spawn"), "fork": in_pool("fork"), "loky": by_joblib}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("run", POOLS.values(), ids=POOLS)
def test_a_pool_plans_with_a_clinics_pack(run: Callable[..., list[Any]]):
    here = Planner.load(EXAMPLE)
    told: list[Any] = [LATE, TOLD, {**LATE, "case": "K-2"}]
    assert run(here.plan, told) == [here.plan(one) for one in told]
    with pytest.raises(ObservationError) as refused:
        run(here.plan, [LATE, BAD])
    [problem] = refused.value.problems
    assert (problem.field, problem.nearest) == ("ruptures[0].who", "therapist")
