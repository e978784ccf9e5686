"""The register against a dictionary: whatever people do in whatever order, both say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.long import times
from tests.webui.support.people import LATE, STOP, House
from webui.database.history import audit
from webui.database.refusals import Refusal
from webui.register.states import possible
from webui.register.steps import Edit

EXAMPLES, STEPS = times(6, 400), times(20, 50)
NAMES = st.sampled_from(["Toni", "Tess", "Sam", "Sue", "Ada"])
MOVES = st.sampled_from(["submit", "take_back", "withdraw", "reopen"])
KINDS = st.sampled_from(
    ["approve", "approve_with_changes", "ask_for_changes", "escalate", "acknowledge"]
)
ABOVE = {"Toni": {"Sam", "Sue"}, "Sam": {"Sue"}, "Tess": set()}
LEADS = {
    "submit": "to_review",
    "take_back": "draft",
    "withdraw": "withdrawn",
    "reopen": "draft",
    "approve": "approved",
    "approve_with_changes": "approved",
    "ask_for_changes": "changes_asked",
    "escalate": "to_review",
    "acknowledge": "acknowledged",
}


class Machine(RuleBasedStateMachine):
    """Five people, any plan, any move; the dictionary knows what must come of it."""

    house: House

    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, dict[str, Any]] = {}
        self.count = 0

    @rule(name=st.sampled_from(["Toni", "Tess", "Sam"]), stop=st.booleans())
    def keep(self, name: str, stop: bool) -> None:
        self.count += 1
        made = self.house.kept(name, STOP if stop else LATE, case=f"M-{self.count}-{id(self)}")
        self.plans[made] = {
            "owner": name, "state": "draft", "version": 1, "stop": stop, "shared": 0,
            "words": {1: None},
        }  # fmt: skip

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), name=NAMES, move=MOVES, fresh=st.booleans())
    def move(self, data: st.DataObject, name: str, move: str, fresh: bool) -> None:
        ref, known = self.one(data)
        based_on = known["version"] if fresh else known["version"] - 1
        owner = name == known["owner"]
        handed_in = known["state"] != "draft" and known["version"] == known["shared"]
        allowed = owner or (move == "withdraw" and self.sees(name, known) and handed_in)
        allowed = allowed and fresh and move in possible(known["state"], stop=known["stop"])
        allowed = allowed and (move != "submit" or bool(ABOVE[known["owner"]]))
        act = getattr(self.house.keeping, move)
        if self.does(lambda: act(self.house[name], ref, based_on), allowed):
            known["state"] = LEADS[move]
            if move == "reopen":
                self.next(known, self.words(known))
            if move == "submit":
                known["shared"] = known["version"]

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), name=NAMES, words=st.text(min_size=1, max_size=8), fresh=st.booleans())
    def edit(self, data: st.DataObject, name: str, words: str, fresh: bool) -> None:
        ref, known = self.one(data)
        based_on = known["version"] if fresh else known["version"] + 1
        allowed = name == known["owner"] and fresh
        allowed = allowed and "edit" in possible(known["state"], stop=known["stop"])
        words = f"Said: {words.encode('utf-8', 'ignore').hex()}"
        edits = {"C2": Edit(words=words)}

        def act() -> None:
            self.house.keeping.edit(self.house[name], ref, based_on, edits)

        if self.does(act, allowed) and words != self.words(known):
            self.next(known, words)

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), name=NAMES, kind=KINDS, fresh=st.booleans())
    def decide(self, data: st.DataObject, name: str, kind: str, fresh: bool) -> None:
        ref, known = self.one(data)
        allowed = self.sees(name, known) and name != known["owner"] and fresh
        allowed = allowed and kind in possible(known["state"], stop=known["stop"])
        words = f"Reviewed {known['version']}"
        edits = {"C2": Edit(words=words)} if kind == "approve_with_changes" else {}

        def act() -> None:
            review = self.house.review(ref, kind, name, text="Because.", edits=edits)
            if not fresh:
                review = type(review)(kind, review.version, "0" * 64, "Because.")
            self.house.reviewing.decide(self.house[name], ref, review, self.house.edition)

        if self.does(act, allowed):
            known["state"] = LEADS[kind]
            if edits:
                self.next(known, words)
                known["shared"] = known["version"]

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), name=NAMES)
    def read(self, data: st.DataObject, name: str) -> None:
        ref, known = self.one(data)
        seen = name == known["owner"] or self.sees(name, known)
        try:
            opened = self.house.keeping.open(self.house[name], ref)
        except Refusal:
            assert not seen
            return
        assert seen
        number = known["version"] if name == known["owner"] else known["shared"]
        assert (opened.kept.state, opened.version.number) == (known["state"], number)
        if words := known["words"][number]:
            assert {step.key: step.words for step in opened.content.steps}["C2"] == words
        assert opened.content.hash == opened.version.content_hash

    @invariant()
    def lists_agree(self) -> None:
        waiting = {ref for ref, one in self.plans.items() if one["state"] == "to_review"}
        for name in ("Sam", "Sue"):
            queue = {kept.ref for kept in self.house.reviewing.queue(self.house[name])}
            own = {ref for ref in waiting if name in ABOVE[self.plans[ref]["owner"]]}
            assert queue & set(self.plans) == own

    def teardown(self) -> None:
        with self.house.database.read() as session:
            assert audit(session).bad_row is None

    def one(self, data: st.DataObject) -> tuple[str, dict[str, Any]]:
        ref = data.draw(st.sampled_from(sorted(self.plans, key=list(self.plans).index)))
        return ref, self.plans[ref]

    def sees(self, name: str, known: dict[str, Any]) -> bool:
        return bool(known["shared"]) and name in ABOVE[known["owner"]]

    def words(self, known: dict[str, Any]) -> str | None:
        words: str | None = known["words"][known["version"]]
        return words

    def next(self, known: dict[str, Any], words: str | None) -> None:
        known["version"] += 1
        known["words"][known["version"]] = words

    def does(self, act: Any, allowed: bool) -> bool:
        try:
            act()
        except Refusal:
            assert not allowed
            return False
        assert allowed
        return True


@pytest.mark.slow
def test_the_register_does_what_a_dictionary_would(house: House):
    machine = type("TestedMachine", (Machine,), {"house": house})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
