"""The tables of CDS Hooks: tokens that were used, until they run out, and feedback as counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webui.database.base import Base, Moment


class UsedToken(Base):
    """A token that a client's record used, by the hash of its issuer and its `jti`."""

    __tablename__ = "cds_used_tokens"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class Feedback(Base):
    """How often cards had this outcome for this reason. Nothing of anyone stands here."""

    __tablename__ = "cds_feedback"

    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]
