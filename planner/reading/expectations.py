"""What a scenario expects of its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.contract.fields import FIELDS
from planner.reading.nodes import Map, Node
from planner.reading.problems import Place
from planner.reading.shapes import ExpectShape, HasShape
from planner.reading.shaping import fit
from planner.rulebook.rulebook import STEP_ITEMS, Rulebook

_WHEN = ("now", "later_this_session", "future_session")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the plan must have; None means that the scenario does not say.

    `steps`, `held`, `barred` and `leads` are the whole of it, `avoid` and `asks` a part.
    """

    disposition: str
    steps: tuple[str, ...] | None
    held: tuple[str, ...] | None
    barred: tuple[str, ...] | None
    avoid: tuple[str, ...]
    asks: tuple[str, ...]
    leads: tuple[str, ...] | None
    words: Mapping[str, HasShape]


def read_expectation(node: Node, line: int, rulebook: Rulebook, place: Place) -> Expectation | None:
    """The expectation, with every item, code, field and lead in it known."""
    shape = fit(ExpectShape, node, line, place)
    if shape is None or not isinstance(node, Map):
        return None
    _check_names(shape, node, rulebook, place)
    given = shape.model_fields_set
    return Expectation(
        disposition=shape.disposition,
        steps=shape.steps if "steps" in given else None,
        held=shape.held if "held" in given else None,
        barred=shape.barred if "barred" in given else None,
        avoid=shape.avoid,
        asks=shape.asks,
        leads=shape.leads if "leads" in given else None,
        words=dict(_read_words(node.get("words"), place)),
    )


def _read_words(node: Node, place: Place) -> Iterator[tuple[str, HasShape]]:
    """For each item the texts that its words must have or must not."""
    for item, texts in node.items() if isinstance(node, Map) else ():
        line = node.line_of(item) if isinstance(node, Map) else 1
        if item not in STEP_ITEMS:
            place.unknown(line, "item", item, STEP_ITEMS)
        shape = fit(HasShape, texts, line, place)
        if shape is not None:
            yield item, shape


def _check_names(shape: ExpectShape, node: Map, rulebook: Rulebook, place: Place) -> None:
    """Each name that is expected is one that a plan can have at all."""
    for step in shape.steps:
        item, _, when = step.partition(" ")
        if item not in STEP_ITEMS or when not in _WHEN:
            hint = f"Write it like `C2 now`. Times: {', '.join(_WHEN)}."
            place.say(node.lines["steps"], f'"{step}" is no step.', hint)
    known = (
        ("item", "held", shape.held, STEP_ITEMS),
        ("item", "barred", shape.barred, STEP_ITEMS),
        ("code", "avoid", shape.avoid, tuple(rulebook.avoid_codes)),
        ("field", "asks", shape.asks, tuple(FIELDS)),
        ("lead", "leads", shape.leads, tuple(rulebook.leads)),
    )
    for kind, key, words, names in known:
        for word in words:
            if word not in names:
                place.unknown(node.lines[key], f"{kind} for {key}", word, names)
