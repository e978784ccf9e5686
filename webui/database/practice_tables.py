"""The table of what people practiced and wanted to keep; each row is its account's alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base, Moment


class Practiced(Base):
    """The last answer of a person to a told case, in the contract's words."""

    __tablename__ = "practiced"
    __table_args__ = (UniqueConstraint("account_id", "case_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    case_key: Mapped[str] = mapped_column(String(24))
    goes_on: Mapped[str] = mapped_column(String(16))
    first_item: Mapped[str] = mapped_column(String(4))
    waits: Mapped[str] = mapped_column(String(40))
    """Items, separated by spaces."""
    at: Mapped[datetime] = mapped_column(Moment)
