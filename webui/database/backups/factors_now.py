"""Second factors when a backup is restored: those that a person has now stay, and no others.

A passkey that was removed because its device was lost, and a recovery code that was used, must not
come back with an older backup; a factor that was added since must not go with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.database.audit.bound_tables import VOLATILE
from webui.database.base import Base
from webui.database.factor_tables import Authenticator, Passkey, RecoveryCode
from webui.database.refusals import NoKey
from webui.database.sealed.factor_secrets import opened, sealed
from webui.database.sealed.keys import Keys

Values = Mapping[str, Any]
KINDS: Mapping[type[Base], str] = {
    Authenticator: "",
    Passkey: "credential_id",
    RecoveryCode: "code_hash",
}
"""The tables of what a person can use as a second step, each with the column that tells one from
another; of authenticators a person has one."""
OWN = frozenset(("id", "account_id"))
"""Columns that a row has in its own database."""


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors and recovery codes of one account, as they are now."""

    account: int
    rows: Mapping[type[Base], Mapping[str, Values]]

    @classmethod
    def of(cls, session: Session, account: int) -> Factors:
        """What this account can use now."""
        return cls(
            account,
            {
                kind: {key: _values(row) for key, row in _rows(session, kind, account).items()}
                for kind in KINDS
            },
        )

    def end_others(self, session: Session, account: int) -> set[int]:
        """End what a backup brought for this account and is not there now; whose that changed.

        A passkey of now that the backup has for somebody else is theirs no more.
        """
        ended = []
        for kind in KINDS:
            there, wanted = _rows(session, kind, account), self._lasting(kind, account)
            ended += [row for key, row in there.items() if key not in wanted]
        for one in self.rows[Passkey]:
            elsewhere = (Passkey.credential_id == one, Passkey.account_id != account)
            ended += session.scalars(select(Passkey).where(*elsewhere))
        for row in ended:
            session.delete(row)
        return {row.account_id for row in ended}

    def put(self, session: Session, account: int, keys: Keys) -> bool:
        """Put those of now in place of what a backup brought; whether that changed them.

        Where the backup has another number for the account, an authenticator is sealed anew for it,
        and the recovery codes end, which were hashed together with the number.
        """
        changed = False
        for kind in KINDS:
            there = _rows(session, kind, account)
            for key, values in self._lasting(kind, account).items():
                row = there.get(key)
                if row is None:
                    row = kind(account_id=account)
                    session.add(row)
                if isinstance(row, Authenticator):
                    changed |= _put(row, self._sealed_for(row, values, keys))
                else:
                    changed |= _put(row, values)
        return changed

    def _lasting(self, kind: type[Base], account: int) -> Mapping[str, Values]:
        """What of a table lasts where the account has this number."""
        ends = kind is RecoveryCode and account != self.account
        return {} if ends else self.rows[kind]

    def _sealed_for(self, row: Authenticator, values: Values, keys: Keys) -> Values:
        """An authenticator for this row: the same secret stays as it is sealed there.

        Another one is sealed for the row's account, and one that nobody can open stays as it is.
        """
        with suppress(NoKey):
            secret = opened(keys, self.account, values["sealed"])
            if _secret(row, keys) == secret:
                return {**values, "sealed": row.sealed}
            if row.account_id != self.account:
                return {**values, "sealed": sealed(keys, row.account_id, secret)}
        return values


def keep(session: Session, now: Mapping[int, Factors], keys: Keys) -> set[int]:
    """Put what people have now in place of what a backup brought; whose factors that changed.

    `now` has it by the numbers that the accounts have in the backup. What ended goes first, of all
    of them: a passkey may have gone from one to another since.
    """
    changed = set()
    for account, factors in now.items():
        changed |= factors.end_others(session, account)
    session.flush()
    changed |= {number for number, one in now.items() if one.put(session, number, keys)}
    session.flush()
    return changed


def _secret(row: Authenticator, keys: Keys) -> str | None:
    """The secret of a row; None of one that is new, or that nobody can open."""
    with suppress(NoKey):
        return opened(keys, row.account_id, row.sealed) if row.sealed else None
    return None


def _rows(session: Session, kind: type[Base], account: int) -> dict[str, Any]:
    """The rows of an account in a table, by what tells one from another."""
    table: Any = kind
    found = session.scalars(select(table).where(table.account_id == account))
    return {getattr(row, KINDS[kind]) if KINDS[kind] else "": row for row in found}


def _values(row: Base) -> Values:
    return {
        one.name: getattr(row, one.name) for one in row.__table__.columns if one.name not in OWN
    }


def _put(row: Any, values: Values) -> bool:
    """Write values into a row; whether more of it changed than what changes by use."""
    other = {name for name, value in values.items() if getattr(row, name) != value}
    for name in other:
        setattr(row, name, values[name])
    return bool(other - VOLATILE)
