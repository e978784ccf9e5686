"""The engine stays right after an interruption, and says so where its answer cannot be."""

import signal
from collections.abc import Callable

import pytest

from planner.engine.ruleset import _durable_rules
from planner.errors import EngineError
from tests.planner.support.breaking_in import Victim, by_signal, by_thread, needs_timers, own_alarm
from tests.planner.support.engine_case import Case
from tests.support.long import LONG


@pytest.fixture
def case() -> Case:
    return Case(1)


def without_end(case: Case) -> None:
    """Match until interrupted."""
    while True:
        case.ruleset.match(case.busiest)


@needs_timers
@own_alarm
def test_a_signal_in_mid_match_leaves_the_next_match_right(case: Case) -> None:
    """Whenever Ctrl-C comes, the engine is empty and unlocked afterwards."""

    def after(number: int) -> None:
        assert case.right(number, 3) == 3

    rounds = 5_000 if LONG else 200
    assert by_signal(lambda: without_end(case), after, rounds, longest=2e-4) > 40
    assert not case.ruleset._session.unended


def test_an_exception_thrown_in_from_another_thread_leaves_the_next_match_right(
    case: Case,
) -> None:
    """As a server does that gives up on a slow request; the lock is never left behind."""
    right: list[int] = []
    victim = Victim(
        work=lambda: without_end(case),
        after=lambda number: right.append(case.right(number, 1)),
        rounds=3_000 if LONG else 120,
    )
    by_thread(victim, longest=3e-4, meanwhile=lambda _: right.append(case.right(0, 1)))
    assert right == [1] * victim.rounds * 2
    case.check()


def test_a_match_may_be_called_by_a_signal_handler_in_mid_match(case: Case) -> None:
    """The lock lets its own thread in again, and between two steps the engine is empty."""
    answers: list[tuple[str, ...]] = []
    usual = signal.signal(
        signal.SIGUSR1, lambda *_: answers.append(case.ruleset.match(case.facts[0]))
    )
    try:
        for _ in range(50):
            with case.ruleset._lock:
                signal.raise_signal(signal.SIGUSR1)
            case.check()
    finally:
        signal.signal(signal.SIGUSR1, usual)
    assert answers == [case.expected[0]] * 50


def test_a_fact_left_over_is_cleared_away_and_the_match_done_once_more(case: Case) -> None:
    """The engine answers 2 when its one fact is already there, with old results pending."""
    session = case.ruleset._session
    for facts, expected in zip(case.facts, case.expected, strict=True):
        # Where the new fact matches nothing, the engine answers 1, and gives the old results.
        session._assert(case.ruleset._fact(case.busiest))
        assert case.ruleset.match(facts) == expected


def no_memory() -> None:
    raise MemoryError


def refusing() -> None:
    raise _durable_rules().error("Could not start action, error code: 303")


@pytest.mark.parametrize("step", ["_assert", "_start", "_complete", "_retract"])
@pytest.mark.parametrize(
    ("fail", "told"), [(no_memory, MemoryError), (refusing, EngineError)], ids=["memory", "303"]
)
def test_a_match_broken_off_inside_the_engine_is_followed_by_a_new_session(
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    fail: Callable[[], None],
    told: type[Exception],
) -> None:
    """The old copy of the rules may hold anything then: it is never asked again."""
    session = case.ruleset._session
    broken: object = (fail,) if step in {"_start", "_complete"} else lambda *_: fail()
    monkeypatch.setattr(session, step, broken)
    with pytest.raises(told):
        case.ruleset.match(case.busiest)
    case.check()
    assert case.ruleset._session is not session


def test_a_match_without_a_result_is_an_error_never_an_empty_answer(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case.ruleset._session, "_start", (lambda: None,))
    with pytest.raises(EngineError, match="answered 0 with 0 results"):
        case.ruleset.match(case.busiest)
    monkeypatch.undo()
    case.check()


@pytest.mark.parametrize("answer", [2, 3])
def test_an_answer_that_is_not_known_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    """A second 2 in a row counts: what is left over could not be cleared away."""
    monkeypatch.setattr(case.ruleset._session, "_assert", lambda _: (answer, 1))
    with pytest.raises(EngineError, match=f"answered {answer}"):
        case.ruleset.match(case.busiest)
    monkeypatch.undo()
    case.check()


@pytest.mark.parametrize(
    ("message", "told"), [('{"00":{}}', "fired twice"), ('{"99":{}}', "no rule is called '99'")]
)
def test_a_result_that_cannot_be_is_an_error(
    case: Case, monkeypatch: pytest.MonkeyPatch, message: str, told: str
) -> None:
    monkeypatch.setattr(case.ruleset._session, "turn", lambda _: (0, (message, message)))
    with pytest.raises(EngineError, match=told):
        case.ruleset.match(case.busiest)
