"""Other rule engines on a base of 30 rules, matching alone, beside this planner's whole way.

Every engine is given the same facts, flat and exactly typed, and has to give the same answers as
a naive interpreter. `python -m tests.benchmarks.peers` prints Markdown.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from planner.contract.facts import facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from planner.engine.limits import Domain, Leaf, Rules
from planner.engine.ruleset import Ruleset
from planner.planning.planner import Planner
from planner.planning.viewing import Viewing
from planner.rulebook.rulebook import Rulebook
from tests.benchmarks.cases import Told, realistic
from tests.benchmarks.measuring import CELLS, Times, percentile, table, where_and_when
from tests.benchmarks.plan_speed import fresh, whole
from tests.planner.oracle import Facts, oracle_match

RULES = 30
COUNT = 3_000

Match = Callable[[Facts], tuple[str, ...]]


class Base:
    """Thirty rules of the rulebook that ship, and what they are asked about."""

    def __init__(self, rulebook: Rulebook, cases: list[Told]) -> None:
        told = [one for one in rulebook.rules if all(c.field in FIELDS for c in one.when)]
        chosen = told[:: len(told) // RULES][:RULES]
        viewing = Viewing(condition for rule in chosen for condition in rule.when)
        domains = viewing.domains(())
        leaves = [[viewing.leaf(one) for one in rule.when] for rule in chosen]
        keys = dict.fromkeys(leaf.key for all_of in leaves for leaf in all_of)
        names = {key: f"k{number}" for number, key in enumerate(keys)}
        self.rules: Rules = [
            (f"r{n}", tuple(Leaf(names[x.key], x.accepts, x.low, x.high) for x in all_of))
            for n, all_of in enumerate(leaves)
        ]
        self.domains: dict[str, Domain] = {name: domains[key] for key, name in names.items()}
        views = [viewing.view(facts_of(Observation.read(case))) for case in cases]
        self.facts: list[Facts] = [{n: view[key] for key, n in names.items()} for view in views]


def ours(base: Base) -> Match:
    """durable-rules, the way this planner drives it: validated and locked, nothing remembered."""
    return Ruleset("bench", base.rules, base.domains).match


def naive(base: Base) -> Match:
    """The oracle that all are held to."""
    return lambda facts: oracle_match(base.rules, facts)


def json_logic(base: Base) -> Match:
    """json-logic: one expression a rule."""
    from json_logic import jsonLogic

    from tests.planner.oracle import json_logic as written

    def renamed(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {"var" if key == "val" else key: renamed(value) for key, value in tree.items()}
        return [renamed(one) for one in tree] if isinstance(tree, list) else tree

    rules = [(name, renamed(written(leaves))) for name, leaves in base.rules]
    return lambda facts: tuple(name for name, rule in rules if jsonLogic(rule, facts))


def business_rules(base: Base) -> Match:
    """business-rules: variables are methods of a class, and a rule's action notes its name."""
    from business_rules.actions import BaseActions, rule_action
    from business_rules.engine import run_all
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import (
        BaseVariables,
        numeric_rule_variable,
        string_rule_variable,
    )

    def variable(key: str, domain: Domain) -> Any:
        kind = numeric_rule_variable if isinstance(domain, range) else string_rule_variable

        def read(self: Any) -> Any:
            return self.facts[key]

        read.__name__ = key
        return kind(read)

    read = {key: variable(key, domain) for key, domain in base.domains.items()}
    variables = type("Variables", (BaseVariables,), read)

    class Actions(BaseActions):  # type: ignore[misc]  # business-rules has no types
        """Notes which rule fired."""

        def __init__(self, fired: list[str]) -> None:
            self.fired = fired

        @rule_action(params={"name": FIELD_TEXT})  # type: ignore[untyped-decorator]  # as above
        def note(self, name: str) -> None:
            """The one action."""
            self.fired.append(name)

    rules = [
        {
            "conditions": {"all": [_business_condition(leaf) for leaf in leaves]},
            "actions": [{"name": "note", "params": {"name": name}}],
        }
        for name, leaves in base.rules
    ]

    def match(facts: Facts) -> tuple[str, ...]:
        told = variables()
        told.facts = facts
        fired: list[str] = []
        run_all(rules, told, Actions(fired))
        return tuple(fired)

    return match


def _business_condition(leaf: Leaf) -> dict[str, Any]:
    """A condition as business-rules reads it."""
    if leaf.accepts:
        one_of = [{"name": leaf.key, "operator": "equal_to", "value": v} for v in leaf.accepts]
        return one_of[0] if len(one_of) == 1 else {"any": one_of}
    ends = (("greater_than_or_equal_to", leaf.low), ("less_than_or_equal_to", leaf.high))
    return {
        "all": [
            {"name": leaf.key, "operator": operator, "value": end}
            for operator, end in ends
            if end is not None
        ]
    }


def zen_engine(base: Base) -> Match:
    """zen-engine: a decision table that collects, its own way to ask many rules at once."""
    import json

    import zen

    keys = list(base.domains)
    rows = [_zen_row(name, leaves) for name, leaves in base.rules]
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": key, "name": key, "field": key} for key in keys],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", **place},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content, **place},
        {"id": "out", "type": "outputNode", "name": "out", **place},
    ]
    edges = [
        {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"}
        for a, b in (("in", "table"), ("table", "out"))
    ]
    decision: Any = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def match(facts: Facts) -> tuple[str, ...]:
        return tuple(row["rule"] for row in decision.evaluate(facts)["result"])

    return match


def _zen_row(name: str, leaves: tuple[Leaf, ...]) -> dict[str, str]:
    """A rule as a row; a cell that is not there asks nothing."""
    row = {"_id": name, "rule": f"'{name}'"}
    for leaf in leaves:
        cell = ", ".join(f"'{value}'" for value in leaf.accepts) or f"[{leaf.low}..{leaf.high}]"
        row[leaf.key] = cell
    return row


def clipspy(base: Base) -> Match:
    """CLIPS: one fact, asserted, run and retracted; each rule calls back with its name."""
    import clips

    environment = clips.Environment()
    fired: list[str] = []
    environment.define_function(lambda name: fired.append(str(name)), "note")
    slots = " ".join(f"(slot {key})" for key in base.domains)
    environment.build(f"(deftemplate case {slots})")
    for place, (name, leaves) in enumerate(base.rules):
        asked = " ".join(_clips_slot(leaf) for leaf in leaves)
        head = f"(declare (salience {-place}))"
        environment.build(f"(defrule {name} {head} (case {asked}) => (note {name}))")
    template = environment.find_template("case")
    kinds = {key: int if isinstance(d, range) else clips.Symbol for key, d in base.domains.items()}

    def match(facts: Facts) -> tuple[str, ...]:
        fired.clear()
        fact = template.assert_fact(**{key: kinds[key](value) for key, value in facts.items()})
        environment.run()
        fact.retract()
        return tuple(fired)

    return match


def _clips_slot(leaf: Leaf) -> str:
    """A condition as CLIPS reads it."""
    if leaf.accepts:
        return f"({leaf.key} {'|'.join(leaf.accepts)})"
    name = f"?{leaf.key}"
    return f"({leaf.key} {name}&:(<= {leaf.low} {name} {leaf.high}))"


PEERS: Mapping[str, Callable[[Base], Match]] = {
    "durable-rules as driven here": ours,
    "naive interpreter (the oracle)": naive,
    "json-logic": json_logic,
    "business-rules": business_rules,
    "zen-engine": zen_engine,
    "clipspy": clipspy,
}


def measured(base: Base) -> Iterator[tuple[str, Times]]:
    """What each engine takes to match; every answer must be the oracle's."""
    expected = [oracle_match(base.rules, facts) for facts in base.facts]
    for name, made in PEERS.items():
        match, times = made(base), Times()
        for facts in base.facts[:100]:
            match(facts)
        answers = [times.of(partial(match, facts)) for facts in base.facts]
        wrong = sum(one != other for one, other in zip(answers, expected, strict=True))
        if wrong:
            raise SystemExit(f"{name}: {wrong} of {len(answers)} answers are not the oracle's.")
        yield name, times


def report() -> str:
    """The table as Markdown, every figure beside the whole plan's."""
    cases = realistic(COUNT)
    planner = Planner()
    base = Base(planner.rulebook, cases)
    rows = dict(measured(base))
    size = f"{len(planner.rulebook.rules)} rules, {len(planner.rulebook.variants)} variants"
    plan = whole(fresh(planner.rulebook), cases)
    name = f"**this planner: the whole plan, {size}, JSON**"
    unit = percentile(plan.cpu, 0.5)
    return "\n\n".join(
        (
            f"{COUNT:,} different realistic observations, microseconds. {where_and_when()}",
            f"Engines match {RULES} rules, nothing else; all answers are equal to the oracle's.",
            table(
                ("engine", *CELLS, "CPU p50 : whole plan"),
                [
                    (label, *times.cells(".1f"), f"{percentile(times.cpu, 0.5) / unit:.2f}")
                    for label, times in {**rows, name: plan}.items()
                ],
            ),
        )
    )


if __name__ == "__main__":
    print(report())
