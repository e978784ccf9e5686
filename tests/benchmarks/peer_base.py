"""The rulebook that ships, flat: what every engine of `peers` is given, and has to answer.

Two stages, as a plan has them: findings, then all other rules, which ask about findings too. What
some rules ask of where the items stand is told beforehand, for placing is no engine's work. Lists
are told as closed questions ("was one of these given?"), so that each fact is a word or a number.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from planner import Planner
from planner.contract.fields import FIELDS
from planner.engine.limits import Domain, Leaf, Rules
from planner.rulebook.conditions import Among, AnyOf, Condition, Test, Value
from planner.rulebook.plan_fields import PLAN_FIELDS
from planner.rulebook.rulebook import Rule
from tests.benchmarks.cases import Told
from tests.planner.support.oracle import Facts

YES, NO, ABSENT = "yes", "no", "absent"

Match = Callable[[Facts], Iterable[str]]


@dataclass(frozen=True)
class Stage:
    """Conjunctions under names, over keys with their values; engines are made from it."""

    name: str
    rules: Rules
    domains: Mapping[str, Domain]


@dataclass(frozen=True)
class Case:
    """One observation: as it is told, flat for both stages, and the rules that hold."""

    told: Told
    seen: Facts
    known: Facts
    holds: frozenset[str]


@dataclass(frozen=True)
class Base:
    """Both stages, which key a finding is told by, and the rule of each conjunction."""

    findings: Stage
    planning: Stage
    found: Mapping[str, str]
    rule: Mapping[str, str]
    cases: tuple[Case, ...]

    def both(self, first: Match, second: Match, case: Case) -> tuple[Iterable[str], Iterable[str]]:
        """Ask for the findings, then for the rest with what was found."""
        found = first(case.seen)
        known = case.known.copy()
        for one in found:
            known[self.found[one]] = YES
        return found, second(known)

    def rules_of(self, answer: tuple[Iterable[str], Iterable[str]]) -> frozenset[str]:
        """The rules that an answer names."""
        return frozenset(self.rule[one] for stage in answer for one in stage)


class Flattening:
    """Gives each field, or each question about a list, a key."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, Test | None], str] = {}

    def key(self, condition: Condition) -> str:
        """What the engines call this; a list has one key for each test."""
        plain = isinstance(condition.test, AnyOf | Among)
        asked = condition.field, None if plain else condition.test
        return self.keys.setdefault(asked, f"k{len(self.keys)}")

    def leaves(self, when: Iterable[Condition]) -> tuple[Leaf, ...]:
        """A conjunction as leaves, one for each key."""
        found: dict[str, Leaf] = {}
        for one in when:
            leaf = self._leaf(one)
            known = found.get(leaf.key)
            found[leaf.key] = _both(known, leaf) if known else leaf
        return tuple(found.values())

    def _leaf(self, condition: Condition) -> Leaf:
        key, test = self.key(condition), condition.test
        if isinstance(test, Among):
            return Leaf(key, low=test.low, high=test.high)
        return Leaf(key, tuple(sorted(test.values)) if isinstance(test, AnyOf) else (YES,))

    def facts(self, known: Mapping[str, Value]) -> Facts:
        """What is known, flat; nothing of what is not known yet."""
        return {
            key: _plain(known[field]) if test is None else YES if test.holds(known[field]) else NO
            for (field, test), key in self.keys.items()
            if field in known
        }

    def domain(self, field: str, test: Test | None) -> Domain:
        """Every value that a key can have."""
        if test is not None or field.startswith("finding."):
            return (NO, YES)
        asked = {**FIELDS, **PLAN_FIELDS}[field]
        if asked.kind == "number":
            return range(-1, (asked.high or 0) + 1)
        return (*asked.values, ABSENT) if asked.rupture else asked.values


def _plain(value: Value) -> str | int:
    """A word or a number; a list is asked about by its questions only."""
    if isinstance(value, frozenset):
        raise TypeError(value)
    return value


def _both(one: Leaf, other: Leaf) -> Leaf:
    """Two conditions on one key as one."""
    if one.accepts:
        return Leaf(one.key, tuple(word for word in one.accepts if word in other.accepts))
    lows = [end for end in (one.low, other.low) if end is not None]
    highs = [end for end in (one.high, other.high) if end is not None]
    return Leaf(one.key, low=max(lows), high=min(highs))


def base_of(planner: Planner, cases: Iterable[Told]) -> Base:
    """A planner's rulebook and these cases, for every engine alike."""
    book, flat = planner.rulebook, Flattening()
    named = {stage: _named(rules) for stage, rules in _stages(planner).items()}
    written = {
        stage: [(name, flat.leaves(when)) for name, (_, when) in branches.items()]
        for stage, branches in named.items()
    }
    findings, planning = (Stage(one, it, _domains(flat, it)) for one, it in written.items())
    told = [(case, planner.known(case)) for case in cases]
    facts = [(case, _seen(known), {**known, **_nothing(book.findings)}) for case, known in told]
    return Base(
        findings,
        planning,
        {
            name: flat.keys.get((f"finding.{rule.object}", None), "unasked")
            for name, (rule, _) in named["findings"].items()
        },
        {name: rule.id for branches in named.values() for name, (rule, _) in branches.items()},
        tuple(
            Case(
                case,
                flat.facts(seen),
                flat.facts(known),
                frozenset(rule.id for rule in planner.rules_that_hold(case)),
            )
            for case, seen, known in facts
        ),
    )


def _stages(planner: Planner) -> dict[str, tuple[Rule, ...]]:
    return {"findings": planner.rulebook.assessment, "planning": planner.rulebook.planning}


def _named(rules: Iterable[Rule]) -> dict[str, tuple[Rule, tuple[Condition, ...]]]:
    """Each case of each rule under a name of its own."""
    return {
        f"r{rule.line}_{number}_{branch}": (rule, when)
        for number, rule in enumerate(rules)
        for branch, when in enumerate(rule.branches)
    }


def _domains(flat: Flattening, rules: Rules) -> dict[str, Domain]:
    """The values of every key that these rules read."""
    read = {leaf.key for _, leaves in rules for leaf in leaves}
    return {key: flat.domain(*asked) for asked, key in flat.keys.items() if key in read}


def _seen(known: Mapping[str, Value]) -> dict[str, Value]:
    """What is known before anything is found."""
    return {name: value for name, value in known.items() if name in FIELDS}


def _nothing(findings: Iterable[str]) -> dict[str, Value]:
    """No finding."""
    return {f"finding.{name}": NO for name in findings}
