"""The table of what the history says that each thing is like now: one row a thing, sealed."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base


class BoundState(Base):
    """What one subject was like when a row of the history bound it last; gone with the subject.

    `state` and `parts` are made with a key: nobody without it can make them, or guess from them.
    """

    __tablename__ = "bound_states"
    __table_args__ = (Index(None, "row"),)

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    row: Mapped[int]
    """The row of the history that bound it."""
    state: Mapped[str] = mapped_column(String(64))
    parts: Mapped[str] = mapped_column(Text)
    """JSON: for each part of it, a short digest; so that what does not fit can be named."""
    key_id: Mapped[str] = mapped_column(String(8))
    seal: Mapped[str] = mapped_column(String(64))
