"""The one door to durable-rules: load it, and match facts against a ruleset.

Only the C module is used, never its Host, and only in the one way that was measured to be
right: one permanent state, one fact, asserted, drained and retracted in every match.

A match is one single call into C (`_Session.turn`). Python looks at signals, changes threads
and forks only between its own instructions, so no Ctrl-C, no exception thrown in from another
thread and no fork can ever come between asserting a fact and retracting it: whatever happens,
the next match finds the engine empty. What cannot be ruled out (memory gave out half way) is
noticed by the mark that each turn leaves until it has ended, and mended by a new session:
never by delete_ruleset, which leaks and crashes.
"""

import os
import sys
import weakref
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.util import find_spec
from operator import call, concat, getitem, itemgetter
from pathlib import Path
from threading import RLock
from typing import Protocol, cast

from planner.engine.compiling import Program, compile_rules
from planner.engine.limits import Domain, Leaf, Rules
from planner.errors import EngineError, shown

__all__ = ["Domain", "Leaf", "Rules", "Ruleset"]

_FACT = '{"sid":1,"id":1'
_MATCHED, _NOTHING, _LEFT_OVER = 0, 1, 2


class _DurableRules(Protocol):
    """What is used of the C module, which ships no types."""

    error: type[Exception]

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int, /) -> str | None: ...
    def retract_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...


@cache
def _durable_rules() -> _DurableRules:
    """Import the C module with lazy binding, on first use.

    On Python 3.13 it names a function that is gone, but only its callbacks call it, and those
    are never set: bound lazily, it works. Another thread's import that falls between the two
    changes is bound lazily too, which does it no harm.
    """
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None:
        sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine
    except ImportError as error:
        raise EngineError(
            f"durable-rules cannot be loaded ({error}); install durable-rules 2.0.28, which "
            "needs a C compiler and Python's headers, and where lazy binding is turned off "
            "(LD_BIND_NOW) also CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject."
        ) from error
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)
    engine: _DurableRules = durable_rules_engine
    return engine


def installed() -> bytes:
    """What tells one engine from another: its file, its size and its age; nothing where none is.

    The engine is not loaded for it.
    """
    found = find_spec("durable_rules_engine")
    if found is None or found.origin is None:
        return b""
    told = Path(found.origin).stat()
    return f"{found.origin}\0{told.st_size}\0{told.st_mtime_ns}".encode()


_Outcome = tuple[None, tuple[int, int], tuple[str, ...], tuple[int, int], None]


class _Session:
    """One compiled copy of the rules inside the engine, with its one permanent state."""

    def __init__(self, name: str, text: str) -> None:
        engine = _durable_rules()
        try:
            handle = engine.create_ruleset(name, text)
            _, state = engine.assert_fact(handle, _FACT + "}")
            engine.retract_fact(handle, _FACT + "}")
        except engine.error as error:
            raise EngineError(f'ruleset "{name}": the engine refused it: {error}') from error
        self.unended: list[bool] = []
        self._assert: Callable[[str], tuple[int, int]] = partial(engine.assert_fact, handle)
        self._start = (partial(engine.start_action_for_state, handle, state),)
        self._complete = (partial(engine.complete_and_start_action, handle, state),)
        # Facts are found by `sid` and `id` alone: retracting needs nothing else of the fact.
        self._retract = partial(engine.retract_fact, handle, _FACT + "}")
        self._mark = partial(self.unended.append, True)
        self._end = self.unended.clear

    def turn(self, fact: str) -> tuple[int, tuple[str, ...]]:
        """Assert the fact, drain the results, retract it; give the code and the messages.

        `map` asks for the drain only when a first action was started: completing what never
        began would read memory that the engine never set. `iter` then completes one action
        after another until there is none. Nothing in the last line but one runs Python code.
        """
        started = filter(None, map(call, self._start))
        drained = map(tuple, map(iter, self._complete, (None,)))
        steps: tuple[Callable[[], object], ...] = (
            self._mark,
            partial(self._assert, fact),
            partial(next, map(concat, started, drained), ()),
            self._retract,
            self._end,
        )
        _, asserted, state_and_messages, _, _ = cast("_Outcome", tuple(map(call, steps)))
        return asserted[0], state_and_messages[1:]


class Ruleset:
    """Up to 60 rules in the engine, matched in about 10 microseconds; safe in any thread.

    `rules` are pairs of an id and the conditions that must all hold; `domains` has every
    value that a key can have; `usual` the one it mostly has, which only makes it faster.
    Raises EngineError, with the rule and the mend, for whatever the engine must not be given.
    """

    __slots__ = ("__weakref__", "_get", "_ids", "_lock", "_program", "_session", "name")

    def __init__(
        self,
        name: str,
        rules: Rules,
        domains: Mapping[str, Domain],
        usual: Mapping[str, str | int] | None = None,
    ) -> None:
        self.name = name
        self._program: Program = compile_rules(name, rules, domains, usual)
        self._ids = {f"{number:02}": rule for number, (rule, _) in enumerate(rules)}
        self._get = _getter(self._program.keys)
        self._lock = RLock()
        self._session = _Session(name, self._program.text)
        _RULESETS.add(self)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that its rules read; a match needs these and sends nothing else."""
        return self._program.keys

    def match(self, facts: Mapping[str, str | int]) -> tuple[str, ...]:
        """The ids of the rules that hold, in the order in which the rules were given.

        Raises EngineError when a key is missing or a value is not exactly one of its domain
        (no bool, float or None), and when the engine answers what it never should.
        """
        fact = self._fact(facts)
        with self._lock:
            code, messages = self._turn(fact)
            if code == _LEFT_OVER or (code == _NOTHING and messages):
                # An earlier fact was still there. Now it is drained and retracted: once more.
                code, messages = self._turn(fact)
        if code == _MATCHED and messages:
            return self._rules_of(messages)
        if code == _NOTHING and not messages:
            return ()
        raise EngineError(
            f'ruleset "{self.name}": the engine answered {code} with {len(messages)} '
            "results; no plan can be made from that."
        )

    def _rules_of(self, messages: tuple[str, ...]) -> tuple[str, ...]:
        """The rules that the results name: a message begins with {"NN": the rule's number."""
        numbers = sorted([message[2:4] for message in messages])
        try:
            fired = tuple([self._ids[number] for number in numbers])
        except KeyError as error:
            raise EngineError(f'ruleset "{self.name}": no rule is called {error}.') from error
        if len(set(numbers)) != len(numbers):
            raise EngineError(f'ruleset "{self.name}": a rule fired twice: {shown(fired)}.')
        return fired

    def _turn(self, fact: str) -> tuple[int, tuple[str, ...]]:
        """One turn, in a new session if the last one was broken off inside the engine."""
        if self._session.unended:
            self._session = _Session(self.name, self._program.text)
        try:
            return self._session.turn(fact)
        except _durable_rules().error as error:
            raise EngineError(f'ruleset "{self.name}": {error}.') from error

    def _fact(self, facts: Mapping[str, str | int]) -> str:
        """Write the fact for the engine, from pieces: a value that has none is refused."""
        try:
            values = self._get(facts)
            fact = "".join(map(getitem, self._program.fragments, values))
        except (KeyError, TypeError) as error:
            raise EngineError(self._trouble(facts)) from error
        for place in self._program.numbers:
            if type(values[place]) is not int:  # True == 1 == 1.0 would find a piece too
                raise EngineError(self._trouble(facts))
        return f"{_FACT}{fact}}}"

    def _trouble(self, facts: Mapping[str, str | int]) -> str:
        """Say which fact cannot be sent, and why."""
        for place, key in enumerate(self._program.keys):
            if key not in facts:
                return f'ruleset "{self.name}": the facts have no "{key}"; every key is needed.'
            wanted = int if place in self._program.numbers else str
            value = facts[key]
            try:
                known = type(value) is wanted and bool(self._program.fragments[place][value])
            except KeyError:
                known = False
            if not known:
                return f'ruleset "{self.name}": "{key}" cannot be {shown(value)}.'
        return f'ruleset "{self.name}": the facts cannot be read: {shown(facts)}.'


def _getter(keys: tuple[str, ...]) -> Callable[[Mapping[str, str | int]], tuple[str | int, ...]]:
    """Read all keys at once; `itemgetter` of one key alone would give no tuple."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda facts: (facts[keys[0]],)


_RULESETS: "weakref.WeakSet[Ruleset]" = weakref.WeakSet()


def _renew_locks() -> None:
    """In a forked child, give every ruleset a new lock.

    Another thread may have held the old one, and that thread is not in the child. The engine
    itself is at rest: forking needs the same interpreter lock that a turn never lets go.
    """
    for ruleset in list(_RULESETS):
        ruleset._lock = RLock()  # noqa: SLF001 - the lock of this module's own class


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
