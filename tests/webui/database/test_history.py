"""The record: whatever is changed in it, taken out, swapped or cut off is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.support.long import LONG
from tests.webui.support.people import House
from webui.database.history import BEGINNING, Event, audit, digest, record, verify
from webui.database.tables import HistoryHead, HistoryRow

ROWS = 200 if LONG else 40
COLUMNS = ("id", "at", "actor", "action", "subject", "version", "detail", "before", "bound", "hash")


@pytest.fixture
def chain(house: House) -> tuple[list[HistoryRow], HistoryHead]:
    """A history, taken out of the database, where a test can do with it what it likes."""
    with house.database.write() as session:
        for number in range(ROWS - 1):  # one row tells of the house itself
            event = Event(
                "read", f"plan-{number % 7}", number % 3 or None, "" if number % 2 else "x"
            )
            record(session, house.clock(), number % 5 or None, event)
            house.clock.forward(seconds=1)
    with house.database.read() as session:
        rows = list(session.scalars(select(HistoryRow).order_by(HistoryRow.id)))
        head = session.get_one(HistoryHead, 1)
        session.expunge_all()
    return rows, head


def flipped(value: object) -> Iterator[object]:
    """The value with each of its bytes changed in turn."""
    if value is None:
        yield 1
    elif isinstance(value, int):
        yield value ^ 1
        yield value + 256
        yield -value - 1
        yield None
    else:
        text = str(value)
        yield f"{text} "
        for at, letter in enumerate(text):
            yield text[:at] + chr(ord(letter) ^ 1) + text[at + 1 :]


def test_it_is_whole_as_it_was_written(chain: tuple[list[HistoryRow], HistoryHead]):
    rows, head = chain
    assert verify(rows, head).bad_row is None


def test_every_flipped_byte_is_found_where_it_is(chain: tuple[list[HistoryRow], HistoryHead]):
    rows, head = chain
    tried = 0
    for at, row in enumerate(rows):
        for column in COLUMNS:
            value = getattr(row, column)
            for other in flipped(value):
                setattr(row, column, other)
                # The rows before were checked a moment ago; the chain is walked from here.
                found = verify(rows, head).bad_row if tried % 50 == 0 else near(rows, at)
                assert found in (at + 1, at + 2), (at, column, other)
                tried += 1
            setattr(row, column, value)
    assert tried > ROWS * 180
    assert verify(rows, head).bad_row is None


def near(rows: list[HistoryRow], at: int) -> int | None:
    """The first bad row, by the same walk, begun one row before the one that was changed."""
    start = max(at - 1, 0)
    last = rows[start - 1].hash if start else BEGINNING
    for number, row in enumerate(rows[start : at + 2], start + 1):
        if row.id != number or row.before != last or row.hash != digest(row):
            return number
        last = row.hash
    return None


def test_rows_deleted_swapped_repeated_and_cut_off_are_found(
    chain: tuple[list[HistoryRow], HistoryHead],
):
    rows, head = chain
    for at in range(ROWS):
        assert verify([*rows[:at], *rows[at + 1 :]], head).bad_row == at + 1
        assert verify(rows[:at], head).bad_row == at + 1
        assert verify([*rows[:at], rows[at], rows[at], *rows[at + 1 :]], head).bad_row == at + 2
    for at in range(ROWS - 1):
        swapped = [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]
        assert verify(swapped, head).bad_row == at + 1
    assert verify(rows, None).bad_row == ROWS + 1
    assert verify([], head).bad_row == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE history SET action = 'x' WHERE id = 1", "DELETE FROM history WHERE id = 1"],
)
def test_the_database_itself_refuses_to_change_it(house: House, statement: str):
    house.kept()
    with pytest.raises(DBAPIError, match="only added to"), house.database.engine.begin() as direct:
        direct.execute(text(statement))
    with house.database.read() as session:
        assert audit(session).bad_row is None


def test_a_row_changed_behind_the_guards_is_named(house: House):
    for number in range(4):
        house.kept(case=f"K-{number}")
    guard = "history_no_update" if house.database.is_sqlite else "history_guard"
    with house.database.engine.begin() as direct:
        on = "" if house.database.is_sqlite else " ON history"
        direct.execute(text(f"DROP TRIGGER {guard}{on}"))
        direct.execute(text("UPDATE history SET actor = 99 WHERE id = 3"))
    with house.database.read() as session:
        found = audit(session)
    assert found.bad_row == 3
    assert "does not say what it said" in found.why


def test_everything_that_is_done_with_a_plan_is_written_down_reads_included(house: House):
    ref = house.submitted()
    house.decide(ref)
    house.keeping.open(house["Sue"], ref)
    rows = house.looking.trail(house["Toni"], ref).rows
    assert [(row.action, row.actor) for row in rows] == [
        ("kept", house["Toni"].id),
        ("submitted", house["Toni"].id),
        ("read", house["Sam"].id),
        ("approve", house["Sam"].id),
        ("read", house["Sue"].id),
        ("read", house["Toni"].id),
    ]


def test_erasing_leaves_a_line_without_content(house: House):
    ref = house.submitted(case="K-erase", notes="words that must go")
    house.decide(ref, text="words of a reviewer")
    assert house.cases.erase(house["Toni"], ref, "K-erase") == 1
    with house.database.read() as session:
        rows = list(session.scalars(select(HistoryRow)))
        assert audit(session).bad_row is None
    assert [row.action for row in rows if row.subject == ref][-1] == "erased"
    whole = repr([[getattr(row, column) for column in COLUMNS] for row in rows])
    assert "K-erase" not in whole
    assert "words" not in whole
    with house.database.engine.connect() as direct:
        for table in ("plans", "versions", "decisions", "comments", "outcomes", "review_drafts"):
            count = direct.execute(text(f"SELECT count(*) FROM {table}")).scalar()  # noqa: S608 - our own tables
            assert count == 0, table
