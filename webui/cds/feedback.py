"""What became of cards: counted by outcome and reason, and nothing else of it is kept.

A record tells of each card whether its suggestion was accepted or the card overridden, and may send
a reason and a comment. The reasons are those that the card offered; a comment is never read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import select, update

from planner.errors import FieldProblem
from webui.cds.asked import is_uuid, unfit
from webui.database.cds_tables import Feedback
from webui.database.connection import Database
from webui.database.refusals import Stale

ACCEPTED, OVERRIDDEN = "accepted", "overridden"
REASONS = ("not_fitting", "said_already", "other_way", "not_now", "with_others")
"""The reasons that cards offer for being overridden, by their codes."""
OF_SAFETY = ("said_already", "with_others")
"""Those that a card of safety offers."""
NONE, OTHER = "none", "other"
"""No reason was given; or one that is none of ours, whose code could be of anyone."""
MOST = 100
"""Cards that one call may tell of."""

Outcome = tuple[str, str]
"""An outcome and its reason; an accepted card has none."""
Tally = Mapping[Outcome, int]


def read_feedback(told: Mapping[str, Any], system: str) -> Counter[Outcome]:
    """How often each outcome is told of. `system` is that of our reasons. Raises Declined, 422."""
    listed = told.get("feedback")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST:
        message = f"This must be a list of 1 to {MOST} cards."
        raise unfit([FieldProblem("feedback", None, message)])
    problems = [one for index, card in enumerate(listed) for one in _wrong(card, index)]
    if problems:
        raise unfit(problems)
    return Counter((card["outcome"], _reason(card, system)) for card in listed)


def _wrong(card: object, index: int) -> Iterator[FieldProblem]:
    """What is wrong with what is told of one card."""
    here = f"feedback[{index}]"
    if not isinstance(card, dict):
        yield FieldProblem(here, None, "This must be an object.")
        return
    if not is_uuid(card.get("card")):
        yield FieldProblem(f"{here}.card", None, "This must be the card's uuid.")
    if card.get("outcome") not in (ACCEPTED, OVERRIDDEN):
        yield FieldProblem(f"{here}.outcome", None, f"This must be {ACCEPTED} or {OVERRIDDEN}.")
    if not _is_moment(card.get("outcomeTimestamp")):
        message = "This must be a time with its zone, as 2026-11-30T14:00:00Z."
        yield FieldProblem(f"{here}.outcomeTimestamp", None, message)
    if card.get("outcome") == ACCEPTED and not _are_suggestions(card.get("acceptedSuggestions")):
        message = "This must name the suggestions that were accepted, each by its id."
        yield FieldProblem(f"{here}.acceptedSuggestions", None, message)
    reason = card.get("overrideReason")
    if reason is not None and not (
        isinstance(reason, dict) and isinstance(reason.get("reason", {}), dict | None)
    ):
        yield FieldProblem(f"{here}.overrideReason", None, "This must be an object with a coding.")


def _is_moment(told: object) -> bool:
    try:
        return isinstance(told, str) and datetime.fromisoformat(told).tzinfo is not None
    except ValueError:
        return False


def _are_suggestions(told: object) -> bool:
    return (
        isinstance(told, list)
        and bool(told)
        and all(isinstance(one, dict) and is_uuid(one.get("id")) for one in told)
    )


def _reason(card: Mapping[str, Any], system: str) -> str:
    """The code of the reason, if it is one of ours."""
    if card["outcome"] == ACCEPTED:
        return NONE
    coding = (card.get("overrideReason") or {}).get("reason")
    if not coding:
        return NONE
    ours = coding.get("system") == system and coding.get("code") in REASONS
    return str(coding["code"]) if ours else OTHER


class Counts(Protocol):
    """Where outcomes are counted."""

    def add(self, told: Tally) -> None:
        """Count these too."""

    def all(self) -> dict[Outcome, int]:
        """Every count since the first feedback."""


class InMemory:
    """For an application without a database: since it was started."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counter[Outcome] = Counter()
        self._lock = Lock()

    def add(self, told: Tally) -> None:
        """Count these too."""
        with self._lock:
            self._counts.update(told)

    def all(self) -> dict[Outcome, int]:
        """Every count."""
        with self._lock:
            return dict(self._counts)


class InDatabase:
    """For everything else: one row an outcome and reason, for all processes."""

    def __init__(self, database: Database) -> None:
        """Use the table of this database."""
        self._database = database

    def add(self, told: Tally) -> None:
        """Count these too, all or none; a row that another process made meanwhile is taken."""
        try:
            self._add(told)
        except Stale:
            self._add(told)

    def _add(self, told: Tally) -> None:
        with self._database.write() as session:
            for (outcome, reason), number in sorted(told.items()):
                row = (Feedback.outcome == outcome) & (Feedback.reason == reason)
                more = update(Feedback).where(row).values(number=Feedback.number + number)
                if not session.execute(more.returning(Feedback.number)).all():
                    session.add(Feedback(outcome=outcome, reason=reason, number=number))
                    session.flush()

    def all(self) -> dict[Outcome, int]:
        """Every count."""
        with self._database.read() as session:
            rows = session.scalars(select(Feedback))
            return {(row.outcome, row.reason): row.number for row in rows}


def counted(app: Flask) -> Tally:
    """How often cards had each outcome, by outcome and reason; empty where CDS Hooks are off.

    Counted over all processes and, where there is a database, since the first feedback. Raises
    Refusal where the database is away.
    """
    cds = app.extensions.get("cds")
    found: Tally = cds.counts.all() if cds else {}
    return found
