"""The table of plans in work: sealed, for a day, without anybody's name on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base, Moment


class PlanInWork(Base):
    """Answers to the form, sealed with a key that only one browser holds."""

    __tablename__ = "plans_in_work"

    ref: Mapped[str] = mapped_column(String(16), primary_key=True)
    chain: Mapped[str] = mapped_column(String(16), index=True)
    """The first of the plans that were made from one another: they are forgotten together."""
    box: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
