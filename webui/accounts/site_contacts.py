"""Whom people here can reach: an administrator's list, shown where a stop asks to tell somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere, Unfit
from webui.database.repository import Repository
from webui.database.tables import SiteContact
from webui.database.typed_text import cleaned
from webui.words.texts import text

MOST = 12
LONGEST_LABEL, LONGEST_TEXT = 80, 200


@dataclass(frozen=True, slots=True)
class Contact:
    """What it is, such as "Duty number", and how it is reached; both as they were typed."""

    label: str
    text: str


class Contacts(Repository):
    """The contacts of this site, in the order in which they are shown."""

    def listed(self) -> Sequence[Contact]:
        """Every contact; anyone may see them, also without an account."""
        with self.database.read() as session:
            rows = session.scalars(select(SiteContact).order_by(SiteContact.position))
            return tuple(Contact(row.label, row.text) for row in rows)

    def replace(self, person: Person, typed: Iterable[Contact]) -> int:
        """Store exactly these, in this order; give how many. What is empty throughout is left out.

        Raises Unfit with every problem, under `label-N` or `text-N`, N counted from 1.
        """
        if not person.administrator:
            raise NotHere
        rows = [_Row(number, one) for number, one in enumerate(typed, 1)]
        rows = [row for row in rows if row.contact.label.strip() or row.contact.text.strip()]
        problems: dict[str, str] = {}
        plain = [row.checked(problems) for row in rows]
        if len(rows) > MOST:
            problems[f"label-{rows[MOST].number}"] = text("contacts_too_many", most=MOST)
        if problems:
            raise Unfit(problems)
        with self.database.write() as session:
            session.execute(delete(SiteContact))
            for position, one in enumerate(plain, 1):
                session.add(SiteContact(position=position, label=one.label, text=one.text))
            self.note(session, person, Event("contacts_changed", "site", detail=str(len(plain))))
        return len(plain)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the form: its number, and what was typed."""

    number: int
    contact: Contact

    def checked(self, problems: dict[str, str]) -> Contact:
        """The contact as it may be stored; each problem under its field."""
        return Contact(
            self._part("label", self.contact.label, LONGEST_LABEL, problems),
            self._part("text", self.contact.text, LONGEST_TEXT, problems),
        )

    def _part(self, name: str, typed: str, longest: int, problems: dict[str, str]) -> str:
        field = f"{name}-{self.number}"
        try:
            plain = " ".join(cleaned(typed, longest).split())
        except ValueError as error:
            problems[field] = str(error)
            return typed
        if not plain:
            problems[field] = text(f"contact_{name}_missing", number=self.number)
        return plain
