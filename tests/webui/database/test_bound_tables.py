"""What is stored is bound by the history, or named with the reason why it is not."""

import pytest
from sqlalchemy import insert, inspect

from tests.webui.support.people import House
from webui.database.account_tables import Account, Token
from webui.database.audit.bound_tables import (
    LEFT_OUT,
    NOT_BOUND,
    ON_PLANS,
    VOLATILE,
    fields,
    of_accounts,
)
from webui.database.audit.recording import RecordedSession
from webui.database.base import Base
from webui.database.tables import KeptPlan, SiteContact, Version

WHOLE: tuple[type[Base], ...] = (KeptPlan, Account, SiteContact, *ON_PLANS)
BOUND = {table.__tablename__ for table in WHOLE}


def test_every_table_is_bound_or_named_with_a_reason(house: House):
    stored = set(inspect(house.database.engine).get_table_names())
    assert stored <= BOUND | of_accounts().keys() | NOT_BOUND.keys()
    assert not (BOUND | of_accounts().keys()) & NOT_BOUND.keys()
    assert all(NOT_BOUND.values())


@pytest.mark.parametrize("table", [KeptPlan, Version, Account, Token], ids=lambda one: one.__name__)
def test_every_column_is_bound_or_named(table: type[Base]):
    """So a column that comes later is bound by itself."""
    named = LEFT_OUT.get(table.__tablename__, frozenset()) | VOLATILE
    assert {*fields(table)} | named >= {one.name for one in table.__table__.columns}
    assert not {*fields(table)} & named


def test_rows_that_nothing_would_bind_are_refused(house: House):
    with pytest.raises(TypeError, match=r"Session\.add"), house.database.write() as session:
        session.execute(insert(SiteContact).values(position=1, label="Duty", text="0123"))
    assert isinstance(session, RecordedSession)
