"""Recovery codes: ten, each used once, for whoever has no second factor at hand."""

from __future__ import annotations

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from webui.accounts.factors.held import codes_left, has_factor
from webui.accounts.tokens import mark, spoken_code, typed_code
from webui.database.factor_tables import RecoveryCode
from webui.database.history import Event
from webui.database.person import Person
from webui.database.refusals import NotHere
from webui.database.repository import Repository

MADE = 10


class RecoveryCodes(Repository):
    """One's own codes. Each has 78 bits, so that a fast hash of it tells nothing."""

    def renew(self, person: Person) -> list[str]:
        """New codes, shown this once; the ones before end. Raises NotHere without a factor."""
        with self.database.write() as session:
            if not has_factor(session, person.id):
                raise NotHere
            return self.made(session, person)

    def first(self, session: Session, person: Person) -> list[str]:
        """Codes for whoever has none yet, within the transaction that adds a factor; else none."""
        return [] if codes_left(session, person.id) else self.made(session, person)

    def made(self, session: Session, person: Person) -> list[str]:
        """Make the codes within a transaction."""
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == person.id))
        codes, at = [spoken_code() for _ in range(MADE)], self.clock()
        for code in codes:
            hashed = _hashed(person.id, code)
            session.add(RecoveryCode(code_hash=hashed, account_id=person.id, made_at=at))
        self.note(session, person, Event("recovery_made", f"account-{person.id}"))
        return codes


def use(session: Session, account: int, typed: str) -> bool:
    """Take a code, so that it is one no longer; False where it is none of this account's."""
    found = delete(RecoveryCode).where(
        RecoveryCode.code_hash == _hashed(account, typed_code(typed))
    )
    result = session.execute(found)
    return isinstance(result, CursorResult) and result.rowcount == 1


def _hashed(account: int, code: str) -> str:
    """What is stored of a code: a code of one account is none of another's."""
    return mark(f"recovery {account} {code}")
