"""The table of the keys of cases; each is wrapped by a key that stands outside the database."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base


class CaseKey(Base):
    """The key of one case of one therapist. Without it, nothing of the case can be read."""

    __tablename__ = "case_keys"
    __table_args__ = (UniqueConstraint("owner_id", "mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    mark: Mapped[str | None] = mapped_column(String(64))
    """The blind mark of the case's code; none for a plan without one."""
    wrapped: Mapped[str] = mapped_column(String(120))
    wrapped_by: Mapped[str] = mapped_column(String(8), index=True)
    """The id of the key outside the database."""
