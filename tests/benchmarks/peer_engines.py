"""Other engines, each given the rules in its own notation and asked in its own best way."""

import json
from typing import Any

from planner.engine.limits import Domain, Leaf
from tests.benchmarks.peer_base import Match, Stage
from tests.planner.support.oracle import Facts, oracle_match


def naive(stage: Stage) -> Match:
    """The interpreter that all are held to: each rule's conditions until one fails."""
    return lambda facts: oracle_match(stage.rules, facts)


def datalogic(stage: Stage) -> Match:
    """datalogic-py: all rules in one expression, which answers with a list of verdicts."""
    import datalogic_py

    names = [name for name, _ in stage.rules]
    written = [{"and": [True, *map(_logic, leaves)]} for _, leaves in stage.rules]
    compiled = datalogic_py.Engine().compile(written)

    def match(facts: Facts) -> list[str]:
        votes = compiled.evaluate(facts)
        return [name for name, vote in zip(names, votes, strict=True) if vote]

    return match


def json_logic(stage: Stage) -> Match:
    """json-logic: one expression a rule."""
    from json_logic import jsonLogic

    rules = [(name, {"and": [True, *map(_logic, leaves)]}) for name, leaves in stage.rules]
    return lambda facts: [name for name, rule in rules if jsonLogic(rule, facts)]


def _logic(leaf: Leaf) -> dict[str, Any]:
    """A condition as JsonLogic."""
    value = {"var": leaf.key}
    if len(leaf.accepts) == 1:
        return {"==": [value, leaf.accepts[0]]}
    if leaf.accepts:
        return {"in": [value, list(leaf.accepts)]}
    return {"and": [{">=": [value, leaf.low]}, {"<=": [value, leaf.high]}]}


def business_rules(stage: Stage) -> Match:
    """business-rules: variables are methods of a class, and a rule's action notes its name."""
    from business_rules.actions import BaseActions, rule_action
    from business_rules.engine import run_all
    from business_rules.fields import FIELD_TEXT
    from business_rules.variables import BaseVariables

    read = {key: _variable(key, domain) for key, domain in stage.domains.items()}
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
            "conditions": {"all": list(map(_business, leaves))},
            "actions": [{"name": "note", "params": {"name": name}}],
        }
        for name, leaves in stage.rules
    ]

    def match(facts: Facts) -> list[str]:
        told = variables()
        told.facts = facts
        fired: list[str] = []
        run_all(rules, told, Actions(fired))
        return fired

    return match


def _variable(key: str, domain: Domain) -> Any:
    """A variable as business-rules reads it."""
    from business_rules.variables import numeric_rule_variable, string_rule_variable

    def read(self: Any) -> Any:
        return self.facts[key]

    read.__name__ = key
    kind = numeric_rule_variable if isinstance(domain, range) else string_rule_variable
    return kind(read)


def _business(leaf: Leaf) -> dict[str, Any]:
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


def zen_engine(stage: Stage) -> Match:
    """zen-engine: a decision table that collects, its own way to ask many rules at once."""
    import zen

    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": key, "name": key, "field": key} for key in stage.domains],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [_zen_row(name, leaves) for name, leaves in stage.rules],
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
    return lambda facts: [row["rule"] for row in decision.evaluate(facts)["result"]]


def _zen_row(name: str, leaves: tuple[Leaf, ...]) -> dict[str, str]:
    """A rule as a row; a cell that is not there asks nothing."""
    row = {"_id": name, "rule": f"'{name}'"}
    for leaf in leaves:
        cell = ", ".join(f"'{value}'" for value in leaf.accepts) or f"[{leaf.low}..{leaf.high}]"
        row[leaf.key] = cell
    return row


def clipspy(stage: Stage) -> Match:
    """CLIPS: one fact, asserted, run and retracted; each rule calls back with its name."""
    import clips

    environment = clips.Environment()
    fired: list[str] = []
    environment.define_function(lambda name: fired.append(str(name)), "note")
    slots = " ".join(f"(slot {key})" for key in stage.domains)
    environment.build(f"(deftemplate case {slots})")
    for name, leaves in stage.rules:
        asked = " ".join(map(_clips_slot, leaves))
        environment.build(f"(defrule {name} (case {asked}) => (note {name}))")
    template = environment.find_template("case")
    kinds = {k: int if isinstance(d, range) else clips.Symbol for k, d in stage.domains.items()}

    def match(facts: Facts) -> list[str]:
        fired.clear()
        fact = template.assert_fact(**{key: kind(facts[key]) for key, kind in kinds.items()})
        environment.run()
        fact.retract()
        return fired.copy()

    return match


def _clips_slot(leaf: Leaf) -> str:
    """A condition as CLIPS reads it."""
    if leaf.accepts:
        return f"({leaf.key} {'|'.join(leaf.accepts)})"
    name = f"?{leaf.key}"
    return f"({leaf.key} {name}&:(<= {leaf.low} {name} {leaf.high}))"
