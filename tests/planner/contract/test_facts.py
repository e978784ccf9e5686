"""The catalogue tells the contract, and the facts answer all of it."""

import random

import pytest

from planner.contract.facts import ABSENT, NOT_KNOWN, facts_of
from planner.contract.fields import FIELDS
from planner.contract.observation import Observation
from tests.support import strategies


@pytest.mark.parametrize("owner", strategies.CHOICES)
def test_the_catalogue_holds_the_contracts_choices_in_its_order(owner: str) -> None:
    ours = {
        name.partition(".")[2]: field.values
        for name, field in FIELDS.items()
        if name.startswith(f"{owner}.") and field.kind == "choice"
    }
    assert ours == strategies.CHOICES[owner]


def test_the_catalogue_holds_the_contracts_lists() -> None:
    lists = {name: field.values for name, field in FIELDS.items() if field.kind == "list"}
    expected = {f"context.{name}": values for name, values in strategies.LISTS.items()}
    expected |= {"safety.flags": strategies.FLAGS, "ruptures.kinds": strategies.KINDS}
    for kind, told in strategies.RUPTURE_LISTS.items():
        expected |= {f"{kind}.{name}": values for name, values in told.items()}
    assert lists == expected


def test_the_catalogue_bounds_every_number() -> None:
    numbers = {
        name: (field.low, field.high, field.nullable)
        for name, field in FIELDS.items()
        if field.kind == "number"
    }
    assert numbers == {
        "lateness.minutes": (0, 600, True),
        "lateness.own_occurrences": (1, 999, True),
        "ruptures.count": (0, 5, False),
        **{f"{kind}.occurrences": (1, 999, False) for kind in strategies.KINDS},
    }


def test_the_catalogue_knows_what_is_required_and_what_means_not_known() -> None:
    required = {name for name, field in FIELDS.items() if field.required and field.rupture}
    assert required == {f"{kind}.{name}" for kind, name in strategies.REQUIRED.items()}
    assert FIELDS["context.phase"].unknown == "unknown"
    assert FIELDS["lateness.who"].unknown is None
    assert FIELDS["lateness.who"].rupture == "lateness"
    assert FIELDS["context.phase"].rupture is None


def test_no_rule_can_ask_for_case_session_or_notes() -> None:
    assert not [name for name in FIELDS if name.endswith(("case", "session", "notes"))]


def test_facts_tell_what_was_seen() -> None:
    facts = facts_of(
        Observation.read(
            {
                "ruptures": [{"kind": "lateness", "who": "both"}],
                "context": {"happened": "last_session", "signs": ["denial", "engaged"]},
                "safety": {"flags": {"self_harm": "unsure", "acute_state": "yes"}},
            }
        )
    )
    assert facts["lateness.who"] == "both"
    assert facts["lateness.happened"] == "last_session"
    assert facts["lateness.minutes"] == NOT_KNOWN
    assert facts["lateness.occurrences"] == 1
    assert facts["deflection.response"] == ABSENT
    assert facts["deflection.occurrences"] == NOT_KNOWN
    assert facts["context.phase"] == "unknown"
    assert facts["context.signs"] == frozenset({"denial", "engaged"})
    assert facts["context.feelings"] == frozenset()
    assert facts["safety.flags"] == frozenset({"self_harm", "acute_state"})
    assert facts["ruptures.kinds"] == frozenset({"lateness"})
    assert facts["ruptures.count"] == 1


@pytest.mark.parametrize(
    ("next_contact", "counts_as"),
    [
        ("next_session", "last_session"),
        ("this_session", "this_session"),
        ("message", "this_session"),
        ("unknown", "this_session"),
    ],
)
def test_time_is_counted_from_where_the_words_will_be_said(
    next_contact: str, counts_as: str
) -> None:
    facts = facts_of(
        Observation.read(
            {
                "ruptures": [
                    {"kind": "lateness", "who": "client"},
                    {"kind": "disconnection", "act": "not_known", "happened": "longer_ago"},
                ],
                "context": {"happened": "this_session", "next_contact": next_contact},
                "safety": {"flags": {}},
            }
        )
    )
    assert facts["lateness.happened"] == facts["context.happened"] == counts_as
    assert facts["disconnection.happened"] == "longer_ago"
    assert facts["deflection.happened"] == ABSENT


def test_facts_answer_every_field_within_its_values() -> None:
    rng = random.Random(7)
    for _ in range(2_000):
        facts = facts_of(Observation.read(strategies.random_observation(rng)))
        assert list(facts) == list(FIELDS)
        for name, field in FIELDS.items():
            fact = facts[name]
            if field.kind == "list":
                assert isinstance(fact, frozenset)
                assert fact <= set(field.values)
            elif field.kind == "number":
                assert type(fact) is int
                assert fact == NOT_KNOWN or (field.low or 0) <= fact <= (field.high or 0)
            else:
                assert fact in (*field.values, ABSENT)
