"""An observation as the flat facts that rules are matched against.

Every field of the catalogue is always there, exactly typed: a word, a whole number or a set.
So no rule can hold, or fail to hold, because something was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.contract.fields import FIELDS
from planner.contract.values import KINDS

if TYPE_CHECKING:
    from planner.contract.observation import Observation

Fact = str | int | frozenset[str]
ABSENT = "absent"
NOT_KNOWN = -1

NEXT_SESSION = ("context.next_contact", "next_session")
"""Where the words will be said: time is counted from there, not from when it was entered."""
COUNTS_AS: dict[str, Fact] = {"this_session": "last_session"}
"""What is spoken of in the next session was, by then, in the last one."""

_KEYS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    kind: tuple(
        (field.name.removeprefix(f"{kind}."), field.name, field.kind == "list")
        for field in FIELDS.values()
        if field.rupture == kind
    )
    for kind in KINDS
}
_CONTEXT = tuple(
    (field.name.removeprefix("context."), field.name, field.kind == "list")
    for field in FIELDS.values()
    if field.name.startswith("context.")
)
NOTHING_SEEN: dict[str, Fact] = {
    name: NOT_KNOWN if field.kind == "number" else ABSENT if field.kind == "choice" else frozenset()
    for name, field in FIELDS.items()
}
"""The facts of no rupture at all."""

TIMES = tuple(name for name in FIELDS if name.endswith(".happened"))


def facts_of(observation: Observation) -> dict[str, Fact]:
    """Give a value for every name in FIELDS.

    A rupture that is not there answers "absent" to every choice and -1 to every number;
    minutes that nobody knows are -1 too. Lists are sets, empty where nothing is known.
    What happened in this session and is spoken of in the next counts as last session's.
    """
    facts = NOTHING_SEEN.copy()
    for rupture in observation.ruptures:
        answers = rupture.__dict__
        for name, key, is_list in _KEYS[rupture.kind]:
            answer = answers[name]
            facts[key] = frozenset(answer) if is_list else NOT_KNOWN if answer is None else answer
    answers = observation.context.__dict__
    for name, key, is_list in _CONTEXT:
        facts[key] = frozenset(answers[name]) if is_list else answers[name]
    facts["safety.flags"] = frozenset(observation.safety.flags)
    facts["ruptures.kinds"] = frozenset([rupture.kind for rupture in observation.ruptures])
    facts["ruptures.count"] = len(observation.ruptures)
    count_from_next_session(facts)
    return facts


def count_from_next_session(facts: dict[str, Fact]) -> None:
    """Settle when things happened: where the words come next session, that is counted from it."""
    if facts[NEXT_SESSION[0]] == NEXT_SESSION[1]:
        for name in TIMES:
            facts[name] = COUNTS_AS.get(str(facts[name]), facts[name])
