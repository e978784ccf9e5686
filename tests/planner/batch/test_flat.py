"""The flat form: one row, one cell of text for each field."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from planner import Observation, ObservationError
from planner.batch.columns import known_columns
from planner.batch.flat import (
    COLUMNS,
    FLAT,
    flat_problems,
    flat_schema,
    observation_of,
)
from planner.contract.fields import FIELDS
from tests.planner.support.flat_rows import flat_row, some_observations

ROW = {"lateness.who": "client", "safety.flags": "none"}


def told(row: dict[str, str]) -> list[tuple[str, str]]:
    data = observation_of(row)
    with pytest.raises(ObservationError) as caught:
        Observation.read(data)
    return [(one.field, one.message) for one in flat_problems(caught.value.problems, data)]


def test_every_observation_can_be_told_flat() -> None:
    for observation in some_observations(300):
        read = Observation.read(observation_of(flat_row(observation)))
        assert read == Observation.read(observation)


def test_the_columns_are_the_fields_of_the_contract() -> None:
    assert set(FLAT) == {name for name in FIELDS if not name.startswith("ruptures.")}
    assert COLUMNS[:2] == ("case", "session")
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_the_schema_takes_what_is_read_and_underlines_what_is_not() -> None:
    schema = flat_schema()
    Draft202012Validator.check_schema(schema)
    assert tuple(schema["properties"]) == COLUMNS
    valid = Draft202012Validator(schema).is_valid
    for observation in some_observations(100):
        row: dict[str, Any] = {key: cell for key, cell in flat_row(observation).items() if cell}
        numbers = [name for name in row if name.endswith(("session", ".minutes", "occurrences"))]
        row |= {name: int(row[name]) for name in numbers}
        assert valid(row), row
    assert not valid(ROW | {"safety.flags": ""})
    assert not valid(ROW | {"lateness.who": "therapis"})
    assert not valid({"safety.flags": "none"})


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ("none", {}),
        ("self_harm", {"self_harm": "yes"}),
        (
            " self_harm : unsure | formal_complaint",
            {"self_harm": "unsure", "formal_complaint": "yes"},
        ),
    ],
)
def test_flags_are_named_each_with_unsure_where_it_is(cell: str, flags: dict[str, str]) -> None:
    assert observation_of(ROW | {"safety.flags": cell})["safety"]["flags"] == flags


def test_a_blank_is_never_an_answer_on_safety() -> None:
    [(column, message)] = told(ROW | {"safety.flags": " "})
    assert column == "safety.flags"
    assert "is blank: write `none`" in message


@pytest.mark.parametrize("cell", ["no", "none|self_harm", "self_harm:maybe", "selfharm"])
def test_no_other_word_is_an_answer_on_safety(cell: str) -> None:
    assert {column for column, _ in told(ROW | {"safety.flags": cell})} == {"safety.flags"}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"lateness.who": "therapis"}, "lateness.who"),
        ({"lateness.minutes": "soon"}, "lateness.minutes"),
        ({"lateness.minutes": "20.5"}, "lateness.minutes"),
        ({"lateness.who": "", "lateness.minutes": "5"}, "lateness.who"),
        ({"deflection.trigger": "feelings"}, "deflection.response"),
        ({"context.feelings": "hurt|hungry"}, "context.feelings[1]"),
        ({"session": "0"}, "session"),
        ({"case": "x" * 65}, "case"),
        ({"lateness.who": ""}, "ruptures"),
    ],
)
def test_problems_are_told_of_the_column(cells: dict[str, str], column: str) -> None:
    assert column in {name for name, _ in told(ROW | cells)}


def test_numbers_are_read_as_spreadsheets_and_frames_write_them() -> None:
    read = observation_of(ROW | {"lateness.minutes": "20.0", "session": " 3 "})
    assert (read["ruptures"][0]["minutes"], read["session"]) == (20, 3)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["lateness.who"], "The column `safety.flags` is missing"),
        (["safety.flags", "case"], "There is no column about a rupture. Add one of lateness.who"),
        (["lateness.whom", "lateness.who", "safety.flags"], "Did you mean `lateness.who`?"),
        (["context.weather", "lateness.who", "safety.flags"], "No column is called `context.w"),
        (["lateness.who", "lateness.who", "safety.flags"], "is there twice"),
        (["Case", "case", "lateness.who", "safety.flags"], "there twice .`Case` and `case`."),
        (["lateness_whom", "lateness.who", "safety.flags"], "Did you mean `lateness.who`?"),
        (["self_harm", "lateness.who", "safety.flags"], "is told in `safety.flags`"),
    ],
)
def test_columns_of_other_names_are_refused_with_the_nearest(names: list[str], says: str) -> None:
    with pytest.raises(ObservationError, match=says):
        known_columns(names)


def test_a_column_of_ones_own_is_carried_along() -> None:
    known_columns(["site", "lateness.who", "safety.flags"])
