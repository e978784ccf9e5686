"""Every step goes up and down, with data, on both databases, and ends where the tables say."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from tests.webui.support.people import House
from webui.accounts.site_contacts import Contact, Contacts
from webui.cds.feedback import InDatabase
from webui.database.backups.backup_rows import lines, tables_of
from webui.database.connection import Database
from webui.database.history import audit
from webui.database.migrating import STEPS
from webui.database.refusals import Busy, NotHere
from webui.database.sealed.sealing_rows import open_rows
from webui.database.sealed.wiping import end_sealing
from webui.database.tables import HistoryHead, KeptPlan
from webui.database.upgrade import change, prepare
from webui.register.outcomes import Report
from webui.register.steps import Edit

SCRIPT = ScriptDirectory(str(STEPS))
HISTORY = "0004"
SEALS = {"bound", "key_id", "seal"}
"""Columns that nothing can fill again once a database went down without them."""
REVISIONS = [step.revision for step in SCRIPT.walk_revisions()][::-1]


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_the_steps_lead_to_the_tables_that_the_program_uses(empty):
    database = Database(empty())
    prepare(database)
    prepare(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, KeptPlan.metadata) == []
    database.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_step_goes_down_and_up_again_with_data(house: House, revision: str):
    """What stands in the tables that stay is neither lost nor changed."""
    ref = house.submitted()
    house.decide(ref)
    told = Report(tried="yes", said=["C2"], landed="eased")
    house.afterwards.add(house["Toni"], ref, told)
    Contacts(house.database, house.clock).replace(house["Ada"], [Contact("Duty", "0123")])
    database = house.database
    InDatabase(database).add({("accepted", "none"): 1})
    whole = digest(database)
    lower = str(SCRIPT.get_revision(revision).down_revision or "base")
    before = {name: rows(database, name) for name in tables(database)}
    change(database, lower, down=True)
    left = tables(database)
    assert [name for name in left if not same(rows(database, name), before[name])] == []
    change(database, "head")
    end_sealing(database.engine)  # as a start does, once the steps are done
    assert tables(database) == set(before)
    assert [name for name in left if not same(rows(database, name), before[name])] == []
    if "history" not in left:
        with database.read() as session:
            assert audit(session).bad_row is None
            assert session.get_one(HistoryHead, 1).length == 0
    lost = any(before[name] for name in set(before) - left)
    assert (digest(database) != whole) is lost


def test_what_an_owner_made_after_taking_back_stays_theirs_in_an_older_database(house: House):
    """Up to which version others read is found in the history, and in what was decided on."""
    ref, other = house.submitted(), house.submitted(case="K-2")
    undecided = house.submitted(case="K-3")
    house.decide(ref, "escalate", text="Not like this.")
    house.keeping.take_back(house["Toni"], ref, 1)
    house.keeping.take_back(house["Toni"], undecided, 1)
    house.keeping.edit(house["Toni"], ref, 1, {"C2": Edit(words="I kept you waiting.")})
    house.decide(other, "approve_with_changes", edits={"C2": Edit(words="I was late.")})
    change(house.database, "0007", down=True)
    prepare(house.database)
    assert house.keeping.open(house["Sam"], ref).version.number == 1
    assert house.keeping.open(house["Sam"], other).version.number == 2
    with pytest.raises(NotHere):
        house.keeping.open(house["Sam"], undecided)
    with house.database.read() as session:
        kept = session.scalars(select(KeptPlan).where(KeptPlan.ref == undecided)).unique().one()
        assert (kept.shared_from, kept.shared_to) == (None, None)


def rows(database: Database, name: str) -> list[dict[str, object]]:
    with opened(database) as connection:
        found = connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - our own names
        return sorted((dict(row) for row in found.mappings()), key=_order)


def digest(database: Database) -> str:
    """The hash of everything that stands there, opened."""
    with opened(database) as connection:
        return sha256(b"".join(lines(connection, tables_of(connection)))).hexdigest()


@contextmanager
def opened(database: Database) -> Iterator[Connection]:
    """A connection that reads what is sealed as it was told; nothing of that stays."""
    with database.engine.connect() as connection:
        if inspect(connection).has_table("case_keys"):
            open_rows(connection, database.keys)
        yield connection
        connection.rollback()


def _order(row: dict[str, object]) -> str:
    return repr([row.get("id"), row.get("plan_id"), row.get("number"), sorted(row)])


def same(now: list[dict[str, object]], before: list[dict[str, object]]) -> bool:
    """Whether the rows say the same, in the columns that stand in both; seals are lost for good."""
    return len(now) == len(before) and all(
        one[name] == other[name]
        for one, other in zip(now, before, strict=True)
        for name in one.keys() & other.keys() - SEALS
    )


def test_every_table_stands_in_a_step(database: Database):
    assert tables(database) == set(KeptPlan.metadata.tables)


def test_sqlite_writes_through_to_the_disk_and_keeps_its_references(kind: str, database: Database):
    if kind != "sqlite":
        pytest.skip("these are SQLite's settings")
    with database.read() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_writer_waits_for_another_and_then_says_so(database: Database):
    hasty = Database(database.url.render_as_string(hide_password=False), patience=0.2)
    with database.write() as session:
        session.get_one(HistoryHead, 1, with_for_update=True)
        with pytest.raises(Busy), hasty.write() as other:
            other.get_one(HistoryHead, 1, with_for_update=True)
    hasty.close()
